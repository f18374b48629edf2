//! What the verdicts of a gate on one run after another come to.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::proposal::propose;
use super::result::{Alarm, Gap, GateReplay, Then, Warned};
use crate::domain::gate::Miss;
use crate::domain::gate::condition::Op;
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::{GateVerdict, NO_REPORT, Outcome};
use crate::domain::metric::Better;
use crate::domain::value::Value;
use crate::domain::watch::Method;
use crate::text::plural;

/// The verdicts of a gate so far.
pub(super) struct Tally<'g> {
    gate: &'g Gate,
    replay: GateReplay,
    /// What is missed since the last alarm, while it rings.
    ringing: Option<Miss>,
    /// The values that were judged.
    values: Vec<Value>,
}

impl<'g> Tally<'g> {
    pub(super) fn new(gate: &'g Gate) -> Tally<'g> {
        Tally {
            gate,
            replay: GateReplay {
                id: gate.id.clone(),
                metric: Arc::clone(&gate.metric),
                requirement: String::new(),
                judged: 0,
                unjudged: 0,
                gaps: Vec::new(),
                missed: 0,
                warned: Vec::new(),
                alarms: Vec::new(),
                proposal: None,
                series: 1,
            },
            ringing: None,
            values: Vec::new(),
        }
    }

    /// Takes in the verdict on the next run.
    pub(super) fn add(
        &mut self,
        (commit, at): (&str, Timestamp),
        verdict: &GateVerdict,
        taken_back: &HashMap<String, String>,
    ) {
        let day = TimeZone::UTC.to_datetime(at).date();
        let replay = &mut self.replay;
        if replay.requirement != verdict.requirement {
            replay.requirement.clone_from(&verdict.requirement);
        }
        match verdict.outcome {
            // What could not be judged neither rings nor ends an alarm.
            Outcome::Missing | Outcome::ToolError | Outcome::NotJudged => {
                replay.unjudged += 1;
                note(&mut replay.gaps, self.gate, verdict);
                return;
            }
            Outcome::Fail => {
                replay.missed += 1;
                match (replay.alarms.last_mut(), &mut self.ringing) {
                    (Some(alarm), Some(missed)) => {
                        alarm.runs += 1;
                        missed.join(verdict);
                    }
                    _ => {
                        replay.alarms.push(rung((commit, at), verdict, taken_back));
                        self.ringing = Some(Miss::of(verdict, day));
                    }
                }
            }
            Outcome::Pass | Outcome::Waived | Outcome::Warn => {
                let missed = self.ringing.take();
                if let (Some(alarm), Some(missed)) = (replay.alarms.last_mut(), missed)
                    && alarm.then == Then::Open
                {
                    // What was recorded of one commit on several days was not mended by it.
                    let commit = match commit == alarm.commit {
                        true => String::new(),
                        false => commit.to_owned(),
                    };
                    let runs = alarm.runs;
                    alarm.until = Some(at);
                    alarm.then = match missed.came_back(self.gate, verdict, day) {
                        true => Then::Fixed { commit, runs },
                        false => Then::Lapsed { commit, runs },
                    };
                }
            }
        }
        if verdict.outcome == Outcome::Warn {
            let reading = verdict.reading;
            warn(&mut replay.warned, Warned { reading, runs: 1 });
        }
        replay.judged += 1;
        let value = verdict.observed.as_ref().map(|observed| observed.value);
        self.values.extend(value);
    }

    /// All that was added, and the threshold of which no more than the share `rate` would have rung.
    pub(super) fn finish(self, rate: f64) -> GateReplay {
        let mut replay = self.replay;
        replay.gaps.sort_by_key(|gap| std::cmp::Reverse(gap.runs));
        replay.warned.sort_by_key(|it| std::cmp::Reverse(it.runs));
        replay.proposal = side(self.gate).and_then(|op| propose(&self.values, op, rate));
        replay
    }

    /// How often it rang so far.
    pub(super) fn alarms(&self) -> usize {
        self.replay.alarms.len()
    }

    /// Adds what the replay of another series of the same gate came to. Each alarm, by its number from 0, is told by a name.
    pub(super) fn join(&mut self, other: Tally<'_>, name: &dyn Fn(usize) -> String) {
        let (all, one) = (&mut self.replay, other.replay);
        all.requirement = one.requirement;
        all.judged += one.judged;
        all.unjudged += one.unjudged;
        all.missed += one.missed;
        for gap in one.gaps {
            add(&mut all.gaps, gap);
        }
        for warned in one.warned {
            warn(&mut all.warned, warned);
        }
        let named = |(number, alarm): (usize, Alarm)| Alarm {
            distance: match name(number).as_str() {
                "" => alarm.distance,
                name => format!("{name}: {}", alarm.distance),
            },
            ..alarm
        };
        let alarms = one.alarms.into_iter().enumerate();
        all.alarms.extend(alarms.map(named));
        all.alarms.sort_by_key(|alarm| alarm.at);
        self.values.extend(other.values);
    }
}

/// How the values of a gate stand to the one bound that they are held against; `None` where there is no such bound.
fn side(gate: &Gate) -> Option<Op> {
    let rule = gate.watch.as_ref().map(|watch| &watch.rule);
    match (rule, &gate.require, gate.metric.better) {
        (None, bound, _) => bound.as_ref().map(|bound| bound.op),
        (Some(Rule::Regression { settings, .. }), _, better)
            if settings.method == Method::Static =>
        {
            match better {
                Better::Higher => Some(Op::AtLeast),
                Better::Lower => Some(Op::AtMost),
                Better::Neither => None,
            }
        }
        (Some(_), ..) => None,
    }
}

/// Takes note of why a run was not judged.
fn note(gaps: &mut Vec<Gap>, gate: &Gate, verdict: &GateVerdict) {
    let is_spared = verdict.outcome == Outcome::NotJudged;
    let reason = match verdict.notes.first().map(String::as_str) {
        // There is no series: no snapshot measured it.
        Some(_)
            if gate.watch.is_some()
                && verdict.outcome == Outcome::Missing
                && verdict.reading.is_none() =>
        {
            NO_VALUE
        }
        None | Some(NO_REPORT) => NO_VALUE,
        Some(reason) => reason,
    };
    // However many there are: that is another number for each run.
    let reason = match verdict.few {
        Some(few) => format!("fewer than {} by then", plural::s(few as u64, "run")),
        None => reason.to_owned(),
    };
    add(
        gaps,
        Gap {
            reason,
            runs: 1,
            is_spared,
        },
    );
}

/// Why a run is not judged of which nothing is recorded that the gate judges.
const NO_VALUE: &str = "the run has no value of it";

fn add(gaps: &mut Vec<Gap>, gap: Gap) {
    let same = |known: &&mut Gap| known.reason == gap.reason && known.is_spared == gap.is_spared;
    match gaps.iter_mut().find(same) {
        Some(known) => known.runs += gap.runs,
        None => gaps.push(gap),
    }
}

fn warn(all: &mut Vec<Warned>, warned: Warned) {
    match all.iter_mut().find(|it| it.reading == warned.reading) {
        Some(known) => known.runs += warned.runs,
        None => all.push(warned),
    }
}

fn rung(
    (commit, at): (&str, Timestamp),
    verdict: &GateVerdict,
    taken_back: &HashMap<String, String>,
) -> Alarm {
    let by = taken_back.get(commit);
    Alarm {
        commit: commit.to_owned(),
        at,
        value: verdict.observed.as_ref().map(|observed| observed.value),
        distance: verdict.distance.clone(),
        runs: 1,
        until: None,
        then: by.map_or(Then::Open, |by| Then::Reverted(by.clone())),
    }
}
