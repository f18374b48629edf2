//! Gates that demand less.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{less, now, over_time};
use crate::domain::catalogue::basis_of;
use crate::domain::consequence::OnMissing;
use crate::domain::gate::condition::Condition;
use crate::domain::gate::policy::{Gate, Regression};
use crate::domain::gate::target::Targets;
use crate::domain::measurement::Part;

/// New gates of one kind that are tried as the new name of one that is gone: a bound on hostile files.
const TRIED: usize = 8;

pub(super) fn compare(old: &[Gate], new: &[Gate], found: &mut Vec<String>) {
    let by_id: BTreeMap<&str, &Gate> = new.iter().map(|gate| (&*gate.id, gate)).collect();
    let known: BTreeSet<&str> = old.iter().map(|gate| &*gate.id).collect();
    let mut unknown: BTreeMap<String, Vec<&Gate>> = BTreeMap::new();
    for gate in new.iter().filter(|gate| !known.contains(&*gate.id)) {
        unknown.entry(judged(gate)).or_default().push(gate);
    }
    for before in old {
        let id = &before.id;
        if let Some(after) = by_id.get(&**id) {
            let name = format!("`{id}`");
            found.extend(looser(before, after).map(|text| format!("{name}: {text}")));
            continue;
        }
        // It may have another name by now.
        let others = unknown.get(&judged(before)).into_iter().flatten();
        let tried = others.take(TRIED).map(|after| {
            let looser: Vec<String> = looser(before, after).collect();
            (&after.id, looser)
        });
        match tried.min_by_key(|(_, looser)| looser.len()) {
            Some((now, looser)) => {
                let name = format!("`{id}`, now called `{now}`");
                found.extend(looser.into_iter().map(|text| format!("{name}: {text}")));
            }
            None => found.push(format!("gate `{id}` ({}) is removed", demand(before))),
        }
    }
}

/// What a gate judges, in words that are the same for two gates only if that is.
fn judged(gate: &Gate) -> String {
    let on = gate.selector.scope();
    let on = on.unwrap_or_else(|| "the project".to_owned());
    let part = match gate.part {
        Part::Whole => "",
        Part::Changed => ", what is changed",
        Part::New => ", what is new",
    };
    let labels = gate.labels.iter();
    let labels: Vec<String> = labels
        .map(|(key, value)| format!(", {key}={value}"))
        .collect();
    let watched = match (&gate.samples, &gate.watch) {
        (Some(samples), _) => {
            let per = match samples.per.is_empty() {
                true => String::new(),
                false => format!(" per {}", samples.per.join(", ")),
            };
            format!("{}{per} of samples of ", samples.stat)
        }
        (None, Some(watch)) => format!("{} of ", watch.rule.key()),
        (None, None) => String::new(),
    };
    format!(
        "{watched}{} of {on}{part}{}",
        gate.metric.id,
        labels.concat()
    )
}

/// What a gate asks for, in a few words.
fn demand(gate: &Gate) -> String {
    let conditions = [&gate.require, &gate.warn].into_iter().flatten();
    let conditions = conditions.map(|condition| condition.text.as_str());
    let pasts = [&gate.versus_base, &gate.ratchet].into_iter().flatten();
    let pasts = pasts.map(|past| past.text.as_str());
    let watch = gate.watch.iter().map(|watch| watch.text.as_str());
    let targets = gate.targets.iter().flat_map(Targets::steps);
    let targets = targets.map(|target| target.bound.text.as_str());
    let conditions = conditions.chain(targets).chain(watch);
    let mut parts = conditions.chain(pasts).filter(|text| !text.is_empty());
    parts.next().unwrap_or("no worse than before").to_owned()
}

/// What a gate demands less than before.
fn looser(old: &Gate, new: &Gate) -> impl Iterator<Item = String> {
    let (before, after) = (judged(old), judged(new));
    let judged = (before != after).then(|| format!("judges {before}, now {after} (changed)"));
    let implied = |condition: &Condition| {
        let mut stated = [&new.require, &new.warn].into_iter().flatten();
        stated.any(|stated| stated.implies(condition))
    };
    let warn = old.warn.as_ref().filter(|warn| !implied(warn));
    [
        judged,
        warn.map(|warn| now("warns unless", &warn.text, said(new.warn.as_ref()))),
        over_time::samples(old, new),
        over_time::watch(old, new),
        over_time::zones(old, new),
        past("against the base", &old.versus_base, &new.versus_base),
        past("against the best so far", &old.ratchet, &new.ratchet),
        (new.level < old.level).then(|| now("level", old.level.word(), new.level.word())),
        on_missing(old, new),
        floor(old, new),
        (new.confidence < old.confidence).then(|| match (&old.confidence, &new.confidence) {
            (Some(before), Some(after)) => {
                now("confidence", format!("{before}%"), format!("{after}%"))
            }
            _ => "no longer judged with confidence".to_owned(),
        }),
    ]
    .into_iter()
    .flatten()
    .chain(over_time::bounds(old, new))
}

fn said(condition: Option<&Condition>) -> &str {
    condition.map_or("never", |condition| &condition.text)
}

fn past(what: &str, old: &Option<Regression>, new: &Option<Regression>) -> Option<String> {
    let old = old.as_ref()?;
    let Some(new) = new else {
        return Some(format!("is no longer compared {what}"));
    };
    let text = |past: &Regression| match past.text.as_str() {
        "" => "no worse".to_owned(),
        text => text.to_owned(),
    };
    let changed = match (
        old.relative == new.relative,
        new.tolerance.cmp(&old.tolerance),
    ) {
        (true, Ordering::Greater) => "",
        (true, _) => return None,
        // A share of the value says nothing of an amount, except that nothing is nothing, and less than that is less.
        (false, _) if new.tolerance.parts().0 <= 0 && old.tolerance.parts().0 >= 0 => return None,
        (false, _) => " (changed)",
    };
    Some(now(what, text(old), format!("{}{changed}", text(new))))
}

fn on_missing(old: &Gate, new: &Gate) -> Option<String> {
    less("on_missing", old.on_missing, new.on_missing)
}

/// A higher floor excuses more, where less than it is not judged or is no failure; where it fails, a lower one does.
fn floor(old: &Gate, new: &Gate) -> Option<String> {
    let (before, after) = (old.min_basis.unwrap_or(0), new.min_basis.unwrap_or(0));
    let excuses = !new.part.is_whole() || new.on_missing != OnMissing::Fail;
    let demands = new.part.is_whole() && old.on_missing != OnMissing::Skip;
    let looser = (after > before && excuses) || (after < before && demands);
    let of = basis_of(&new.metric.id).unwrap_or("things");
    looser.then(|| format!("least number of {of} {before}, now {after}"))
}
