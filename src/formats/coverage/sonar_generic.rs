//! SonarQube's generic test coverage: `<coverage version="1">` with `<lineToCover>`.

use super::number::{count, line};
use crate::domain::catalogue::COVERAGE_BRANCHED;
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml, attributes};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "sonar_generic",
    title: "SonarQube generic coverage",
    kind: Kind::Coverage,
    producers: &["gcovr", "ReportGenerator", "SonarQube"],
    default_paths: &["**/*sonar*.xml", "**/coverage*.xml"],
    sniff,
    parse,
    reads: "Lines to cover with their branches, by file. A line stated twice is covered if one statement says so.",
    omits: "Nothing; the format has no more.",
    supplies: &[COVERAGE_BRANCHED],
};

fn sniff(head: &Head) -> bool {
    let others = ["line-rate=", "<packages", "<sources", "<project"];
    head.xml_root() == Some("coverage")
        && !others.iter().any(|mark| head.text.contains(mark))
        && ["<lineToCover", "version=\"1\"", "version='1'"]
            .iter()
            .any(|mark| after_declaration(&head.text).contains(mark))
}

/// What follows the XML declaration, which has a version of its own.
fn after_declaration(text: &str) -> &str {
    match text.split_once("?>") {
        Some((_, rest)) => rest,
        None => text,
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    let mut open: Option<(String, FileCoverage)> = None;
    let mut xml = Xml::new(&mut *input.source);
    let result = loop {
        match xml.next() {
            Ok(Some(Node::Open(element))) => match (element.name(), &mut open) {
                ("file", open) => {
                    close(open, coverage);
                    let path = element.attribute("path").unwrap_or_default().into_owned();
                    let file = std::mem::take(coverage.file(&path, FORMAT.id));
                    *open = Some((path, file));
                }
                ("lineToCover", Some((_, file))) => give(&element, file),
                _ => {}
            },
            Ok(Some(Node::Close(name))) if name.local() == "file" => close(&mut open, coverage),
            Ok(Some(_)) => {}
            Ok(None) => break Ok(()),
            Err(problem) => break Err(problem),
        }
    };
    close(&mut open, coverage);
    result
}

fn close(open: &mut Option<(String, FileCoverage)>, coverage: &mut Coverage) {
    if let Some((path, file)) = open.take() {
        *coverage.file(&path, FORMAT.id) = file;
    }
}

/// `<lineToCover lineNumber covered branchesToCover coveredBranches>`
fn give(element: &Element<'_>, file: &mut FileCoverage) {
    let (mut number, mut hit, mut covered, mut total) = (None, None, None, None);
    for (name, value) in attributes(element.attributes_raw()) {
        match name {
            "lineNumber" => number = line(value.raw()),
            "covered" => hit = Some(value.raw().trim().eq_ignore_ascii_case("true")),
            "branchesToCover" => total = count(value.raw()),
            "coveredBranches" => covered = count(value.raw()),
            _ => {}
        }
    }
    let (Some(number), Some(hit)) = (number, hit) else {
        return;
    };
    file.line(number, u64::from(hit));
    if let Some(total) = total.filter(|total| *total > 0) {
        file.branch_count(number, covered.unwrap_or(0), total);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{file, lines, of};
    use crate::formats::testing::sniffed;

    #[test]
    fn lines_are_covered_or_not_and_branches_optional() {
        let text = r#"<coverage version="1"><file path="a.c"><lineToCover lineNumber="1" covered="True" branchesToCover="4" coveredBranches="3"/>
            <lineToCover lineNumber="2" covered="false" branchesToCover="2"/><lineToCover lineNumber="3" covered="true" branchesToCover="0"/>
            <lineToCover lineNumber="3" covered="false"/><lineToCover lineNumber="5000000000" covered="true"/><lineToCover covered="true"/>
            <lineToCover lineNumber="6"/></file></coverage>"#;
        let file = file("sonar_generic", text);
        assert_eq!(lines(&file), [(1, 1), (2, 0), (3, 1)]);
        assert_eq!(file.count().branches, of(3, 6));
    }

    #[test]
    fn a_report_of_no_file_is_told_by_its_version() {
        assert_eq!(
            sniffed("<?xml version='1.0'?>\n<coverage version=\"1\"/>"),
            ["sonar_generic"]
        );
        assert!(sniffed("<?xml version=\"1\"?><coverage/>").is_empty());
    }
}
