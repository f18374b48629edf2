//! Documentation: how many things to document, and which.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
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
    let deed = Deed {
        verb: "document",
        more: "",
        noun: ("thing", "things"),
        of: Some(count),
    };
    let right = (worst.missed.iter()).all(|rule| worst.must_rise(shortfall.gate, *rule) == share);
    let remedy = if right { shortfall.deed(&deed) } else { None };
    remedy.unwrap_or_else(|| generic(shortfall, worst))
}

/// What lacks documentation behind the figure, in the order of the files.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let mut found: Vec<&Item> = Vec::new();
    for said in &shortfall.snapshot.evidence.documentation {
        let lacks =
            |item: &&Item| !item.documented && reach.concerns_of(&said.producer, &item.path);
        found.extend(said.items.iter().filter(lacks));
    }
    found.sort_by_key(|item| (&item.path, item.line, &item.name));
    let point = |item: &Item| Pointer {
        path: item.path.clone(),
        line: item.line,
        end_line: 0,
        text: format!("{} lacks documentation", item.title()),
    };
    found.into_iter().map(point).collect()
}
