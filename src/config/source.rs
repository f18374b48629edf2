//! Where the parts of a policy were written.

use std::fmt;

use serde::Serialize;

/// What kind of thing a part of the policy was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum Kind {
    File,
    Preset,
    Variable,
}

/// A text that went into the policy.
#[derive(Debug)]
struct Source {
    kind: Kind,
    name: String,
    text: String,
}

/// A stretch of one line of a source. Lines and columns count from 1, columns and lengths in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) struct Span {
    pub(in crate::config) source: usize,
    pub(in crate::config) line: usize,
    pub(in crate::config) column: usize,
    pub(in crate::config) length: usize,
}

/// A place in a source, with the line it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    kind: Kind,
    /// The file's path, the preset's name or the variable's name.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters are meant, at least 1.
    pub length: usize,
    /// The line as written.
    #[serde(skip)]
    pub(in crate::config) text: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}

impl Place {
    /// The place in one line: `andon.yaml:7:15`, `preset strict:7:15`, `environment variable ANDON_PATHS__UNMATCHED`.
    pub fn address(&self) -> String {
        let Place {
            name, line, column, ..
        } = self;
        match self.kind {
            Kind::File => format!("{name}:{line}:{column}"),
            Kind::Preset => format!("preset {name}:{line}:{column}"),
            Kind::Variable => format!("environment variable {name}"),
        }
    }
}

/// All texts that went into a policy.
#[derive(Debug, Default)]
pub(in crate::config) struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Takes a text in; the number returned stands for it in spans.
    pub(in crate::config) fn add(&mut self, kind: Kind, name: &str, text: &str) -> usize {
        self.all.push(Source {
            kind,
            name: name.to_owned(),
            text: text.to_owned(),
        });
        self.all.len() - 1
    }

    /// How many there are.
    pub(in crate::config) fn count(&self) -> usize {
        self.all.len()
    }

    /// The place that a span means.
    pub(in crate::config) fn place(&self, span: Span) -> Option<Place> {
        let source = self.all.get(span.source)?;
        let line = source.text.lines().nth(span.line.saturating_sub(1));
        Some(Place {
            kind: source.kind,
            name: source.name.clone(),
            line: span.line,
            column: span.column,
            length: span.length,
            text: line.unwrap_or_default().to_owned(),
        })
    }

    /// Where a rule was written, for readers of the verdict: `andon.yaml:12`, `preset recommended`.
    pub(in crate::config) fn origin(&self, span: Span) -> String {
        match self.all.get(span.source) {
            Some(source) => match source.kind {
                Kind::File => format!("{}:{}", source.name, span.line),
                Kind::Preset => format!("preset {}", source.name),
                Kind::Variable => source.name.clone(),
            },
            None => String::new(),
        }
    }

    /// The files among the sources, in the order in which they were read.
    pub(in crate::config) fn files(&self) -> Vec<String> {
        self.all
            .iter()
            .filter(|source| source.kind == Kind::File)
            .map(|source| source.name.clone())
            .collect()
    }
}
