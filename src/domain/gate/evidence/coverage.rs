//! Coverage: how much more to cover, and the largest uncovered blocks.

use rustc_hash::FxHashMap;

use crate::domain::gate::judge::{Judgement, Rule};
use crate::domain::gate::verdict::Pointer;
use crate::domain::lines::Lines;
use crate::domain::measurement::Part;
use crate::text::plural;

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, generic};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    let noun = match &*shortfall.gate.metric.id {
        "coverage.line" if shortfall.gate.part == Part::Changed => {
            ("changed line", "changed lines")
        }
        "coverage.line" => ("line", "lines"),
        "coverage.branch" if shortfall.gate.part == Part::Changed => {
            ("branch on changed lines", "branches on changed lines")
        }
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
    let what = match &*shortfall.gate.metric.id {
        "coverage.branch" if shortfall.gate.part == Part::Changed => "the first such line is",
        _ if fell_behind(shortfall) => "begin with",
        _ => "the largest uncovered block is",
    };
    match pointers(shortfall).first() {
        Some(Pointer {
            path,
            line,
            end_line,
            ..
        }) if end_line > line => {
            format!("{remedy}; {what} {path}:{line}–{end_line}")
        }
        Some(Pointer { path, line, .. }) => {
            format!("{remedy}; {what} {path}:{line}")
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
    // Uncovered lines do not tell which function was never called.
    if &*shortfall.gate.metric.id == "coverage.function" {
        return Vec::new();
    }
    if shortfall.gate.part == Part::Changed {
        return changed(shortfall);
    }
    if fell_behind(shortfall) {
        // What the change brought comes before what was uncovered all along.
        let mut pointers = changed(shortfall);
        pointers.extend(lost(shortfall));
        let mut told = FxHashMap::<&str, Vec<&Lines>>::default();
        let coverage = &shortfall.delta.coverage;
        for file in &coverage.files {
            told.entry(&file.path).or_default().push(&file.uncovered);
        }
        for file in &coverage.indirect {
            told.entry(&file.path).or_default().push(&file.lost);
        }
        let old = blocks(shortfall).into_iter().filter(|block| {
            let mut lines = told.get(block.path.as_str()).into_iter().flatten();
            !lines.any(|lines| lines.meets(block.line, block.end_line))
        });
        pointers.extend(old);
        return pointers;
    }
    blocks(shortfall)
}

/// Whether all that is missed is to be no worse than before.
fn fell_behind(shortfall: &Shortfall<'_>) -> bool {
    let behind = |rule: &Rule<'_>| matches!(rule, Rule::Change(..) | Rule::Ratchet(..));
    let mut rules = shortfall.misses.iter().flat_map(|miss| &miss.missed);
    rules.all(behind) && !shortfall.delta.coverage.is_still()
}

/// The lines that the change does not touch and that are not covered any more, the longest runs first.
fn lost(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    let files = shortfall.delta.coverage.indirect.iter();
    let mut pointers: Vec<Pointer> = files
        .filter(|file| reach.concerns(&file.path))
        .flat_map(|file| {
            file.lost.runs().map(|run| Pointer {
                path: file.path.clone(),
                line: *run.start(),
                end_line: *run.end(),
                text: "was covered before, outside of the change".to_owned(),
            })
        })
        .collect();
    longest_first(&mut pointers);
    pointers
}

fn longest_first(pointers: &mut [Pointer]) {
    let length = |pointer: &Pointer| pointer.end_line - pointer.line;
    pointers.sort_by(|a, b| {
        length(b)
            .cmp(&length(a))
            .then_with(|| (&a.path, a.line).cmp(&(&b.path, b.line)))
    });
}

/// All uncovered blocks, the largest first.
fn blocks(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
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

/// The uncovered ones of the changed lines in runs, the longest first, and the changed lines with a branch that is never
/// taken.
fn changed(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let reach = Reach::new(shortfall);
    // A branch on an uncovered line is not taken either.
    let branches = &*shortfall.gate.metric.id != "coverage.line";
    let files = shortfall.delta.coverage.files.iter();
    let mut pointers = Vec::new();
    for file in files.filter(|file| reach.concerns(&file.path)) {
        let mut point = |runs: &Lines, one, several| {
            pointers.extend(runs.runs().map(|run| {
                let count = u64::from(run.end() - run.start()) + 1;
                Pointer {
                    path: file.path.clone(),
                    line: *run.start(),
                    end_line: *run.end(),
                    text: plural::of(count, one, several),
                }
            }));
        };
        point(
            &file.uncovered,
            "uncovered changed line",
            "uncovered changed lines",
        );
        if branches {
            let (one, several) = (
                "changed line with a branch that is never taken",
                "changed lines with branches that are never taken",
            );
            point(&file.partial, one, several);
        }
    }
    longest_first(&mut pointers);
    pointers
}
