//! radon's Markdown, `| a.py | A.f | M | 8:14 | 6 | B |`, and its text, where `    M 8:4 A.f - B (6)` stands below the file.

use super::super::super::{Head, Input};
use crate::domain::report::{Code, FunctionMeasure, Problem};

/// The heading of the Markdown.
const HEADING: &str = "| Filename | Name | Type | Start:End Line | Complexity | Classification |";

/// Whether a text is radon's: the heading is its own, and so are its rows below a file.
pub(super) fn sniff(head: &Head) -> bool {
    let mut lines = head
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    match lines.next() {
        Some(HEADING) => true,
        Some(path) if !path.starts_with(' ') => lines.next().is_some_and(|line| {
            let failed = line.starts_with("    ERROR: ") && path.ends_with(".py");
            block(line).is_some() || failed
        }),
        _ => false,
    }
}

/// Reads the functions and methods.
///
/// # Errors
/// When no row states a complexity, and when the last row is cut off.
pub(super) fn read(input: &mut Input<'_>, code: &mut Code) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let (mut path, mut unread) = (String::new(), None);
    let (mut known, mut ranks_only) = (false, false);
    input.each_line(|problems, number, line| {
        let line = line.trim_end();
        unread = None;
        if line.is_empty() || line == HEADING || line.starts_with("| ---") {
            known |= line == HEADING;
        } else if let Some(Block { kind, function }) = block(line) {
            known = true;
            ranks_only |= function.cyclomatic.is_none();
            if kind != "C" && function.cyclomatic.is_some() {
                let file = if function.path.is_empty() {
                    &path
                } else {
                    &function.path
                };
                code.functions.push(FunctionMeasure {
                    path: limits.cap(file.clone()),
                    name: limits.cap(function.name),
                    ..function
                });
            }
        } else if let Some(message) = line.strip_prefix("    ERROR: ") {
            known = true;
            code.failed
                .push((path.clone(), limits.cap(message.to_owned())));
        } else if line.starts_with([' ', '|']) {
            unread = Some(number);
            if problems.len() < 100 {
                let what = "a row that is not as radon writes it";
                problems.push(Problem::error(what).at_line(number));
            }
        } else if !is_sum(line) {
            path = limits.cap(line.to_owned());
            unread = Some(number);
        }
        Ok(())
    })?;
    input.whole(unread)?;
    if ranks_only || !known {
        return Err(Problem::error(
            "it states no complexity of a function: write it with `radon cc -j` or with `radon cc -s`",
        ));
    }
    Ok(())
}

/// `311 blocks (classes, functions, methods) analyzed.` or `Average complexity: A (3.1)`.
fn is_sum(line: &str) -> bool {
    line.ends_with(" blocks (classes, functions, methods) analyzed.")
        || line.starts_with("Average complexity: ")
}

/// A function, a method or a class.
struct Block<'a> {
    /// `F`, `M` or `C`.
    kind: &'a str,
    function: FunctionMeasure,
}

fn block(line: &str) -> Option<Block<'_>> {
    let block = match line.strip_prefix("| ") {
        Some(row) => in_row(row.strip_suffix(" |")?)?,
        None => below_file(line.strip_prefix("    ")?)?,
    };
    matches!(block.kind, "F" | "M" | "C").then_some(block)
}

fn in_row(row: &str) -> Option<Block<'_>> {
    let mut cells = row.rsplitn(6, " | ");
    let _rank = cells.next()?;
    let cyclomatic = cells.next()?.parse().ok()?;
    let (line, end_line) = cells.next()?.split_once(':')?;
    let (line, end_line) = (line.parse().ok()?, end_line.parse::<u32>().ok()?);
    let kind = cells.next()?;
    let name = cells.next()?.to_owned();
    let lines = end_line.checked_sub(line);
    let function = FunctionMeasure {
        path: cells.next()?.to_owned(),
        name,
        line,
        end_line,
        cyclomatic: Some(cyclomatic),
        length: lines.map(|lines| lines.saturating_add(1)),
        ..FunctionMeasure::default()
    };
    Some(Block { kind, function })
}

fn below_file(row: &str) -> Option<Block<'_>> {
    let (kind, rest) = row.split_once(' ')?;
    let (place, rest) = rest.split_once(' ')?;
    let (line, column) = place.split_once(':')?;
    column.parse::<u32>().ok()?;
    let (name, rank) = rest.rsplit_once(" - ")?;
    let cyclomatic = match rank.split_once(' ') {
        Some((_, figure)) => Some(figure.strip_prefix('(')?.strip_suffix(')')?.parse().ok()?),
        None if rank.len() == 1 => None,
        None => return None,
    };
    let function = FunctionMeasure {
        name: name.to_owned(),
        line: line.parse().ok()?,
        cyclomatic,
        ..FunctionMeasure::default()
    };
    Some(Block { kind, function })
}
