//! Reviewdog's diagnostic format as one JSON document.

use super::diagnostic::{Diagnostic, Source, severity, tool};
use super::gathered::Gathered;
use crate::domain::catalogue::{COGNITIVE_WORST, CYCLOMATIC_WORST, LENGTH_WORST, LINT_COUNTED};
use crate::domain::report::{Content, Problem, Severity};
use crate::formats::json::{Maybe, Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "rdjson",
    title: "reviewdog JSON (rdjson)",
    kind: Kind::Findings,
    producers: &[
        "ruff",
        "biome",
        "reviewdog -f rdjson",
        "eslint-formatter-rdjson",
    ],
    default_paths: &["**/*rdjson*.json", "**/*.rdjson"],
    sniff,
    parse,
    reads: "Diagnostics with their own severity or the document's, and their own tool or the document's; figures of functions from the text of the rules that state them.",
    omits: "Suggestions, related places and the original output. How many files were inspected is not in it.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        COGNITIVE_WORST,
        LENGTH_WORST,
    ],
};

fn sniff(head: &Head) -> bool {
    let named = head.has_key(1, "source") && head.has_key(2, "name");
    let placed =
        head.has_key(3, "location") && head.has_key(4, "path") && head.has_key(3, "message");
    let other = ["summary", "number_of_files", "runs"];
    head.has_key(1, "diagnostics")
        && (named || placed)
        && !other.iter().any(|key| head.has_key(1, key))
        && !head.has_key(3, "category")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::new(input.source.limits());
    gathered.lint();
    let (mut found, mut said, mut source) = (Vec::new(), None, None);
    let result = walk(input, |walk| {
        walk.object(|walk, key| {
            match key {
                "diagnostics" => walk.array(|walk| {
                    let diagnostic: Option<Diagnostic> = walk.read_or_warn()?;
                    found.extend(diagnostic.map(Diagnostic::into_finding));
                    Ok(())
                })?,
                "severity" => said = severity(&walk.read::<Text>()?.0),
                "source" => source = walk.read::<Maybe<Source>>()?.0,
                _ => {}
            }
            Ok(())
        })
    });
    // What holds for all may stand behind them.
    let source = source.map(|source| tool(&source.name.0));
    let source = source.filter(|name| !name.is_empty());
    let producer = source.unwrap_or_else(|| FORMAT.id.to_owned());
    gathered.lint().producers.insert(producer.clone().into());
    for (mut finding, own, by) in found {
        finding.severity = own.or(said).unwrap_or(Severity::Warning);
        finding.producer = by.unwrap_or_else(|| producer.clone()).into();
        gathered.add(finding);
    }
    gathered.give(content);
    result
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_the_document_says_holds_where_a_diagnostic_says_nothing() {
        let read = report(
            "rdjson",
            r#"{"diagnostics": [{"message": "a", "location": {"path": "a.py", "range": {"start": {"line": 4, "column": 2}}}, "code": {"value": "X1"}},
            {"message": "b", "severity": "WARNING", "source": {"name": "Other"}, "location": {"path": "b.py"}}, {"message": "c", "severity": 3}, {"message": "d", "severity": "UNKNOWN_SEVERITY"}],
            "severity": "ERROR", "source": {"name": "Ruff"}}"#,
        );
        let found = read.content.findings.unwrap();
        let told: Vec<_> = found
            .items
            .iter()
            .map(|item| (item.severity, &*item.producer))
            .collect();
        use Severity::{Error, Info, Warning};
        assert_eq!(
            told,
            [
                (Error, "ruff"),
                (Warning, "other"),
                (Info, "ruff"),
                (Error, "ruff")
            ]
        );
        assert_eq!(
            (found.items[0].rule.as_str(), found.items[0].line),
            ("X1", 4)
        );
    }

    #[test]
    fn a_clean_report_is_recognised_and_names_its_tool() {
        let clean = r#"{"source": {"name": "shellcheck", "url": ""}, "diagnostics": []}"#;
        assert_eq!(sniffed(clean), ["rdjson"]);
        let found = report("", clean).content.findings.unwrap();
        assert_eq!(found.producers.iter().collect::<Vec<_>>(), ["shellcheck"]);
        assert_eq!(sniffed(r#"{"diagnostics": []}"#), [""; 0]);
    }
}
