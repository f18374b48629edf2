//! cargo-tarpaulin's JSON report: files with traces, each a line that can be executed.

use serde::Deserialize;

use super::number::Count;
use crate::domain::catalogue::COVERAGE_LINE;
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "tarpaulin",
    title: "cargo-tarpaulin JSON",
    kind: Kind::Coverage,
    producers: &["cargo-tarpaulin"],
    default_paths: &["**/tarpaulin-report.json", "**/*tarpaulin*.json"],
    sniff,
    parse,
    reads: "Lines with hits, by file.",
    omits: "Addresses; the sources; branch and condition traces, which tarpaulin reserves and does not write; its own totals, which are counted anew.",
    supplies: &[&[&COVERAGE_LINE]],
};

fn sniff(head: &Head) -> bool {
    let own = |key: &str| matches!(key, "path" | "content" | "traces" | "covered" | "coverable");
    let with_files =
        head.has_key(3, "path") && head.has_key(3, "content") && head.keys_at(3).all(own);
    // A report of no file still has its three totals.
    let of_none = ["coverage", "covered", "coverable"]
        .iter()
        .all(|key| head.has_key(1, key))
        && head.keys_at(1).count() == 4
        && head.keys_at(2).next().is_none();
    head.has_key(1, "files") && (with_files || of_none)
}

#[derive(Deserialize)]
struct File {
    path: Vec<String>,
    traces: Option<Vec<Trace>>,
}

#[derive(Deserialize)]
struct Trace {
    line: Count,
    stats: Option<Stats>,
}

/// `{"Line": hits}`; branches and conditions have other members.
#[derive(Deserialize)]
struct Stats {
    #[serde(rename = "Line")]
    line: Option<Count>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, member| match member {
            "files" => walk.array(|walk| {
                if let Some(file) = walk.read_or_warn::<File>()? {
                    file.give(coverage.file(&joined(&file.path), FORMAT.id));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })
}

/// The parts of a path as Rust tells them: `/` or `C:` and `\` first, if it is absolute.
fn joined(parts: &[String]) -> String {
    let mut path = String::new();
    for part in parts {
        if !path.is_empty() && !path.ends_with(['/', '\\']) && part != "\\" {
            path.push('/');
        }
        path.push_str(part);
    }
    path
}

impl File {
    fn give(&self, to: &mut FileCoverage) {
        for trace in self.traces.iter().flatten() {
            if let Some(hits) = trace.stats.as_ref().and_then(|stats| stats.line) {
                to.line(trace.line.as_line(), hits.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, lines, report};
    use crate::formats::testing::sniffed;

    #[test]
    fn a_path_comes_in_parts() {
        let text = r#"{"files": [{"path": ["/", "w", "src", "lib.rs"], "content": "fn f() {\n}", "traces": [
            {"line": 1, "address": [9], "length": 1, "stats": {"Line": 18446744073709551615}, "fn_name": "f"},
            {"line": 2, "address": [], "length": 1, "stats": {"Line": 0}}, {"line": 3, "stats": {"Branch": {"been_true": true}}}],
            "covered": 1, "coverable": 2}, {"path": ["C:", "\\", "w", "main.rs"], "content": "", "traces": [], "covered": 0, "coverable": 0}],
            "coverage": 50.0, "covered": 1, "coverable": 2}"#;
        let coverage = coverage("tarpaulin", text);
        let paths: Vec<_> = coverage.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["/w/src/lib.rs", "C:\\w/main.rs"]);
        let file = &coverage.files["/w/src/lib.rs"]["tarpaulin"];
        assert_eq!(lines(file), [(1, u64::MAX), (2, 0)]);
    }

    #[test]
    fn a_bad_file_costs_no_other_and_one_of_none_is_told() {
        let report = report(
            r#"{"files": [{"path": "a", "content": ""}, {"path": ["b"], "content": "", "traces": [{"line": 1, "stats": {"Line": 1}}]}]}"#,
        );
        assert_eq!((report.format, report.problems.len()), ("tarpaulin", 1));
        assert_eq!(report.content.coverage.unwrap().files.len(), 1);
        assert_eq!(
            sniffed(r#"{"files":[],"coverage":0.0,"covered":0,"coverable":0}"#),
            ["tarpaulin"]
        );
    }
}
