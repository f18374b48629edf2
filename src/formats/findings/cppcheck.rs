//! cppcheck's XML, of versions 2 and 3.

use super::super::xml::{Element, Node, Xml};
use super::super::{Format, Head, Input, Kind, Limits};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cppcheck",
    title: "cppcheck XML",
    kind: Kind::Findings,
    producers: &["cppcheck --xml", "cppcheck --xml --xml-version=3"],
    default_paths: &["**/cppcheck*.xml"],
    sniff,
    parse,
    reads: "Errors; what cppcheck calls a warning, about portability or about performance, as warnings; style and information as notes. The place is the first of several.",
    omits: "The line on which checkers ran (`checkersReport`), which is no finding; further places, the long message, suppressions. How many files were looked at is nowhere in it.",
    supplies: &[LINT_COUNTED],
};

/// What the findings are labelled with.
const PRODUCER: &str = "cppcheck";

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("results") && head.text.contains("<cppcheck ")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let findings = content.findings.insert(Findings::default());
    findings.producers.insert(PRODUCER.into());
    let mut xml = Xml::new(input.source);
    let mut open: Option<Finding> = None;
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(element) => match element.name() {
                "error" => open = finding(&element, &limits),
                "location" => {
                    // The place itself comes first; the others say how the program gets there.
                    if let Some(finding) = open.as_mut().filter(|finding| finding.line == 0) {
                        place(finding, &element);
                    }
                }
                _ => {}
            },
            Node::Close(name) if name.local() == "error" => findings.items.extend(open.take()),
            _ => {}
        }
    }
    Ok(())
}

fn finding(element: &Element<'_>, limits: &Limits) -> Option<Finding> {
    let mut finding = Finding {
        severity: Severity::Error,
        producer: PRODUCER.into(),
        ..Finding::default()
    };
    for (name, value) in element.attributes() {
        match name {
            "id" => finding.rule = limits.cap(value.into_owned()),
            "msg" => finding.message = limits.cap(value.into_owned()),
            "severity" => finding.severity = severity(&value),
            // The file that was compiled; without a place it is all there is.
            "file0" => finding.path = value.into_owned(),
            _ => {}
        }
    }
    (finding.rule != "checkersReport").then_some(finding)
}

fn place(finding: &mut Finding, element: &Element<'_>) {
    for (name, value) in element.attributes() {
        match name {
            "file" => finding.path = value.into_owned(),
            "line" => finding.line = value.parse().unwrap_or(0),
            "column" => finding.column = value.parse().unwrap_or(0),
            _ => {}
        }
    }
}

fn severity(word: &str) -> Severity {
    match word {
        "warning" | "portability" | "performance" => Severity::Warning,
        "style" | "information" | "debug" | "none" => Severity::Info,
        _ => Severity::Error,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Finding, Severity};
    use crate::formats::testing::{report, sniffed};

    fn items(errors: &str) -> Vec<Finding> {
        let text = format!(
            "<?xml version=\"1.0\"?><results version=\"3\"><cppcheck version=\"2.19\"/><errors>{errors}</errors><suppressions/></results>"
        );
        assert_eq!(sniffed(&text), ["cppcheck"]);
        let report = report("", &text);
        assert_eq!(report.problems, []);
        report.content.findings.unwrap().items
    }

    #[test]
    fn the_first_place_counts_and_there_may_be_none() {
        let items = items(
            r#"<error id="a" severity="performance" msg="m &lt;" verbose="v" file0="b.c"><location file="a.c" line="3" column="5" info="x"/><location file="c.c" line="9" column="1"/></error><error id="i" severity="information" msg="m"/><error id="n" severity="error" msg="m" file0="b.c"/>"#,
        );
        let first = &items[0];
        assert_eq!(
            (first.path.as_str(), first.line, first.column),
            ("a.c", 3, 5)
        );
        assert_eq!(
            (first.message.as_str(), first.severity),
            ("m <", Severity::Warning)
        );
        assert_eq!(
            (items[1].path.as_str(), items[1].severity),
            ("", Severity::Info)
        );
        assert_eq!(
            (items[2].path.as_str(), items[2].severity),
            ("b.c", Severity::Error)
        );
    }

    #[test]
    fn what_checkers_ran_is_no_finding() {
        let ran =
            r#"<error id="checkersReport" severity="information" msg="Active checkers: 106/856"/>"#;
        assert_eq!(items(ran), []);
    }

    #[test]
    fn an_absurd_line_is_no_line() {
        let items = items(
            r#"<error id="a" severity="style" msg="m"><location file="a.c" line="99999999999" column="-1"/></error>"#,
        );
        assert_eq!((items[0].line, items[0].column), (0, 0));
    }
}
