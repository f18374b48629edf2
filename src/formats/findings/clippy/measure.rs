//! Figures that clippy states only in words: `the function has a cognitive complexity of (8/4)`, measured and allowed.

use std::collections::BTreeMap;

use super::super::super::Limits;
use super::PRODUCER;
use super::diagnostic::Diagnostic;
use crate::domain::report::{Code, FunctionMeasure, Thresholds};

/// The functions that clippy measured, by path, line and name: each figure of a function is a finding of its own.
#[derive(Default)]
pub(super) struct Measures {
    functions: BTreeMap<(String, u32, String), FunctionMeasure>,
    reported_above: Thresholds,
}

/// What a figure is a figure of.
#[derive(Clone, Copy)]
enum Of {
    Cognitive,
    Length,
}

impl Measures {
    /// Adds the figure that a diagnostic states, if it states one.
    pub(super) fn add(&mut self, diagnostic: &Diagnostic, limits: &Limits) {
        let Some((of, figure, allowed)) = figure(diagnostic) else {
            return;
        };
        let Some(place) = diagnostic.place() else {
            return;
        };
        let name = limits.cap(name(&place.highlighted()));
        let key = (place.path().to_owned(), place.line(), name);
        let function = self.functions.entry(key).or_default();
        let (figure_of, threshold) = match of {
            Of::Cognitive => (&mut function.cognitive, &mut self.reported_above.cognitive),
            Of::Length => (&mut function.length, &mut self.reported_above.length),
        };
        *figure_of = Some(figure);
        // The members of a workspace may have different thresholds: the highest holds for all.
        *threshold = allowed.max(*threshold);
    }

    /// The measures, if there are any: the lints that state them are off unless they are asked for.
    pub(super) fn into_code(self) -> Option<Code> {
        let named = self
            .functions
            .into_iter()
            .map(|((path, line, name), function)| FunctionMeasure {
                path,
                name,
                line,
                ..function
            });
        let functions: Vec<_> = named.collect();
        (!functions.is_empty()).then(|| Code {
            producer: PRODUCER.into(),
            functions,
            reported_above: self.reported_above,
            ..Code::default()
        })
    }
}

/// What is measured, how much it is, and how much is allowed.
fn figure(diagnostic: &Diagnostic) -> Option<(Of, u32, u32)> {
    let (of, before) = match diagnostic.rule() {
        "clippy::cognitive_complexity" => (
            Of::Cognitive,
            "the function has a cognitive complexity of (",
        ),
        "clippy::too_many_lines" => (Of::Length, "this function has too many lines ("),
        _ => return None,
    };
    let figures = diagnostic
        .message()
        .strip_prefix(before)?
        .strip_suffix(')')?;
    let (figure, allowed) = figures.split_once('/')?;
    Some((of, figure.parse().ok()?, allowed.parse().ok()?))
}

/// The function's name, from its name alone or from its signature. Closures have none.
fn name(highlighted: &str) -> String {
    let after = highlighted
        .split_once("fn ")
        .map_or(highlighted, |(_, after)| after);
    let ident = |c: &char| c.is_alphanumeric() || *c == '_';
    let name: String = after.chars().take_while(ident).collect();
    if name.is_empty() {
        "{closure}".to_owned()
    } else {
        name
    }
}
