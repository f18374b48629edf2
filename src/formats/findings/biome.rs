//! `biome --reporter=json`, versions 1 and 2: a summary and the diagnostics, whose places are lines, or offsets into the
//! source text beside them.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

use super::gathered::Gathered;
use crate::domain::catalogue::{COGNITIVE_WORST, LENGTH_WORST, LINT_COUNTED};
use crate::domain::report::{Content, Finding, Problem, Severity};
use crate::formats::json::{Many, Maybe, Number, Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "biome",
    title: "Biome JSON",
    kind: Kind::Findings,
    producers: &["biome lint --reporter=json", "biome ci --reporter=json"],
    default_paths: &["**/biome*.json"],
    sniff,
    parse,
    reads: "Diagnostics of linter, parser and formatter; files inspected; cognitive complexity, length and parameters of functions from the text of the rules that state them. That diagnostics are left out (`--max-diagnostics`) is pointed out.",
    omits: "Advice and the source text.",
    supplies: &[LINT_COUNTED, COGNITIVE_WORST, LENGTH_WORST],
};

fn sniff(head: &Head) -> bool {
    let summary = head.has_key(1, "summary") && head.has_key(2, "unchanged");
    summary && head.has_key(2, "diagnosticsNotPrinted")
        || head.has_key(1, "diagnostics")
            && head.has_key(3, "category")
            && head.has_key(3, "advices")
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Summary {
    changed: Number,
    unchanged: Number,
    errors: Number,
    warnings: Number,
    infos: Number,
    diagnostics_not_printed: Number,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Diagnostic {
    category: Text,
    severity: Text,
    /// The message of version 1, whose `message` is marked up.
    description: Text,
    message: Message,
    location: Maybe<Location>,
}

/// A message: plain in version 2; in pieces in version 1, which states it plainly as well.
#[derive(Default)]
struct Message(String);

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Message, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Plain(String),
            Pieces(Many<Maybe<Piece>>),
            Other(IgnoredAny),
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Piece {
            content: Text,
        }
        Ok(Message(match Either::deserialize(from)? {
            Either::Plain(text) => text,
            Either::Pieces(pieces) => pieces.objects().map(|piece| piece.content.0).collect(),
            Either::Other(_) => String::new(),
        }))
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Location {
    path: Path,
    start: Maybe<Place>,
    span: Many<Number>,
    source_code: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Place {
    line: Number,
    column: Number,
}

/// The file: a text, or an object that says what sort of thing it is.
#[derive(Default)]
struct Path(String);

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Path, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Plain(String),
            File { file: String },
            Other(IgnoredAny),
        }
        Ok(Path(match Either::deserialize(from)? {
            Either::Plain(path) | Either::File { file: path } => path,
            Either::Other(_) => String::new(),
        }))
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::by("biome", input.source.limits());
    let mut summary = None;
    let result = walk(input, |walk| {
        walk.object(|walk, key| {
            match key {
                "summary" => summary = walk.read_or_warn::<Summary>()?,
                "diagnostics" => walk.array(|walk| {
                    if let Some(diagnostic) = walk.read_or_warn::<Diagnostic>()? {
                        gathered.add(diagnostic.into_finding());
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })
    });
    if let Some(summary) = &summary {
        let listed = gathered.lint().items.len() as u64;
        gathered.lint().inspected = summary.inspected();
        let stated = summary.stated();
        if result.is_ok() && stated > listed {
            input.warn(Problem::warning(format!(
                "lists {listed} diagnostics of the {stated} that its summary states: more are listed with `--max-diagnostics=none`"
            )));
        }
    }
    gathered.give(content);
    result
}

impl Summary {
    fn inspected(&self) -> Option<u64> {
        let counted = self.changed.0.into_iter().chain(self.unchanged.0);
        counted.reduce(u64::saturating_add)
    }

    fn stated(&self) -> u64 {
        let printed = [self.errors, self.warnings, self.infos];
        let left_out = self.diagnostics_not_printed;
        let counts = printed.into_iter().chain([left_out]);
        counts.fold(0, |sum, count| sum.saturating_add(count.0.unwrap_or(0)))
    }
}

impl Diagnostic {
    fn into_finding(self) -> Finding {
        let location = self.location.0.unwrap_or_default();
        let (line, column) = location.place();
        Finding {
            path: location.path.0,
            line,
            column,
            severity: match self.severity.0.as_str() {
                "warning" => Severity::Warning,
                "info" | "information" | "hint" => Severity::Info,
                _ => Severity::Error,
            },
            producer: "biome".into(),
            rule: self.category.0,
            message: match self.description.0 {
                plain if plain.is_empty() => self.message.0,
                plain => plain,
            },
            ..Finding::default()
        }
    }
}

impl Location {
    /// Line and column, stated, or counted in the source text up to the offset.
    fn place(&self) -> (u32, u32) {
        if let Some(start) = &self.start.0 {
            return (start.line.place(), start.column.place());
        }
        let offset = self.span.0.first().and_then(|offset| offset.0);
        let before = offset
            .and_then(|offset| usize::try_from(offset).ok())
            .and_then(|offset| self.source_code.0.get(..offset));
        let Some(before) = before.filter(|_| !self.source_code.0.is_empty()) else {
            return (0, 0);
        };
        let lines = before.matches('\n').count();
        let last = before.rsplit('\n').next().unwrap_or(before);
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(0);
        (number(lines), number(last.chars().count()))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Finding, Severity};
    use crate::formats::testing::{report, sniffed};

    fn one(diagnostic: &str) -> Finding {
        let report = report(
            "biome",
            &format!(r#"{{"summary": {{"errors": 1}}, "diagnostics": [{diagnostic}]}}"#),
        );
        assert_eq!(report.problems, []);
        report.content.findings.unwrap().items.remove(0)
    }

    #[test]
    fn an_offset_is_counted_in_the_source_text() {
        for (offset, place) in [
            ("0", (1, 1)),
            ("3", (2, 2)),
            ("99", (0, 0)),
            ("null", (0, 0)),
            ("2", (0, 0)),
        ] {
            let found = one(&format!(
                r#"{{"category": "lint/x", "severity": "information", "description": "d", "message": [{{"content": "m"}}], "location": {{"path": {{"file": "a.js"}}, "span": [{offset}, 9], "sourceCode": "\né."}}}}"#
            ));
            assert_eq!((found.line, found.column), place, "{offset}");
            assert_eq!((found.path.as_str(), found.message.as_str()), ("a.js", "d"));
            assert_eq!(found.severity, Severity::Info);
        }
    }

    #[test]
    fn a_stated_place_counts_and_pieces_make_a_message() {
        let found = one(
            r#"{"severity": "fatal", "message": [{"content": "a "}, {"content": "b"}], "location": {"path": "x.js", "start": {"line": 4, "column": 2}}}"#,
        );
        assert_eq!((found.line, found.message.as_str()), (4, "a b"));
        assert_eq!(found.severity, Severity::Error);
        let nowhere = one(r#"{"severity": "warning", "message": "m", "location": {"path": null}}"#);
        assert_eq!((nowhere.path.as_str(), nowhere.message.as_str()), ("", "m"));
    }

    #[test]
    fn what_is_left_out_is_pointed_out() {
        let report = report(
            "biome",
            r#"{"summary": {"changed": 0, "unchanged": 7, "errors": 20, "warnings": 5, "diagnosticsNotPrinted": 0}, "diagnostics": []}"#,
        );
        assert!(
            report.problems[0]
                .message
                .starts_with("lists 0 diagnostics of the 25")
        );
        assert_eq!(report.content.findings.unwrap().inspected, Some(7));
    }

    #[test]
    fn it_is_told_by_its_summary() {
        let clean = r#"{"summary":{"changed":0,"unchanged":1,"diagnosticsNotPrinted":0},"diagnostics":[],"command":"lint"}"#;
        assert_eq!(sniffed(clean), ["biome"]);
    }
}
