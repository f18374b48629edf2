//! dotCover's XML, as `dotCover report --reportType=DetailedXML` writes it; and the short one, which has only totals.

use rustc_hash::FxHashMap;

use super::number::{count, key, line};
use super::span::Budget;
use crate::domain::catalogue::{COVERAGE_FUNCTION, COVERAGE_LINE, COVERAGE_STATEMENT};
use crate::domain::report::coverage::{Tally, Totals, key_of};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml, attributes};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "dotcover",
    title: "dotCover XML",
    kind: Kind::Coverage,
    producers: &["dotCover", "Rider", "TeamCity"],
    default_paths: &["**/*dotcover*.xml", "**/*dotCover*.xml"],
    sniff,
    parse,
    reads: "Statements, and from their first line to their last the lines, which are executed if any statement on them is; methods. Of a report without statements (`--reportType=XML`), the totals.",
    omits: "How often: the format says only whether. Percentages.",
    supplies: &[&[&COVERAGE_LINE, &COVERAGE_FUNCTION, &COVERAGE_STATEMENT]],
};

/// From here on a line number marks code that no debugger shows (0xFEEFEE and 0xF00F00).
const HIDDEN: u32 = 0x00f0_0f00;

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("Root") && head.text.contains("CoveredStatements=")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        names: FxHashMap::default(),
        files: FxHashMap::default(),
        budget: Budget::of(0),
        class: Vec::new(),
        method: None,
        whole: None,
        homeless: 0,
    };
    let mut xml = Xml::new(&mut *input.source);
    let result = loop {
        match xml.next() {
            Ok(Some(Node::Open(element))) => {
                if let Err(problem) = reader.open(&element) {
                    break Err(problem);
                }
            }
            Ok(Some(Node::Close(name))) => reader.close(name.local()),
            Ok(Some(Node::Text(_))) => {}
            Ok(None) => break Ok(()),
            Err(problem) => break Err(problem),
        }
    };
    reader.close("Method");
    let homeless = reader.give(content.coverage.get_or_insert_default());
    if homeless > 0 {
        let message = format!(
            "{homeless} statements belong to no file that the report lists, and are not counted"
        );
        input.warn(Problem::warning(message));
    }
    result
}

struct Reader {
    /// Paths by index; the list may come last.
    names: FxHashMap<String, String>,
    files: FxHashMap<String, FileCoverage>,
    budget: Budget,
    /// The namespace and the types being read, which nest.
    class: Vec<String>,
    method: Option<Method>,
    whole: Option<Tally>,
    homeless: u64,
}

/// The method being read: it is in the file of its first statement.
struct Method {
    key: u64,
    place: Option<(String, u32)>,
    covered: bool,
    /// How often a statement stood at a place: a line of the source can become two statements that tell nothing apart.
    seen: FxHashMap<u64, u64>,
}

impl Reader {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Problem> {
        let text = |name| element.attribute(name).unwrap_or_default().into_owned();
        match element.name() {
            "Root" => {
                let figure = |name| count(&text(name));
                let whole = figure("CoveredStatements").zip(figure("TotalStatements"));
                self.whole = whole.map(|(covered, total)| Tally::new(covered.min(total), total));
            }
            "File" => {
                self.names.insert(text("Index"), text("Name"));
            }
            "Namespace" | "Type" => self.class.push(text("Name")),
            "Method" | "Property" | "Constructor" => {
                self.close("Method");
                let class = self.class.join(".");
                self.method = Some(Method {
                    key: key_of(&format!("{class}.{}", text("Name"))),
                    place: None,
                    covered: false,
                    seen: FxHashMap::default(),
                });
            }
            "Statement" => return self.statement(element),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) {
        match name {
            "Namespace" | "Type" => {
                self.class.pop();
            }
            "Method" | "Property" | "Constructor" => {
                let Some(method) = self.method.take() else {
                    return;
                };
                if let Some((file, line)) = method.place
                    && let Some(file) = self.files.get_mut(&file)
                {
                    file.function(line, method.key, method.covered.into());
                }
            }
            _ => {}
        }
    }

    fn statement(&mut self, element: &Element<'_>) -> Result<(), Problem> {
        self.budget.earn(element.attributes_raw().len());
        let (mut index, mut first, mut last, mut columns) = ("", None, None, [0, 0]);
        let mut covered = false;
        for (name, value) in attributes(element.attributes_raw()) {
            let raw = value.raw();
            match name {
                "FileIndex" => index = raw,
                "Line" => first = line(raw),
                "EndLine" => last = line(raw),
                "Column" => columns[0] = count(raw).unwrap_or_default(),
                "EndColumn" => columns[1] = count(raw).unwrap_or_default(),
                "Covered" => covered = raw.trim().eq_ignore_ascii_case("true"),
                _ => {}
            }
        }
        let Some(first) = first.filter(|line| *line < HIDDEN) else {
            return Ok(());
        };
        let last = last.filter(|line| *line < HIDDEN).unwrap_or(first);
        let Some(lines) = self.budget.spend(first, last) else {
            return Err(Problem::error(
                "statements claim more lines than files have: the report is damaged",
            ));
        };
        if let Some(method) = &mut self.method {
            method.covered |= covered;
            method
                .place
                .get_or_insert_with(|| (index.to_owned(), first));
        }
        if !self.files.contains_key(index) {
            self.files.insert(index.to_owned(), FileCoverage::default());
        }
        let Some(file) = self.files.get_mut(index) else {
            return Ok(());
        };
        for line in lines {
            file.line(line, covered.into());
        }
        let [start, end] = columns;
        let place = match &mut self.method {
            None => key(&[start, last.into(), end]),
            Some(method) => {
                let at = key(&[key_of(index), first.into(), start, last.into(), end]);
                let seen = method.seen.entry(at).or_default();
                *seen += 1;
                key(&[start, last.into(), end, method.key, *seen])
            }
        };
        file.statement(first, place, covered.into());
        Ok(())
    }

    /// Hands on the files, and says how many statements have none.
    fn give(mut self, coverage: &mut Coverage) -> u64 {
        if let (true, Some(statements)) = (self.files.is_empty(), self.whole) {
            let totals = Totals {
                statements: Some(statements),
                ..Totals::default()
            };
            if statements.total > 0 {
                coverage.totals.insert(FORMAT.id, totals);
            }
        }
        for (index, mut file) in self.files {
            match self.names.get(&index).filter(|path| !path.is_empty()) {
                Some(path) => {
                    file.functions.get_or_insert_default();
                    file.finish();
                    coverage.file(path, FORMAT.id).merge(file);
                }
                None => {
                    let statements = file.statements.map_or(0, |statements| statements.len());
                    self.homeless += statements as u64;
                }
            }
        }
        self.homeless
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};

    fn document(index: &str, statements: &str) -> String {
        let body = format!(
            r#"<Assembly Name="d" CoveredStatements="1" TotalStatements="3" CoveragePercent="33"><Namespace Name="N"><Type Name="A">
            <Method Name="F():System.Void" CoveredStatements="1" TotalStatements="3">{statements}</Method><Type Name="Inner"><Method Name="F():System.Void"/></Type></Type></Namespace></Assembly>"#
        );
        let files =
            r#"<FileIndices><File Index="1" Name="C:\w\A.cs" Checksum="00"/></FileIndices>"#;
        let (before, after) = if index == "first" {
            (files, "")
        } else {
            ("", files)
        };
        format!(
            r#"<Root CoveredStatements="7" TotalStatements="9" CoveragePercent="78" ReportType="DetailedXml" DotCoverVersion="2023.3.1">{before}{body}{after}</Root>"#
        )
    }

    #[test]
    fn any_covered_statement_covers_a_line() {
        let statements = r#"<Statement FileIndex="1" Line="3" Column="9" EndLine="5" EndColumn="2" Covered="true"/>
            <Statement FileIndex="1" Line="5" Column="3" EndLine="6" EndColumn="2" Covered="False"/>
            <Statement FileIndex="1" Line="16707566" Column="0" EndLine="16707566" EndColumn="0" Covered="True"/>"#;
        for index in ["first", "last"] {
            let file = file("dotcover", &document(index, statements));
            assert_eq!(lines(&file), [(3, 1), (4, 1), (5, 1), (6, 0)]);
            assert_eq!(file.count().statements, of(1, 2));
            assert_eq!(file.count().functions, of(1, 1));
        }
    }

    #[test]
    fn statements_that_nothing_tells_apart_count_as_often_as_they_stand_there() {
        let twice = r#"<Statement FileIndex="1" Line="3" Column="9" EndLine="3" EndColumn="20" Covered="True"/>"#.repeat(2);
        assert_eq!(
            file("dotcover", &document("first", &twice))
                .count()
                .statements,
            of(2, 2)
        );
    }

    #[test]
    fn a_report_without_statements_has_totals() {
        let text = r#"<Root CoveredStatements="7" TotalStatements="9" CoveragePercent="78" DotCoverVersion="2018.1"><Assembly Name="d" CoveredStatements="7" TotalStatements="9"/></Root>"#;
        assert_eq!(coverage("dotcover", text).count().statements, of(7, 9));
        let empty = r#"<Root CoveredStatements="0" TotalStatements="0" CoveragePercent="0"/>"#;
        assert!(report(empty).content.coverage.unwrap().is_empty());
    }

    #[test]
    fn statements_of_no_file_are_said() {
        let text = document(
            "first",
            r#"<Statement FileIndex="2" Line="3" EndLine="3" Covered="True"/>"#,
        );
        assert!(
            report(&text).problems[0]
                .message
                .starts_with("1 statements belong to no file")
        );
    }
}
