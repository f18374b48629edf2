//! A diagnostic as text, in the way of rustc: the message, the line, a caret under what is meant, and the help.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthChar;

use super::diagnostic::Diagnostic;
use super::source::Place;

/// Columns of a line that are shown: the meant part and what surrounds it.
const SHOWN: usize = 100;
const BEFORE: usize = 40;

pub(in crate::config) fn write(f: &mut impl Write, diagnostic: &Diagnostic) -> fmt::Result {
    let Diagnostic {
        severity,
        message,
        place,
        label,
        related,
        help,
    } = diagnostic;
    writeln!(f, "{}: {}", severity.word(), printable(message))?;
    let places = || place.iter().chain(related.iter().map(|(place, _)| place));
    let margin = places().map(|place| place.line.to_string().len()).max();
    let margin = margin.unwrap_or(1);
    if let Some(place) = place {
        writeln!(f, "{:margin$}--> {}", "", printable(&place.address()))?;
        excerpt(f, place, margin, '^', label)?;
    }
    if let Some((place, how)) = related {
        writeln!(f, "{:margin$}--> {}", "", printable(&place.address()))?;
        excerpt(f, place, margin, '-', how)?;
    }
    if let Some(help) = help {
        writeln!(f, "{:margin$} = help: {}", "", printable(help))?;
    }
    Ok(())
}

fn excerpt(
    f: &mut impl Write,
    place: &Place,
    margin: usize,
    mark: char,
    label: &str,
) -> fmt::Result {
    let before = place.column.saturating_sub(1);
    let skipped = if before > BEFORE + SHOWN / 2 {
        before - BEFORE
    } else {
        0
    };
    let line: String = place.text.chars().skip(skipped).take(SHOWN).collect();
    let line = printable(&line);
    let cut = if skipped > 0 { "…" } else { "" };
    let indent = cut.chars().count() + width(line.chars().take(before - skipped));
    let meant = width(line.chars().skip(before - skipped).take(place.length)).max(1);
    let marks: String = std::iter::repeat_n(mark, meant).collect();
    writeln!(f, "{:margin$} |", "")?;
    writeln!(f, "{:>margin$} | {cut}{}", place.line, line.trim_end())?;
    let pointer = format!("{:indent$}{marks} {}", "", printable(label));
    writeln!(f, "{:margin$} | {}", "", pointer.trim_end())?;
    writeln!(f, "{:margin$} |", "")
}

fn width(text: impl Iterator<Item = char>) -> usize {
    text.map(|c| c.width().unwrap_or(1)).sum()
}

/// A policy comes from whoever opens a pull request: nothing of it may drive a terminal or begin a line.
fn printable(text: &str) -> String {
    let harmless = |c: char| match c {
        '\t' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(harmless).collect()
}
