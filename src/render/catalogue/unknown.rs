//! What to say of a metric that there is none of.

use crate::domain::catalogue::CATALOGUE;
use crate::text::{fit, plural};

/// How alike two ids must be for one to be suggested for the other.
const ALIKE: f64 = 0.75;

/// A sentence with suggestions.
pub fn unknown(id: &str) -> String {
    let short = fit::cut(id, 80);
    let wanted = short.to_lowercase();
    let mut alike: Vec<(f64, &str)> = CATALOGUE
        .iter()
        .map(|metric| (likeness(&wanted, &metric.id), &*metric.id))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let names: Vec<String> = alike
        .iter()
        .take(3)
        .map(|(_, id)| format!("`{id}`"))
        .collect();
    match names.is_empty() {
        true => format!("there is no metric `{short}`; `andon explain` lists them"),
        false => format!(
            "there is no metric `{short}`; did you mean {}?",
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
    use super::unknown;

    #[test]
    fn suggests_what_is_close() {
        let text = unknown("coverage.lines");
        assert!(
            text.starts_with("there is no metric `coverage.lines`; did you mean `coverage.line`"),
            "{text}"
        );
        assert!(unknown("cognitive").contains("`complexity.cognitive`"));
        assert_eq!(
            unknown("zzz"),
            "there is no metric `zzz`; `andon explain` lists them"
        );
    }
}
