//! What to say of a metric or a format that there is none of.

use crate::domain::catalogue::CATALOGUE;
use crate::formats::registry;
use crate::text::{fit, plural};

/// How alike two ids must be for one to be suggested for the other.
const ALIKE: f64 = 0.75;

/// What to say of a metric, with suggestions.
pub fn unknown_metric(id: &str) -> String {
    let known = CATALOGUE.iter().map(|metric| &*metric.id);
    unknown("metric", id, known, "andon explain")
}

/// What to say of a format, with suggestions.
pub fn unknown_format(id: &str) -> String {
    let known = registry().map(|format| format.id);
    unknown("format", id, known, "andon formats")
}

fn unknown<'a>(
    noun: &str,
    id: &str,
    known: impl Iterator<Item = &'a str>,
    command: &str,
) -> String {
    let short = fit::cut(id, 80);
    let wanted = short.to_lowercase();
    let mut alike: Vec<(f64, &str)> = known
        .map(|id| (likeness(&wanted, id), id))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let names: Vec<String> = alike
        .iter()
        .take(3)
        .map(|(_, id)| format!("`{id}`"))
        .collect();
    match names.is_empty() {
        true => format!("there is no {noun} `{short}`; `{command}` lists them"),
        false => format!(
            "there is no {noun} `{short}`; did you mean {}?",
            plural::list(&names)
        ),
    }
}

/// From 0 to 1; an id that has the whole text as one of its parts is as alike as can be.
fn likeness(wanted: &str, id: &str) -> f64 {
    if id.split('.').any(|part| part == wanted) {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(wanted, id)
}

#[cfg(test)]
mod tests {
    use super::unknown_metric;

    #[test]
    fn suggests_what_is_close() {
        let text = unknown_metric("coverage.lines");
        assert!(
            text.starts_with("there is no metric `coverage.lines`; did you mean `coverage.line`"),
            "{text}"
        );
        assert!(unknown_metric("cognitive").contains("`complexity.cognitive`"));
        assert_eq!(
            unknown_metric("zzz"),
            "there is no metric `zzz`; `andon explain` lists them"
        );
    }
}
