//! Checkstyle's XML, which many linters write: files with their errors. Which tool it is shows in each error's `source`.

mod source;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::xml::{Element, Node, Xml};
use super::super::{Format, Head, Input, Kind};
use super::gathered::Gathered;
use crate::domain::catalogue::{
    COGNITIVE_WORST, CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, FUNCTION_LENGTH_AVERAGE, LENGTH_WORST,
    LINT_COUNTED, SIZE_FUNCTIONS,
};
use crate::domain::report::{Content, Finding, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "checkstyle",
    title: "Checkstyle XML",
    kind: Kind::Findings,
    producers: &[
        "Checkstyle",
        "phpcs",
        "ShellCheck",
        "Biome",
        "ktlint",
        "detekt",
        "ESLint",
        "Stylelint",
        "HTMLHint",
        "lizard",
    ],
    default_paths: &["**/checkstyle*.xml", "**/*checkstyle*.xml", "**/detekt.xml"],
    sniff,
    parse,
    reads: "Errors of every file, of whatever tool, which shows in their `source`; what broke while a file was checked. Complexity, length and parameters of functions from the text of the rules that state them.",
    omits: "The number of files inspected, unless files without errors are listed too: many tools leave them out.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        COGNITIVE_WORST,
        LENGTH_WORST,
        &[&FUNCTION_LENGTH_AVERAGE, &SIZE_FUNCTIONS],
    ],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("checkstyle")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::new(input.source.limits());
    gathered.lint();
    let mut unnamed = Unnamed::default();
    let result = read(input, &mut gathered, &mut unnamed);
    unnamed.give(&mut gathered);
    gathered.give(content);
    result
}

fn read(
    input: &mut Input<'_>,
    gathered: &mut Gathered,
    unnamed: &mut Unnamed,
) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let (mut path, mut errors) = (String::new(), 0_u64);
    let (mut files, mut clean) = (0_u64, false);
    let mut exception: Option<String> = None;
    let mut xml = Xml::new(input.source);
    while let Some(node) = xml.next()? {
        match node {
            Node::Text(text) => {
                if let Some(exception) = &mut exception {
                    *exception = limits.cap(std::mem::take(exception) + &text);
                }
            }
            Node::Open(element) => match element.name() {
                "file" => {
                    let name = element.attribute("name").unwrap_or_default();
                    path = limits.cap(name.into_owned());
                    errors = 0;
                    files += 1;
                }
                "error" => {
                    errors += 1;
                    if let Some(finding) = finding(&element, &path) {
                        unnamed.sort(finding, gathered);
                    }
                }
                "exception" => exception = Some(String::new()),
                _ => {}
            },
            Node::Close(name) => match name.local() {
                "file" => {
                    clean |= errors == 0;
                    path.clear();
                }
                "exception" => {
                    errors += 1;
                    gathered.add(broken(exception.take().unwrap_or_default(), &path));
                }
                _ => {}
            },
        }
    }
    // Where only files with errors are listed, their number says nothing on what was inspected.
    gathered.lint().inspected = clean.then_some(files);
    Ok(())
}

/// Findings whose tool does not show: a parser's errors stand beside rules of the same tool.
#[derive(Default)]
struct Unnamed {
    findings: Vec<Finding>,
    /// The tools that show.
    tools: BTreeSet<Cow<'static, str>>,
}

impl Unnamed {
    fn sort(&mut self, finding: Finding, gathered: &mut Gathered) {
        if finding.producer.is_empty() {
            self.findings.push(finding);
            return;
        }
        if !self.tools.contains(&finding.producer) {
            self.tools.insert(finding.producer.clone());
        }
        gathered.add(finding);
    }

    /// Adds them as those of the only tool that shows.
    fn give(self, gathered: &mut Gathered) {
        let mut tools = self.tools.into_iter();
        let producer = match (tools.next(), tools.next()) {
            (Some(tool), None) => tool,
            _ => FORMAT.id.into(),
        };
        for finding in self.findings {
            let producer = producer.clone();
            gathered.add(Finding {
                producer,
                ..finding
            });
        }
    }
}

/// The finding that an error is; `None` for what is to be ignored.
fn finding(element: &Element<'_>, path: &str) -> Option<Finding> {
    let attribute = |name: &str| element.attribute(name).unwrap_or_default();
    let number = |name: &str| attribute(name).trim().parse().unwrap_or(0);
    let (producer, rule) = source::tool_and_rule(&attribute("source"));
    Some(Finding {
        path: path.to_owned(),
        line: number("line"),
        column: number("column"),
        severity: match attribute("severity").to_ascii_lowercase().as_str() {
            "ignore" => return None,
            "info" | "style" | "hint" | "notice" | "note" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Error,
        },
        producer,
        rule,
        message: attribute("message").into_owned(),
        ..Finding::default()
    })
}

/// What broke while a file was checked: the first line says what, the others where in the tool.
fn broken(exception: String, path: &str) -> Finding {
    let mut lines = exception.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    Finding {
        path: path.to_owned(),
        severity: Severity::Error,
        producer: FORMAT.id.into(),
        rule: "exception".to_owned(),
        message: first.to_owned(),
        ..Finding::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Findings, Severity};
    use crate::formats::testing::report;

    fn findings(inside: &str) -> Findings {
        let read = report(
            "",
            &format!("<checkstyle version='4.3'>{inside}</checkstyle>"),
        );
        assert_eq!(
            (read.problems.as_slice(), read.format),
            ([].as_slice(), "checkstyle")
        );
        read.content.findings.unwrap()
    }

    #[test]
    fn severities_in_any_case_and_what_is_to_be_ignored() {
        let found = findings(
            "<file name='a'><error line='3' column='4' severity='WARNING' message='m&amp;' source='eslint.rules.x'/><error severity='ignore'/><error severity='info'/><error line='-1' severity='error'/></file>",
        );
        let told: Vec<_> = found
            .items
            .iter()
            .map(|item| (item.severity, item.line))
            .collect();
        assert_eq!(
            told,
            [
                (Severity::Warning, 3),
                (Severity::Info, 0),
                (Severity::Error, 0)
            ]
        );
        assert_eq!(
            (&*found.items[0].producer, found.items[0].message.as_str()),
            ("eslint", "m&")
        );
    }

    #[test]
    fn what_names_no_tool_is_of_the_only_one_that_shows() {
        let nameless = "<error source=''/><error source='gocyclo' message='cyclomatic complexity 12 of func `f` is high (> 10)'/>";
        let producers = |inside: &str| {
            let found = findings(&format!("<file name='a'>{nameless}{inside}</file>"));
            let all = found.items.iter().map(|item| item.producer.to_string());
            all.collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(producers(""), ["checkstyle"]);
        assert_eq!(producers("<error source='eslint.rules.x'/>"), ["eslint"]);
        let two = "<error source='eslint.rules.x'/><error source='detekt.y'/>";
        assert_eq!(producers(two), ["checkstyle", "detekt", "eslint"]);
    }

    #[test]
    fn files_are_counted_only_where_clean_ones_are_listed() {
        let dirty = "<file name='a'><error severity='error'/></file>";
        assert_eq!(findings(dirty).inspected, None);
        assert_eq!(
            findings(&format!("{dirty}<file name='b'/>")).inspected,
            Some(2)
        );
        assert_eq!(findings("").inspected, None);
    }

    #[test]
    fn what_broke_is_an_error() {
        let found = findings(
            "<file name='a'><exception>\n<![CDATA[\ncom.puppycrawl.CheckstyleException: a.java:1\n\tat x.Y]]></exception></file>",
        );
        assert_eq!(
            found.items[0].message,
            "com.puppycrawl.CheckstyleException: a.java:1"
        );
        assert_eq!(
            (found.items[0].severity, found.inspected),
            (Severity::Error, None)
        );
    }
}
