//! Which alerts a table shows.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::domain::watch::{Alert, Rule, State};

/// Series of one rule without enough data that are shown one by one.
const FEW: usize = 3;

/// What is not quiet or has become better, or `all`; the gravest first, and of those what matters most to the policy. Many series of one rule of which there is too little are one row, unless
/// all are wanted: they say the same.
pub(super) fn loud<'a>(alerts: &'a [Alert], rules: &[Rule], all: bool) -> Vec<Cow<'a, Alert>> {
    let mut shown: Vec<Cow<'a, Alert>> = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for alert in alerts {
        if alert.state == State::Quiet && !alert.better && !all {
            continue;
        }
        let lacking = |other: &&Alert| other.rule == alert.rule && is_lacking(other);
        if all || !is_lacking(alert) {
            shown.push(Cow::Borrowed(alert));
            continue;
        }
        if done.contains(&alert.rule.as_str()) {
            continue;
        }
        done.push(&alert.rule);
        let of_rule: Vec<&Alert> = alerts.iter().filter(lacking).collect();
        match of_rule.len() > FEW {
            false => shown.extend(of_rule.into_iter().map(Cow::Borrowed)),
            true => shown.push(Cow::Owned(Alert {
                series: format!("{} series", of_rule.len()),
                why: format!(
                    "such as {}; `per` or --group-by name the dimensions that matter",
                    alert.why
                ),
                ..alert.clone()
            })),
        }
    }
    let level = |name: &str| {
        let rule = rules.iter().find(|rule| rule.name == name);
        Reverse(rule.map(|rule| rule.level))
    };
    // What has become better comes before what merely stayed.
    shown.sort_by_key(|alert| (alert.state, !alert.better, level(&alert.rule)));
    shown
}

fn is_lacking(alert: &Alert) -> bool {
    alert.state == State::Insufficient
}

/// How many are in a state.
pub(super) fn count(alerts: &[Alert], state: State) -> u64 {
    alerts.iter().filter(|alert| alert.state == state).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(rule: &str, series: usize, state: State) -> Alert {
        Alert {
            rule: rule.to_owned(),
            series: format!("s{series}"),
            state,
            why: format!("{series} of at least 20 points"),
            better: false,
            since: None,
        }
    }

    #[test]
    fn many_series_without_enough_data_are_one_row() {
        let mut alerts: Vec<Alert> = (1..=5)
            .map(|n| alert("a", n, State::Insufficient))
            .collect();
        alerts.extend((1..=2).map(|n| alert("b", n, State::Insufficient)));
        alerts.push(alert("a", 9, State::Firing));
        alerts.push(alert("a", 8, State::Quiet));
        let rows = |all| {
            let shown = loud(&alerts, &[], all).into_iter();
            shown
                .map(|alert| format!("{} {}", alert.rule, alert.series))
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(false), ["a s9", "a 5 series", "b s1", "b s2"]);
        assert_eq!(rows(true).len(), 9);
    }
}
