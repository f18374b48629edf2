//! The outputs of a workflow step, as the file behind `GITHUB_OUTPUT` takes them.

use std::path::Path;

use super::json::v1::{Document, Effect};
use crate::domain::report::coverage::key_of;

/// `verdict` (pass, warn, fail), `failed` and `warned` (how many gates), and `report` (the path of the written report;
/// empty without one), in the form with a delimiter that occurs in no value.
pub fn render(document: &Document, report: Option<&Path>) -> String {
    let count = |effect| {
        let gates = document.gates.iter().filter(|gate| gate.effect == effect);
        gates.count().to_string()
    };
    let outputs = [
        ("verdict", document.verdict.text().to_owned()),
        ("failed", count(Effect::Fail)),
        ("warned", count(Effect::Warn)),
        (
            "report",
            report
                .map(|path| path.display().to_string())
                .unwrap_or_default(),
        ),
    ];
    let all: String = outputs.iter().map(|(_, value)| value.as_str()).collect();
    let delimiter = delimiter(&all);
    outputs
        .iter()
        .map(|(name, value)| format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
        .collect()
}

/// One more output.
pub fn one(name: &str, value: &str) -> String {
    let delimiter = delimiter(value);
    format!("{name}<<{delimiter}\n{value}\n{delimiter}\n")
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
        insta::assert_snapshot!(render(
            &fixtures::named("mixed"),
            Some(Path::new("out/report.json"))
        ));
    }

    #[test]
    fn no_value_holds_the_delimiter() {
        let guessed = format!("andon_{:016x}", key_of("x"));
        assert_ne!(delimiter("x"), delimiter("y"));
        let mut text = "x".to_owned();
        text.push_str(&guessed);
        assert!(!text.contains(&delimiter(&text)));
        let outputs = render(
            &fixtures::named("green"),
            Some(Path::new("a\nverdict<<x\nfail\nx")),
        );
        assert_eq!(
            outputs
                .lines()
                .filter(|line| line.starts_with("verdict<<andon_"))
                .count(),
            1
        );
    }
}
