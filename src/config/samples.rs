//! Figures of single samples: `stat: p95`.

use jiff::SignedDuration;

use super::diagnostics::Diagnostics;
use super::metrics::Metrics;
use super::node::Node;
use crate::domain::gate::following::Samples;
use crate::domain::series::Stat;
use crate::domain::unit::Unit;

/// How far back samples count where nothing is said, in words and in days: a week.
const USUAL: (&str, i64) = ("7d", 7);
/// And how old a single value may be: what comes once a month may come some days late.
const USUAL_OF_ONE: (&str, i64) = ("35d", 35);
/// The longest spans: ten years.
const LONGEST: f64 = 3_660.0 * 86_400.0;

/// Reads what a gate asks of samples. `stat` is the figure.
pub(in crate::config) fn samples(gate: &Node, stat: &Node, d: &mut Diagnostics) -> Option<Samples> {
    let word = stat.text()?.trim();
    let figure = word.parse::<Stat>().ok().filter(|stat| {
        matches!(
            stat,
            Stat::Percentile(_) | Stat::Mean | Stat::Min | Stat::Max | Stat::Last | Stat::Share
        )
    });
    let Some(figure) = figure else {
        d.error(
            stat.span,
            format!("`{word}` is no figure that a gate judges"),
        )
        .help("write a percentile such as `p95`, or `median`, `mean`, `min`, `max`, `last`, or `share` of yes and no");
        return None;
    };
    let (usual, days) = match figure {
        Stat::Last => USUAL_OF_ONE,
        _ => USUAL,
    };
    let shown = gate.text_at("last").map_or(usual, str::trim);
    let last = match gate.get("last") {
        Some(node) => span(node, d)?,
        None => SignedDuration::from_hours(days * 24),
    };
    let per = match gate.get("per") {
        Some(node) => {
            let per = dimensions(node, d)?;
            if per.is_empty() {
                d.error(node.span, "`per` names no dimension")
                    .help("name one or more, `per: [command, backend]`, or leave it out to judge all samples together");
                return None;
            }
            per
        }
        None => Vec::new(),
    };
    let of = match per.is_empty() {
        true => String::new(),
        false => format!(" per {}", per.join(", ")),
    };
    Some(Samples {
        text: format!("{figure}{of}, last {shown}:"),
        stat: figure,
        per,
        last,
        least: gate.get("min_samples").and_then(Node::whole).unwrap_or(1),
    })
}

/// Notes that a metric which is computed has no samples: a figure of what its formula comes to is neither theirs nor, of
/// percentiles and shares, anything at all.
pub(in crate::config) fn computed(
    stat: &Node,
    metric: &str,
    metrics: &Metrics,
    d: &mut Diagnostics,
) {
    let Some(formula) = metrics.formula(metric) else {
        return;
    };
    d.error(
        stat.span,
        format!("`{metric}` is computed as `{formula}`, and has no samples for a `stat`"),
    )
    .help(format!(
        "an alert judges the formula of the sums of a span, `when: \"sum({metric}, 7d) > …\"`; a gate judges what the run comes to \
         (`require`), or its series (`anomaly`, `trend`, `regression`)"
    ));
}

/// Whether a gate asks for the share of yes among samples.
pub(in crate::config) fn asks_for_share(gate: &Node) -> bool {
    gate.text_at("stat").map(str::trim) == Some("share")
}

/// Reads the dimensions whose values are judged one by one.
pub(in crate::config) fn dimensions(node: &Node, d: &mut Diagnostics) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for item in node.one_or_many() {
        let name = item.text()?.trim();
        if names.iter().any(|known| known == name) {
            d.error(item.span, format!("`per` names `{name}` twice"))
                .help("name each dimension once");
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}

/// Reads a length of time.
pub(in crate::config) fn span(node: &Node, d: &mut Diagnostics) -> Option<SignedDuration> {
    let text = node.text()?;
    let seconds = Unit::Seconds
        .parse_amount(text)
        .ok()
        .map(|amount| amount.to_f64());
    let seconds = seconds.filter(|seconds| (1.0..=LONGEST).contains(seconds));
    let span = seconds.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    if span.is_none() {
        d.error(
            node.span,
            format!("`{text}` is no length of time that can be looked back"),
        )
        .help("write it in hours, days or weeks, up to ten years: `24h`, `7d`, `26w`");
    }
    span
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, testing};
    use crate::domain::unit::Unit;

    fn load(gate: &str) -> Result<Config, String> {
        let text = format!(
            "metrics: {{ pct: {{ unit: '%', better: higher }} }}\ngates: [{{ id: x, {gate} }}]\n"
        );
        testing::load(&text)
    }

    #[test]
    fn a_share_is_judged_in_percent_and_may_be_judged_with_confidence() {
        let share = "metric: command.success, stat: share, per: name, require: '>= 95%'";
        for gate in [share.to_owned(), format!("{share}, confidence: 95%")] {
            let config = load(&gate).unwrap();
            let gate = &config.policy.gates[0];
            assert_eq!(gate.metric.unit, Unit::Percent);
            assert_eq!(&*gate.metric.id, "command.success");
        }
        for (gate, told) in [
            (
                format!("{share}, confidence: 90%"),
                "write `confidence: 95%`",
            ),
            (share.replace("95%", "0.95"), "has no unit"),
            (
                "metric: pct, stat: share, require: '>= 95%'".to_owned(),
                "is a percentage, and no yes or no",
            ),
            (
                "metric: pct, stat: median, require: '>= 95%', confidence: 95%".to_owned(),
                "has no `confidence`",
            ),
            (
                "metric: command.success, stat: share_low, require: '>= 95%'".to_owned(),
                "is no figure that a gate judges",
            ),
        ] {
            let found = load(&gate).unwrap_err();
            assert!(found.contains(told), "{gate}: {found}");
        }
    }

    #[test]
    fn a_metric_that_is_computed_has_no_samples() {
        let policy = |gate: &str| {
            testing::load(&format!(
                "metrics:\n  errs: {{ unit: count, better: lower }}\n  reqs: {{ unit: count, better: higher }}\n  \
                 share: {{ unit: '%', better: lower, formula: errs / reqs }}\ngates: [{{ id: x, metric: share, {gate} }}]\n"
            ))
        };
        let found = policy("stat: p95, require: '<= 3%'").unwrap_err();
        for told in ["`share` is computed as `errs / reqs`", "sum(share, 7d) > …"] {
            assert!(found.contains(told), "{found}");
        }
        assert!(policy("require: '<= 3%'").is_ok());
        // What moves with what is nothing that a run is judged by.
        let found = policy("correlation: reqs").unwrap_err();
        assert!(found.contains("`correlation` is of alerts"), "{found}");
    }

    #[test]
    fn a_method_of_regression_takes_the_fewest_runs() {
        let rule = |rule: &str| load(&format!("metric: tests.duration, regression: {{ {rule} }}"));
        let config = rule("method: t, bound: 99%, min_runs: 10").unwrap();
        let watch = config.policy.gates[0].watch.as_ref().unwrap();
        assert_eq!(watch.text, "regression: t_test 99%, 10 to 64 runs");
        for (wrong, told) in [
            ("method: andon, min_runs: 10", "takes no `min_runs`"),
            (
                "method: static, bound: 5s, min_runs: 10",
                "looks at no past",
            ),
            (
                "method: iqr, window: 30 runs, min_runs: 31",
                "no past of 30 runs has 31",
            ),
            ("method: interleaved, min_runs: 5", "has no past"),
        ] {
            let found = rule(wrong).unwrap_err();
            assert!(found.contains(told), "{wrong}: {found}");
        }
    }
}
