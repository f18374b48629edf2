//! An issue of Code Climate's engines, which GitLab took over for Code Quality.

use serde::Deserialize;

use crate::domain::report::{Finding, Problem, Risk, Severity};
use crate::formats::json::{Many, Maybe, Number, Shape, Text, Walk};

/// An issue.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Issue {
    r#type: Text,
    check_name: Text,
    description: Text,
    severity: Text,
    categories: Many<Text>,
    location: Maybe<Location>,
    engine_name: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Location {
    path: Text,
    lines: Maybe<Lines>,
    positions: Maybe<Positions>,
}

/// Where it is, by lines.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Lines {
    begin: Line,
}

/// A line: a number, and an object in reports of some tools.
#[derive(Default)]
struct Line(u32);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Line, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Place(Position),
            Plain(Number),
        }
        Ok(Line(match Either::deserialize(from)? {
            Either::Place(place) => place.line.place(),
            Either::Plain(line) => line.place(),
        }))
    }
}

/// Where it is, by lines and columns.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Positions {
    begin: Maybe<Position>,
}

#[derive(Deserialize)]
struct Position {
    line: Number,
    #[serde(default)]
    column: Number,
}

impl Issue {
    /// Takes one of its members where it is written member by member; `false` for what is none.
    ///
    /// # Errors
    /// When it is no JSON.
    pub(super) fn take(&mut self, key: &str, walk: &mut Walk<'_, '_>) -> Result<bool, Problem> {
        // A file may have such a name too.
        let array = walk.shape()? == Shape::Array;
        match key {
            "type" if !array => self.r#type = walk.read()?,
            "check_name" if !array => self.check_name = walk.read()?,
            "description" if !array => self.description = walk.read()?,
            "severity" if !array => self.severity = walk.read()?,
            "engine_name" if !array => self.engine_name = walk.read()?,
            "location" if !array => self.location = walk.read()?,
            "categories" => self.categories = walk.read()?,
            "other_locations" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The finding; `None` for what an engine writes beside issues (measurements, warnings). `unnamed` is the producer
    /// of issues that name none, `file` the path of those that state none.
    pub(super) fn into_finding(self, unnamed: &'static str, file: &str) -> Option<Finding> {
        let kind = &self.r#type.0;
        // Some engines write it with a capital.
        if !kind.is_empty() && !kind.eq_ignore_ascii_case("issue") {
            return None;
        }
        let location = self.location.0.unwrap_or_default();
        let position = location.positions.0.and_then(|positions| positions.begin.0);
        let (line, column) = match (position, location.lines.0) {
            (Some(position), _) => (position.line.place(), position.column.place()),
            (None, lines) => (lines.map_or(0, |lines| lines.begin.0), 0),
        };
        let mut categories = self.categories.0.iter();
        let security = categories.any(|category| category.0.eq_ignore_ascii_case("security"));
        Some(Finding {
            path: match location.path.0 {
                path if path.is_empty() => file.to_owned(),
                path => path,
            },
            line,
            column,
            severity: match self.severity.0.to_ascii_lowercase().as_str() {
                "info" => Severity::Info,
                // What linters translate their errors to.
                "major" | "critical" | "blocker" => Severity::Error,
                _ => Severity::Warning,
            },
            producer: match self.engine_name.0 {
                name if name.is_empty() => unnamed.into(),
                name => name.into(),
            },
            rule: self.check_name.0,
            message: self.description.0,
            // How bad a smell is says nothing on how much harm a hole can do.
            risk: security.then_some(Risk::Unrated),
            ..Finding::default()
        })
    }
}
