//! Cobertura's XML report and the many that imitate it.

use rustc_hash::FxHashMap;

use super::number::{count, count_raw, line, line_raw};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::key_of_all;
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cobertura",
    title: "Cobertura XML",
    kind: Kind::Coverage,
    producers: &[
        "Cobertura",
        "coverage.py",
        "pytest-cov",
        "gcovr",
        "Istanbul",
        "c8",
        "Coverlet",
        "PHPUnit",
        "cargo-tarpaulin",
        "cargo-llvm-cov",
        "grcov",
        "gocover-cobertura",
        "OpenCppCoverage",
        "ReportGenerator",
    ],
    default_paths: &[
        "**/coverage.xml",
        "**/cobertura*.xml",
        "**/*cobertura.xml",
        "**/cov.xml",
        "**/coverage*.xml",
    ],
    sniff,
    parse,
    reads: "Lines, `condition-coverage` and methods, by file, below every `<source>`.",
    omits: "Rates and the root's totals, which disagree with the lines in real files; the complexity attribute.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    // Clover's root has the same name, and so has SonarQube's generic format; neither has rates or a list of packages.
    head.xml_root() == Some("coverage")
        && !head.text.contains("<project")
        && ["line-rate=", "<packages", "<sources"]
            .iter()
            .any(|mark| head.text.contains(mark))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        coverage: content.coverage.get_or_insert_default(),
        files: FxHashMap::default(),
        class: None,
        method: None,
    };
    let result = reader.read(&mut Xml::new(&mut *input.source));
    reader.close(b"class");
    reader.finish();
    result
}

/// Bytes kept of a `<source>`: no path is longer.
const PATH: usize = 4096;

struct Reader<'a> {
    coverage: &'a mut Coverage,
    files: FxHashMap<String, Vec<Line>>,
    class: Option<Class>,
    method: Option<Method>,
}

/// The class being read, with all lines so far of its file, which other classes may share.
struct Class {
    name: String,
    path: String,
    lines: Vec<Line>,
    /// How many of the lines are of other classes.
    others: usize,
    /// The lines under its methods. They count only where the class has no lines of its own: else they are the same
    /// again, or the heads of the functions, which are no statements.
    in_methods: Vec<Line>,
}

/// The method being read. Its lines tell whether it was entered.
struct Method {
    key: u64,
    line: Option<u32>,
    hits: Option<u64>,
}

/// One statement about a line. Lines are stated again under methods and in other classes of the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    line: u32,
    covered: u32,
    total: u32,
    hits: u64,
}

impl Reader<'_> {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        loop {
            while let Some(leaf) = xml.leaf() {
                self.open(&leaf);
                self.close(leaf.name_raw());
            }
            match xml.next_tag()? {
                Some(Node::Open(element)) if element.name_raw() == b"source" => {
                    self.source(xml.text(PATH)?.trim());
                }
                Some(Node::Open(element)) => self.open(&element),
                Some(Node::Close(name)) => self.close(name.local().as_bytes()),
                Some(Node::Text(_)) => {}
                None => return Ok(()),
            }
        }
    }

    fn source(&mut self, source: &str) {
        // A report has a handful of sources; a hostile one could have millions.
        if !matches!(source, "" | "." | "./") && self.coverage.sources.len() < 1000 {
            self.coverage.sources.insert(source.to_owned());
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name_raw() {
            b"line" => self.line(element),
            b"class" => {
                self.close(b"class");
                let text = |name| element.attribute(name).unwrap_or_default().into_owned();
                let path = Some(text("filename")).filter(|path| !path.is_empty());
                let path = path.unwrap_or_else(|| text("name"));
                let lines = self.files.remove(&path).unwrap_or_default();
                let name = text("name");
                self.class = Some(Class {
                    name,
                    path,
                    others: lines.len(),
                    lines,
                    in_methods: Vec::new(),
                });
            }
            b"method" => {
                let text = |name| element.attribute(name).unwrap_or_default();
                let class = self.class.as_ref().map_or("", |class| &class.name);
                let key = key_of_all(&[class, ".", &text("name"), &text("signature")]);
                let entered = text("hits");
                let rate = text("line-rate").replace(',', ".");
                let stated = count(&entered)
                    .or_else(|| rate.parse().ok().map(|rate: f64| u64::from(rate > 0.0)));
                self.method = Some(Method {
                    key,
                    line: element.attribute("line").and_then(|at| line(&at)),
                    hits: stated,
                });
            }
            _ => {}
        }
    }

    fn line(&mut self, element: &Element<'_>) {
        let Some(class) = &mut self.class else { return };
        let (mut number, mut hits, mut branches) = (None, None, None);
        element.each_attribute(|name, value| match name {
            b"number" => number = line_raw(value),
            b"hits" => hits = count_raw(value),
            b"condition-coverage" => branches = fraction(value),
            _ => {}
        });
        let (Some(line), Some(hits)) = (number, hits) else {
            return;
        };
        let (covered, total) = branches.unwrap_or_default();
        let lines = match &self.method {
            Some(_) => &mut class.in_methods,
            None => &mut class.lines,
        };
        #[rustfmt::skip]
        lines.push(Line { line, covered, total, hits });
        if let Some(method) = &mut self.method {
            method.line = Some(method.line.map_or(line, |first| first.min(line)));
            method.hits = Some(method.hits.map_or(hits, |most| most.max(hits)));
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"method" => {
                if let (Some(method), Some(class)) = (self.method.take(), &self.class) {
                    let file = self.coverage.file(&class.path, FORMAT.id);
                    file.function(
                        method.line.unwrap_or(0),
                        method.key,
                        method.hits.unwrap_or(0),
                    );
                }
            }
            b"class" => {
                if let Some(mut class) = self.class.take() {
                    if class.lines.len() == class.others {
                        class.lines.append(&mut class.in_methods);
                    }
                    self.files.insert(class.path, class.lines);
                }
            }
            _ => {}
        }
    }

    fn finish(self) {
        for (path, mut lines) in self.files {
            give(&mut lines, self.coverage.file(&path, FORMAT.id));
        }
    }
}

/// Of several statements about one line, the one with most covered branches stands, with the most hits of all.
fn give(lines: &mut [Line], file: &mut FileCoverage) {
    lines.sort();
    file.lines.reserve(lines.len());
    for repeats in lines.chunk_by(|a, b| a.line == b.line) {
        let Some(best) = repeats.last() else { continue };
        let hits = repeats.iter().map(|line| line.hits).max();
        file.line(best.line, hits.unwrap_or(0));
        if best.total > 0 {
            file.branch_count(best.line, best.covered.into(), best.total.into());
        }
    }
}

/// `50% (1/2)`
fn fraction(text: &[u8]) -> Option<(u32, u32)> {
    let (_, inside) = std::str::from_utf8(text).ok()?.split_once('(')?;
    let (covered, total) = inside.split_once(')')?.0.split_once('/')?;
    let number = |text: &str| text.trim().parse::<u32>().ok();
    Some((number(covered)?, number(total)?))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};

    fn document(classes: &str) -> String {
        format!(
            r#"<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "http://example.invalid/coverage-04.dtd">
            <coverage line-rate="NaN" branch-rate="0,5"><sources><source>/src</source><source>.</source></sources>
            <packages><package name="p"><classes>{classes}</classes></package></packages></coverage>"#
        )
    }

    #[test]
    fn classes_of_one_file_merge_and_the_fuller_line_stands() {
        let text = document(
            r#"<class name="A" filename="a.py"><methods/><lines><line number="1" hits="2" branch="true" condition-coverage="25% (1/4)"/>
               <line number="2" hits="1.0"/></lines></class>
               <class name="B" filename="a.py"><lines><line number="1" hits="0" branch="true" condition-coverage="50% (2/4)"/>
               <line number="3" hits="0"/><line number="4294967296" hits="1"/><line number="x" hits="1"/></lines></class>"#,
        );
        let coverage = coverage("cobertura", &text);
        let file = &coverage.files["a.py"]["cobertura"];
        assert_eq!(lines(file), [(1, 2), (2, 1), (3, 0)]);
        assert_eq!(file.count().branches, of(2, 4));
        assert_eq!(
            coverage.candidates("a.py").collect::<Vec<_>>(),
            ["/src/a.py", "a.py"]
        );
    }

    #[test]
    fn lines_under_methods_count_only_where_the_class_has_none() {
        let method = r#"<methods><method name="f" signature="()V" line-rate="0,5"><lines><line number="7" hits="3"/></lines></method></methods>"#;
        let file_of = |own: &str| {
            file(
                "cobertura",
                &document(&format!(
                    r#"<class name="A" filename="a.cs">{method}<lines>{own}</lines></class>"#
                )),
            )
        };
        assert_eq!(lines(&file_of("")), [(7, 3)]);
        assert_eq!(lines(&file_of(r#"<line number="8" hits="0"/>"#)), [(8, 0)]);
        assert_eq!(file_of("").count().functions, of(1, 1));
    }

    #[test]
    fn other_formats_with_this_root_are_not_claimed() {
        for text in [
            r#"<coverage generated="1" clover="3.2.0"><project timestamp="1"><metrics/></project></coverage>"#,
            r#"<coverage version="1"><file path="a.c"><lineToCover lineNumber="1" covered="true"/></file></coverage>"#,
        ] {
            assert_ne!(report(text).format, "cobertura", "{text}");
        }
    }
}
