//! What of the alerts is told, so that nobody hears the same twice in a day.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Alert, Rule, State};

/// What was told, by the alert's id.
pub type Memory = BTreeMap<String, Told>;

/// When an alert was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Since when it fires, as far as the history tells; else when it was first told.
    pub since: Timestamp,
    /// When it was last told.
    pub last: Timestamp,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct News<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// Its rule.
    pub rule: &'a Rule,
    /// Since when it fires, or fired.
    pub since: Timestamp,
    /// Whether it is over.
    pub is_over: bool,
}

/// What was told so long ago counts as forgotten, where its alert is not seen any more.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What is to be told of alerts at `now`, and what is remembered once it was. A firing alert is told when it begins, and
/// again when its cool-down is over; one that is quiet again is told once. What cannot be told from the data changes
/// nothing: an alert is not over because its metric stopped arriving. What fires comes first, and of that what matters
/// most to the policy.
pub fn news<'a>(
    alerts: &'a [Alert],
    rules: &'a [Rule],
    memory: &Memory,
    now: Timestamp,
) -> (Vec<News<'a>>, Memory) {
    let mut remembered = memory.clone();
    remembered.retain(|_, told| now.duration_since(told.last) < FORGOTTEN);
    let mut told = Vec::new();
    for alert in alerts {
        let Some(rule) = rules.iter().find(|rule| rule.name == alert.rule) else {
            continue;
        };
        let id = alert.id();
        let before = memory.get(&id).copied();
        // A run that stands out may be one of several in a row.
        let known = [before.map(|told| told.since), alert.since];
        let since = known.into_iter().flatten().min().unwrap_or(now);
        let is_over = match (alert.state, before) {
            (State::Firing, None) => false,
            (State::Firing, Some(before)) if now.duration_since(before.last) >= rule.cooldown => {
                false
            }
            (State::Quiet, Some(_)) => true,
            _ => continue,
        };
        match is_over {
            true => remembered.remove(&id),
            false => remembered.insert(id, Told { since, last: now }),
        };
        told.push(News {
            alert,
            rule,
            since,
            is_over,
        });
    }
    told.sort_by_key(|news| (news.is_over, Reverse(news.rule.level)));
    (told, remembered)
}

#[cfg(test)]
mod tests {
    use super::super::Test;
    use super::*;
    use crate::domain::consequence::Level;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3_600).unwrap()
    }

    fn told(state: State, memory: &Memory, hours: i64) -> (Vec<bool>, Memory) {
        let rules = [Rule::new("slow", "response_time", Test::Anomaly)];
        let alerts = [Alert {
            rule: "slow".to_owned(),
            series: "response_time".to_owned(),
            state,
            why: String::new(),
            better: false,
            since: None,
        }];
        let (news, memory) = news(&alerts, &rules, memory, at(hours));
        (news.iter().map(|news| news.is_over).collect(), memory)
    }

    #[test]
    fn an_alert_is_told_when_it_begins_after_its_cool_down_and_when_it_is_over() {
        let (begins, memory) = told(State::Firing, &Memory::new(), 0);
        assert_eq!(begins, [false]);
        let (still, memory) = told(State::Firing, &memory, 23);
        assert!(still.is_empty());
        let (again, memory) = told(State::Firing, &memory, 24);
        assert_eq!(
            (again, memory.values().next().unwrap().since),
            (vec![false], at(0))
        );
        // What cannot be told is not over.
        let (unknown, memory) = told(State::Insufficient, &memory, 25);
        assert!(unknown.is_empty() && memory.len() == 1);
        let (over, memory) = told(State::Quiet, &memory, 26);
        assert_eq!(over, [true]);
        let (quiet, memory) = told(State::Quiet, &memory, 27);
        assert!(quiet.is_empty() && memory.is_empty());
    }

    #[test]
    fn what_is_never_seen_again_is_forgotten() {
        let (_, memory) = told(State::Firing, &Memory::new(), 0);
        let (_, memory) = told(State::Unconfirmed, &memory, 89 * 24);
        assert_eq!(memory.len(), 1);
        let (_, memory) = told(State::Unconfirmed, &memory, 90 * 24);
        assert!(memory.is_empty());
    }

    #[test]
    fn what_matters_most_is_told_first() {
        let rule = |name: &str, level| Rule {
            level,
            ..Rule::new(name, "m", Test::Anomaly)
        };
        let rules = [
            rule("nice", Level::Nice),
            rule("over", Level::Must),
            rule("must", Level::Must),
        ];
        let alert = |rule: &Rule, state| Alert {
            rule: rule.name.clone(),
            series: "m".to_owned(),
            state,
            why: String::new(),
            better: false,
            since: None,
        };
        let alerts = [
            alert(&rules[0], State::Firing),
            alert(&rules[1], State::Quiet),
            alert(&rules[2], State::Firing),
        ];
        let before = Told {
            since: at(0),
            last: at(0),
        };
        let memory = Memory::from([(alerts[1].id(), before)]);
        let (news, _) = news(&alerts, &rules, &memory, at(1));
        let names: Vec<&str> = news.iter().map(|news| news.rule.name.as_str()).collect();
        assert_eq!(names, ["must", "nice", "over"]);
    }
}
