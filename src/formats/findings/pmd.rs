//! PMD's XML: violations by file, and what went wrong.

use super::super::xml::{Element, Node, Xml};
use super::super::{Format, Head, Input, Kind};
use super::gathered::Gathered;
use crate::domain::catalogue::{
    COGNITIVE_WORST, CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, LINT_COUNTED,
};
use crate::domain::report::{Content, Finding, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "pmd",
    title: "PMD XML",
    kind: Kind::Findings,
    producers: &["pmd check -f xml", "maven-pmd-plugin", "Gradle's pmd"],
    default_paths: &["**/pmd*.xml", "**/reports/pmd/*.xml"],
    sniff,
    parse,
    reads: "Violations, of priority 1 and 2 as errors, 3 as warnings, 4 and 5 as information; files that could not be processed, as errors; complexity of methods from the text of the rules that state it. Rules that could not be set up and violations suppressed are pointed out.",
    omits: "How many files were inspected, which is not in it: files without violations are left out.",
    supplies: &[
        LINT_COUNTED,
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        COGNITIVE_WORST,
    ],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("pmd")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::by("pmd", input.source.limits());
    let mut aside = Aside::default();
    let result = read(input, &mut gathered, &mut aside);
    aside.point_out(input);
    gathered.give(content);
    result
}

/// What is no finding, and is to be known.
#[derive(Default)]
struct Aside {
    suppressed: u64,
    unset: Vec<String>,
}

impl Aside {
    fn point_out(self, input: &mut Input<'_>) {
        for rule in self.unset {
            input.warn(Problem::warning(format!("a rule did not run: {rule}")));
        }
        if self.suppressed > 0 {
            input.warn(Problem::warning(format!(
                "violations that are suppressed, and not counted: {}",
                self.suppressed
            )));
        }
    }
}

fn read(input: &mut Input<'_>, gathered: &mut Gathered, aside: &mut Aside) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut path = String::new();
    let mut open: Option<Finding> = None;
    let mut xml = Xml::new(input.source);
    while let Some(node) = xml.next()? {
        match node {
            Node::Text(text) => {
                if let Some(violation) = &mut open {
                    violation.message = limits.cap(std::mem::take(&mut violation.message) + &text);
                }
            }
            Node::Open(element) => {
                let attribute = |name: &str| element.attribute(name).unwrap_or_default();
                match element.name() {
                    "file" => path = attribute("name").into_owned(),
                    "violation" => open = Some(violation(&element, &path)),
                    "suppressedviolation" => aside.suppressed += 1,
                    "error" => gathered.add(Finding {
                        path: attribute("filename").into_owned(),
                        severity: Severity::Error,
                        producer: FORMAT.id.into(),
                        rule: "ProcessingError".to_owned(),
                        message: attribute("msg").into_owned(),
                        ..Finding::default()
                    }),
                    "configerror" if aside.unset.len() < 100 => {
                        let what = format!("{}: {}", attribute("rule"), attribute("msg"));
                        aside.unset.push(limits.cap(what));
                    }
                    _ => {}
                }
            }
            Node::Close(name) => {
                if name.local() == "violation"
                    && let Some(mut violation) = open.take()
                {
                    violation.message = violation.message.trim().to_owned();
                    gathered.add(violation);
                }
            }
        }
    }
    Ok(())
}

fn violation(element: &Element<'_>, path: &str) -> Finding {
    let attribute = |name: &str| element.attribute(name).unwrap_or_default();
    let number = |name: &str| attribute(name).trim().parse().unwrap_or(0);
    Finding {
        path: path.to_owned(),
        // Versions below 4.3 wrote `line`.
        line: match number("beginline") {
            0 => number("line"),
            line => line,
        },
        column: number("begincolumn"),
        severity: match attribute("priority").trim() {
            "1" | "2" => Severity::Error,
            "4" | "5" => Severity::Info,
            _ => Severity::Warning,
        },
        producer: FORMAT.id.into(),
        rule: attribute("rule").into_owned(),
        ..Finding::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::report;

    #[test]
    fn violations_errors_and_what_is_beside_them() {
        let read = report(
            "",
            r#"<pmd version="7.0.0"><file name="/w/A.java"><violation beginline="3" endline="4" begincolumn="5" rule="CyclomaticComplexity" class="A" method="f" priority="3">
            The method 'f(int)' has a cyclomatic complexity of 12.
            </violation><violation beginline="9" rule="X" priority="1">a &lt;b&gt;</violation></file>
            <error filename="/w/B.java" msg="ParseException: at line 1">stack</error>
            <suppressedviolation filename="/w/A.java" suppressiontype="nopmd" msg="m" usermsg=""/>
            <configerror rule="LoosePackageCoupling" msg="No packages"/></pmd>"#,
        );
        let found = read.content.findings.unwrap();
        let told: Vec<_> = found
            .items
            .iter()
            .map(|item| (item.severity, item.line))
            .collect();
        assert_eq!(
            told,
            [
                (Severity::Warning, 3),
                (Severity::Error, 9),
                (Severity::Error, 0)
            ]
        );
        assert_eq!(found.items[1].message, "a <b>");
        assert_eq!(read.problems.len(), 2);
        let function = &read.content.code.unwrap().functions[0];
        assert_eq!(
            (function.name.as_str(), function.cyclomatic),
            ("f(int)", Some(12))
        );
    }
}
