//! The gates: a table of those that need somebody, what lies behind them, and a table of the others.

use super::blocks::{CELL, PLACES, part, symbol, words};
use super::layout::Block;
use super::links::AtCommit;
use crate::render::view::{Mark, Place, Row, marked};
use crate::text::escape::markdown::{code, place as breakable};
use crate::text::{fit, number, plural};

/// Places in a gate's own row.
const IN_ROW: usize = 3;
/// With more gates than this each shows only its first place in its row.
const MANY: usize = 10;
/// The longest text beside a place in a row, in characters.
const BESIDE: usize = 120;

/// The gates that need somebody, each with what would make it pass and where to look first.
pub(super) fn urgent(gates: &[&Row], links: Option<&AtCommit>) -> Block {
    let places = places_in_row(gates.len());
    let rows = gates.iter().map(|gate| {
        let mut todo = vec![todo(gate)];
        let shown = gate.places.iter().take(places);
        todo.extend(shown.map(|place| format!("• {}", spot(place, BESIDE, links))));
        match gate.places_total.saturating_sub(places) {
            0 => {}
            more => todo.push(format!("… and {} more", number::count(more as u64))),
        }
        format!(
            "| {} | {}<br>{}{} | {} |\n",
            named(gate),
            words(&gate.value),
            required(gate),
            below(&gate.change),
            lines(&todo)
        )
    });
    Block {
        rows: rows.collect(),
        // Three columns, and breakable places: four would not fit on a telephone.
        head: "\n| Gate | Value, required | What to do |\n|:--|:--|:--|\n".to_owned(),
        ..Block::default()
    }
}

fn places_in_row(gates: usize) -> usize {
    match gates > MANY {
        true => 1,
        false => IN_ROW,
    }
}

/// The other gates, folded. Beside each the column of that title says what these words do; without a title there is no
/// such column.
pub(super) fn quiet<'a>(
    gates: &[(&Row, String)],
    beside: Option<&str>,
    all: impl IntoIterator<Item = &'a Row> + Clone,
    alone: bool,
) -> Block {
    let rows = gates.iter().map(|(gate, text)| match beside {
        Some(_) => row(gate, Some(std::slice::from_ref(text))),
        None => row(gate, None),
    });
    let block = Block {
        rows: rows.collect(),
        rank: 5,
        ..table(beside)
    };
    let what = if alone { "Gates" } else { "Other gates" };
    part(&format!("{what}: {}", marked(all)), block)
}

/// The other gates of one result.
pub(super) fn others(gates: &[&Row], alone: bool) -> Block {
    let told: Vec<(&Row, String)> = gates.iter().map(|gate| (*gate, todo(gate))).collect();
    let tell = told.iter().any(|(_, text)| !text.is_empty());
    quiet(
        &told,
        tell.then_some("Remarks"),
        gates.iter().copied(),
        alone,
    )
}

fn table(last: Option<&str>) -> Block {
    let (title, edge) = match last {
        Some(title) => (format!(" {title} |"), ":--|"),
        None => (String::new(), ""),
    };
    Block {
        head: format!("\n| Gate | Value | Required |{title}\n|:--|:--|:--|{edge}\n"),
        ..Block::default()
    }
}

/// A row of a table of gates, with what stands in its last column if it has one.
pub(super) fn row(gate: &Row, last: Option<&[String]>) -> String {
    let last = last.map(|parts| format!(" {} |", lines(parts)));
    format!(
        "| {} | {}{} | {} |{}\n",
        named(gate),
        words(&gate.value),
        below(&gate.change),
        required(gate),
        last.unwrap_or_default()
    )
}

/// The gate's title; below it what the symbol means, unless that is plain, and what was judged.
fn named(gate: &Row) -> String {
    let mark = match gate.mark {
        Mark::Pass | Mark::Fail => "",
        mark => mark.word(),
    };
    let parts = [mark, &gate.scope].into_iter();
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let title = words(&gate.title);
    format!(
        "{}&nbsp;**{title}**{}",
        symbol(gate.mark),
        below(&parts.join(", "))
    )
}

fn required(gate: &Row) -> String {
    code(&fit::cut(&gate.requirement, CELL))
}

fn below(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("<br>{}", words(text)),
    }
}

fn lines(parts: &[String]) -> String {
    let parts = parts.iter().map(String::as_str);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("<br>")
}

/// How far off, and what would make it pass; or the first remark where nothing is off.
pub(super) fn todo(gate: &Row) -> String {
    let told = [&gate.distance, &gate.remedy].into_iter();
    let told: Vec<String> = told
        .filter(|text| !text.is_empty())
        .map(|text| words(text))
        .collect();
    let note = (gate.notes.first())
        .filter(|_| tells_note(gate))
        .map(|note| words(note));
    let told = Some(told.join(": ")).filter(|told| !told.is_empty());
    let parts: Vec<String> = told.into_iter().chain(note).collect();
    parts.join("<br>")
}

/// Whether the first note stands in the row.
fn tells_note(gate: &Row) -> bool {
    gate.distance.is_empty() || gate.mark == Mark::Waived
}

/// What lies behind the gates that need somebody: all places, remarks, the reasons of the rules, folded.
pub(super) fn evidence(gates: &[&Row], links: Option<&AtCommit>) -> Block {
    let in_row = places_in_row(gates.len());
    let cut = |place: &Place| fit::cut(&place.text, BESIDE).len() < place.text.len();
    let listed = |gate: &&&Row| {
        let whole = gate.places_total <= in_row && !gate.places.iter().any(cut);
        !whole && !gate.covers_change
    };
    let total: usize = gates.iter().filter(listed).map(|it| it.places_total).sum();
    let rows = gates.iter().flat_map(|gate| {
        let mut rows = vec![format!("\n**{}**\n\n", words(&gate.subject()))];
        rows.extend(
            gate.description
                .iter()
                .map(|reason| format!("- {}\n", words(reason))),
        );
        // The changed lines that are not covered have a list of their own.
        if listed(&gate) {
            rows.extend(
                gate.places
                    .iter()
                    .take(PLACES)
                    .map(|place| format!("- {}\n", spot(place, CELL, links))),
            );
            let more = gate.places_total - gate.places.len().min(PLACES);
            if more > 0 {
                rows.push(format!("- … and {} more\n", number::count(more as u64)));
            }
        }
        let notes = gate.notes.iter().skip(usize::from(tells_note(gate)));
        rows.extend(notes.map(|note| format!("- {}\n", words(note))));
        rows.push(format!("- {}\n", words(&origin(gate))));
        rows
    });
    let block = Block {
        rows: rows.collect(),
        rank: 2,
        ..Block::default()
    };
    let places = match total {
        0 => String::new(),
        count => format!(": {}", plural::s(count as u64, "place")),
    };
    part(&format!("Evidence and rules{places}"), block)
}

fn origin(gate: &Row) -> String {
    match gate.basis.as_str() {
        "" => format!("The rule stands in {}", gate.origin),
        basis => format!("Measured: {basis}; the rule stands in {}", gate.origin),
    }
}

fn spot(place: &Place, most: usize, links: Option<&AtCommit>) -> String {
    let location = breakable(&fit::cut(&place.location(), CELL));
    let address = links.and_then(|links| links.to(&place.path, place.run()));
    let location = match address {
        Some(address) if !location.is_empty() => format!("[{location}]({address})"),
        _ => location,
    };
    let text = words(&fit::cut(&place.text, most));
    let parts = [location, text].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
