//! The verdict in one line.

use super::{Group, Mark, Row, problems};
use crate::render::json::v1::{self, Document};
use crate::text::{number, plural};

/// How many names a headline holds.
const NAMED: usize = 3;

/// What failed, or that all holds.
pub(super) fn of(document: &Document, gates: &[Row]) -> String {
    let total = gates.len() as u64;
    let urgent = match document.verdict {
        v1::Word::Fail => Some((Group::Failing, "failed")),
        v1::Word::Warn => Some((Group::Warning, plural::pick(total, "warns", "warn"))),
        v1::Word::Pass => None,
    };
    let mut parts = Vec::new();
    if let Some((group, verb)) = urgent {
        let urgent: Vec<&Row> = gates.iter().filter(|gate| gate.group == group).collect();
        let all: Vec<&Row> = gates.iter().collect();
        let names: Vec<String> = urgent
            .iter()
            .map(|gate| gate.called(gate.name(&all), gates))
            .collect();
        if !names.is_empty() {
            parts.push(format!(
                "{} of {} {verb}: {}",
                names.len(),
                plural::s(total, "gate"),
                named(&names)
            ));
        }
        let broken = problems::broken(&document.problems);
        if broken > 0 {
            parts.push(format!("{} cannot be trusted", plural::s(broken, "report")));
        }
    }
    if document.judged == 0 {
        parts.push("nothing was judged".to_owned());
    } else if parts.is_empty() {
        parts.push(holding(gates));
    }
    parts.extend(super::targets::line(document));
    let policy = document.policy.as_ref();
    let relaxed = policy.filter(|policy| policy.from != v1::PolicyFrom::Base);
    let relaxed = relaxed.and_then(|policy| policy.relaxed.as_ref());
    if relaxed.is_some_and(|relaxed| !relaxed.is_empty()) {
        parts.push("this change relaxes the policy".to_owned());
    }
    parts.join("; ")
}

fn named(names: &[String]) -> String {
    let mut distinct = names.to_vec();
    distinct.dedup();
    let mut shown: Vec<String> = distinct.iter().take(NAMED).cloned().collect();
    if let Some(more) = distinct.len().checked_sub(NAMED).filter(|&more| more > 0) {
        shown.push(format!("{more} more"));
    }
    plural::list(&shown)
}

fn holding(gates: &[Row]) -> String {
    let passing = gates.iter().filter(|gate| gate.mark == Mark::Pass).count();
    match (passing, gates.len()) {
        (1, 1) => "the one gate holds".to_owned(),
        (passing, all) if passing == all => format!("all {all} gates hold"),
        (_, all) => format!("{}: {}", plural::s(all as u64, "gate"), marked(gates)),
    }
}

/// How many gates have which mark: `7 pass, 1 waived`.
pub(in crate::render) fn marked<'a>(gates: impl IntoIterator<Item = &'a Row> + Clone) -> String {
    let marks = [
        Mark::Fail,
        Mark::ToolError,
        Mark::Warn,
        Mark::Pass,
        Mark::Note,
        Mark::NotJudged,
        Mark::Waived,
        Mark::Missing,
    ];
    let count = |mark| {
        gates
            .clone()
            .into_iter()
            .filter(|gate| gate.mark == mark)
            .count()
    };
    let counts = marks.map(|mark| (count(mark), mark.word()));
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number::count(*count as u64)))
        .collect();
    parts.join(", ")
}
