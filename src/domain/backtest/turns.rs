//! Judging every recorded comparison, as the check did that measured it.

use jiff::Timestamp;

use super::line::{Asked, blank, judge};
use super::result::GateReplay;
use super::tally::Tally;
use crate::domain::gate::followed::{Followed, Sides};
use crate::domain::gate::following::Watch;
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::series::Key;

/// What one run measured of a base and of a head, in turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Turns {
    /// When.
    pub at: Timestamp,
    /// Of which commit; empty where that is not known.
    pub commit: String,
    /// Both sides, by what they are a series of.
    pub sides: Vec<(Key, Sides)>,
}

/// Whether a gate holds a head against the base that was measured with it.
pub fn is_of_turns(gate: &Gate) -> bool {
    let watch = gate.watch.as_ref();
    watch.is_some_and(|watch| !Watch::asks_the_past(watch))
}

/// Judges by a gate what runs measured in turn, in the order of time. P-values are adjusted over all that a run's gates of this
/// rule look at, as in a check.
pub fn follow_turns(asked: &Asked<'_>, runs: &[Turns]) -> GateReplay {
    let gates = asked.policy.gates.iter().filter(|gate| is_of_turns(gate));
    let policy = Policy {
        gates: gates.cloned().collect(),
        ..asked.policy.clone()
    };
    let mut tally = Tally::new(asked.gate);
    for run in runs.iter().filter(|run| run.at >= asked.since) {
        let followed = Followed {
            sides: run.sides.clone(),
            now: run.at,
            commit: run.commit.clone(),
            ..Followed::default()
        };
        let verdicts = judge(&policy, &blank(), &followed, run.at);
        let mut verdicts = verdicts.into_iter();
        if let Some(verdict) = verdicts.find(|verdict| verdict.id == asked.gate.id) {
            tally.add((&*run.commit, run.at), &verdict, asked.taken_back);
        }
    }
    tally.finish(asked.rate)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::domain::backtest::Then;
    use crate::domain::consequence::OnMissing;
    use crate::domain::gate::fixture::gate;
    use crate::domain::gate::following::Rule;
    use crate::domain::unit::Unit;
    use crate::domain::watch::Settings;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + hour * 3_600).unwrap()
    }

    fn run(hour: i64, slower: f64, count: usize) -> Turns {
        let around = |level: f64| (0..count).map(|i| level + 0.001 * i as f64).collect();
        Turns {
            at: at(hour),
            commit: format!("c{hour}"),
            sides: vec![(
                Key::new("command.wall", Unit::Seconds),
                Sides {
                    base: around(1.0),
                    head: around(slower),
                },
            )],
        }
    }

    #[test]
    fn each_comparison_is_judged_by_its_own_sides() {
        let watch = Watch {
            rule: Rule::Interleaved {
                settings: Settings::default(),
            },
            per: None,
            text: "rule".to_owned(),
            on_insufficient: OnMissing::Warn,
        };
        let gate = Gate {
            watch: Some(watch),
            ..gate("command.wall")
        };
        let policy = Policy {
            gates: vec![gate.clone()],
            ..Policy::default()
        };
        let asked = Asked {
            policy: &policy,
            gate: &gate,
            hosted: false,
            since: at(1),
            now: at(9),
            pooled: false,
            computed: false,
            taken_back: &HashMap::new(),
            rate: 0.1,
        };
        let runs = [
            run(0, 2.0, 10),
            run(1, 1.0, 10),
            run(2, 1.5, 10),
            run(3, 1.0, 10),
            run(4, 9.0, 2),
        ];
        let replay = follow_turns(&asked, &runs);
        assert_eq!((replay.judged, replay.missed, replay.unjudged), (3, 1, 1));
        let [alarm] = replay.alarms.as_slice() else {
            panic!("{replay:?}");
        };
        let commit = "c3".to_owned();
        assert_eq!(alarm.commit, "c2");
        assert_eq!(alarm.then, Then::Fixed { commit, runs: 1 });
    }
}
