//! Reviewdog's diagnostic format, one diagnostic on each line.

use super::diagnostic::Diagnostic;
use super::gathered::Gathered;
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Problem, Severity};
use crate::formats::{Format, Head, Input, Kind, json};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "rdjsonl",
    title: "reviewdog JSON lines (rdjsonl)",
    kind: Kind::Findings,
    producers: &["reviewdog -f rdjsonl", "buf", "textlint-formatter-rdjsonl"],
    default_paths: &["**/*rdjson*.jsonl", "**/*.rdjsonl"],
    sniff,
    parse,
    reads: "Diagnostics with their severity and their tool.",
    omits: "Suggestions, related places and the original output. A clean report is an empty file, which is nobody's.",
    supplies: &[LINT_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let first = head.lines().next().unwrap_or_default();
    let line = Head::new(first.to_owned());
    first.starts_with('{')
        && first.ends_with('}')
        && line.has_key(1, "message")
        && line.has_key(1, "location")
        && line.has_key(2, "path")
        && !line.has_key(1, "check_name")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::new(input.source.limits());
    gathered.lint();
    let result = input.each_line(|problems, number, line| {
        if line.trim().is_empty() {
            return Ok(());
        }
        match serde_json::from_str::<Diagnostic>(line) {
            Ok(diagnostic) => {
                let (mut finding, severity, source) = diagnostic.into_finding();
                finding.severity = severity.unwrap_or(Severity::Warning);
                finding.producer = source.unwrap_or_else(|| FORMAT.id.to_owned()).into();
                gathered.add(finding);
            }
            Err(error) if problems.len() < 100 => {
                problems.push(json::problem(&error).at(number, error.column() as u64));
            }
            Err(_) => {}
        }
        Ok(())
    });
    gathered.give(content);
    result
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    const LINE: &str = r#"{"message":"m","location":{"path":"a.sh","range":{"start":{"line":3}}},"severity":"ERROR","source":{"name":"ShellCheck"},"code":{"value":"SC2086"}}"#;

    #[test]
    fn one_bad_line_costs_no_other() {
        let read = report("rdjsonl", &format!("{LINE}\n{}\n\n{LINE}\n", &LINE[..30]));
        let found = read.content.findings.unwrap();
        assert_eq!((found.items.len(), read.problems.len()), (2, 1));
        assert_eq!(read.problems[0].place.unwrap().line, 2);
        assert_eq!(found.items[0].producer, "shellcheck");
    }

    #[test]
    fn it_is_told_by_its_first_line() {
        assert_eq!(sniffed(LINE), ["rdjsonl"]);
        assert_eq!(sniffed(&format!("{LINE}\n{LINE}")), ["rdjsonl"]);
        assert_eq!(
            sniffed(r#"{"message":"m","location":{"row":1,"column":2}}"#),
            [""; 0]
        );
    }
}
