//! Judging every run of the past by a policy, in the order of time.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Proposal, propose};
use crate::domain::baseline::{Baseline, Found};
use crate::domain::delta::Delta;
use crate::domain::gate::followed::{Course, Followed};
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::gate::verdict::{GateVerdict, Outcome};
use crate::domain::gate::{Against, evaluate};
use crate::domain::metric::Metric;
use crate::domain::series::Key;
use crate::domain::snapshot::Snapshot;
use crate::domain::unit::Unit;
use crate::domain::value::Value;

/// A run of the past.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its commit.
    pub commit: String,
    /// When it was.
    pub at: Timestamp,
    /// What was measured.
    pub snapshot: Snapshot,
}

/// What followed an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// A commit took the one back that it rang on.
    Reverted(String),
    /// A later run held the gate again.
    Fixed {
        /// The commit of that run.
        commit: String,
        /// How many runs later.
        runs: u64,
    },
    /// Nothing so far.
    Open,
}

/// A gate that begins to be missed; the runs that go on missing it belong to the same alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// The commit that it rang on.
    pub commit: String,
    /// When that was measured.
    pub at: Timestamp,
    /// The value that missed the gate.
    pub value: Option<Value>,
    /// How far off it was, in words.
    pub distance: String,
    /// How many runs missed it, one after another.
    pub runs: u64,
    /// What followed.
    pub then: Then,
}

/// What one gate would have said.
#[derive(Debug, Clone, PartialEq)]
pub struct GateReplay {
    /// The gate's id.
    pub id: String,
    /// What is judged.
    pub metric: Arc<Metric>,
    /// What must hold.
    pub requirement: String,
    /// How many runs it could judge.
    pub judged: u64,
    /// How many it could not, for want of data or because a replay knows no change.
    pub unjudged: u64,
    /// How many missed it.
    pub missed: u64,
    /// When it would have rung, in the order of time.
    pub alarms: Vec<Alarm>,
    /// The threshold for the wanted rate; `None` for a gate without a bound on one value.
    pub proposal: Option<Proposal>,
}

impl GateReplay {
    /// The share of judged runs that missed it; `None` if none was judged.
    #[allow(clippy::cast_precision_loss, reason = "counts of runs")]
    pub fn rate(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.missed as f64 / self.judged as f64)
    }
}

/// What a policy would have said of the runs of the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// How many runs there are.
    pub runs: u64,
    /// When the first of them was.
    pub from: Option<Timestamp>,
    /// When the last was.
    pub until: Option<Timestamp>,
    /// The gates, in the policy's order.
    pub gates: Vec<GateReplay>,
}

/// Judges `runs`, which come in the order of time, one after another, each against those before it. What a change
/// touches is not known of past runs: such gates are not judged. `taken_back` says which commit took another back,
/// `samples` are the events of all times, `rate` (0 to 1) is the share of runs that may miss a proposed threshold.
pub fn replay(
    policy: &Policy,
    runs: &[Run],
    samples: &[Course],
    taken_back: &HashMap<String, String>,
    unit: impl Fn(&str) -> Unit,
    rate: f64,
) -> Backtest {
    let nothing = Against::nothing();
    let delta = Delta::default();
    let mut followed = Followed {
        samples: samples.to_vec(),
        ..Followed::default()
    };
    let mut before: Option<Baseline> = None;
    let mut verdicts: Vec<Vec<GateVerdict>> = Vec::with_capacity(runs.len());
    for run in runs {
        followed.now = run.at;
        let against = Against {
            baseline: before.as_ref().map_or(nothing.baseline, Ok),
            followed: Ok(&followed),
            delta: &delta,
            ..nothing
        };
        let day = TimeZone::UTC.to_datetime(run.at).date();
        verdicts.push(evaluate(policy, &run.snapshot, &against, day).gates);
        remember(&mut followed, policy, run, &unit);
        let found = Found::Newest("the run before".to_owned());
        before = Some(Baseline::new(run.snapshot.clone(), found));
    }
    let gates = policy.gates.iter().enumerate().map(|(at, gate)| {
        let of_gate: Vec<&GateVerdict> = verdicts.iter().filter_map(|all| all.get(at)).collect();
        summed(gate, runs, &of_gate, taken_back, rate)
    });
    Backtest {
        runs: runs.len() as u64,
        from: runs.first().map(|run| run.at),
        until: runs.last().map(|run| run.at),
        gates: gates.collect(),
    }
}

/// Adds a run's values to the series of the metrics that gates follow.
fn remember(followed: &mut Followed, policy: &Policy, run: &Run, unit: &impl Fn(&str) -> Unit) {
    let follows = |metric: &str| {
        let follows = |gate: &Gate| gate.watch.is_some() || gate.zones.is_some();
        let mut gates = policy.gates.iter().filter(|gate| follows(gate));
        gates.any(|gate| gate.metric.id == metric)
    };
    for measurement in &run.snapshot.measurements {
        if !follows(&measurement.metric) {
            continue;
        }
        let Some(key) = Key::of(measurement, unit(&measurement.metric)) else {
            continue;
        };
        let point = (run.at, measurement.value.to_f64());
        match followed.courses.iter_mut().find(|course| course.key == key) {
            Some(course) => course.points.push(point),
            None => followed.courses.push(Course {
                key,
                points: vec![point],
                left_out: 0,
            }),
        }
    }
}

fn summed(
    gate: &Gate,
    runs: &[Run],
    verdicts: &[&GateVerdict],
    taken_back: &HashMap<String, String>,
    rate: f64,
) -> GateReplay {
    let mut replay = GateReplay {
        id: gate.id.clone(),
        metric: Arc::clone(&gate.metric),
        requirement: verdicts
            .last()
            .map_or_else(String::new, |verdict| verdict.requirement.clone()),
        judged: 0,
        unjudged: 0,
        missed: 0,
        alarms: Vec::new(),
        proposal: None,
    };
    let mut ringing = false;
    let mut values = Vec::new();
    for (run, verdict) in runs.iter().zip(verdicts) {
        match verdict.outcome {
            // What could not be judged neither rings nor ends an alarm.
            Outcome::Missing | Outcome::ToolError | Outcome::NotJudged => {
                replay.unjudged += 1;
                continue;
            }
            Outcome::Fail => {
                replay.missed += 1;
                match replay.alarms.last_mut().filter(|_| ringing) {
                    Some(alarm) => alarm.runs += 1,
                    None => replay.alarms.push(rung(run, verdict, taken_back)),
                }
                ringing = true;
            }
            Outcome::Pass | Outcome::Waived | Outcome::Warn => {
                if let Some(alarm) = replay.alarms.last_mut().filter(|_| ringing)
                    && alarm.then == Then::Open
                {
                    alarm.then = Then::Fixed {
                        commit: run.commit.clone(),
                        runs: alarm.runs,
                    };
                }
                ringing = false;
            }
        }
        replay.judged += 1;
        values.extend(verdict.observed.as_ref().map(|observed| observed.value));
    }
    let bound = gate.require.as_ref().filter(|_| gate.part.is_whole());
    replay.proposal = bound.and_then(|bound| propose(&values, bound.op, rate));
    replay
}

fn rung(run: &Run, verdict: &GateVerdict, taken_back: &HashMap<String, String>) -> Alarm {
    let by = taken_back.get(&run.commit);
    Alarm {
        commit: run.commit.clone(),
        at: run.at,
        value: verdict.observed.as_ref().map(|observed| observed.value),
        distance: verdict.distance.clone(),
        runs: 1,
        then: by.map_or(Then::Open, |by| Then::Reverted(by.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::gate::fixture::{TODAY, condition, gate, policy};
    use crate::domain::measurement::{Measurement, Scope};
    use crate::domain::snapshot::Subject;

    fn runs(failed: &[Option<u64>]) -> Vec<Run> {
        let run = |(at, failed): (usize, &Option<u64>)| {
            let mut snapshot = Snapshot::new(Subject::default());
            let measured = failed
                .map(|count| Measurement::new("tests.failed", Scope::Project, Value::Count(count)));
            snapshot.measurements.extend(measured);
            let start = TODAY.to_zoned(TimeZone::UTC).unwrap().timestamp();
            Run {
                commit: format!("c{at}"),
                at: start + jiff::SignedDuration::from_hours(24 * at as i64),
                snapshot,
            }
        };
        failed.iter().enumerate().map(run).collect()
    }

    fn of(failed: &[Option<u64>], taken_back: &[(&str, &str)]) -> GateReplay {
        let mut bounded = gate("tests.failed");
        bounded.require = Some(condition(&Unit::Count, "<= 2"));
        let taken_back = taken_back
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        let found = replay(
            &policy(vec![bounded]),
            &runs(failed),
            &[],
            &taken_back.collect(),
            |_| Unit::Count,
            0.25,
        );
        found.gates.into_iter().next().unwrap()
    }

    #[test]
    fn alarms_have_a_beginning_and_what_followed() {
        let failed = [
            Some(0),
            Some(5),
            Some(4),
            Some(1),
            None,
            Some(9),
            None,
            Some(3),
        ];
        let found = of(&failed, &[("c5", "c6")]);
        assert_eq!((found.judged, found.unjudged, found.missed), (6, 2, 4));
        let told: Vec<(&str, u64, &Then)> = found
            .alarms
            .iter()
            .map(|alarm| (alarm.commit.as_str(), alarm.runs, &alarm.then))
            .collect();
        let fixed = Then::Fixed {
            commit: "c3".to_owned(),
            runs: 2,
        };
        let reverted = Then::Reverted("c6".to_owned());
        assert_eq!(told, [("c1", 2, &fixed), ("c5", 2, &reverted)]);
        assert_eq!(found.alarms[0].distance, "3 over");
        assert_eq!(
            found.proposal.map(|found| found.value),
            Some(Value::Count(5))
        );
    }

    #[test]
    fn nothing_judged_is_no_rate() {
        let found = of(&[None, None], &[]);
        assert_eq!((found.rate(), found.proposal), (None, None));
        assert!(found.alarms.is_empty());
    }
}
