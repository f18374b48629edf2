//! pylint's text: `a.py:1:0: C0114: what (symbol)`, `a.py:1: [C0114(symbol), object] what`, or GitHub's workflow commands,
//! `::notice file=a.py,line=1,endline=1,col=0,title=C0114::what`.

use super::super::super::{Head, Input};
use super::super::lines::{self, Line, located};
use super::message::Message;
use super::{FORMAT, Run};
use crate::domain::report::Problem;

/// What stands above the messages of a module.
const HEADING: &str = "************* Module ";
/// What stands at the end.
const RATING: &str = "Your code has been rated at ";

/// Whether a text is pylint's: its messages look like nothing else, and the rating is its own.
pub(super) fn sniff(head: &Head) -> bool {
    let named = |line| message(line).is_some_and(|message| !message.symbol.is_empty());
    head.lines()
        .any(|line| rating(line).is_some() || named(line) || command(line).is_some())
}

/// Reads the messages.
pub(super) fn read(run: &mut Run, input: &mut Input<'_>) -> Result<(), Problem> {
    // The symbol of a message of several lines is in the last of them.
    let mut open: Option<Message> = None;
    let result = lines::read(input, &FORMAT, |line| {
        if let Some(message) = command(line) {
            run.take_open(open.take());
            run.take(message);
            return Line::Finding;
        }
        if let Some(message) = message(line) {
            run.take_open(open.replace(message));
            return Line::Finding;
        }
        if let Some(message) = open.as_mut().filter(|message| message.symbol.is_empty())
            && let Some((_, symbol)) = symbol(line).filter(|(_, symbol)| symbol.contains('-'))
        {
            symbol.clone_into(&mut message.symbol);
            return Line::Finding;
        }
        match rating(line) {
            _ if line.starts_with(HEADING) => Line::Announced,
            Some(full) if full.starts_with("10.00/") => Line::Clean,
            Some(_) => Line::Announced,
            None => Line::Other,
        }
    });
    run.take_open(open);
    result
}

impl Run {
    fn take_open(&mut self, message: Option<Message>) {
        if let Some(message) = message {
            self.take(message);
        }
    }
}

/// The rating that a line states.
fn rating(line: &str) -> Option<&str> {
    line.strip_prefix(RATING)
}

/// The message of a workflow command, which names no symbol.
fn command(line: &str) -> Option<Message> {
    let (level, rest) = line.strip_prefix("::")?.split_once(" file=")?;
    let (path, rest) = rest.split_once(",line=")?;
    let (place, rest) = rest.split_once(",title=")?;
    let (id, text) = rest.split_once("::")?;
    let mut members = place.split(',');
    let line = members.next()?.parse().unwrap_or(0);
    members.next()?.strip_prefix("endline=")?;
    let column = members.next()?.strip_prefix("col=")?;
    matches!(level, "error" | "warning" | "notice").then_some(Message {
        category: category(id)?.to_owned(),
        path: path.to_owned(),
        line,
        column: column.parse().ok(),
        obj: String::new(),
        symbol: String::new(),
        message: text.to_owned(),
        id: id.to_owned(),
    })
}

/// The message that a line begins.
fn message(line: &str) -> Option<Message> {
    let at = located(line)?;
    let (id, object, symbol, text) = match at.rest.strip_prefix('[') {
        Some(rest) => {
            let (rule, text) = rest.split_once("] ")?;
            let (rule, object) = rule.split_once(')')?;
            let (id, symbol) = rule.split_once('(')?;
            let object = object.trim_start_matches([',', ' ']);
            (id, object, symbol, text)
        }
        None => {
            let (id, text) = at.rest.split_once(": ")?;
            let (text, symbol) = symbol(text).unwrap_or((text, ""));
            (id, "", symbol, text)
        }
    };
    Some(Message {
        category: category(id)?.to_owned(),
        path: at.path.to_owned(),
        line: at.line,
        column: at.column,
        obj: object.to_owned(),
        symbol: symbol.to_owned(),
        message: text.to_owned(),
        id: id.to_owned(),
    })
}

/// What stands before ` (symbol)` at the end, and the symbol.
fn symbol(text: &str) -> Option<(&str, &str)> {
    let (text, symbol) = text.strip_suffix(')')?.rsplit_once('(')?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let named = !symbol.is_empty() && symbol.bytes().all(plain);
    named.then_some((text.trim_end(), symbol))
}

/// What the letter of `W0612` means.
fn category(id: &str) -> Option<&'static str> {
    let (letter, digits) = id.split_at_checked(1)?;
    let numbered = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let category = match letter {
        "F" => "fatal",
        "E" => "error",
        "W" => "warning",
        "R" => "refactor",
        "C" => "convention",
        "I" => "info",
        _ => return None,
    };
    numbered.then_some(category)
}
