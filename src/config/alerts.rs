//! Alerts: rules over the history.

use jiff::SignedDuration;

use super::condition::of_share;
use super::diagnostics::Diagnostics;
use super::metrics::Metrics;
use super::node::Node;
use super::settings::{labels, texts};
use crate::domain::consequence::Level;
use crate::domain::formula::Condition;
use crate::domain::metric::Better;
use crate::domain::series::Filter;
use crate::domain::unit::Unit;
use crate::domain::watch::{By, Chart, Rule, Test};

/// What an alert looks for, by its key.
const TESTS: [&str; 6] = [
    "when",
    "anomaly",
    "trend",
    "change_point",
    "correlation",
    "completeness",
];

/// Alerts that a policy may have: a bound on hostile files.
const MOST: usize = 200;

/// The alerts of a policy, in the order written.
pub(in crate::config) fn read(
    document: &Node,
    metrics: &Metrics,
    d: &mut Diagnostics,
) -> Vec<Rule> {
    let nodes = document.items_at("alerts");
    if let Some(node) = nodes.get(MOST) {
        d.error(node.span, format!("a policy has at most {MOST} alerts"));
    }
    let mut rules: Vec<Rule> = Vec::new();
    for node in nodes.iter().take(MOST) {
        let Some(rule) = alert(node, metrics, d) else {
            continue;
        };
        if rules.iter().any(|other| other.name == rule.name) {
            d.error(node.span, format!("there are two alerts `{}`", rule.name))
                .help("give one of them another `name`");
        }
        rules.push(rule);
    }
    rules
}

fn alert(node: &Node, metrics: &Metrics, d: &mut Diagnostics) -> Option<Rule> {
    let key = looks_for(node, d)?;
    let metric = node.text_at("metric").unwrap_or_default();
    needs_metric(node, (key, metric), d);
    goes_with(node, key, d);
    let by = node.get("by").and_then(|by| by.text()?.parse().ok());
    let by: By = by.unwrap_or_default();
    let test = test(key, node.get(key)?, by, d)?;
    let sure = node.get("confidence");
    if let (Some(sure), Test::When(condition)) = (sure, &test) {
        is_of_one_share(sure, condition, d);
    }
    let name = match (node.text_at("name"), &test) {
        (Some(name), _) => name.to_owned(),
        (None, Test::When(condition)) => condition.text().to_owned(),
        (None, Test::Chart(chart)) => format!("{metric}/{}", chart.name()),
        (None, _) => format!("{metric}/{key}"),
    };
    let better = match &test {
        Test::When(condition) => condition.metrics().first().map(|name| metrics.better(name)),
        _ => Some(metrics.better(metric)),
    };
    let mut optional_span = |key: &str| node.get(key).and_then(|node| span(node, d));
    let (hold, window) = (optional_span("for"), optional_span("window"));
    let cooldown = optional_span("cooldown").unwrap_or(Rule::COOLDOWN);
    let filter = |(name, value)| Filter {
        name,
        values: vec![value],
        not: false,
    };
    let text = |key: &str| node.text_at(key).map(str::to_owned);
    Some(Rule {
        filters: labels(node, "where").into_iter().map(filter).collect(),
        per: node.get("per").map(|_| texts(node.items_at("per"))),
        better: better.unwrap_or(Better::Neither),
        by,
        window,
        hold,
        sure: sure.is_some(),
        level: match node.text_at("level") {
            Some("must") => Level::Must,
            Some("nice") => Level::Nice,
            _ => Level::Should,
        },
        owner: text("owner"),
        runbook: text("runbook"),
        cooldown,
        ..Rule::new(&name, metric, test)
    })
}

/// The one thing that an alert looks for, by its key.
fn looks_for(node: &Node, d: &mut Diagnostics) -> Option<&'static str> {
    let off = |key: &&&str| {
        node.get(key)
            .is_some_and(|value| value.flag() != Some(false))
    };
    let stated: Vec<&str> = TESTS.iter().filter(off).copied().collect();
    if let [key] = stated.as_slice() {
        return Some(key);
    }
    d.error(node.span, "an alert looks for one thing")
        .help(format!("give one of `{}`", TESTS.join("`, `")));
    None
}

/// Notes a metric that is not named, or named beside a condition, which names its own.
fn needs_metric(node: &Node, (key, metric): (&str, &str), d: &mut Diagnostics) {
    match (key, node.get("metric")) {
        ("when", Some(named)) if !metric.is_empty() => {
            d.error(named.span, "`when` names its metrics itself")
                .help("leave `metric` out");
        }
        ("when", _) => {}
        _ if metric.is_empty() => {
            d.error(node.span, format!("`{key}` needs the `metric` to watch"));
        }
        _ => {}
    }
}

/// Notes what stands in an alert that looks for something else than it is for.
fn goes_with(node: &Node, key: &str, d: &mut Diagnostics) {
    if key != "when" {
        for (own, said) in [
            ("for", "`for` goes with `when`"),
            ("confidence", "`confidence` goes with `when`"),
        ] {
            if let Some(wrong) = node.get(own) {
                d.error(wrong.span, said);
            }
        }
    }
    if let ("when" | "completeness", Some(wrong)) = (key, node.get("by")) {
        d.error(
            wrong.span,
            "`by` goes with `anomaly`, `trend`, `change_point` and `correlation`",
        );
    }
}

/// What an alert looks for, as the value of its key says.
fn test(key: &str, value: &Node, by: By, d: &mut Diagnostics) -> Option<Test> {
    Some(match key {
        "when" => Test::When(condition(value, d)?),
        "anomaly" => match value.text().and_then(Chart::from_name) {
            Some(chart) => Test::Chart(chart),
            None => Test::Anomaly,
        },
        "trend" => Test::Trend,
        "change_point" => Test::ChangePoint,
        "correlation" => Test::Correlation {
            with: value.text()?.to_owned(),
            by,
        },
        _ if value.text() == Some("auto") => Test::Completeness(None),
        _ => Test::Completeness(Some(span(value, d)?)),
    })
}

/// Notes a confidence that is none, or not that of one share.
fn is_of_one_share(sure: &Node, condition: &Condition, d: &mut Diagnostics) {
    of_share(sure, d);
    if condition.shares() != 1 {
        d.error(
            sure.span,
            "`confidence` is of one `share(…)` in the condition",
        )
        .help("write it like `share(command.success, 7d) < 95%`; of several make several alerts");
    }
}

fn condition(node: &Node, d: &mut Diagnostics) -> Option<Condition> {
    match Condition::parse(node.text()?) {
        Ok(condition) => Some(condition),
        Err(error) => {
            d.error(node.span, format!("this is no condition: {error}"))
                .help("write it like `error_rate > 5%` or `p95(response_time, 24h) > 500ms`");
            None
        }
    }
}

/// A span of time: `24h`.
fn span(node: &Node, d: &mut Diagnostics) -> Option<SignedDuration> {
    let text = node.text()?;
    let seconds = Unit::Seconds.parse_amount(text).ok();
    let seconds = seconds
        .map(|seconds| seconds.to_f64())
        .filter(|seconds| *seconds > 0.0);
    let span = seconds.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    if span.is_none() {
        d.error(node.span, format!("`{text}` is no span of time"))
            .help("write it like `10m`, `24h` or `30d`");
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, testing};
    use crate::domain::gate::following::{Rule as WatchRule, Watch};
    use crate::domain::series::Bucket;
    use crate::domain::watch::{By, Since};

    fn load(alerts: &str) -> Result<Config, String> {
        let text = format!("extends: [recommended]\nalerts:\n{alerts}");
        testing::load(&text)
    }

    #[test]
    fn an_alert_is_read_with_all_its_keys() {
        let config = load(
            "  - name: errors\n    when: \"error_rate > 5%\"\n    for: 10m\n    where: { component: api }\n    \
             level: must\n    owner: \"@org/api\"\n    runbook: docs/errors.md\n    window: 30d\n    cooldown: 12h\n  \
             - { metric: coverage.line, trend: true, by: week }\n  - { metric: nightly, completeness: auto }\n  \
             - { metric: a, correlation: b, by: day }\n",
        )
        .unwrap();
        let [errors, trend, nightly, moved] = config.alerts.as_slice() else {
            panic!("{:?}", config.alerts)
        };
        assert_eq!(errors.hold, Some(SignedDuration::from_mins(10)));
        assert_eq!(errors.window, Some(SignedDuration::from_hours(30 * 24)));
        assert_eq!(errors.cooldown, SignedDuration::from_hours(12));
        assert_eq!(
            (errors.level, errors.owner.as_deref()),
            (Level::Must, Some("@org/api"))
        );
        assert_eq!(
            (trend.name.as_str(), trend.better),
            ("coverage.line/trend", Better::Higher)
        );
        assert_eq!(trend.by, By::Span(Bucket::Week));
        assert_eq!(nightly.test, Test::Completeness(None));
        let by_day = Test::Correlation {
            with: "b".to_owned(),
            by: By::Span(Bucket::Day),
        };
        assert_eq!(moved.test, by_day);
    }

    #[test]
    fn a_rule_is_true_or_named_by_its_method_in_alerts_and_gates() {
        for (key, method) in [
            ("anomaly", "mad"),
            ("trend", "mann_kendall"),
            ("change_point", "e_divisive"),
        ] {
            let tests = |word: &str| {
                let config = load(&format!(
                    "  - {{ metric: tests.duration, {key}: {word} }}\n"
                ));
                config.map(|config| config.alerts.first().map(|rule| rule.test.clone()))
            };
            assert_eq!(tests(method).unwrap(), tests("true").unwrap(), "{key}");
            assert!(tests("z_score").unwrap_err().contains(method), "{key}");
        }
        let rules = [
            "anomaly",
            "trend",
            "change_point",
            "completeness",
            "regression",
        ];
        for (key, method) in
            rules
                .iter()
                .zip(["mad", "mann_kendall", "e_divisive", "arriving", "andon"])
        {
            let watch = |word: &str| {
                let gate = format!("gates: [{{ id: x, metric: tests.duration, {key}: {word} }}]");
                let config = load(&format!("  []\n{gate}\n"))?;
                let mut gates = config.policy.gates.into_iter();
                Ok::<_, String>(
                    gates
                        .find(|gate| gate.id == "x")
                        .and_then(|gate| gate.watch),
                )
            };
            assert_eq!(watch("true").unwrap(), watch(method).unwrap(), "{key}");
            assert!(watch("true").unwrap().is_some(), "{key}");
            for wrong in ["false", "\"true\""] {
                assert!(watch(wrong).is_err(), "{key}: {wrong}");
            }
        }
    }

    #[test]
    fn charts_are_drawn_by_name() {
        for chart in Chart::ALL {
            let name = chart.name();
            let alert = format!("  - {{ metric: tests.duration, anomaly: {name} }}\n");
            let config = load(&alert).unwrap();
            assert_eq!(config.alerts[0].test, Test::Chart(chart));
            assert_eq!(config.alerts[0].name, format!("tests.duration/{name}"));
            let rule = |asked: &str| {
                let gate = format!("{{ id: x, metric: tests.duration, anomaly: {asked} }}");
                let config = load(&format!("  []\ngates: [{gate}]\n"))?;
                let mut gates = config.policy.gates.into_iter();
                let gate = gates.find(|gate| gate.id == "x");
                Ok::<_, String>(gate.and_then(|gate| gate.watch).map(|watch| watch.rule))
            };
            let usual = WatchRule::Chart {
                chart,
                limit: chart.usual_limit(),
                window: 64,
            };
            assert_eq!(rule(name).unwrap(), Some(usual));
            let other = WatchRule::Chart {
                chart,
                limit: 7.5,
                window: 90,
            };
            let asked = format!("{{ method: {name}, sensitivity: 7.5, window: 90 runs }}");
            assert_eq!(rule(&asked).unwrap(), Some(other));
            let few = format!("{{ method: {name}, window: 49 }}");
            assert!(rule(&few).unwrap_err().contains("from 50 to"), "{name}");
        }
    }

    #[test]
    fn on_a_hosted_runner_ten_percent_count_unless_the_policy_says_otherwise() {
        let effect = |asked: &str| {
            let gate = format!("{{ id: x, metric: tests.duration, regression: {asked} }}");
            let config = load(&format!("  []\ngates: [{gate}]\n")).unwrap();
            let gates = config.policy.on_hosted_runner().gates;
            let watch = gates.into_iter().find(|gate| gate.id == "x").unwrap().watch;
            match watch.map(|watch| (watch.rule, watch.text)) {
                Some((WatchRule::Regression { settings, .. }, text)) => {
                    (settings.effect, text.contains("a hosted runner"))
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(effect("andon"), (0.10, true));
        assert_eq!(effect("{ effect: 7% }"), (0.07, false));
        assert_eq!(effect("{ hosted: false }"), (0.05, false));
        assert_eq!(effect("{ hosted: true }"), (0.10, false));
        assert_eq!(effect("percentage"), (0.05, false));
    }

    #[test]
    fn a_level_is_accepted_since_a_day_a_time_or_a_commit() {
        let rule = |since: &str, method: &str| {
            let gate = format!(
                "{{ id: x, metric: tests.duration, regression: {{ method: {method}, since: {since} }} }}"
            );
            let config = load(&format!("  []\ngates: [{gate}]\n"))?;
            let mut gates = config.policy.gates.into_iter();
            let watch = gates
                .find(|gate| gate.id == "x")
                .and_then(|gate| gate.watch);
            match watch {
                Some(Watch {
                    rule: WatchRule::Regression { since, .. },
                    text,
                    ..
                }) => Ok((since.unwrap(), text)),
                other => Err(format!("{other:?}")),
            }
        };
        let at = |text: &str| Since::At(text.parse().unwrap());
        let commit = |id: &str| Since::Commit(id.to_owned());
        for (written, since) in [
            ("2026-11-15", at("2026-11-15T00:00:00Z")),
            ("2026-11-15T08:30:00Z", at("2026-11-15T08:30:00Z")),
            ("2026-11-15T08:30:00+02:00", at("2026-11-15T06:30:00Z")),
            ("4F2A91C", commit("4f2a91c")),
            ("\"20261115\"", commit("20261115")),
        ] {
            let (found, text) = rule(written, "andon").unwrap();
            assert_eq!(found, since);
            assert!(text.ends_with(&format!(" since {since}")), "{text}");
        }
        for wrong in [
            "yesterday",
            "4f2a9",
            "2026-11-15T08:30",
            "2026-13-01",
            "main",
        ] {
            let told = rule(wrong, "andon").unwrap_err();
            assert!(told.contains("neither a time nor a commit"), "{told}");
        }
        for digits in [40, 64] {
            let id = "a".repeat(digits);
            assert_eq!(rule(&id, "andon").unwrap().0, commit(&id));
        }
        for digits in [41, 63, 65] {
            let told = rule(&"a".repeat(digits), "andon").unwrap_err();
            assert!(told.contains(&format!("it has {digits} digits")), "{told}");
        }
        let told = rule("2026-11-15", "static, bound: 3s").unwrap_err();
        assert!(told.contains("looks at no past"), "{told}");
    }

    #[test]
    fn what_is_no_alert_is_told() {
        for (alert, told) in [
            ("{ metric: a }", "looks for one thing"),
            (
                "{ metric: a, trend: true, anomaly: true }",
                "looks for one thing",
            ),
            ("{ metric: a, trend: false }", "looks for one thing"),
            ("{ trend: true }", "needs the `metric`"),
            ("{ metric: a, when: \"a > 1\" }", "names its metrics itself"),
            ("{ when: \"a >\" }", "no condition"),
            ("{ when: \"a > 5smiles\" }", "is no unit"),
            ("{ metric: a, trend: true, for: 1h }", "goes with `when`"),
            (
                "{ metric: a, completeness: 24h, by: day }",
                "`by` goes with `anomaly`",
            ),
            ("{ metric: a, correlation: b, by: year }", "year"),
            ("{ metric: a, completeness: soon }", "no span of time"),
            ("{ metric: a, trend: true, url: \"https://x\" }", "url"),
            (
                "{ metric: a, trend: true, confidence: 95% }",
                "`confidence` goes with `when`",
            ),
            (
                "{ when: \"share(a, 7d) < 95%\", confidence: 90% }",
                "write `confidence: 95%`",
            ),
            (
                "{ when: \"a > 1\", confidence: 95% }",
                "is of one `share(…)`",
            ),
            (
                "{ when: \"share(a, 7d) < share(b, 7d)\", confidence: 95% }",
                "is of one `share(…)`",
            ),
            (
                "{ metric: a, trend: true }\n  - { metric: a, trend: true }",
                "two alerts",
            ),
        ] {
            let found = load(&format!("  - {alert}\n")).unwrap_err();
            assert!(found.contains(told), "{alert}: {found}");
        }
    }
}
