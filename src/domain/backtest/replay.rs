//! Judging every run of the past by a policy, in the order of time.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::machine::{Machine, Wanted};
use super::result::{Backtest, GateReplay};
use super::run::Run;
use super::tally::Tally;
use crate::domain::baseline::{Baseline, Found, Lack};
use crate::domain::delta::Delta;
use crate::domain::gate::followed::Course;
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::gate::verdict::GateVerdict;
use crate::domain::gate::{Against, evaluate};
use crate::domain::metric::Metric;
use crate::domain::past::Bars;
use crate::domain::snapshot::{Snapshot, Subject};

/// What a replay needs to know beside the runs.
pub struct Known<'a> {
    /// The events of all times.
    pub samples: Vec<Course>,
    /// The best values from before the first run: what ratchets hold.
    pub bars: Bars,
    /// Which commit took another back.
    pub taken_back: HashMap<String, String>,
    /// The metric of an id.
    pub metric: &'a dyn Fn(&str) -> Option<&'a Metric>,
    /// The share of runs, 0 to 1, that may miss a proposed threshold.
    pub rate: f64,
}

/// Judges `runs`, which come in the order of time, one after another, each against those before it: those of its lane, and by rules
/// over series those of its sort of machine. Only one is held at a time, and those that are not judged until another commit comes.
pub fn replay(policy: &Policy, runs: impl IntoIterator<Item = Run>, known: Known<'_>) -> Backtest {
    let nothing = Against::nothing();
    let unchanged = Delta::default();
    let first = Lack::new("it is the first run that is replayed, and none is known before it");
    let ratchets = policy.gates.iter().any(|gate| gate.ratchet.is_some());
    let mut machines: HashMap<String, Machine> = HashMap::new();
    let mut bars = known.bars;
    let mut before: HashMap<usize, Baseline> = HashMap::new();
    let mut ends: Option<(Timestamp, Timestamp)> = None;
    let mut count = 0;
    let wanted = Wanted {
        policy,
        metric: known.metric,
    };
    let mut tallies: Vec<Tallies<'_>> = policy.gates.iter().map(Tallies::new).collect();
    for run in runs {
        let new = || Machine::new(known.samples.clone());
        let machine = machines.entry(run.runner.clone()).or_insert_with(new);
        if !run.judged {
            machine.wait(run, wanted);
            continue;
        }
        let followed = machine.followed(&run, wanted);
        let best = ratchets.then(|| bars.clone().into_measurements());
        let (baseline, delta) = match &run.step {
            Some(step) => (step.baseline.as_ref(), &step.delta),
            None => (before.get(&run.lane).ok_or(&first), &unchanged),
        };
        let against = Against {
            baseline,
            followed: Ok(&*followed),
            delta,
            bars: best.as_deref().map_or(nothing.bars, Ok),
        };
        let day = TimeZone::UTC.to_datetime(run.at).date();
        let verdicts = evaluate(policy, &run.snapshot, &against, day).gates;
        for (tally, verdict) in tallies.iter_mut().zip(&verdicts) {
            tally.add(&run, verdict, &known.taken_back);
        }
        machine.add(&run, wanted);
        if ratchets {
            let better = |id: &str| (known.metric)(id).map(|metric| metric.better);
            bars.take_snapshot(&run.snapshot, better);
        }
        count += 1;
        ends = Some((ends.map_or(run.at, |(first, _)| first), run.at));
        if run.step.is_none() {
            let found = Found::Newest("the run before".to_owned());
            before.insert(run.lane, Baseline::new(run.snapshot, found));
        }
    }
    let gates = tallies.into_iter().map(|tally| tally.finish(known.rate));
    Backtest {
        runs: count,
        from: ends.map(|(first, _)| first),
        until: ends.map(|(_, last)| last),
        gates: gates.collect(),
    }
}

/// The verdicts of a gate, of each sort of machine that rings by itself.
struct Tallies<'g> {
    gate: &'g Gate,
    /// By lane, or where the gate judges a series by the sort of machine, which is what tells two apart; with the machine that
    /// each alarm rang on.
    each: BTreeMap<(usize, String), (Vec<String>, Tally<'g>)>,
}

impl<'g> Tallies<'g> {
    fn new(gate: &'g Gate) -> Tallies<'g> {
        Tallies {
            gate,
            each: BTreeMap::new(),
        }
    }

    /// Takes in the verdict on the next run.
    fn add(&mut self, run: &Run, verdict: &GateVerdict, taken_back: &HashMap<String, String>) {
        let key = match &self.gate.watch {
            Some(_) => (0, run.runner.clone()),
            None => (run.lane, String::new()),
        };
        let gate = self.gate;
        let of_key = self.each.entry(key);
        let (rang, tally) = of_key.or_insert_with(|| (Vec::new(), Tally::new(gate)));
        tally.add((&run.commit, run.at), verdict, taken_back);
        rang.resize(tally.alarms(), run.runner.clone());
    }

    /// All together; where there are several, each alarm says on which sort of machine it rang.
    fn finish(self, rate: f64) -> GateReplay {
        let several = self.each.len() > 1;
        let mut all = Tally::new(self.gate);
        for (rang, tally) in self.each.into_values() {
            let name = |number: usize| match rang.get(number).map(String::as_str) {
                Some(machine) if several && !machine.is_empty() => format!("runner={machine}"),
                _ => String::new(),
            };
            all.join(tally, &name);
        }
        all.finish(rate)
    }
}

/// A replay of no run at all: what each gate requires at a time.
pub fn unplayed(policy: &Policy, at: Timestamp) -> Backtest {
    let day = TimeZone::UTC.to_datetime(at).date();
    let blank = Snapshot::new(Subject::default());
    let verdicts = evaluate(policy, &blank, &Against::nothing(), day).gates;
    let gates = policy.gates.iter().zip(verdicts);
    let gates = gates.map(|(gate, verdict)| GateReplay {
        requirement: verdict.requirement,
        ..Tally::new(gate).finish(0.0)
    });
    Backtest {
        gates: gates.collect(),
        ..Backtest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::backtest::{Gap, Then};
    use crate::domain::catalogue;
    use crate::domain::gate::fixture::{TODAY, condition, gate, policy};
    use crate::domain::gate::following::Rule;
    use crate::domain::measurement::{Measurement, Scope};
    use crate::domain::unit::Unit;
    use crate::domain::value::Value;

    fn runs(failed: &[Option<u64>]) -> Vec<Run> {
        let run = |(at, failed): (usize, &Option<u64>)| {
            let mut snapshot = Snapshot::new(Subject::default());
            let measured = failed
                .map(|count| Measurement::new("tests.failed", Scope::Project, Value::Count(count)));
            snapshot.measurements.extend(measured);
            let start = TODAY.to_zoned(TimeZone::UTC).unwrap().timestamp();
            Run {
                commit: format!("c{at}"),
                runner: String::new(),
                lane: 0,
                at: start + jiff::SignedDuration::from_hours(24 * at as i64),
                snapshot,
                step: None,
                named: false,
                judged: true,
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
        let known = Known {
            samples: Vec::new(),
            bars: Bars::default(),
            taken_back: taken_back.collect(),
            metric: &|id| catalogue::find(id),
            rate: 0.25,
        };
        let found = replay(&policy(vec![bounded]), runs(failed), known);
        found.gates.into_iter().next().unwrap()
    }

    #[test]
    fn older_runs_of_a_commit_are_known_to_what_comes_after() {
        use crate::domain::consequence::OnMissing;
        use crate::domain::gate::following::Watch;
        use crate::domain::watch::Settings;

        let watch = Watch {
            rule: Rule::Regression {
                settings: Settings::default(),
                repetitions: Some(1),
                since: None,
            },
            per: None,
            text: "rule".to_owned(),
            on_insufficient: OnMissing::Warn,
        };
        let gate = Gate {
            watch: Some(watch),
            ..gate("tests.failed")
        };
        // Of the commit before the last three runs are recorded, of which the newest is judged.
        let told = |again: [u64; 3], passed: bool| {
            let mut all = runs(&[Some(100); 17]);
            let counts = again.into_iter().chain([131]);
            for (run, count) in all.iter_mut().skip(13).zip(counts) {
                run.snapshot.measurements[0].value = Value::Count(count);
                run.commit = "c13".to_owned();
                run.named = true;
                run.judged = false;
            }
            all[15].judged = true;
            all[16].commit = "c16".to_owned();
            all[16].judged = true;
            if passed {
                // Another commit came between.
                all[14].commit = "c14".to_owned();
                all[14].judged = true;
            }
            let known = Known {
                samples: Vec::new(),
                bars: Bars::default(),
                taken_back: HashMap::new(),
                metric: &|id| catalogue::find(id),
                rate: 0.25,
            };
            let found = replay(&policy(vec![gate.clone()]), all, known);
            let gate = &found.gates[0];
            let rang: Vec<String> = gate.alarms.iter().map(|it| it.commit.clone()).collect();
            (found.runs, rang)
        };
        let rang = |commits: &[&str]| commits.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(told([130, 131, 100], false), (15, rang(&["c16"])));
        assert_eq!(told([100, 130, 131], false), (15, rang(&["c13"])));
        // The newest run before is the one that confirms, be it judged or not.
        assert_eq!(told([100, 100, 130], false), (15, rang(&["c16"])));
        assert_eq!(told([130, 100, 131], true), (16, rang(&["c13"])));
    }

    #[test]
    fn machines_side_by_side_ring_by_themselves() {
        // Two machines check each commit; on one of them it fails from the third on.
        let two = |fails: &dyn Fn(usize) -> u64| {
            let mut both = Vec::new();
            for (at, run) in runs(&[Some(0); 6]).into_iter().enumerate() {
                for (lane, runner) in ["a", "b"].into_iter().enumerate() {
                    let mut run = run.clone();
                    run.runner = runner.to_owned();
                    run.lane = lane;
                    let count = if lane == 0 { fails(at) } else { 0 };
                    run.snapshot.measurements[0].value = Value::Count(count);
                    both.push(run);
                }
            }
            both
        };
        let mut bounded = gate("tests.failed");
        bounded.require = Some(condition(&Unit::Count, "<= 2"));
        let known = Known {
            samples: Vec::new(),
            bars: Bars::default(),
            taken_back: HashMap::new(),
            metric: &|id| catalogue::find(id),
            rate: 0.25,
        };
        let failing = two(&|at| if at >= 2 { 9 } else { 0 });
        let found = replay(&policy(vec![bounded]), failing, known);
        let gate = &found.gates[0];
        assert_eq!((found.runs, gate.judged, gate.missed), (12, 12, 4));
        let told: Vec<(&str, u64, &Then)> = gate
            .alarms
            .iter()
            .map(|alarm| (&*alarm.commit, alarm.runs, &alarm.then))
            .collect();
        assert_eq!(told, [("c2", 4, &Then::Open)]);
        assert!(
            gate.alarms[0].distance.starts_with("runner=a: "),
            "{gate:?}"
        );
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
        let gap = Gap {
            reason: "the run has no value of it".to_owned(),
            runs: 2,
            is_spared: false,
        };
        assert_eq!(found.gaps, [gap]);
    }
}
