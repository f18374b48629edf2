//! Duplication: how much less of it, and where the longest clones stand.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::measurement::Part;
use crate::domain::report::{Duplicate, Fragment};
use crate::text::{number, plural};

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, counted, generic};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    let noun = match (&*shortfall.gate.metric.id, shortfall.gate.part) {
        // What is taken out of a clone leaves the lines inspected as well: a share cannot be put as a number of lines.
        ("duplication.density", _) => return generic(shortfall, worst),
        ("duplication.clones", Part::Whole) => ("clone", "clones"),
        ("duplication.clones", Part::Changed) => {
            ("clone on changed lines", "clones on changed lines")
        }
        ("duplication.clones", Part::New) => ("new clone", "new clones"),
        (_, Part::Changed) => ("duplicated changed line", "duplicated changed lines"),
        _ => ("duplicated line", "duplicated lines"),
    };
    let deed = Deed {
        verb: "remove",
        more: "",
        noun,
        of: Some(counted),
    };
    let falls = (worst.missed.iter()).all(|rule| !worst.must_rise(shortfall.gate, *rule));
    let remedy = if falls { shortfall.deed(&deed) } else { None };
    remedy.unwrap_or_else(|| generic(shortfall, worst))
}

/// The places of the clones behind the figure, the longest clones first: on changed lines, if one of them is.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let change = match &shortfall.delta.change {
        Some(Ok(change)) if !shortfall.gate.part.is_whole() => Some(change),
        _ => None,
    };
    let touched = |place: &&Fragment| {
        let file = change.and_then(|change| change.file(&place.path));
        file.is_some_and(|file| file.added().meets(place.first, place.last))
    };
    let mut clones: Vec<(&Duplicate, &Fragment)> = Vec::new();
    for (producer, clone) in behind(shortfall) {
        let places = clone.fragments.iter();
        let mut places = places.filter(|place| reach.concerns_of(producer, &place.path));
        let here = places.clone().find(touched).or_else(|| places.next());
        clones.extend(here.map(|place| (clone, place)));
    }
    clones.sort_by(|(a, _), (b, _)| b.lines().cmp(&a.lines()).then_with(|| a.cmp(b)));
    clones
        .into_iter()
        .map(|(clone, place)| point(clone, place))
        .collect()
}

/// The clones of the part that is judged, each with who found it.
fn behind<'a>(shortfall: &Shortfall<'a>) -> Vec<(&'a str, &'a Duplicate)> {
    let part = shortfall.gate.part;
    if part.is_whole() {
        let all = shortfall.snapshot.evidence.duplication.iter();
        return all
            .flat_map(|found| found.clones.iter().map(|clone| (&*found.producer, clone)))
            .collect();
    }
    let own = shortfall.delta.clones.iter().filter(|own| own.part == part);
    own.flat_map(|own| own.what.iter().map(|clone| (&*own.producer, clone)))
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
