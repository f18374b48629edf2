//! Documentation: how many things to document, and which.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::measurement::Part;
use crate::domain::report::Item;
use crate::domain::value::Value;

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, generic};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    fn count(value: Value) -> u64 {
        match value {
            Value::Count(count) => count,
            Value::Ratio { part, whole } => whole.saturating_sub(part),
            Value::Number(_) => 0,
        }
    }
    let share = shortfall.gate.metric.id == "documentation.coverage";
    let noun = match shortfall.gate.part {
        Part::Whole => ("thing", "things"),
        Part::Changed => ("thing on changed lines", "things on changed lines"),
        Part::New => ("newly undocumented thing", "newly undocumented things"),
    };
    let deed = Deed {
        verb: "document",
        more: "",
        noun,
        of: Some(count),
    };
    let right = (worst.missed.iter()).all(|rule| worst.must_rise(shortfall.gate, *rule) == share);
    let remedy = if right { shortfall.deed(&deed) } else { None };
    remedy.unwrap_or_else(|| generic(shortfall, worst))
}

/// What lacks documentation behind the figure, in the order of the files.
pub(super) fn pointers<'a>(shortfall: &Shortfall<'a>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let concerned = |(producer, item): (&str, &'a Item)| {
        reach.concerns_of(producer, &item.path).then_some(item)
    };
    let mut found: Vec<&Item> = behind(shortfall)
        .into_iter()
        .filter_map(concerned)
        .collect();
    found.sort_by_key(|item| (&item.path, item.line, &item.name));
    let point = |item: &Item| Pointer {
        path: item.path.clone(),
        line: item.line,
        end_line: 0,
        text: format!("{} lacks documentation", item.title()),
    };
    found.into_iter().map(point).collect()
}

/// What lacks documentation of the part that is judged, each with who says so.
fn behind<'a>(shortfall: &Shortfall<'a>) -> Vec<(&'a str, &'a Item)> {
    let part = shortfall.gate.part;
    if part.is_whole() {
        let all = shortfall.snapshot.evidence.documentation.iter();
        return all
            .flat_map(|said| said.items.iter().map(|item| (&*said.producer, item)))
            .filter(|(_, item)| !item.documented)
            .collect();
    }
    let own = shortfall.delta.undocumented.iter();
    own.filter(|own| own.part == part)
        .flat_map(|own| own.what.iter().map(|item| (&*own.producer, item)))
        .collect()
}
