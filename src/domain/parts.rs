//! Which metrics can be judged on a part of the project: on what a change touches, and on what is new.

use super::catalogue::find;
use super::measurement::Part::{self, Changed, New, Whole};

/// The parts on which a metric can be judged, all of it first. The one place where that is decided.
///
/// What a change touches has its own coverage, functions, findings, clones and documentation. What is new is counted, so
/// only counts have it, and single functions, which are new or were within the limit before. Everything else is known of
/// the whole alone: tests run as a whole and have counts of their own against the baseline (`tests.broken`), percentiles
/// and indices say nothing of a few lines, and delivery is no matter of a change.
pub fn parts_of(metric: &str) -> &'static [Part] {
    // The user's own metrics are computed from the project's values, whatever their family is called.
    let Some((family, rest)) = find(metric).and_then(|metric| metric.id.split_once('.')) else {
        return &[Whole];
    };
    match (family, rest) {
        ("coverage", "line" | "branch" | "combined") => &[Whole, Changed],
        ("complexity" | "function", rest) => match rest.split_once('.') {
            Some((_, "p90")) => &[Whole],
            Some((_, "over")) => &[Whole, Changed, New],
            Some(_) => &[Whole, Changed],
            None => &[Whole, Changed, New],
        },
        ("lint" | "security", _) | ("duplication", "clones") | ("documentation", "missing") => {
            &[Whole, Changed, New]
        }
        ("duplication" | "documentation", _) => &[Whole, Changed],
        _ => &[Whole],
    }
}

/// Whether a metric can be judged on this part.
pub fn has_part(metric: &str, part: Part) -> bool {
    parts_of(metric).contains(&part)
}

/// The built-in metrics that come as an estimate with bounds: the rates and medians of delivery. Only they can be judged
/// with a confidence.
pub fn has_interval(metric: &str) -> bool {
    matches!(
        metric,
        "dora.lead_time" | "dora.recovery_time" | "dora.change_fail_rate" | "dora.rework_rate"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::CATALOGUE;

    fn with(part: Part) -> String {
        let ids = CATALOGUE.iter().map(|metric| &*metric.id);
        ids.filter(|id| has_part(id, part))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn each_metric_has_the_parts_that_make_sense() {
        assert_eq!(
            with(Changed),
            "coverage.line coverage.branch coverage.combined complexity.cyclomatic \
             complexity.cyclomatic.max complexity.cyclomatic.average complexity.cyclomatic.over \
             complexity.cognitive complexity.cognitive.max complexity.cognitive.average \
             complexity.cognitive.over function.length function.length.max function.length.average \
             function.length.over lint.findings lint.errors lint.warnings lint.infos \
             security.findings security.critical security.high security.medium security.low \
             security.unrated security.fixable duplication.density duplication.lines duplication.clones \
             documentation.coverage documentation.missing"
        );
        assert_eq!(
            with(New),
            "complexity.cyclomatic complexity.cyclomatic.over complexity.cognitive \
             complexity.cognitive.over function.length function.length.over \
             lint.findings lint.errors lint.warnings lint.infos \
             security.findings security.critical security.high security.medium security.low \
             security.unrated security.fixable duplication.clones documentation.missing"
        );
        for id in [
            "tests.failed",
            "dora.lead_time",
            "maintainability.index",
            "size.lines",
            "lint.own",
        ] {
            assert_eq!(parts_of(id), [Whole], "{id}");
        }
    }
}
