//! GitLab Code Quality: an array of issues in Code Climate's form.

use super::gathered::Gathered;
use super::issue::Issue;
use crate::domain::catalogue::{COGNITIVE_WORST, CYCLOMATIC_WORST, LENGTH_WORST, LINT_COUNTED};
use crate::domain::report::{Content, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "gitlab_code_quality",
    title: "GitLab Code Quality",
    kind: Kind::Findings,
    producers: &[
        "eslint-formatter-gitlab",
        "ruff",
        "biome",
        "complexipy",
        "jscpd",
        "golangci-lint",
    ],
    default_paths: &["**/gl-code-quality-report.json", "**/*codequality*.json"],
    sniff,
    parse,
    reads: "Issues with either form of place. `info` is information, `minor` a warning, `major` and above an error; the category `Security` makes a finding about security. Figures of functions are read from the text of the rules that state them.",
    omits: "The tool, which it does not name, fingerprints, and other places. A clean report is `[]`, which no content tells: name it with `format: gitlab_code_quality`.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        COGNITIVE_WORST,
        LENGTH_WORST,
    ],
};

fn sniff(head: &Head) -> bool {
    let array = head
        .text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('[');
    let named = head.has_key(2, "check_name") || head.has_key(2, "fingerprint");
    array
        && named
        && head.has_key(2, "description")
        && head.has_key(2, "location")
        && head.has_key(3, "path")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::new(input.source.limits());
    gathered.lint();
    let result = walk(input, |walk| {
        walk.array(|walk| {
            let issue: Option<Issue> = walk.read_or_warn()?;
            let finding = issue.and_then(|issue| issue.into_finding(FORMAT.id, ""));
            finding
                .into_iter()
                .for_each(|finding| gathered.add(finding));
            Ok(())
        })
    });
    gathered.give(content);
    result
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Risk, Severity};
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn both_forms_of_place_are_read() {
        for (place, line) in [
            (r#""lines": {"begin": 4, "end": 5}"#, (4, 0)),
            (r#""lines": {"begin": {"line": 4, "column": 2}}"#, (4, 0)),
            (r#""lines": {"begin": "4"}"#, (4, 0)),
            (
                r#""positions": {"begin": {"line": 4, "column": 2}}"#,
                (4, 2),
            ),
            (r#""lines": null"#, (0, 0)),
        ] {
            let text = format!(
                r#"[{{"check_name": "r", "description": "d", "fingerprint": "f", "severity": "major", "location": {{"path": "a.c", {place}}}}}]"#
            );
            assert_eq!(sniffed(&text), ["gitlab_code_quality"]);
            let read = report("", &text);
            assert_eq!(read.problems, []);
            let item = &read.content.findings.unwrap().items[0];
            assert_eq!((item.line, item.column), line, "{place}");
            assert_eq!(
                (item.path.as_str(), item.severity),
                ("a.c", Severity::Error)
            );
        }
    }

    #[test]
    fn severities_and_security() {
        let read = report(
            "gitlab_code_quality",
            r#"[{"severity": "info"}, {"severity": "minor"}, {"severity": "blocker"}, {}, {"categories": ["Style", "Security"]}, {"type": "measurement"}]"#,
        );
        let severities: Vec<Severity> = read
            .content
            .findings
            .unwrap()
            .items
            .iter()
            .map(|item| item.severity)
            .collect();
        use Severity::{Error, Info, Warning};
        assert_eq!(severities, [Info, Warning, Error, Warning]);
        assert_eq!(
            read.content.security.unwrap().items[0].risk,
            Some(Risk::Unrated)
        );
    }
}
