//! The outputs of a workflow step, as the file behind `GITHUB_OUTPUT` takes them.

use super::view::{Group, View};
use crate::domain::report::coverage::key_of;

/// `verdict` (pass, warn, fail), `failed` and `warned` (how many gates), and `report` (the path of the written report;
/// empty without one), in the form with a delimiter that occurs in no value.
pub fn render(view: &View, report: &str) -> String {
    let count = |group| view.group(group).count().to_string();
    let outputs = [
        ("verdict", view.word.text().to_owned()),
        ("failed", count(Group::Failing)),
        ("warned", count(Group::Warning)),
        ("report", report.to_owned()),
    ];
    let all: String = outputs.iter().map(|(_, value)| value.as_str()).collect();
    let delimiter = delimiter(&all);
    outputs
        .iter()
        .map(|(name, value)| format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
        .collect()
}

/// A delimiter that does not occur in the text: the same for the same text, so that a run can be repeated byte for byte.
fn delimiter(text: &str) -> String {
    let mut key = key_of(text);
    loop {
        let candidate = format!("andon_{key:016x}");
        if !text.contains(&candidate) {
            return candidate;
        }
        key = key.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn outputs_are_delimited() {
        insta::assert_snapshot!(render(&fixtures::view("mixed"), "out/report.json"));
    }

    #[test]
    fn no_value_holds_the_delimiter() {
        let guessed = format!("andon_{:016x}", key_of("x"));
        assert_ne!(delimiter("x"), delimiter("y"));
        let mut text = "x".to_owned();
        text.push_str(&guessed);
        assert!(!text.contains(&delimiter(&text)));
        let outputs = render(&fixtures::view("green"), "a\nverdict<<x\nfail\nx");
        assert_eq!(
            outputs
                .lines()
                .filter(|line| line.starts_with("verdict<<andon_"))
                .count(),
            1
        );
    }
}
