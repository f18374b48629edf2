//! A diagnostic of the compiler or of clippy, as rustc writes it.

use serde::Deserialize;

use super::super::super::Limits;
use super::PRODUCER;
use crate::domain::report::{Finding, Severity};

/// A message with its places. What it is rendered as, and its notes, are passed over.
#[derive(Deserialize)]
pub(super) struct Diagnostic {
    message: String,
    code: Option<Rule>,
    level: String,
    #[serde(default)]
    spans: Vec<Span>,
}

/// The lint or the error code; a syntax error has none.
#[derive(Deserialize)]
struct Rule {
    code: String,
}

/// A place, with the macro call that it stands in, if any.
#[derive(Clone, Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    #[serde(default)]
    text: Vec<Excerpt>,
    expansion: Option<Box<Expansion>>,
}

/// A line of source with the part that is meant, in characters from 1.
#[derive(Clone, Deserialize)]
struct Excerpt {
    text: String,
    highlight_start: usize,
    highlight_end: usize,
}

/// A macro call.
#[derive(Clone, Deserialize)]
struct Expansion {
    span: Span,
}

impl Diagnostic {
    /// Whether it is about the code: the compiler also sums up what it said before.
    pub(super) fn is_finding(&self) -> bool {
        let sums_up = self.level == "failure-note"
            || self.message.starts_with("aborting due to ")
            || self.message.ends_with(" warning emitted")
            || self.message.ends_with(" warnings emitted");
        !(sums_up && self.spans.is_empty())
    }

    /// What makes it the same as another: rule, level, message and primary places.
    pub(super) fn identity(&self) -> impl Iterator<Item = (&str, [u32; 4])> {
        let whole = [self.rule(), &self.level, &self.message].map(|text| (text, [0; 4]));
        let places = self
            .spans
            .iter()
            .filter(|span| span.is_primary)
            .map(|span| {
                let place = [
                    span.line_start,
                    span.column_start,
                    span.line_end,
                    span.column_end,
                ];
                (span.file_name.as_str(), place)
            });
        whole.into_iter().chain(places)
    }

    /// The lint's name or the error's code.
    pub(super) fn rule(&self) -> &str {
        self.code.as_ref().map_or("", |rule| &rule.code)
    }

    /// The name of the function that it highlights, by its name alone or by its signature. Closures have none.
    pub(super) fn function(&self) -> Option<String> {
        let highlighted = self.place()?.highlighted();
        let signature = highlighted.split_once("fn ");
        let after = signature.map_or(highlighted.as_str(), |(_, after)| after);
        let ident = |c: &char| c.is_alphanumeric() || *c == '_';
        let name: String = after.chars().take_while(ident).collect();
        Some(match name {
            name if name.is_empty() => "{closure}".to_owned(),
            name => name,
        })
    }

    /// Where it is, if it is anywhere.
    fn place(&self) -> Option<&Span> {
        let primary = self.spans.iter().find(|span| span.is_primary);
        primary.map(Span::in_the_workspace)
    }

    /// The finding that it is.
    pub(super) fn into_finding(self, limits: &Limits) -> Finding {
        let place = self.place();
        Finding {
            path: place.map(|span| span.file_name.clone()).unwrap_or_default(),
            line: place.map_or(0, |span| span.line_start),
            column: place.map_or(0, |span| span.column_start),
            severity: match self.level.as_str() {
                "note" | "help" | "failure-note" => Severity::Info,
                "warning" => Severity::Warning,
                // `error`, `error: internal compiler error`, and what a later compiler may think of.
                _ => Severity::Error,
            },
            producer: PRODUCER.into(),
            rule: limits.cap(self.rule().to_owned()),
            message: limits.cap(self.message),
            anchor: String::new(),
            ..Finding::default()
        }
    }
}

impl Span {
    /// The highlighted part of the first line.
    fn highlighted(&self) -> String {
        let Some(first) = self.text.first() else {
            return String::new();
        };
        let start = first.highlight_start.saturating_sub(1);
        let end = first.highlight_end.saturating_sub(1);
        first.text.chars().take(end).skip(start).collect()
    }

    /// A place inside a macro of another crate is of no use to the reader: the outermost call is where to look.
    fn in_the_workspace(&self) -> &Span {
        let foreign = self.file_name.starts_with('<') || self.file_name.starts_with("/rustc/");
        let mut span = self;
        while let Some(expansion) = span.expansion.as_deref().filter(|_| foreign) {
            span = &expansion.span;
        }
        span
    }
}
