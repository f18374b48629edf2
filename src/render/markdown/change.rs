//! What the change did, on the page.

use super::blocks::{CELL, PLACES, part, words};
use super::layout::Block;
use super::links::AtCommit;
use crate::render::json::v1::Trend;
use crate::render::view::{Change, Deltas, List, RUNS, Spot, lines};
use crate::text::escape::markdown::place;
use crate::text::{fit, number, plural};

/// Metrics that stand in the open of those that moved; the others are folded.
const MOVED: usize = 12;
/// The longest line that says what the change did, in characters.
const LINE: usize = 1_000;

/// The change in a line or two, below the verdict.
pub(super) fn story(lines: &[String]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| super::blocks::cut_words(line, LINE))
        .collect();
    match lines.as_slice() {
        [] => String::new(),
        lines => format!("\n{}\n", lines.join("<br>\n")),
    }
}

/// The changed lines that no test executed.
pub(super) fn uncovered(change: &Change, links: Option<&AtCommit>) -> Block {
    let list = &change.uncovered;
    let block = Block {
        head: "\n".to_owned(),
        rows: spots(list, links),
        rank: 1,
        ..Block::default()
    };
    part(&words(&list.title), block)
}

/// What else changed, folded.
pub(super) fn others(change: &Change, links: Option<&AtCommit>) -> Block {
    let lists = change.groups.iter().flat_map(|(_, lists)| lists);
    let rows = lists.flat_map(|list| {
        let title = format!("\n**{}**\n\n", words(&list.title));
        std::iter::once(title).chain(spots(list, links))
    });
    let block = Block {
        rows: rows.collect(),
        rank: 4,
        ..Block::default()
    };
    let kinds = change.groups.iter();
    let kinds = kinds.filter_map(|(title, _)| title.split(' ').next());
    let kinds: Vec<String> = kinds.map(str::to_lowercase).collect();
    part(
        &format!("What else changed: {}", plural::list(&kinds)),
        block,
    )
}

fn spots(list: &List, links: Option<&AtCommit>) -> Vec<String> {
    let shown = list.spots.iter().take(PLACES);
    let mut rows: Vec<String> = shown.map(|one| spot(one, links)).collect();
    let more = list.total.saturating_sub(rows.len() as u64);
    if more > 0 {
        rows.push(format!("- … and {} more\n", number::count(more)));
    }
    rows
}

fn spot(spot: &Spot, links: Option<&AtCommit>) -> String {
    let path = fit::cut(&spot.path, CELL);
    let linked = |text: &str, run| {
        let address = links.and_then(|links| links.to(&spot.path, run));
        match address {
            Some(address) => format!("[{}]({address})", place(text)),
            None => place(text),
        }
    };
    let location = match spot.runs.as_slice() {
        _ if path.is_empty() => String::new(),
        [] => linked(&path, None),
        [run] => linked(&format!("{path}:{}", lines(*run)), Some(*run)),
        runs => {
            let runs = runs
                .iter()
                .take(RUNS)
                .map(|run| linked(&lines(*run), Some(*run)));
            let runs: Vec<String> = runs.collect();
            let more = if spot.has_more() { ", …" } else { "" };
            format!("{} {}{more}", linked(&path, None), runs.join(", "))
        }
    };
    let space = match (location.as_str(), spot.text.as_str()) {
        ("", _) | (_, "") => "",
        _ => " · ",
    };
    format!("- {location}{space}{}\n", words(&spot.text))
}

/// The metrics that moved, folded.
pub(super) fn moved(deltas: &Deltas) -> Block {
    let count = |trend, word: &str| match deltas.count(trend) {
        0 => None,
        count => Some(format!("{} {word}", number::count(count))),
    };
    let counts = [
        count(Trend::Worse, "worse"),
        count(Trend::Better, "better"),
        count(Trend::Neutral, "neither"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let title = format!("Metrics that moved: {}", counts.join(", "));
    part(&title, table(deltas, 0..deltas.rows.len(), 3))
}

/// The first of the metrics that moved, in the open.
pub(super) fn first_moved(deltas: &Deltas) -> Block {
    table(deltas, 0..deltas.rows.len().min(MOVED), 3)
}

/// Those metrics that moved for which there is no room in the open, folded.
pub(super) fn more_moved(deltas: &Deltas) -> Block {
    let block = table(deltas, MOVED..deltas.rows.len(), 5);
    let title = format!(
        "{} more metrics moved",
        number::count(block.rows.len() as u64)
    );
    part(&title, block)
}

fn table(deltas: &Deltas, range: std::ops::Range<usize>, rank: u8) -> Block {
    let rows = deltas.rows.get(range).unwrap_or_default().iter();
    let rows = rows.map(|row| {
        let mark = match row.trend {
            Trend::Worse => "🔴 ",
            Trend::Better => "🟢 ",
            Trend::Same | Trend::Neutral => "",
        };
        format!(
            "| {mark}{} | {} | {} | {} |\n",
            words(&row.subject),
            words(&row.before),
            words(&row.now),
            words(&row.change)
        )
    });
    Block {
        head: "\n| Metric | Before | Now | Change |\n|:--|--:|--:|--:|\n".to_owned(),
        rows: rows.collect(),
        rank,
        ..Block::default()
    }
}
