//! Duplication: how much less of it, and where the longest clones stand.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::report::{Duplicate, Fragment};
use crate::domain::value::Value;
use crate::text::{number, plural};

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, generic};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    fn count(value: Value) -> u64 {
        match value {
            Value::Count(count) => count,
            Value::Ratio { part, .. } => part,
            Value::Number(_) => 0,
        }
    }
    let noun = match &*shortfall.gate.metric.id {
        "duplication.clones" => ("clone", "clones"),
        // What is taken out of a clone leaves the lines inspected as well: a share cannot be put as a number of lines.
        "duplication.density" => return generic(shortfall, worst),
        _ => ("duplicated line", "duplicated lines"),
    };
    let deed = Deed {
        verb: "remove",
        more: "",
        noun,
        of: Some(count),
    };
    let falls = (worst.missed.iter()).all(|rule| !worst.must_rise(shortfall.gate, *rule));
    let remedy = if falls { shortfall.deed(&deed) } else { None };
    remedy.unwrap_or_else(|| generic(shortfall, worst))
}

/// The places of the clones behind the figure, the longest clones first.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let mut clones: Vec<(&Duplicate, &Fragment)> = Vec::new();
    for found in &shortfall.snapshot.evidence.duplication {
        for clone in &found.clones {
            let mut places = clone.fragments.iter();
            let here = places.find(|place| reach.concerns_of(&found.producer, &place.path));
            clones.extend(here.map(|place| (clone, place)));
        }
    }
    clones.sort_by(|(a, _), (b, _)| b.lines().cmp(&a.lines()).then_with(|| a.cmp(b)));
    clones
        .into_iter()
        .map(|(clone, place)| point(clone, place))
        .collect()
}

fn point(clone: &Duplicate, place: &Fragment) -> Pointer {
    let lines = plural::s(clone.lines(), "line");
    let other = clone.fragments.iter().find(|other| *other != place);
    let more = clone.fragments.len().saturating_sub(2) as u64;
    let text = match other {
        Some(other) if more > 0 => format!(
            "{lines}, as in {}:{} and {} more",
            other.path,
            other.first,
            number::count(more)
        ),
        Some(other) => format!("{lines}, as in {}:{}", other.path, other.first),
        None => lines,
    };
    Pointer {
        path: place.path.clone(),
        line: place.first,
        end_line: place.last,
        text,
    }
}
