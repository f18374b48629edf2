//! The parts of the page.

use super::limit::Block;
use super::links::AtCommit;
use crate::render::view::{Group, Mark, Place, Row, View, marked};
use crate::text::escape::markdown::{advice, code};
use crate::text::{fit, number, plural};

/// The longest text in a cell, in characters.
pub(super) const CELL: usize = 300;
/// Places listed for each gate.
pub(super) const PLACES: usize = 25;

fn symbol(mark: Mark) -> &'static str {
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

fn table(rows: Vec<String>, rank: u8) -> Block {
    let head = "\n| | Gate | Value | Required | What to do |\n|:--|:--|:--|:--|:--|\n".to_owned();
    Block {
        head,
        rows,
        foot: String::new(),
        rank,
    }
}

/// A part that can be folded. Blank lines let markdown be markdown again inside the element.
pub(super) fn part(summary: &str, open: bool, inner: Block) -> Block {
    let open = if open { " open" } else { "" };
    Block {
        head: format!(
            "\n<details{open}><summary>{summary}</summary>\n{}",
            inner.head
        ),
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
        head: format!("\n⚠️ **{}**\n\n", words(&relaxed.headline)),
        rows: rows.map(|item| format!("- {}\n", words(item))).collect(),
        foot: String::new(),
        rank: 1,
    }
}

/// The gates that need somebody, open.
pub(super) fn urgent(gates: &[&Row]) -> Block {
    table(gates.iter().copied().map(row).collect(), 0)
}

/// The other gates, folded.
pub(super) fn quiet(gates: &[&Row]) -> Block {
    let summary = format!("Other gates: {}", marked(gates.iter().copied()));
    part(
        &summary,
        false,
        table(gates.iter().copied().map(row).collect(), 5),
    )
}

fn row(gate: &Row) -> String {
    let scope = match gate.scope.as_str() {
        "" => String::new(),
        scope => format!("<br>{}", words(scope)),
    };
    let change = match gate.change.as_str() {
        "" => String::new(),
        change => format!("<br>{}", words(change)),
    };
    let required = fit::cut(&gate.requirement, CELL);
    let mut advice: Vec<String> = [&gate.distance, &gate.remedy]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| words(text))
        .collect();
    advice.extend(
        gate.notes
            .iter()
            .take(1)
            .filter(|_| gate.distance.is_empty() || gate.mark == Mark::Waived)
            .map(|note| words(note)),
    );
    format!(
        "| {} {} | **{}**{scope} | {}{change} | {} | {} |\n",
        symbol(gate.mark),
        gate.mark.word(),
        words(&gate.title),
        words(&gate.value),
        code(&required),
        advice.join("<br>"),
    )
}

/// Where to look and why, for one gate.
pub(super) fn evidence(gate: &Row, links: Option<&AtCommit>) -> Option<Block> {
    // The changed lines that are not covered stand in a list of their own.
    let places = match gate.covers_change {
        true => &[][..],
        false => &gate.places,
    };
    let total = if gate.covers_change {
        0
    } else {
        gate.places_total
    };
    let shown = places.iter().take(PLACES);
    let mut rows: Vec<String> = shown.map(|place| item(place, links)).collect();
    let more = total.saturating_sub(rows.len());
    if more > 0 {
        rows.push(format!("- … and {} more\n", number::count(more as u64)));
    }
    let told = usize::from(gate.distance.is_empty() || gate.mark == Mark::Waived);
    rows.extend(
        gate.notes
            .iter()
            .skip(told)
            .map(|note| format!("- {}\n", words(note))),
    );
    if rows.is_empty() {
        return None;
    }
    let reason = gate
        .description
        .as_deref()
        .map(|reason| format!("\n{}\n", words(reason)))
        .unwrap_or_default();
    let origin = match gate.basis.as_str() {
        "" => format!("The rule stands in {}", gate.origin),
        basis => format!("Measured: {basis}; the rule stands in {}", gate.origin),
    };
    let block = Block {
        head: format!("{reason}\n"),
        rows,
        foot: format!("\n{}\n", words(&origin)),
        rank: 2,
    };
    let places = match total {
        0 => String::new(),
        count => format!(": {}", plural::s(count as u64, "place")),
    };
    let failing = gate.group == Group::Failing;
    let summary = format!("{}{places}", words(&gate.subject()));
    Some(part(&summary, failing, block))
}

fn item(place: &Place, links: Option<&AtCommit>) -> String {
    let location = code(&fit::cut(&place.location(), CELL));
    let address = links.and_then(|links| links.to(&place.path, place.run()));
    let location = match address {
        Some(address) if !location.is_empty() => format!("[{location}]({address})"),
        _ => location,
    };
    let space = if location.is_empty() || place.text.is_empty() {
        ""
    } else {
        " "
    };
    format!("- {location}{space}{}\n", words(&place.text))
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
            "| {mark} | {} | {} |\n",
            code(&fit::cut(&problem.location, CELL)),
            words(&problem.message)
        )
    });
    Block {
        head: "\n| | Report | Problem |\n|:--|:--|:--|\n".to_owned(),
        rows: rows.collect(),
        foot: String::new(),
        rank: 1,
    }
}

/// What concerns no single gate, or what is to be known of the change.
pub(super) fn bullets(notes: &[String]) -> Block {
    Block {
        head: "\n".to_owned(),
        rows: (notes.iter())
            .map(|note| format!("- {}\n", words(note)))
            .collect(),
        foot: String::new(),
        rank: 1,
    }
}

/// All measurements, folded.
pub(super) fn overview(view: &View) -> Block {
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
    let block = Block {
        head: "\n| | Metric | Value | Over |\n|:--|:--|--:|:--|\n".to_owned(),
        rows,
        foot: String::new(),
        rank: 6,
    };
    part("Everything measured", false, block)
}

/// The reports that were read, folded.
pub(super) fn reports(view: &View) -> Block {
    let rows = view.inputs.iter().map(|report| {
        let path = code(&fit::cut(&report.path, CELL));
        format!("- {path} {}\n", words(&report.format))
    });
    let block = Block {
        head: "\n".to_owned(),
        rows: rows.collect(),
        foot: String::new(),
        rank: 7,
    };
    let summary = format!("{} read", plural::s(view.inputs.len() as u64, "report"));
    part(&summary, false, block)
}
