//! vulture's text: `a.py:3: unused import 'os' (90% confidence)`.

use super::super::{Format, Head, Input, Kind};
use super::lines::{self, Located, located};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "vulture",
    title: "vulture text",
    kind: Kind::Findings,
    producers: &["vulture", "vulture --sort-by-size"],
    default_paths: &["**/vulture*.txt"],
    sniff,
    parse,
    reads: "Dead code, as warnings, with the kind of thing as the rule (`unused-import`); where standard error is in the file too, what could not be parsed, as errors.",
    omits: "Sizes. A clean report is an empty file, which says nothing of what was looked at.",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "vulture";

fn sniff(head: &Head) -> bool {
    // Other reports quote such text.
    if head.xml_root().is_some() {
        return false;
    }
    head.lines().any(|line| dead(line).is_some())
}

/// The place and what is said of it, without its confidence.
fn dead(line: &str) -> Option<(Located<'_>, &str)> {
    let at = located(line).filter(|at| at.column.is_none())?;
    let (text, sure) = at.rest.strip_suffix(')')?.rsplit_once(" (")?;
    let (percent, size) = sure.split_once("% confidence")?;
    let sized = size.is_empty() || size.starts_with(", ");
    let percent: u8 = percent.parse().ok()?;
    (sized && percent <= 100).then_some((at, text))
}

/// The place and what is said of a file that could not be parsed: `a.py:5: invalid syntax at "def f(:"`.
fn unparsed(line: &str) -> Option<(Located<'_>, &str)> {
    let at = located(line).filter(|at| at.column.is_none())?;
    let text = at.rest;
    let quotes = text.contains(" at \"") && text.ends_with('"');
    quotes.then_some((at, text))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut findings = Findings::default();
    findings.producers.insert(PRODUCER.into());
    let result = lines::read(input, &FORMAT, |line| {
        let found = dead(line).map(|(at, text)| (at, text, rule(text), Severity::Warning));
        let found = found.or_else(|| {
            let (at, text) = unparsed(line)?;
            Some((at, text, "syntax-error".to_owned(), Severity::Error))
        });
        let Some((at, text, rule, severity)) = found else {
            return false;
        };
        findings.items.push(Finding {
            path: at.path.to_owned(),
            line: at.line,
            severity,
            producer: PRODUCER.into(),
            rule: limits.cap(rule),
            message: limits.cap(text.to_owned()),
            ..Finding::default()
        });
        true
    });
    content.findings = Some(findings);
    result
}

/// `unused-import` of `unused import 'os'`: what stands before the name.
fn rule(text: &str) -> String {
    let kind = text.split(['\'', '"', '`']).next().unwrap_or_default();
    let words = kind.split_whitespace().take_while(|word| *word != "after");
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn the_kind_of_dead_code_is_the_rule() {
        let text = "a.py:3: unused import 'os' (90% confidence)\nC:\\b.py:7: unreachable code after 'return' (100% confidence, 2 lines)\nc.py:1: unsatisfiable 'while' condition (100% confidence)\nd.py:5: invalid syntax at \"def f(:\"\n";
        assert_eq!(sniffed(text), ["vulture"]);
        let report = report("", text);
        assert_eq!(report.problems, []);
        let items = report.content.findings.unwrap().items;
        let rules = items.iter().map(|item| item.rule.as_str());
        let expected = [
            "unused-import",
            "unreachable-code",
            "unsatisfiable",
            "syntax-error",
        ];
        assert_eq!(rules.collect::<Vec<_>>(), expected);
        assert_eq!((items[1].path.as_str(), items[1].line), ("C:\\b.py", 7));
        assert_eq!(items[3].severity, Severity::Error);
    }

    #[test]
    fn only_its_own_lines_are_claimed() {
        for text in [
            "a.py:3: unused (x% confidence)\n",
            "a.py:3:4: x (60% confidence)\n",
            "a.py:5: invalid at \"x\"\n",
        ] {
            assert_eq!(sniffed(text), [""; 0], "{text}");
        }
    }
}
