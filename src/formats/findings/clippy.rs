//! Cargo's JSON lines (`cargo clippy --message-format=json`): findings, and the measures that clippy states only in the
//! text of its lints on complexity.

mod diagnostic;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;

use self::diagnostic::Diagnostic;
use super::super::{Format, Head, Input, Kind, Limits, json};
use super::functions::Functions;
use crate::domain::catalogue::{
    COGNITIVE_SPREAD, COGNITIVE_WORST, LENGTH_WORST, LINT_COUNTED, SIZE_FUNCTIONS,
};
use crate::domain::report::{Code, Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "clippy",
    title: "Clippy (cargo's JSON lines)",
    kind: Kind::Findings,
    producers: &["cargo clippy", "cargo check", "cargo build"],
    default_paths: &["**/clippy*.json", "**/clippy*.jsonl"],
    sniff,
    parse,
    reads: "Diagnostics of `rustc` and `clippy`, each once over all targets; cognitive complexity and length from the text of the two lints that state them.",
    omits: "Suggestions, notes and the rendered text; the artifacts that cargo lists.",
    supplies: &[
        LINT_COUNTED,
        COGNITIVE_WORST,
        COGNITIVE_SPREAD,
        LENGTH_WORST,
        &[&SIZE_FUNCTIONS],
    ],
};

/// What the measures and findings are labelled with.
const PRODUCER: &str = "clippy";

fn sniff(head: &Head) -> bool {
    let begins = |line: &str, what: &str| {
        line.strip_prefix("{\"reason\":\"")
            .is_some_and(|reason| reason.starts_with(what))
    };
    // Cargo's own words stand before the first line of JSON where both streams went into one file.
    head.lines()
        .any(|line| begins(line, "compiler-") || begins(line, "build-"))
}

/// A line.
#[derive(Deserialize)]
struct Record {
    reason: String,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    target: Target,
    message: Option<Diagnostic>,
    success: Option<bool>,
}

/// What was compiled.
#[derive(Default, Deserialize)]
struct Target {
    #[serde(default)]
    kind: Vec<String>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        limits: input.source.limits().clone(),
        findings: Findings::default(),
        functions: Functions::default(),
        seen: BTreeSet::new(),
        packages: BTreeSet::new(),
        failed: false,
        ended: false,
    };
    let result = input.each_line(|problems, number, line| {
        let line = line.trim();
        if !line.starts_with('{') {
            return Ok(());
        }
        match serde_json::from_str(line) {
            Ok(record) => run.take(record),
            Err(error) if problems.len() < 100 => {
                problems.push(json::problem(&error).at(number, error.column() as u64));
            }
            Err(_) => {}
        }
        Ok(())
    });
    let ended = run.ended;
    content.code = run.finish(&mut content.findings);
    result?;
    if ended {
        return Ok(());
    }
    Err(Problem::error(
        "the report does not end with `build-finished`: cargo did not finish, or the report is truncated",
    ))
}

/// What the lines said so far.
struct Run {
    limits: Limits,
    findings: Findings,
    functions: Functions,
    /// Hashes of the diagnostics so far. Who could forge two that collide could as well leave one out.
    seen: BTreeSet<u64>,
    /// Packages of the workspace.
    packages: BTreeSet<String>,
    /// Whether a build failed: a report may hold several.
    failed: bool,
    /// Whether the last line is the last line of a build.
    ended: bool,
}

impl Run {
    fn take(&mut self, record: Record) {
        self.ended = record.reason == "build-finished";
        self.failed |= self.ended && record.success != Some(true);
        // Dependencies are compiled, not looked at; and a build script is not yet the package.
        let script = record.target.kind.iter().any(|kind| kind == "custom-build");
        if !script && record.package_id.contains("path+file:") {
            self.packages.insert(record.package_id);
        }
        let Some(diagnostic) = record.message.filter(Diagnostic::is_finding) else {
            return;
        };
        // A library is compiled once more for its tests, and repeats all it has to say.
        let mut hasher = DefaultHasher::new();
        diagnostic
            .identity()
            .for_each(|part| part.hash(&mut hasher));
        if self.seen.insert(hasher.finish()) {
            let name = diagnostic.function().map(|name| self.limits.cap(name));
            let finding = diagnostic.into_finding(&self.limits);
            if let Some(name) = name {
                self.functions.add_of(&name, &finding);
            }
            self.findings.items.push(finding);
        }
    }

    fn finish(mut self, findings: &mut Option<Findings>) -> Option<Code> {
        let error = |finding: &Finding| finding.severity == Severity::Error;
        if self.failed && !self.findings.items.iter().any(error) {
            let what = "the build failed and the report holds no error that says why: a build script or a dependency broke before everything was looked at";
            self.findings.tool_error = Some(what.to_owned());
        }
        self.findings.inspected = Some(self.packages.len() as u64);
        *findings = Some(self.findings);
        self.functions.into_code()
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Content, Report, Severity};
    use crate::formats::{Limits, read, registry};

    const FINISHED: &str = r#"{"reason":"build-finished","success":true}"#;
    const FAILED: &str = r#"{"reason":"build-finished","success":false}"#;

    fn report(lines: &[&str]) -> Report {
        let format = registry().find(|format| format.id == "clippy");
        let file = Box::new(std::io::Cursor::new(lines.join("\n").into_bytes()));
        read(
            "report",
            file,
            format,
            Default::default(),
            &Limits::default(),
        )
    }

    fn content(lines: &[&str]) -> Content {
        let report = report(lines);
        assert_eq!(report.problems, []);
        report.content
    }

    fn message(level: &str, text: &str, spans: &str) -> String {
        format!(
            r#"{{"reason":"compiler-message","package_id":"path+file:///w#a@0.1.0","target":{{}},"message":{{"message":"{text}","code":null,"level":"{level}","children":[],"spans":[{spans}]}}}}"#
        )
    }

    fn span(file: &str, line: u32, expansion: &str) -> String {
        format!(
            r#"{{"file_name":"{file}","line_start":{line},"line_end":{line},"column_start":1,"column_end":2,"is_primary":true,"text":[],"expansion":{expansion}}}"#
        )
    }

    #[test]
    fn the_same_words_elsewhere_are_another_finding() {
        let first = message("warning", "unused", &span("a.rs", 1, "null"));
        let second = message("warning", "unused", &span("a.rs", 2, "null"));
        let findings = content(&[&first, &second, &first, FINISHED])
            .findings
            .unwrap();
        assert_eq!(findings.items.len(), 2);
        assert_eq!(findings.inspected, Some(1));
    }

    #[test]
    fn a_place_inside_a_foreign_macro_is_where_the_macro_is_called() {
        let call = span("src/lib.rs", 7, "null");
        let middle = span(
            "/rustc/abc/library/x.rs",
            3,
            &format!(r#"{{"span":{call}}}"#),
        );
        for (file, path, line) in [
            ("<vec macros>", "src/lib.rs", 7),
            ("/rustc/abc/library/y.rs", "src/lib.rs", 7),
            ("src/macros.rs", "src/macros.rs", 2),
        ] {
            let place = span(file, 2, &format!(r#"{{"span":{middle}}}"#));
            let line_of_json = message("error", "no", &place);
            let findings = content(&[&line_of_json, FAILED]).findings.unwrap();
            assert_eq!(
                (findings.items[0].path.as_str(), findings.items[0].line),
                (path, line)
            );
        }
    }

    #[test]
    fn a_failed_build_without_an_error_is_a_tool_error() {
        let warning = message("warning", "unused", &span("a.rs", 1, "null"));
        let findings = content(&[&warning, FAILED]).findings.unwrap();
        assert!(findings.tool_error.is_some());
        let linker = message("error", "linking with `cc` failed", "");
        let findings = content(&[&linker, FAILED]).findings.unwrap();
        assert_eq!(findings.tool_error, None);
        assert_eq!(findings.items[0].severity, Severity::Error);
    }

    #[test]
    fn summaries_are_no_findings() {
        let sums = [
            message(
                "failure-note",
                "For more information about an error, try …",
                "",
            ),
            message("error", "aborting due to 2 previous errors", ""),
            message("warning", "3 warnings emitted", ""),
        ];
        let findings = content(&[&sums[0], &sums[1], &sums[2], FINISHED])
            .findings
            .unwrap();
        assert_eq!(findings.items, []);
    }

    #[test]
    fn a_report_without_its_end_is_a_problem_and_cargo_may_talk_in_between() {
        let warning = message("warning", "unused", &span("a.rs", 1, "null"));
        let cut = report(&[&warning]);
        assert_eq!(
            (
                cut.problems.len(),
                cut.content.findings.unwrap().items.len()
            ),
            (1, 1)
        );
        content(&[
            "   Checking a v0.1.0",
            &warning,
            FINISHED,
            "    Finished `dev`",
        ]);
        let broken = report(&[&warning[..90], FINISHED]);
        assert!(broken.problems[0].message.contains("truncated"));
    }
}
