//! The parts of the page that belong to no gate.

use super::layout::Block;
use crate::render::view::{Mark, View};
use crate::text::escape::markdown::{advice, code, place};
use crate::text::{fit, plural};

/// The longest text in a cell, in characters.
pub(super) const CELL: usize = 300;
/// Places in one list.
pub(super) const PLACES: usize = 25;

/// A mark as a symbol.
pub(super) fn symbol(mark: Mark) -> &'static str {
    match mark {
        Mark::Fail => "❌",
        Mark::ToolError => "💥",
        Mark::Missing => "❔",
        Mark::Warn => "⚠️",
        Mark::Note => "ℹ️",
        Mark::NotJudged => "➖",
        Mark::Waived => "⏸️",
        Mark::Pass => "✅",
    }
}

/// Foreign words in a cell.
pub(super) fn words(text: &str) -> String {
    cut_words(text, CELL)
}

/// Foreign words, at most so many characters of them.
pub(super) fn cut_words(text: &str, most: usize) -> String {
    advice(&fit::cut(text, most))
}

/// A folded part. Blank lines let markdown be markdown again inside the element.
pub(super) fn part(summary: &str, inner: Block) -> Block {
    Block {
        title: summary.to_owned(),
        head: format!("\n<details><summary>{summary}</summary>\n{}", inner.head),
        foot: format!("{}\n</details>\n", inner.foot),
        ..inner
    }
}

/// What the policy demands less than that of the base.
pub(super) fn relaxed(view: &View) -> Block {
    let Some(relaxed) = &view.relaxed else {
        return Block::default();
    };
    let rows = relaxed.items.iter();
    Block {
        title: words(&relaxed.headline),
        head: format!("\n⚠️ **{}**\n\n", words(&relaxed.headline)),
        rows: rows.map(|item| format!("- {}\n", words(item))).collect(),
        rank: 1,
        ..Block::default()
    }
}

/// Reports that could not be read as they should.
pub(super) fn problems(view: &View) -> Block {
    let rows = view.problems.iter().map(|problem| {
        let mark = symbol(if problem.error {
            Mark::Fail
        } else {
            Mark::Warn
        });
        format!(
            "| {mark}&nbsp;{} | {} |\n",
            place(&fit::cut(&problem.location, CELL)),
            words(&problem.message)
        )
    });
    Block {
        title: "reports with problems".to_owned(),
        head: "\n| Report | Problem |\n|:--|:--|\n".to_owned(),
        rows: rows.collect(),
        rank: 1,
        ..Block::default()
    }
}

/// What concerns no single gate, or what is to be known of the change.
pub(super) fn bullets(notes: &[String]) -> Block {
    let rows = notes.iter().map(|note| format!("- {}\n", words(note)));
    Block {
        title: "remarks".to_owned(),
        head: "\n".to_owned(),
        rows: rows.collect(),
        rank: 1,
        ..Block::default()
    }
}

/// All measurements and the reports that they come from, folded.
pub(super) fn measured(view: &View) -> Block {
    let mut rows = Vec::new();
    for family in &view.overview {
        let mut title = format!("**{}**", words(&family.title));
        for fact in &family.facts {
            let scope = match fact.scope.as_str() {
                "" => String::new(),
                scope => format!(" ({})", words(scope)),
            };
            let (name, value, basis) = (words(&fact.title), words(&fact.value), words(&fact.basis));
            rows.push(format!("| {title} | {name}{scope} | {value} | {basis} |\n"));
            title.clear();
        }
    }
    for (metric, reason) in &view.absences {
        rows.push(format!(
            "| | {} | no data | {} |\n",
            code(&fit::cut(metric, CELL)),
            words(reason)
        ));
    }
    let head = match rows.is_empty() {
        true => "",
        false => "\n| | Metric | Value | Over |\n|:--|:--|--:|:--|\n",
    };
    let reports = view.inputs.iter().enumerate().map(|(at, report)| {
        let path = code(&fit::cut(&report.path, CELL));
        // A blank line ends the table.
        let edge = if at == 0 { "\n" } else { "" };
        format!("{edge}- {path} {}\n", words(&report.format))
    });
    rows.extend(reports);
    let block = Block {
        head: head.to_owned(),
        rows,
        rank: 6,
        ..Block::default()
    };
    let from = match view.inputs.len() as u64 {
        0 => String::new(),
        reports => format!(", from {}", plural::s(reports, "report")),
    };
    part(&format!("Everything measured{from}"), block)
}
