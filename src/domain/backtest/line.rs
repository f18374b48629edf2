//! Judging every run of a recorded series, each by what was known before it.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::measuring::Measuring;
use super::result::GateReplay;
use super::seen::Seen;
use super::tally::Tally;
use crate::domain::gate::followed::Followed;
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::gate::verdict::GateVerdict;
use crate::domain::gate::{Against, evaluate, series_name};
use crate::domain::measurement::{Absence, Cause, Measurement, Scope};
use crate::domain::series::Key;
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::stats::median;
use crate::domain::value::Value;

/// A series with what was measured of it, in the order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is a series of.
    pub key: Key,
    /// The sort of machine that all of it is of, where there are series of several; else empty.
    pub runner: String,
    /// What was measured.
    pub measurings: Vec<Measuring>,
}

/// What is to be replayed.
pub struct Asked<'a> {
    /// Whose waivers count.
    pub policy: &'a Policy,
    /// The gate that judges, as the policy says it.
    pub gate: &'a Gate,
    /// Whether what does not say on what machine it was measured is judged as on a hosted runner.
    pub hosted: bool,
    /// From when on.
    pub since: Timestamp,
    /// Until when.
    pub now: Timestamp,
    /// Whether a gate without a rule over series judges the median of what a run states, and not only what states one value.
    pub pooled: bool,
    /// Whether the metric is computed from others: each run has one value of it.
    pub computed: bool,
    /// Which commit took another back.
    pub taken_back: &'a HashMap<String, String>,
    /// The share of runs, 0 to 1, that may miss a proposed threshold.
    pub rate: f64,
}

/// Judges what was measured of these series by a gate: each by what was known before it,
/// by the function that judges a run when it happens. Whether a series stopped arriving is judged just before the next point arrived, and
/// now. A gate without a rule over series judges the one value that a run states.
pub fn follow(asked: &Asked<'_>, lines: &[Line]) -> GateReplay {
    let (gate, now, taken_back) = (asked.gate, asked.now, asked.taken_back);
    let own = Policy {
        gates: vec![gate.clone()],
        ..asked.policy.clone()
    };
    // As each run was judged where it was.
    let on_hosted = own.clone().on_hosted_runner();
    let hosted_gate = on_hosted.gates.first().unwrap_or(gate);
    let mut all = Tally::new(gate);
    for line in lines {
        let mut tally = Tally::new(gate);
        let (mut of_own, mut of_hosted) = (Seen::of(gate), Seen::of(hosted_gate));
        let rule = gate.watch.as_ref().map(|watch| &watch.rule);
        let arrives = matches!(rule, Some(Rule::Completeness { .. }));
        for measured in &line.measurings {
            let (policy, seen) = match measured.hosted.unwrap_or(asked.hosted) {
                true => (&on_hosted, &of_hosted),
                false => (&own, &of_own),
            };
            if measured.at >= asked.since {
                let (snapshot, followed) = match rule {
                    Some(_) if arrives => {
                        let before = measured.at.checked_sub(SignedDuration::from_millis(1));
                        (
                            blank(),
                            seen.arrived(&line.key, before.unwrap_or(measured.at)),
                        )
                    }
                    Some(_) => {
                        let mut followed = seen.followed(&line.key, measured);
                        let computed = asked.computed.then(|| gate.metric.id.to_string());
                        followed.computed.extend(computed);
                        (blank(), followed)
                    }
                    None => (stating(asked, measured), Followed::default()),
                };
                let mark = (&*measured.commit, measured.at);
                if !arrives || seen.any() {
                    let verdict = judge(policy, &snapshot, &followed, measured.at).pop();
                    if let Some(verdict) = verdict {
                        tally.add(mark, &verdict, taken_back);
                    }
                }
            }
            of_own.add(measured);
            of_hosted.add(measured);
        }
        if let Some(last) = line.measurings.last().filter(|_| arrives) {
            let verdict = judge(&own, &blank(), &of_own.arrived(&line.key, now), now).pop();
            if let Some(verdict) = verdict {
                tally.add((&*last.commit, now), &verdict, taken_back);
            }
        }
        let name = match lines {
            [_] => String::new(),
            _ => {
                let runner = match line.runner.as_str() {
                    "" => String::new(),
                    runner => format!("runner={runner}"),
                };
                let parts = [series_name(gate, &line.key), runner];
                parts
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", ")
            }
        };
        all.join(tally, &|_| name.clone());
    }
    GateReplay {
        series: lines.len().max(1) as u64,
        ..all.finish(asked.rate)
    }
}

/// The verdicts of a policy's gates at a time, in their order.
pub(super) fn judge(
    policy: &Policy,
    snapshot: &Snapshot,
    followed: &Followed,
    at: Timestamp,
) -> Vec<GateVerdict> {
    let against = Against {
        followed: Ok(followed),
        ..Against::nothing()
    };
    let day = TimeZone::UTC.to_datetime(at).date();
    evaluate(policy, snapshot, &against, day).gates
}

/// A run that measured nothing itself.
pub(super) fn blank() -> Snapshot {
    Snapshot::new(Subject::default())
}

/// The snapshot of a run that states one value; of more, it is not said which counts.
fn stating(asked: &Asked<'_>, measured: &Measuring) -> Snapshot {
    let metric = &asked.gate.metric.id;
    let mut snapshot = blank();
    let value = match measured.values.as_slice() {
        [value] => Some(*value),
        values if asked.pooled => median(values).ok(),
        _ => None,
    };
    match value.and_then(Value::number) {
        Some(value) => {
            let stated = Measurement::new(metric.clone(), Scope::Project, value);
            snapshot.measurements.push(stated);
        }
        None => snapshot.absences.push(Absence {
            metric: metric.clone(),
            cause: Cause::Insufficient,
            reason: "the run states several values of it: say with `stat` which figure of them is judged"
                .to_owned(),
        }),
    }
    snapshot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::backtest::Then;
    use crate::domain::consequence::OnMissing;
    use crate::domain::gate::fixture::{condition, gate};
    use crate::domain::gate::following::Watch;
    use crate::domain::unit::Unit;
    use crate::domain::watch::{Chart, Method, Settings, Since};

    const HOUR: i64 = 3_600;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + hour * HOUR).unwrap()
    }

    /// A run of each value, an hour apart, each of a commit of its own.
    fn line(values: &[f64]) -> Line {
        let measuring = |(run, value): (usize, &f64)| Measuring {
            at: at(run as i64),
            values: vec![*value],
            commit: format!("c{run}"),
            runner: String::new(),
            hosted: None,
            named: false,
            run,
        };
        Line {
            key: Key::new("tests.duration", Unit::Seconds),
            runner: String::new(),
            measurings: values.iter().enumerate().map(measuring).collect(),
        }
    }

    fn watching(rule: Rule) -> Gate {
        let watch = Watch {
            rule,
            per: None,
            text: "rule".to_owned(),
            on_insufficient: OnMissing::Warn,
        };
        Gate {
            watch: Some(watch),
            ..gate("tests.duration")
        }
    }

    fn replayed(gate: &Gate, lines: &[Line], pooled: bool) -> GateReplay {
        let asked = Asked {
            policy: &Policy::default(),
            gate,
            hosted: false,
            since: at(0),
            now: at(200),
            pooled,
            computed: false,
            taken_back: &HashMap::new(),
            rate: 0.1,
        };
        follow(&asked, lines)
    }

    fn percentage() -> Gate {
        watching(Rule::Regression {
            settings: Settings {
                bound: Some(0.1),
                ..Settings::new(Method::Percentage)
            },
            repetitions: None,
            since: None,
        })
    }

    fn told(replay: &GateReplay) -> Vec<(&str, u64, &Then)> {
        let alarms = replay.alarms.iter();
        alarms
            .map(|alarm| (&*alarm.commit, alarm.runs, &alarm.then))
            .collect()
    }

    #[test]
    fn each_run_is_judged_by_what_was_before_it() {
        let mut values = vec![1.0; 10];
        values.extend([2.0, 1.0, 1.0, 1.5]);
        let replay = replayed(&percentage(), &[line(&values)], false);
        // The first has no past.
        assert_eq!((replay.judged, replay.unjudged, replay.missed), (13, 1, 2));
        let fixed = Then::Fixed {
            commit: "c11".to_owned(),
            runs: 1,
        };
        assert_eq!(told(&replay), [("c10", 1, &fixed), ("c13", 1, &Then::Open)]);
        assert!(
            replay.alarms[0]
                .distance
                .contains("100% worse than the 1 s of 10 runs"),
            "{replay:#?}"
        );
    }

    #[test]
    fn a_commit_is_not_its_own_past_and_another_sort_of_machine_is_none() {
        let mut same = line(&[1.0, 1.0, 1.0, 2.0, 2.0]);
        same.measurings[4].commit = "c3".to_owned();
        let replay = replayed(&percentage(), &[same], false);
        assert_eq!(replay.missed, 2);
        let mut other = line(&[1.0, 1.0, 1.0, 2.0]);
        other.measurings[3].runner = "slow".to_owned();
        let replay = replayed(&percentage(), &[other], false);
        assert_eq!((replay.missed, replay.unjudged), (0, 2));
        // Measurings of one run are one point of the past.
        let mut parts = line(&[1.0, 3.0, 2.0, 2.1]);
        parts.measurings[1].run = 0;
        parts.measurings[1].commit = "c0".to_owned();
        let replay = replayed(&percentage(), &[parts], false);
        assert_eq!(replay.missed, 0, "{replay:#?}");
    }

    #[test]
    fn a_level_that_stays_is_one_alarm_and_the_limit_is_what_it_was() {
        let gate = watching(Rule::Regression {
            settings: Settings::default(),
            repetitions: Some(1),
            since: None,
        });
        let steady = |count: usize| (0..count).map(|i| 1.0 + (i % 5) as f64 / 200.0);
        let mut values: Vec<f64> = steady(30).collect();
        values.extend([1.3; 400]);
        let replay = replayed(&gate, &[line(&values)], false);
        // The first is not confirmed yet.
        assert_eq!(told(&replay), [("c31", 399, &Then::Open)]);
        assert_eq!(replay.warnings(), 1, "{:?}", replay.warned);
        values.extend(steady(3));
        let replay = replayed(&gate, &[line(&values)], false);
        let fixed = Then::Fixed {
            commit: "c430".to_owned(),
            runs: 399,
        };
        assert_eq!(told(&replay), [("c31", 399, &fixed)]);
        // Accepted, it is over without being back.
        let accepted = watching(Rule::Regression {
            settings: Settings::default(),
            repetitions: Some(1),
            since: Some(Since::Commit("c100".to_owned())),
        });
        let replay = replayed(&accepted, &[line(&values)], false);
        let lapsed = Then::Lapsed {
            commit: "c105".to_owned(),
            runs: 69,
        };
        assert_eq!(told(&replay), [("c31", 69, &lapsed)]);
    }

    #[test]
    fn an_alarm_whose_value_never_came_back_is_not_fixed() {
        let mut values: Vec<f64> = (0..30).map(|i| 1.0 + f64::from(i % 5) / 100.0).collect();
        values.extend((0..90).map(|i| 1.5 + f64::from(i % 5) / 100.0));
        let days = |count| SignedDuration::from_hours(count);
        for rule in [
            Rule::Anomaly {
                sensitivity: 4.0,
                window: 64,
            },
            Rule::ChangePoint { within: days(30) },
            Rule::Trend {
                window: 40,
                p: 0.01,
                drift: 0.1,
            },
            Rule::Chart {
                chart: Chart::Ewma,
                limit: 3.0,
                window: 64,
            },
        ] {
            let key = rule.key();
            let replay = replayed(&watching(rule), &[line(&values)], false);
            let alarms = told(&replay);
            assert!(!alarms.is_empty(), "{key}");
            for (_, _, then) in &alarms {
                assert!(
                    matches!(then, Then::Lapsed { .. } | Then::Open),
                    "{key} {alarms:?}"
                );
            }
        }
    }

    #[test]
    fn what_stopped_arriving_rings_until_it_arrives() {
        let mut line = line(&[1.0; 12]);
        for (late, measured) in line.measurings.iter_mut().enumerate().skip(8) {
            measured.at = at(20 + late as i64);
        }
        let every = Some(SignedDuration::from_hours(1));
        let gate = watching(Rule::Completeness { every });
        let replay = replayed(&gate, &[line], false);
        let fixed = Then::Fixed {
            commit: "c9".to_owned(),
            runs: 1,
        };
        // Before the ninth arrived, and since the last one.
        assert_eq!(told(&replay), [("c8", 1, &fixed), ("c11", 1, &Then::Open)]);
        assert_eq!(replay.judged, 12);
    }

    #[test]
    fn series_ring_by_themselves_and_a_static_limit_is_proposed() {
        let gate = watching(Rule::Regression {
            settings: Settings {
                bound: Some(3.0),
                ..Settings::new(Method::Static)
            },
            repetitions: None,
            since: None,
        });
        let named = |name: &str, values: &[f64]| {
            let mut line = line(values);
            line.key
                .dimensions
                .insert("operation".to_owned(), name.to_owned());
            line
        };
        let lines = [
            named("install", &[1.0, 4.0, 4.0, 1.0]),
            named("list", &[1.0, 1.0, 5.0, 5.0, 2.0, 2.0]),
        ];
        let replay = replayed(&gate, &lines, false);
        let rang: Vec<(&str, u64)> = replay
            .alarms
            .iter()
            .map(|alarm| (alarm.distance.split(':').next().unwrap(), alarm.runs))
            .collect();
        assert_eq!(rang, [("operation=install", 2), ("operation=list", 2)]);
        let proposal = replay.proposal.unwrap();
        assert_eq!(proposal.value.to_f64(), 5.0);
    }

    #[test]
    fn a_bound_judges_the_one_value_of_a_run_or_their_median() {
        let gate = Gate {
            require: Some(condition(&Unit::Seconds, "<= 2s")),
            ..gate("tests.duration")
        };
        let mut line = line(&[1.0, 3.0, 1.0]);
        line.measurings[2].values = vec![1.0, 3.0, 5.0];
        let replay = replayed(&gate, std::slice::from_ref(&line), false);
        assert_eq!((replay.judged, replay.unjudged, replay.missed), (2, 1, 1));
        assert!(
            replay.gaps[0].reason.contains("several values"),
            "{replay:#?}"
        );
        let replay = replayed(&gate, &[line], true);
        assert_eq!((replay.judged, replay.missed), (3, 2));
        assert!(replay.proposal.is_some());
    }

    #[test]
    fn every_rule_is_replayed_over_many_points() {
        let values: Vec<f64> = (0..300)
            .map(|i| 1.0 + f64::from(i % 7) / 100.0 + if i >= 150 { 1.0 } else { 0.0 })
            .collect();
        let within = SignedDuration::from_hours(24 * 14);
        for (rule, most) in [
            (
                Rule::Anomaly {
                    sensitivity: 4.0,
                    window: 64,
                },
                40,
            ),
            (
                Rule::Trend {
                    window: 64,
                    p: 0.01,
                    drift: 0.1,
                },
                100,
            ),
            (Rule::ChangePoint { within }, 150),
        ] {
            let key = rule.key();
            let replay = replayed(&watching(rule), &[line(&values)], false);
            assert_eq!(replay.judged + replay.unjudged, 300, "{key}");
            assert!(
                replay.missed > 0 && replay.missed <= most,
                "{key} {}",
                replay.missed
            );
            let first: usize = replay.alarms[0].commit[1..].parse().unwrap();
            assert!((150..175).contains(&first), "{key} {first}");
        }
    }
}
