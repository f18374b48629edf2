//! Gates on a series: whether the judged run, or the series as a whole, shows what must not be seen.

mod finding;
mod interleaved;
mod regression;
mod rules;
mod subjects;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::consequence::OnMissing;
use crate::domain::gate::following::{Rule, Watch};
use crate::domain::gate::policy::{Gate, Selector};
use crate::domain::gate::verdict::{Effect, GateVerdict, JudgedSeries, Observed, Outcome, Reading};
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::plural;

use super::against::Against;
use super::missing;
use super::waive::Waivers;
use finding::Finding;
use subjects::{Subject, subjects, unmeasured};

pub use subjects::name as series_name;

/// The verdict on the series that the gate watches.
pub(super) fn conclude(
    (gate, gates): (&Gate, &[Gate]),
    watch: &Watch,
    snapshot: &Snapshot,
    against: &Against<'_>,
    waivers: &mut Waivers<'_>,
) -> GateVerdict {
    let mut verdict = GateVerdict {
        requirement: watch.text.clone(),
        ..GateVerdict::blank(gate)
    };
    let mut notes = BTreeSet::new();
    let gap = match against.followed {
        Err(_) if matches!(watch.rule, Rule::Interleaved { .. }) => {
            Some((Outcome::Missing, interleaved::nothing(gate, None)))
        }
        Err(lack) => Some((Outcome::Missing, lack.reason.clone())),
        Ok(followed) => {
            let lines = followed.of(gate);
            let found: Vec<(Subject<'_>, Finding)> = match &watch.rule {
                Rule::Interleaved { settings } => {
                    interleaved::judge(gate, settings, gates, followed)
                }
                rule => {
                    let subjects = subjects(gate, rule, snapshot, followed).into_iter();
                    let found = subjects.map(|subject| {
                        let finding = rules::judge(gate, rule, &subject, followed);
                        (subject, finding)
                    });
                    found.collect()
                }
            };
            let is_empty = found.is_empty();
            judge(&mut verdict, gate, watch, found, waivers, &mut notes);
            let explained = || match &lines.unknown {
                _ if matches!(watch.rule, Rule::Interleaved { .. }) => (
                    Outcome::Missing,
                    interleaved::nothing(gate, against.followed.ok()),
                ),
                Some(unknown) => (Outcome::Missing, unknown.clone()),
                None => match (
                    missing::explain(gate, snapshot, against.delta),
                    unmeasured(gate, lines),
                ) {
                    ((Outcome::Missing, _), Some(recorded)) => (Outcome::Missing, recorded),
                    (explained, _) => explained,
                },
            };
            is_empty.then(explained)
        }
    };
    if let Some((outcome, reason)) = gap {
        verdict.outcome = outcome;
        verdict.effect = Effect::of(outcome, gate.level, gate.on_missing);
        verdict.notes.insert(0, reason);
        if let Some(words) = waivers.cover(gate, None, &mut notes) {
            verdict.outcome = Outcome::Waived;
            verdict.effect = Effect::None;
            notes.insert(words);
        }
    }
    verdict.notes.extend(notes);
    verdict
}

/// What a finding is to the gate, and what it does to the build.
fn weigh(gate: &Gate, watch: &Watch, reading: Reading) -> (Outcome, Effect) {
    let outcome = match reading {
        Reading::Steady => Outcome::Pass,
        Reading::Noisy | Reading::Suspect | Reading::Unconfirmed => Outcome::Warn,
        Reading::Worse => Outcome::Fail,
        Reading::Insufficient => Outcome::Missing,
    };
    let on_missing: OnMissing = watch.on_insufficient;
    (outcome, Effect::of(outcome, gate.level, on_missing))
}

fn judge(
    verdict: &mut GateVerdict,
    gate: &Gate,
    watch: &Watch,
    mut found: Vec<(Subject<'_>, Finding)>,
    waivers: &mut Waivers<'_>,
    notes: &mut BTreeSet<String>,
) {
    found.sort_by(|(a, first), (b, second)| {
        let order = weigh(gate, watch, second.reading).cmp(&weigh(gate, watch, first.reading));
        let size = || second.size.total_cmp(&first.size);
        order.then_with(size).then_with(|| a.name.cmp(&b.name))
    });
    let alone = found.len() == 1;
    let mut worst: Option<(Outcome, &Subject<'_>, &Finding)> = None;
    let lacking = found
        .iter()
        .filter(|(_, finding)| finding.reading == Reading::Insufficient);
    let lacking: Vec<&(Subject<'_>, Finding)> = lacking.collect();
    let (mut holding, mut held) = (Vec::new(), 0);
    let required: BTreeSet<&String> = found
        .iter()
        .filter_map(|(_, finding)| finding.required.as_ref())
        .collect();
    let required: Vec<&str> = required.into_iter().map(String::as_str).collect();
    if !required.is_empty() && required.len() <= GateVerdict::POINTERS {
        verdict.requirement = format!("{}, {}", verdict.requirement, required.join(" or "));
    }
    verdict.series = found
        .iter()
        .map(|(subject, finding)| JudgedSeries {
            name: subject.name.clone(),
            value: subject.value.map(Value::to_f64),
            within: finding.within,
            is_missed: finding.reading == Reading::Worse,
        })
        .collect();
    for (subject, finding) in &found {
        let (mut outcome, mut effect) = weigh(gate, watch, finding.reading);
        if outcome != Outcome::Pass {
            let scope = (outcome != Outcome::Missing).then_some(&subject.scope);
            if let Some(words) = waivers.cover(gate, scope, notes) {
                (outcome, effect) = (Outcome::Waived, Effect::None);
                notes.insert(words);
            }
        }
        let text = match (alone, subject.name.as_str()) {
            (true, _) | (_, "") => finding.told(),
            (false, name) => format!("{name}: {}", finding.told()),
        };
        match outcome {
            // Many that cannot be judged are said as one.
            _ if finding.reading == Reading::Insufficient && lacking.len() > 1 => {}
            Outcome::Fail | Outcome::Warn if !alone => {
                verdict.point_out(text);
            }
            Outcome::Pass => {
                held += 1;
                if holding.len() < GateVerdict::POINTERS {
                    holding.push(text);
                }
            }
            _ if verdict.notes.len() < GateVerdict::POINTERS => verdict.notes.push(text),
            _ => {}
        }
        verdict.effect = verdict.effect.max(effect);
        if worst.is_none_or(|(known, ..)| outcome.cmp(&known) == Ordering::Greater) {
            worst = Some((outcome, subject, finding));
        }
    }
    if let [_, _, ..] = lacking.as_slice() {
        verdict
            .notes
            .push(unjudged(gate, watch, &lacking, found.len()));
    }
    verdict.tell_holding(holding, (held, found.len()));
    verdict.judged = found.len() - lacking.len();
    verdict.caveat = lent(&found);
    verdict.notes.extend(verdict.caveat.clone());
    let Some((outcome, subject, finding)) = worst else {
        return;
    };
    verdict.outcome = outcome;
    verdict.few = finding.few;
    verdict.reading = Some(finding.reading);
    verdict.observed = subject.value.map(|value| Observed {
        value,
        interval: None,
        basis: None,
        producer: subject.producer.clone(),
        baseline: None,
    });
    if matches!(outcome, Outcome::Fail | Outcome::Warn) {
        let whose = match (alone, subject.name.as_str()) {
            (true, _) | (_, "") => String::new(),
            (false, name) => format!("{name}: "),
        };
        verdict.distance = format!("{whose}{}", finding.told());
        verdict
            .notes
            .retain(|note| !alone || *note != finding.told());
        verdict.remedy.clone_from(&finding.remedy);
    }
}

/// That values are of other runs of the commit than the judged one: `this run measured nothing of it: the value is of run 100 of
/// 2026-11-22 10:00 UTC`.
fn lent(found: &[(Subject<'_>, Finding)]) -> Option<String> {
    let mut lent: Vec<(&str, &str, Timestamp)> = found
        .iter()
        .filter_map(|(subject, _)| {
            let (run, at) = subject.lent.as_ref()?;
            Some((subject.name.as_str(), run.as_str(), *at))
        })
        .collect();
    lent.sort_by_key(|(name, _, at)| (std::cmp::Reverse(*at), *name));
    let (name, run, at) = *lent.first()?;
    let run = match run {
        "" => "a run without a name".to_owned(),
        run => format!("run {run}"),
    };
    let run = format!("{run} of {}", at.strftime("%Y-%m-%d %H:%M UTC"));
    Some(match (lent.len(), found.len()) {
        (1, 1) => format!("this run measured nothing of it: the value is of {run}"),
        (1, _) => format!("{name}: this run measured nothing of it: the value is of {run}"),
        (all, _) => format!(
            "this run measured nothing of {}, {name} among them: the values are of other runs of the commit, the newest of {run}",
            plural::of(all as u64, "series", "series")
        ),
    })
}

/// That many series cannot be judged, with the one of which the most is known: `240 of 250 series: insufficient data: 9 of at
/// least 10 points in the longest`. What is stated of benchmarks has no dimensions to be put together by.
fn unjudged(gate: &Gate, watch: &Watch, lacking: &[&(Subject<'_>, Finding)], all: usize) -> String {
    let fullest = lacking.iter().max_by_key(|(subject, _)| subject.past.len());
    let has_past = !matches!(watch.rule, Rule::Interleaved { .. });
    let most = if has_past { " in the longest" } else { "" };
    let told = fullest.map_or_else(String::new, |(_, finding)| match finding.advice.as_str() {
        "" => format!("{}{most}", finding.brief()),
        advice => format!("{}{most}; {advice}", finding.brief()),
    });
    // Of benchmarks, and of two sides, there is one series each: to tell them apart otherwise is no cure.
    let hint = match gate.selector == Selector::Project && has_past {
        true => "; `per` names the dimensions that tell series apart",
        false => "",
    };
    format!(
        "{} of {}: {told}{hint}",
        lacking.len(),
        plural::of(all as u64, "series", "series")
    )
}
