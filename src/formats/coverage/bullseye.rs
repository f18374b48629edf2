//! BullseyeCoverage's `covxml`: folders, sources and functions, and in them probes and blocks.

use super::number::{count, key, line};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::{Tally, Totals, key_of};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml, attributes};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "bullseye",
    title: "BullseyeCoverage XML",
    kind: Kind::Coverage,
    producers: &["BullseyeCoverage covxml"],
    default_paths: &["**/*bullseye*.xml", "**/*Bullseye*.xml"],
    sniff,
    parse,
    reads: "Functions; the outcomes of conditions and decisions as branches, as its condition/decision coverage counts them; the first lines of blocks as lines, or those of the probes where there are no blocks.",
    omits: "Decision coverage by itself; how often: the format says only whether.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("BullseyeCoverage")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        coverage: content.coverage.get_or_insert_default(),
        folders: Vec::new(),
        source: None,
        function: None,
        repeats: 0,
    };
    let mut xml = Xml::new(&mut *input.source);
    let result = loop {
        match xml.next() {
            Ok(Some(Node::Open(element))) => reader.open(&element),
            Ok(Some(Node::Close(name))) => reader.close(name.local()),
            Ok(Some(Node::Text(_))) => {}
            Ok(None) => break Ok(()),
            Err(problem) => break Err(problem),
        }
    };
    reader.close("fn");
    reader.close("src");
    result
}

struct Reader<'a> {
    coverage: &'a mut Coverage,
    folders: Vec<String>,
    source: Option<Source>,
    /// The key of the function being read, and where it is once its probe was read.
    function: Option<u64>,
    /// Probes so far in one place.
    repeats: u64,
}

/// The source being read.
struct Source {
    path: String,
    file: FileCoverage,
    /// The lines of its probes, and whether anything on them was executed.
    probes: Vec<(u32, u64)>,
    /// What it states of itself, where it lists nothing.
    stated: Totals,
}

impl Reader<'_> {
    fn open(&mut self, element: &Element<'_>) {
        let text = |name| element.attribute(name).unwrap_or_default().into_owned();
        match element.name() {
            "BullseyeCoverage" => {
                let folder = text("dir");
                if !folder.is_empty() {
                    self.coverage.sources.insert(folder);
                }
            }
            "folder" => self.folders.push(text("name")),
            "src" => {
                self.close("src");
                let folders = self
                    .folders
                    .iter()
                    .map(|folder| folder.trim_end_matches('/'));
                let name = text("name");
                let parts: Vec<&str> = folders.chain([name.as_str()]).collect();
                let tally = |covered: &'static str, total: &'static str| {
                    let (covered, total) = (count(&text(covered))?, count(&text(total))?);
                    (total > 0).then(|| Tally::new(covered.min(total), total))
                };
                self.source = Some(Source {
                    path: parts.join("/"),
                    file: FileCoverage::default(),
                    probes: Vec::new(),
                    stated: Totals {
                        functions: tally("fn_cov", "fn_total"),
                        branches: tally("cd_cov", "cd_total"),
                        ..Totals::default()
                    },
                });
            }
            "fn" => {
                self.function = Some(key_of(&text("name")));
                self.repeats = 0;
            }
            "probe" => self.probe(element),
            "block" => self.block(element),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "folder" => {
                self.folders.pop();
            }
            "fn" => self.function = None,
            "src" => {
                let Some(mut source) = self.source.take() else {
                    return;
                };
                let file = &mut source.file;
                if file.functions.is_none() && file.lines.is_empty() {
                    if source.stated == Totals::default() {
                        return;
                    }
                    file.totals = Some(source.stated);
                } else {
                    file.arms.get_or_insert_default();
                    if file.lines.is_empty() {
                        source
                            .probes
                            .iter()
                            .for_each(|(line, hits)| file.line(*line, *hits));
                    }
                }
                file.finish();
                self.coverage
                    .file(&source.path, FORMAT.id)
                    .merge(source.file);
            }
            _ => {}
        }
    }

    fn probe(&mut self, element: &Element<'_>) {
        let (Some(source), Some(function)) = (&mut self.source, self.function) else {
            return;
        };
        let (mut at, mut place, mut kind, mut event) = (None, [0, 0], "", "");
        for (name, value) in attributes(element.attributes_raw()) {
            let raw = value.raw();
            match name {
                "line" => at = line(raw),
                "column" => place[0] = count(raw).unwrap_or_default(),
                "col_seq" => place[1] = count(raw).unwrap_or_default(),
                "kind" => kind = raw,
                "event" => event = raw,
                _ => {}
            }
        }
        let Some(at) = at else { return };
        let hits = u64::from(event != "none" && !event.is_empty());
        source.probes.push((at, hits));
        // The numbers that tell probes of one place apart may be missing.
        self.repeats += 1;
        let arm = |arm: u64| key(&[place[0], place[1], function, self.repeats, arm]);
        match kind {
            "function" => source.file.function(at, function, hits),
            "decision" | "condition" => {
                let both = event == "full";
                source
                    .file
                    .arm(at, arm(0), u64::from(both || event == "true"));
                source
                    .file
                    .arm(at, arm(1), u64::from(both || event == "false"));
            }
            // A constant condition has no outcome that could be missing.
            "constant" | "" => {}
            _ => source.file.arm(at, arm(0), hits),
        }
    }

    fn block(&mut self, element: &Element<'_>) {
        let at = element.attribute("line").and_then(|text| line(&text));
        let entered = element.attribute("entered").and_then(|text| count(&text));
        if let (Some(source), Some(at)) = (&mut self.source, at) {
            source.file.line(at, entered.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, lines, of};

    #[test]
    fn outcomes_are_counted_as_its_own_totals_count_them() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?><!-- BullseyeCoverage XML 8.23.15 --><BullseyeCoverage name="t.cov" dir="c:/w/" buildId="1" version="6"
            xmlns="https://www.bullseye.com/covxml" fn_cov="1" fn_total="2" cd_cov="6" cd_total="10"><folder name="calc"><folder name="core">
            <src name="a.cpp" mtime="1" fn_cov="1" fn_total="2" cd_cov="6" cd_total="10"><fn name="f(int)">
            <probe line="5" column="4" kind="function" event="full"/><probe line="6" kind="switch-label" event="none"/><probe line="7" kind="switch-label" event="full"/>
            <probe line="8" kind="decision" event="full"/><probe line="8" kind="condition" event="true"/><probe line="8" kind="condition" event="none"/>
            <probe line="9" kind="try" event="full"/><probe line="10" column="3" kind="catch" event="full"/><probe line="11" kind="constant" event="none"/>
            <block line="6" entered="1"/><block line="7" entered="0"/></fn><fn name="g()"><probe line="20" kind="function" event="none"/></fn></src>
            <src name="b.cpp" fn_cov="0" fn_total="0"/><src name="c.cpp" fn_cov="1" fn_total="3" cd_cov="0" cd_total="4"/></folder>
            <src name="d.cpp"><fn name="h"><probe line="2" kind="function" event="full"/><probe line="3" kind="decision" event="none"/></fn></src></folder></BullseyeCoverage>"#;
        let coverage = coverage("bullseye", text);
        assert_eq!(
            coverage.files.keys().collect::<Vec<_>>(),
            ["calc/core/a.cpp", "calc/core/c.cpp", "calc/d.cpp"]
        );
        let count = |path: &str| coverage.files[path]["bullseye"].count();
        let a = &coverage.files["calc/core/a.cpp"]["bullseye"];
        assert_eq!(lines(a), [(6, 1), (7, 0)]);
        assert_eq!(
            (a.count().functions, a.count().branches),
            (of(1, 2), of(6, 10))
        );
        let c = count("calc/core/c.cpp");
        assert_eq!(
            (c.functions, c.branches, c.lines),
            (of(1, 3), of(0, 4), None)
        );
        let d = &coverage.files["calc/d.cpp"]["bullseye"];
        assert_eq!(lines(d), [(2, 1), (3, 0)]);
        assert!(coverage.sources.contains("c:/w/"));
    }
}
