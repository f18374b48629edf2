//! Codecov's custom coverage JSON: path → lines with hits or with the share of branches taken.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::number::count;
use crate::domain::catalogue::COVERAGE_BRANCHED;
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "codecov",
    title: "Codecov custom coverage JSON",
    kind: Kind::Coverage,
    producers: &["cargo-llvm-cov --codecov", "Codecov"],
    default_paths: &["**/codecov*.json", "**/coverage*.json"],
    sniff,
    parse,
    reads: "Lines, by file: a number is their hits, `\"1/2\"` one of two branches, `true` a line of which only some branches were taken, which counts as one of two. `null` and the first entry of a list are no lines.",
    omits: "`messages`.",
    supplies: &[COVERAGE_BRANCHED],
};

fn sniff(head: &Head) -> bool {
    let own = |key: &str| matches!(key, "coverage" | "messages");
    let number = |key: &str| key.bytes().all(|byte| byte.is_ascii_digit());
    head.keys_at(1).next().is_some()
        && head.keys_at(1).all(own)
        && head.has_key(1, "coverage")
        && head.keys_at(3).all(number)
        && head.keys_at(4).next().is_none()
        && opens_object(&head.text)
}

/// Whether the member `coverage` is an object, and no percentage.
fn opens_object(text: &str) -> bool {
    text.split_once("\"coverage\"")
        .and_then(|(_, after)| after.trim_start().strip_prefix(':'))
        .is_some_and(|value| value.trim_start().starts_with('{'))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, member| match member {
            "coverage" => walk.object(|walk, path| {
                if let Some(lines) = walk.read_or_warn::<Lines>()? {
                    lines.give(coverage.file(path, FORMAT.id));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })
}

/// A list by line number, whose first entry is for no line, or an object by line number.
struct Lines(Vec<(u32, Mark)>);

impl Lines {
    fn give(self, to: &mut FileCoverage) {
        for (line, mark) in self.0 {
            match mark {
                Mark::Ignored => {}
                Mark::Hits(hits) => to.line(line, hits),
                Mark::Branches(covered, total) => {
                    to.line(line, u64::from(covered > 0));
                    to.branch_count(line, covered, total);
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lines, D::Error> {
        deserializer.deserialize_any(LinesVisitor)
    }
}

struct LinesVisitor;

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("lines")
    }

    fn visit_unit<E>(self) -> Result<Lines, E> {
        Ok(Lines(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Lines, A::Error> {
        let mut lines = Vec::new();
        let mut number = 0_u32;
        while let Some(mark) = items.next_element()? {
            if number > 0 {
                lines.push((number, mark));
            }
            number = number.saturating_add(1);
        }
        Ok(Lines(lines))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lines, A::Error> {
        let mut lines = Vec::new();
        while let Some((number, mark)) = map.next_entry::<String, Mark>()? {
            // 0 is no line, here as in a list.
            match number.trim().parse() {
                Ok(0) | Err(_) => {}
                Ok(number) => lines.push((number, mark)),
            }
        }
        Ok(Lines(lines))
    }
}

/// What is said of a line.
enum Mark {
    Ignored,
    Hits(u64),
    Branches(u64, u64),
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Mark, D::Error> {
        deserializer.deserialize_any(MarkVisitor)
    }
}

struct MarkVisitor;

impl Visitor<'_> for MarkVisitor {
    type Value = Mark;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("null, a number, true, or text such as \"1/2\"")
    }

    fn visit_unit<E>(self) -> Result<Mark, E> {
        Ok(Mark::Ignored)
    }

    fn visit_bool<E>(self, partial: bool) -> Result<Mark, E> {
        Ok(if partial {
            Mark::Branches(1, 2)
        } else {
            Mark::Hits(0)
        })
    }

    fn visit_u64<E>(self, hits: u64) -> Result<Mark, E> {
        Ok(Mark::Hits(hits))
    }

    fn visit_i64<E>(self, _negative: i64) -> Result<Mark, E> {
        Ok(Mark::Hits(0))
    }

    fn visit_f64<E>(self, hits: f64) -> Result<Mark, E> {
        Ok(Mark::Hits(hits as u64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Mark, E> {
        Ok(match text.split_once('/') {
            Some((covered, total)) => match (count(covered), count(total)) {
                (Some(covered), Some(total)) if total > 0 => {
                    Mark::Branches(covered.min(total), total)
                }
                _ => Mark::Ignored,
            },
            None => count(text).map_or(Mark::Ignored, Mark::Hits),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};
    use crate::formats::testing::sniffed;

    #[test]
    fn the_first_of_a_list_is_no_line_and_null_is_ignored() {
        let text = r#"{"coverage": {"a.py": [null, 1, 0, null, true, "1/2", "0/2", "3/3", -1, "5", "x", 1e99]}, "messages": {"a.py": {"1": "see"}}}"#;
        let file = file("codecov", text);
        let seen = [
            (1, 1),
            (2, 0),
            (4, 1),
            (5, 1),
            (6, 0),
            (7, 1),
            (8, 0),
            (9, 5),
            (11, u64::MAX),
        ];
        assert_eq!(lines(&file), seen);
        assert_eq!(file.count().branches, of(5, 9));
    }

    #[test]
    fn lines_may_be_named() {
        let text = r#"{"coverage": {"a.rs": {"12": "1/2", "2": 0, "0": 1, "4294967296": 1}, "b.rs": null, "c.rs": {}}}"#;
        let coverage = coverage("codecov", text);
        assert_eq!(lines(&coverage.files["a.rs"]["codecov"]), [(2, 0), (12, 1)]);
        assert_eq!(coverage.count().lines, of(1, 2));
    }

    #[test]
    fn a_bad_file_costs_no_other() {
        let report = report(r#"{"coverage": {"a": [null, {}], "b": [null, 1]}}"#);
        assert_eq!((report.format, report.problems.len()), ("codecov", 1));
        assert_eq!(report.content.coverage.unwrap().count().lines, of(1, 1));
    }

    #[test]
    fn a_percentage_and_the_reports_of_others_are_not_claimed() {
        assert_eq!(sniffed(r#"{"coverage": {}}"#), ["codecov"]);
        for text in [
            r#"{"coverage": 75.0, "covered": 3}"#,
            r#"{"coverage": 75.0}"#,
            r#"{"meta": {"simplecov_version": "0.22.0"}, "coverage": {"/a.rb": {"lines": [1]}}, "groups": {}}"#,
            r#"{"coverage": {"/a.rb": {"lines": [1]}}}"#,
        ] {
            assert!(!sniffed(text).contains(&"codecov"), "{text}");
        }
    }
}
