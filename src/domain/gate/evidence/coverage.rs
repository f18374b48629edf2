//! Coverage: how much more to cover, and the largest uncovered blocks.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::text::plural;

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, generic};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    let noun = match &*shortfall.gate.metric.id {
        "coverage.line" => ("line", "lines"),
        "coverage.branch" => ("branch", "branches"),
        "coverage.function" => ("function", "functions"),
        "coverage.statement" => ("statement", "statements"),
        _ => ("line or branch", "lines or branches"),
    };
    let deed = Deed {
        verb: "cover",
        more: "more",
        noun,
        of: None,
    };
    let remedy = match shortfall.deed(&deed) {
        Some(remedy) if worst.must_cover(shortfall) => remedy,
        _ => return generic(shortfall, worst),
    };
    match pointers(shortfall).first() {
        Some(Pointer {
            path,
            line,
            end_line,
            ..
        }) if end_line > line => {
            format!("{remedy}; the largest uncovered block is {path}:{line}–{end_line}")
        }
        Some(Pointer { path, line, .. }) => {
            format!("{remedy}; the largest uncovered block is {path}:{line}")
        }
        None => remedy,
    }
}

impl Judgement<'_> {
    /// Whether more coverage is what is asked for: it may be less that a strange gate wants.
    fn must_cover(&self, shortfall: &Shortfall<'_>) -> bool {
        self.missed
            .iter()
            .all(|rule| self.must_rise(shortfall.gate, *rule))
    }
}

/// The uncovered blocks of what is missed, the largest first.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let files = shortfall.snapshot.evidence.lines.iter();
    let mut blocks: Vec<_> = files
        .filter(|file| reach.concerns(&file.path))
        .flat_map(|file| {
            let blocks = file.blocks().into_iter();
            blocks.map(|block| (file.path.as_str(), block))
        })
        .collect();
    blocks.sort_by(|(a_path, a), (b_path, b)| {
        b.lines
            .cmp(&a.lines)
            .then_with(|| (a_path, a.start).cmp(&(b_path, b.start)))
    });
    let pointer = |(path, block): (&str, crate::domain::snapshot::Block)| Pointer {
        path: path.to_owned(),
        line: block.start,
        end_line: block.end,
        text: plural::of(block.lines.into(), "uncovered line", "uncovered lines"),
    };
    blocks.into_iter().map(pointer).collect()
}
