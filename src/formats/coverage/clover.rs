//! Clover's XML report, as OpenClover, Istanbul and PHPUnit write it, each in its own way.

use super::number::{count_raw, key, line_raw};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION, COVERAGE_STATEMENT};
use crate::domain::report::coverage::{Tally, Totals, key_of};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "clover",
    title: "Clover XML",
    kind: Kind::Coverage,
    producers: &[
        "OpenClover",
        "Istanbul",
        "nyc",
        "Jest",
        "Vitest",
        "c8",
        "PHPUnit",
        "gcovr",
        "ReportGenerator",
    ],
    default_paths: &["**/clover*.xml", "**/*clover.xml", "**/coverage*.xml"],
    sniff,
    parse,
    reads: "Lines of statements and conditions, the branches of conditions, and methods, by file. Statements, and where no line states them branches and methods, from the metrics of each file; what Istanbul calls statements here are lines.",
    omits: "The coverage of test code (`<testproject>`); complexity; the metrics of classes, packages and the project, which are counted anew.",
    supplies: &[
        COVERAGE_BRANCHED,
        &[&COVERAGE_FUNCTION, &COVERAGE_STATEMENT],
    ],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("coverage")
        && ["<project", "<testproject"]
            .iter()
            .any(|mark| head.text.contains(mark))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        coverage: content.coverage.get_or_insert_default(),
        package: String::new(),
        tests: false,
        lines_for_statements: false,
        file: None,
    };
    let result = reader.read(&mut Xml::new(&mut *input.source));
    reader.close(b"file");
    result
}

struct Reader<'a> {
    coverage: &'a mut Coverage,
    package: String,
    /// Whether what is read is test code.
    tests: bool,
    /// Whether what the metrics call statements are lines, as they are in Istanbul's reports.
    lines_for_statements: bool,
    file: Option<File>,
}

/// The file being read, taken out of the coverage meanwhile.
struct File {
    path: String,
    to: FileCoverage,
    /// Lines with their hits; several statements can stand on one.
    lines: Vec<(u32, u64)>,
    /// The line of the last condition, and how many stood on it before.
    condition: (u32, u64),
    /// How deep in classes, which have metrics of their own.
    classes: u32,
    metrics: Totals,
}

impl Reader<'_> {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        loop {
            while let Some(leaf) = xml.leaf() {
                self.open(&leaf);
                self.close(leaf.name_raw());
            }
            match xml.next_tag()? {
                Some(Node::Open(element)) => self.open(&element),
                Some(Node::Close(name)) => self.close(name.local().as_bytes()),
                Some(Node::Text(_)) => {}
                None => return Ok(()),
            }
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name_raw() {
            b"line" => {
                if let Some(file) = &mut self.file {
                    file.line(element);
                }
            }
            b"metrics" => {
                if let Some(file) = self.file.as_mut().filter(|file| file.classes == 0) {
                    file.metrics = metrics(element);
                }
            }
            b"class" => self.file.iter_mut().for_each(|file| file.classes += 1),
            b"file" if !self.tests => self.begin(element),
            b"package" => self.package = element.attribute("name").unwrap_or_default().into(),
            b"project" => {
                // Istanbul's only name for a project.
                let name = element.attribute("name");
                self.lines_for_statements = name.is_some_and(|name| name == "All files");
            }
            b"testproject" => self.tests = true,
            _ => {}
        }
    }

    fn begin(&mut self, element: &Element<'_>) {
        self.close(b"file");
        let text = |name| {
            element
                .attribute(name)
                .filter(|text| !text.trim().is_empty())
        };
        let path = match (text("path"), text("name")) {
            (Some(path), _) => path.into_owned(),
            // A bare name stands in the folder of its package.
            (None, Some(name)) if !name.contains(['/', '\\']) && !self.package.is_empty() => {
                format!("{}/{name}", self.package.replace('.', "/"))
            }
            (None, name) => name.unwrap_or_default().into_owned(),
        };
        self.file = Some(File {
            to: std::mem::take(self.coverage.file(&path, FORMAT.id)),
            path,
            lines: Vec::new(),
            condition: (0, 0),
            classes: 0,
            metrics: Totals::default(),
        });
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"class" => {
                if let Some(file) = &mut self.file {
                    file.classes = file.classes.saturating_sub(1);
                }
            }
            b"file" => {
                if let Some(mut file) = self.file.take() {
                    if self.lines_for_statements {
                        file.metrics.statements = None;
                    }
                    let (path, coverage) = file.finish();
                    *self.coverage.file(&path, FORMAT.id) = coverage;
                }
            }
            b"package" => self.package.clear(),
            b"testproject" => self.tests = false,
            _ => {}
        }
    }
}

impl File {
    /// `<line num type count truecount falsecount>`
    fn line(&mut self, element: &Element<'_>) {
        let (mut number, mut kind, mut hits) = (None, &b"stmt"[..], None);
        let (mut taken, mut not_taken, mut name) = (None, None, None);
        element.each_attribute(|attribute, value| match attribute {
            b"num" => number = line_raw(value),
            b"type" => kind = value,
            b"count" => hits = count_raw(value),
            b"truecount" => taken = count_raw(value),
            b"falsecount" => not_taken = count_raw(value),
            b"name" | b"signature" => name = std::str::from_utf8(value).ok(),
            _ => {}
        });
        let Some(number) = number else { return };
        if kind == b"method" {
            let identity = key_of(name.unwrap_or_default());
            self.to.function(number, identity, hits.unwrap_or(0));
            return;
        }
        let (taken, not_taken) = (taken.unwrap_or(0), not_taken.unwrap_or(0));
        match hits {
            // Istanbul: how many branches of the line were taken and how many were not.
            Some(hits) => {
                self.lines.push((number, hits));
                let total = taken.saturating_add(not_taken);
                if kind == b"cond" && total > 0 {
                    self.to.branch_count(number, taken, total);
                }
            }
            // OpenClover: how often the condition was true and how often false.
            None if kind == b"cond" => {
                let nth = match self.condition {
                    (line, nth) if line == number => nth + 1,
                    _ => 0,
                };
                self.condition = (number, nth);
                self.to.arm(number, key(&[nth, 1]), taken);
                self.to.arm(number, key(&[nth, 0]), not_taken);
                self.lines.push((number, taken.saturating_add(not_taken)));
            }
            None => {}
        }
    }

    /// A line is executed as often as the statement on it that is executed most.
    fn finish(mut self) -> (String, FileCoverage) {
        self.lines.sort_unstable();
        self.to.lines.reserve(self.lines.len());
        for repeats in self.lines.chunk_by(|a, b| a.0 == b.0) {
            if let Some((line, hits)) = repeats.last() {
                self.to.line(*line, *hits);
            }
        }
        if self.metrics != Totals::default() {
            self.to.totals = Some(match self.to.totals {
                Some(before) => before.larger(self.metrics),
                None => self.metrics,
            });
        }
        (self.path, self.to)
    }
}

/// What a file's own metrics say. Writers that do not measure something say that there is none of it.
fn metrics(element: &Element<'_>) -> Totals {
    let (mut statements, mut branches, mut functions) =
        (Tally::default(), Tally::default(), Tally::default());
    element.each_attribute(|name, value| {
        let part = match name {
            b"statements" => &mut statements.total,
            b"coveredstatements" => &mut statements.covered,
            b"conditionals" => &mut branches.total,
            b"coveredconditionals" => &mut branches.covered,
            b"methods" => &mut functions.total,
            b"coveredmethods" => &mut functions.covered,
            _ => return,
        };
        *part = count_raw(value).unwrap_or(0);
    });
    let stated = |tally: Tally| {
        let Tally { covered, total } = tally;
        (total > 0).then(|| Tally::new(covered.min(total), total))
    };
    Totals {
        lines: None,
        statements: stated(statements),
        branches: stated(branches),
        functions: stated(functions),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};
    use crate::formats::testing::sniffed;

    fn document(files: &str) -> String {
        format!(
            r#"<?xml version="1.0"?><coverage clover="4.4.1" generated="1"><project name="p" timestamp="1">{files}</project></coverage>"#
        )
    }

    #[test]
    fn istanbul_says_how_many_branches_of_a_line_were_taken() {
        let text = document(
            r#"<metrics statements="99" conditionals="99"/><file name="a.js" path="/w/a.js">
            <metrics statements="4" coveredstatements="3" conditionals="5" coveredconditionals="3" methods="2" coveredmethods="1"/>
            <line num="1" count="7" type="cond" truecount="3" falsecount="2"/><line num="2" count="0" type="stmt"/></file>"#,
        );
        let coverage = coverage("clover", &text);
        let file = &coverage.files["/w/a.js"]["clover"];
        assert_eq!(lines(file), [(1, 7), (2, 0)]);
        let totals = file.count();
        assert_eq!(
            (totals.branches, totals.statements, totals.functions),
            (of(3, 5), of(3, 4), of(1, 2))
        );
    }

    #[test]
    fn openclover_says_how_often_a_condition_was_true_and_how_often_false() {
        let text = document(
            r#"<package name="com.acme"><file name="A.java" path="C:\src\com\acme\A.java">
            <class name="A"><metrics methods="9" coveredmethods="9" statements="9" coveredstatements="9"/></class>
            <metrics conditionals="4" coveredconditionals="3" methods="1" coveredmethods="1" statements="2" coveredstatements="1"/>
            <line num="3" type="method" signature="a(int) : void" count="5"/>
            <line num="4" type="cond" truecount="5" falsecount="0"/><line num="4" type="cond" truecount="2" falsecount="3"/>
            <line num="4" type="stmt" count="5"/><line num="4" type="stmt" count="0"/><line num="6" type="stmt" count="0"/></file></package>"#,
        );
        let coverage = coverage("clover", &text);
        let file = &coverage.files["C:\\src\\com\\acme\\A.java"]["clover"];
        assert_eq!(lines(file), [(4, 5), (6, 0)]);
        let totals = file.count();
        assert_eq!(
            (totals.branches, totals.statements, totals.functions),
            (of(3, 4), of(1, 2), of(1, 1))
        );
    }

    #[test]
    fn without_a_path_the_name_stands_in_its_package() {
        let text = document(
            r#"<file name="/w/x.php"><line num="2" type="stmt" count="1"/></file>
            <package name="com.acme"><file name="A.java"><line num="1" type="stmt" count="1"/></file></package>
            <package name="com.other"><file name="A.java"><line num="1" type="stmt" count="0"/></file></package>"#,
        );
        let coverage = coverage("clover", &text);
        let paths: Vec<_> = coverage.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["/w/x.php", "com/acme/A.java", "com/other/A.java"]);
    }

    #[test]
    fn what_istanbul_calls_statements_are_lines() {
        let text = document("").replace(
            r#"name="p" timestamp="1">"#,
            r#"name="All files"><file path="a.js"><metrics statements="1" coveredstatements="1"/><line num="1" type="stmt" count="1"/></file>"#,
        );
        assert_eq!(file("clover", &text).count().statements, None);
    }

    #[test]
    fn metrics_of_zero_and_test_code_are_not_measured() {
        let text = r#"<coverage generated="1"><project timestamp="1"><file name="a.php"><metrics conditionals="0" methods="0" statements="1" coveredstatements="1"/>
            <line num="1" type="stmt" count="1"/></file></project><testproject><package name="t"><file name="T.java"><line num="1" type="stmt" count="1"/></file></package></testproject></coverage>"#;
        let totals = file("clover", text).count();
        assert_eq!((totals.branches, totals.functions), (None, None));
    }

    #[test]
    fn strange_numbers_cost_their_line_only_and_a_cut_keeps_the_rest() {
        let text = document(
            r#"<file path="a"><line num="1" type="stmt" count="-4"/><line num="4294967296" type="stmt" count="1"/>
            <line num="x" count="1"/><line num="2" type="stmt" count="NaN"/><line num="3" type="stmt" count="18446744073709551616"/></file>"#,
        );
        assert_eq!(lines(&file("clover", &text)), [(1, 0), (3, u64::MAX)]);
        let report = report(&text[..text.len() - 80]);
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.coverage.unwrap().count().lines, of(0, 1));
    }

    #[test]
    fn a_report_of_nothing_is_told_from_its_neighbours() {
        assert_eq!(sniffed(&document("<metrics/>")), ["clover"]);
    }
}
