//! JaCoCo's XML report.

use std::borrow::Cow;

use super::number::{count_raw, line, line_raw};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::{Hit, Tally, Totals, key_of_all};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml, attributes};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "jacoco",
    title: "JaCoCo XML",
    kind: Kind::Coverage,
    producers: &["JaCoCo", "Gradle", "Maven", "Ant", "Kover", "gcovr"],
    default_paths: &[
        "**/jacoco*.xml",
        "**/site/jacoco/*.xml",
        "**/site/jacoco-*/*.xml",
        "**/build/reports/jacoco/**/*.xml",
        "**/build/reports/kover/**/*.xml",
    ],
    sniff,
    parse,
    reads: "Lines with their instructions and branches, methods, and counters where a source file has no lines.",
    omits: "Instruction and complexity counters; the report's own totals, unless it names no source file; sessions.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("report")
        && ["JACOCO", "jacoco", "<sessioninfo ", "<group ", "<package "]
            .iter()
            .any(|mark| head.text.contains(mark))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        coverage: content.coverage.get_or_insert_default(),
        package: String::new(),
        class: None,
        method: None,
        open: None,
        whole: Totals::default(),
    };
    let result = reader.read(&mut Xml::new(&mut *input.source));
    reader.close(b"class");
    reader.close(b"sourcefile");
    let whole = reader.whole;
    let coverage = reader.coverage;
    if coverage.files.is_empty() && whole != Totals::default() {
        coverage.totals.insert(FORMAT.id, whole);
        input.warn(Problem::warning(
            "the report names no source files, so that only its totals were read: Java classes name them if they are compiled with `-g`, and of gcovr the Cobertura or JSON report has lines",
        ));
    }
    result
}

struct Reader<'a> {
    coverage: &'a mut Coverage,
    package: String,
    class: Option<Class>,
    /// The key and line of the method being read.
    method: Option<(u64, u32)>,
    /// The source file being read, taken out of the coverage meanwhile.
    open: Option<(String, FileCoverage, Stated)>,
    /// The counters of the report.
    whole: Totals,
}

/// The class being read.
struct Class {
    name: String,
    /// The path of its source.
    path: Option<String>,
    methods: Vec<Hit>,
}

/// What a source file's own counters say, and whether its lines do.
#[derive(Default)]
struct Stated {
    totals: Totals,
    lines: bool,
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
        let name = || element.attribute("name").unwrap_or_default().into_owned();
        match element.name_raw() {
            b"line" => self.line(element),
            b"counter" => self.counter(element),
            b"package" => self.package = name(),
            b"class" => {
                let source = element.attribute("sourcefilename");
                let path = source.map(|source| self.path(&source));
                self.close(b"class");
                self.class = Some(Class {
                    name: name(),
                    path,
                    methods: Vec::new(),
                });
            }
            b"method" => self.method(element),
            b"sourcefile" => {
                let path = self.path(&name());
                let file = std::mem::take(self.coverage.file(&path, FORMAT.id));
                self.open = Some((path, file, Stated::default()));
            }
            _ => {}
        }
    }

    fn path(&self, source: &str) -> String {
        match self.package.as_str() {
            "" => source.to_owned(),
            package => format!("{package}/{source}"),
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"package" => self.package.clear(),
            b"class" => {
                if let Some(class) = self.class.take()
                    && let Some(path) = class.path
                    && !class.methods.is_empty()
                {
                    let file = self.coverage.file(&path, FORMAT.id);
                    for Hit { line, key, hits } in class.methods {
                        file.function(line, key, hits);
                    }
                }
            }
            b"method" => self.method = None,
            b"sourcefile" => {
                if let Some((path, mut file, stated)) = self.open.take() {
                    stated.give(&mut file);
                    *self.coverage.file(&path, FORMAT.id) = file;
                }
            }
            _ => {}
        }
    }

    fn method(&mut self, element: &Element<'_>) {
        let (mut name, mut description, mut at) = (Cow::default(), Cow::default(), None);
        for (attribute, value) in attributes(element.attributes_raw()) {
            match attribute {
                "name" => name = value.decoded(),
                "desc" => description = value.decoded(),
                "line" => at = line(value.raw()),
                _ => {}
            }
        }
        let class = self.class.as_ref().map_or("", |class| &class.name);
        let key = key_of_all(&[class, ".", &name, &description]);
        self.method = Some((key, at.unwrap_or(0)));
    }

    /// `<line nr mi ci mb cb>`, where all counts may be left out.
    fn line(&mut self, element: &Element<'_>) {
        let Some((_, file, stated)) = &mut self.open else {
            return;
        };
        let (mut number, mut missed, mut covered, mut branches) = (None, None, None, (0, 0));
        element.each_attribute(|name, value| match name {
            b"nr" => number = line_raw(value),
            b"mi" => missed = count_raw(value),
            b"ci" => covered = count_raw(value),
            b"mb" => branches.0 = count_raw(value).unwrap_or(0),
            b"cb" => branches.1 = count_raw(value).unwrap_or(0),
            _ => {}
        });
        let Some(number) = number else { return };
        stated.lines |= missed.or(covered).is_some();
        file.line(number, u64::from(covered.unwrap_or(0) > 0));
        let (missed, covered) = branches;
        let total = covered.saturating_add(missed);
        if total > 0 {
            file.branch_count(number, covered, total);
        }
    }

    fn counter(&mut self, element: &Element<'_>) {
        let (mut kind, mut missed, mut covered) = (&b""[..], 0, 0);
        element.each_attribute(|name, value| match name {
            b"type" => kind = value,
            b"missed" => missed = count_raw(value).unwrap_or(0),
            b"covered" => covered = count_raw(value).unwrap_or(0),
            _ => {}
        });
        let tally = Some(Tally::new(covered, covered.saturating_add(missed)));
        let totals = match &mut self.open {
            Some((_, _, stated)) => &mut stated.totals,
            None => {
                if let (Some((key, line)), b"METHOD", Some(class)) =
                    (self.method, kind, &mut self.class)
                {
                    let hits = covered;
                    class.methods.push(Hit { line, key, hits });
                }
                // The counters of the report come last, after those of everything in it.
                &mut self.whole
            }
        };
        match kind {
            b"LINE" => totals.lines = tally,
            b"BRANCH" => totals.branches = tally,
            b"METHOD" => totals.functions = tally,
            _ => {}
        }
    }
}

impl Stated {
    /// Lines are believed rather than counters, which can disagree with them. Some writers (gcovr) list lines without
    /// saying which were executed, and only the counters do.
    fn give(self, file: &mut FileCoverage) {
        if self.lines || self.totals.lines.is_none() {
            let functions = self.totals.functions;
            file.totals = functions
                .filter(|_| file.functions.is_none())
                .map(|functions| Totals {
                    functions: Some(functions),
                    ..Totals::default()
                });
        } else {
            file.lines.clear();
            file.branches = None;
            file.totals = Some(self.totals);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of};

    #[test]
    fn counts_are_optional_groups_nest_and_counters_are_not_believed() {
        let text = r#"<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="r">
            <group name="a"><group name="b"><package name="p/q"><sourcefile name="X.java">
            <line nr="1" mi="0" ci="3" mb="1" cb="3"/><line nr="2" mi="4"/><line nr="3" ci="1"/><line nr="2147483648" mi="1"/>
            <line nr="4294967296" mi="1"/><counter type="LINE" missed="9" covered="9"/></sourcefile></package></group></group>
            <counter type="LINE" missed="7" covered="7"/></report>"#;
        let coverage = coverage("jacoco", text);
        let file = &coverage.files["p/q/X.java"]["jacoco"];
        assert_eq!(lines(file), [(1, 1), (2, 0), (3, 1), (2_147_483_648, 0)]);
        assert_eq!(file.count().branches, of(3, 4));
    }

    #[test]
    fn methods_belong_to_the_source_of_their_class() {
        let text = r#"<report name="r"><sessioninfo id="s" start="1" dump="2"/><package name="">
            <class name="X" sourcefilename="X.kt"><method name="f" desc="()V" line="3"><counter type="METHOD" missed="0" covered="1"/></method>
            <method name="f" desc="(I)V" line="3"><counter type="METHOD" missed="1" covered="0"/></method></class>
            <sourcefile name="X.kt"><line nr="3" mi="0" ci="3"/><counter type="METHOD" missed="0" covered="9"/></sourcefile></package></report>"#;
        assert_eq!(file("jacoco", text).count().functions, of(1, 2));
    }
}
