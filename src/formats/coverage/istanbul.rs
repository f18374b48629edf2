//! Istanbul's `coverage-final.json`: path → statement, function and branch maps with their counts.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::number::{Count, key};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION, COVERAGE_STATEMENT};
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "istanbul",
    title: "Istanbul JSON (coverage-final.json)",
    kind: Kind::Coverage,
    producers: &[
        "Istanbul", "nyc", "Jest", "Vitest", "c8", "Karma", "Cypress",
    ],
    default_paths: &["**/coverage-final.json", "**/.nyc_output/*.json"],
    sniff,
    parse,
    reads: "Statements, branch arms and functions, by file. A line is executed as often as the statement starting on it that is executed most.",
    omits: "Columns, input source maps, hashes.",
    supplies: &[
        COVERAGE_BRANCHED,
        &[&COVERAGE_FUNCTION, &COVERAGE_STATEMENT],
    ],
};

fn sniff(head: &Head) -> bool {
    // An instrumented file's coverage object serialises with its content under `data`.
    let plain = head.has_key(2, "statementMap") && head.has_key(2, "path");
    plain || head.has_key(2, "data") && head.has_key(3, "statementMap")
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct File {
    data: Option<Box<File>>,
    path: Option<String>,
    statement_map: Listed<Span>,
    fn_map: Listed<Function>,
    branch_map: Listed<Branch>,
    s: Listed<Count>,
    f: Listed<Count>,
    b: Listed<Vec<Count>>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct Place {
    line: Count,
    column: Count,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct Span {
    start: Place,
    end: Place,
}

impl Span {
    fn key(self) -> u64 {
        key(&[self.start.column.0, self.end.line.0, self.end.column.0])
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Function {
    line: Option<Count>,
    decl: Option<Span>,
    loc: Span,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Branch {
    line: Option<Count>,
    loc: Option<Span>,
    locations: Vec<Span>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, path| {
            let file: File = walk.read()?;
            let file = match file.data {
                Some(data) => *data,
                None => file,
            };
            let named = file.path.clone();
            file.give(coverage.file(named.as_deref().unwrap_or(path), FORMAT.id));
            Ok(())
        })
    })
}

impl File {
    fn give(self, to: &mut FileCoverage) {
        self.give_statements(to);
        let mut places = Vec::new();
        for (id, hits) in &self.f.0 {
            let place = self.fn_map.get(*id).map_or((0, *id), |function| {
                let span = function.decl.unwrap_or(function.loc);
                (
                    function.line.unwrap_or(span.start.line).as_line(),
                    span.key(),
                )
            });
            places.push((place, hits.0));
        }
        to.functions.get_or_insert_default();
        apart(places, |line, key, hits| to.function(line, key, hits));

        let mut places = Vec::new();
        for (id, arms) in &self.b.0 {
            let (line, place) = self.branch_map.get(*id).map_or((0, *id), |branch| {
                let span = branch
                    .loc
                    .or(branch.locations.first().copied())
                    .unwrap_or_default();
                (branch.line.unwrap_or(span.start.line).as_line(), span.key())
            });
            for (arm, hits) in (0..).zip(arms) {
                places.push(((line, key(&[place, arm])), hits.0));
            }
        }
        to.arms.get_or_insert_default();
        apart(places, |line, key, hits| to.arm(line, key, hits));
    }

    /// A line is executed as often as the statement starting on it that is executed most.
    fn give_statements(&self, to: &mut FileCoverage) {
        let mut places = Vec::new();
        let mut lines = Vec::new();
        for (id, hits) in &self.s.0 {
            let place = self
                .statement_map
                .get(*id)
                .map(|span| (span.start.line.as_line(), span.key()));
            lines.extend(place.map(|(line, _)| (line, hits.0)));
            places.push((place.unwrap_or((0, *id)), hits.0));
        }
        to.statements.get_or_insert_default();
        apart(places, |line, key, hits| to.statement(line, key, hits));
        lines.sort_unstable_by(|a, b| b.cmp(a));
        lines.dedup_by_key(|(line, _)| *line);
        for (line, hits) in lines.into_iter().rev() {
            to.line(line, hits);
        }
    }
}

/// Hands on things by their place, which is the same in every run, unlike V8's ids. Source maps can put several things
/// in one place; these are told apart by their order.
fn apart(mut places: Vec<((u32, u64), u64)>, mut each: impl FnMut(u32, u64, u64)) {
    places.sort_by_key(|(place, _)| *place);
    let (mut last, mut repeats) = (None, 0);
    for (place, hits) in places {
        repeats = if last == Some(place) { repeats + 1 } else { 0 };
        last = Some(place);
        let key = if repeats == 0 {
            place.1
        } else {
            key(&[place.1, repeats])
        };
        each(place.0, key, hits);
    }
}

/// An object with numbers for names, in the order of the numbers.
struct Listed<T>(Vec<(u64, T)>);

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Listed(Vec::new())
    }
}

impl<T> Listed<T> {
    fn get(&self, id: u64) -> Option<&T> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.0.get(at).map(|(_, item)| item)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Listed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Listed<T>, D::Error> {
        deserializer.deserialize_map(ListedVisitor(Listed::default()))
    }
}

struct ListedVisitor<T>(Listed<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListedVisitor<T> {
    type Value = Listed<T>;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Listed<T>, A::Error> {
        let mut listed = self.0;
        while let Some((Id(id), item)) = map.next_entry()? {
            listed.0.push((id, item));
        }
        listed.0.sort_by_key(|(id, _)| *id);
        Ok(listed)
    }
}

struct Id(u64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        struct IdVisitor;
        impl Visitor<'_> for IdVisitor {
            type Value = Id;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("an id")
            }

            fn visit_str<E>(self, text: &str) -> Result<Id, E> {
                Ok(Id(text.parse().unwrap_or_else(|_| key_of(text))))
            }
        }
        deserializer.deserialize_str(IdVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of};

    const FILE: &str = r#"{"path": "/a.js",
        "statementMap": {"0": {"start": {"line": 1, "column": 0}, "end": {"line": 3, "column": null}},
                         "1": {"start": {"line": 1, "column": 4}, "end": {"line": 1, "column": 9}},
                         "2": {"start": {"line": 2, "column": 0}, "end": {"line": 2, "column": 9}}},
        "fnMap": {"0": {"name": "f", "decl": {"start": {"line": 1, "column": 9}, "end": {"line": 1, "column": 10}}}},
        "branchMap": {"0": {"type": "if", "line": 2, "locations": [{"start": {"line": 2, "column": 0}}, {"start": {}, "end": {}}]}},
        "s": {"0": 2, "1": 7, "2": 0}, "f": {"0": 1}, "b": {"0": [3, 0]}}"#;

    #[test]
    fn a_line_is_executed_as_often_as_the_statement_starting_on_it_that_is_executed_most() {
        let file = file("istanbul", &format!(r#"{{"/a.js": {FILE}}}"#));
        assert_eq!(lines(&file), [(1, 7), (2, 0)]);
        let totals = file.count();
        assert_eq!(
            (totals.statements, totals.branches, totals.functions),
            (of(2, 3), of(1, 2), of(1, 1))
        );
    }

    #[test]
    fn the_content_may_stand_under_data() {
        let coverage = coverage("istanbul", &format!(r#"{{"/x.js": {{"data": {FILE}}}}}"#));
        assert!(coverage.files.contains_key("/a.js"));
        assert_eq!(coverage.count().lines, of(1, 2));
    }

    #[test]
    fn runs_number_the_same_thing_differently_and_maps_put_two_in_one_place() {
        let file_of = |first: &str, second: &str| {
            let span = r#"{"start": {"line": 1, "column": 0}, "end": {"line": 1, "column": 5}}"#;
            let text = format!(
                r#"{{"/a.js": {{"path": "/a.js", "statementMap": {{"{first}": {span}, "{second}": {span}}},
                "s": {{"{first}": 1, "{second}": 0}}}}}}"#
            );
            file("istanbul", &text)
        };
        let mut both = file_of("3", "4");
        assert_eq!(both.count().statements, of(1, 2));
        both.merge(file_of("10", "11"));
        assert_eq!(both.count().statements, of(1, 2));
    }
}
