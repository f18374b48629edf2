//! OpenCover's XML: modules, classes, methods, and in them sequence points and branch points.

use rustc_hash::FxHashMap;

use super::number::{count_raw, key, line_raw};
use super::span::Budget;
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION, COVERAGE_STATEMENT};
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::xml::{Element, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "opencover",
    title: "OpenCover XML",
    kind: Kind::Coverage,
    producers: &["OpenCover", "Coverlet", "AltCover"],
    default_paths: &[
        "**/*opencover*.xml",
        "**/*OpenCover*.xml",
        "**/coverage*.xml",
    ],
    sniff,
    parse,
    reads: "Sequence points as statements and, from their first line to their last, as lines whose visits add up; branch points by line, path and offsets; methods.",
    omits: "Skipped modules, which hold nothing; summaries; complexity; tracked tests; points that name no file.",
    supplies: &[
        COVERAGE_BRANCHED,
        &[&COVERAGE_FUNCTION, &COVERAGE_STATEMENT],
    ],
};

/// From here on a line number marks code that no debugger shows (0xFEEFEE and 0xF00F00).
const HIDDEN: u32 = 0x00f0_0f00;

/// Bytes of a method's name that count.
const NAME: usize = 64 << 10;

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("CoverageSession")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        files: Vec::new(),
        ids: FxHashMap::default(),
        budget: Budget::of(0),
        method: None,
        homeless: 0,
    };
    let result = reader.read(&mut Xml::new(&mut *input.source));
    reader.close(b"Method");
    let homeless = reader.homeless;
    reader.give(content.coverage.get_or_insert_default());
    if homeless > 0 {
        let message = format!(
            "{homeless} points belong to no file that the report lists, and are not counted: build with full debug information (PDB files)"
        );
        input.warn(Problem::warning(message));
    }
    result
}

struct Reader {
    /// The files by path, in the order in which they are named.
    files: Vec<(String, FileCoverage)>,
    /// The place in `files` of each id.
    ids: FxHashMap<Vec<u8>, usize>,
    budget: Budget,
    method: Option<Method>,
    homeless: u64,
}

#[derive(Default)]
struct Method {
    /// The key of its name.
    key: u64,
    /// Its file, as its `FileRef` says; else that of its first point.
    file: Option<usize>,
    /// The first of its lines.
    line: Option<u32>,
    /// Visits of its own point, or the most of any of its points.
    own: Option<u64>,
    most: u64,
    /// Its sequence points: offset and line.
    points: Vec<(u64, u32)>,
}

impl Method {
    fn new() -> Method {
        Method {
            key: key_of(""),
            ..Method::default()
        }
    }
}

/// The attributes of a point.
#[derive(Default)]
struct Point {
    hits: u64,
    first: Option<u32>,
    last: Option<u32>,
    columns: [u64; 2],
    offset: u64,
    end: u64,
    path: u64,
    file: Option<usize>,
}

impl Reader {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        loop {
            while let Some(leaf) = xml.leaf() {
                self.open(&leaf)?;
                self.close(leaf.name_raw());
            }
            match xml.next_tag()? {
                Some(Node::Open(element)) if element.name_raw() == b"Name" => {
                    let key = key_of(&xml.text(NAME)?);
                    self.method.iter_mut().for_each(|method| method.key = key);
                }
                Some(Node::Open(element)) => self.open(&element)?,
                Some(Node::Close(name)) => self.close(name.local().as_bytes()),
                Some(Node::Text(_)) => {}
                None => return Ok(()),
            }
        }
    }

    fn open(&mut self, element: &Element<'_>) -> Result<(), Problem> {
        let text = |name| element.attribute(name).unwrap_or_default().into_owned();
        match element.name_raw() {
            b"SequencePoint" => return self.sequence_point(element),
            b"BranchPoint" => self.branch_point(element),
            b"File" => self.file(text("uid"), text("fullPath")),
            b"Method" => self.method = Some(Method::new()),
            b"FileRef" => {
                let file = self.ids.get(text("uid").as_bytes()).copied();
                if let Some(method) = &mut self.method {
                    method.file = file;
                }
            }
            b"MethodPoint" => {
                let point = self.point(element);
                if let Some(method) = &mut self.method {
                    method.own = Some(point.hits);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) {
        let Some(method) = self.method.take_if(|_| name == b"Method") else {
            return;
        };
        let file = method.file.and_then(|at| self.files.get_mut(at));
        // A method without code, such as an abstract one, has neither.
        if let (Some((_, file)), Some(line)) = (file, method.line) {
            let hits = method.own.unwrap_or_default().max(method.most);
            file.function(line, method.key, hits);
        }
    }

    /// The same file can be listed in several modules.
    fn file(&mut self, id: String, path: String) {
        if path.is_empty() {
            return;
        }
        let at = self.files.len();
        self.files.push((path, FileCoverage::default()));
        self.ids.insert(id.into_bytes(), at);
    }

    fn point(&self, element: &Element<'_>) -> Point {
        let mut point = Point::default();
        element.each_attribute(|name, value| {
            let number = || count_raw(value).unwrap_or_default();
            match name {
                b"vc" => point.hits = number(),
                b"sl" => point.first = line_raw(value),
                b"el" => point.last = line_raw(value),
                b"sc" => point.columns[0] = number(),
                b"ec" => point.columns[1] = number(),
                b"offset" => point.offset = number(),
                b"offsetend" => point.end = number(),
                b"path" => point.path = number(),
                b"fileid" => point.file = self.ids.get(value).copied(),
                _ => {}
            }
        });
        point
    }

    fn sequence_point(&mut self, element: &Element<'_>) -> Result<(), Problem> {
        self.budget.earn(element.bytes());
        let point = self.point(element);
        let Some(first) = point.first.filter(|line| *line < HIDDEN) else {
            return Ok(());
        };
        let last = point.last.filter(|line| *line < HIDDEN).unwrap_or(first);
        let mut name = 0;
        if let Some(method) = &mut self.method {
            name = method.key;
            method.line = Some(method.line.map_or(first, |line| line.min(first)));
            method.most = method.most.max(point.hits);
            method.points.push((point.offset, first));
            method.file = method.file.or(point.file);
        }
        let file = point.file.or(self.method.as_ref().and_then(|it| it.file));
        let Some((_, file)) = file.and_then(|at| self.files.get_mut(at)) else {
            self.homeless += 1;
            return Ok(());
        };
        let Some(lines) = self.budget.spend(first, last) else {
            return Err(Problem::error(
                "points claim more lines than files have: the report is damaged",
            ));
        };
        for line in lines {
            file.line(line, point.hits);
        }
        // A field's initial value stands in each constructor: two points in one place.
        let [start, end] = point.columns;
        let place = key(&[start, last.into(), end, point.offset, name]);
        file.statement(first, place, point.hits);
        Ok(())
    }

    fn branch_point(&mut self, element: &Element<'_>) {
        let point = self.point(element);
        let method = self.method.as_ref();
        // Older versions state no line: it is that of the last point before.
        let before = || {
            let points = &method?.points;
            let before = points.iter().filter(|(offset, _)| *offset <= point.offset);
            before.max().map(|(_, line)| *line)
        };
        let line = point.first.or_else(before);
        let Some(line) = line.filter(|line| *line < HIDDEN) else {
            return;
        };
        let file = point.file.or(method.and_then(|method| method.file));
        match file.and_then(|at| self.files.get_mut(at)) {
            Some((_, file)) => {
                let arm = key(&[point.path, point.offset, point.end]);
                file.arm(line, arm, point.hits);
            }
            None => self.homeless += 1,
        }
    }

    fn give(self, coverage: &mut Coverage) {
        for (path, mut file) in self.files {
            if file.lines.is_empty() {
                // Listed, but of code that was filtered out or never compiled.
                continue;
            }
            file.arms.get_or_insert_default();
            file.functions.get_or_insert_default();
            coverage.add(path, FORMAT.id, file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};

    fn session(methods: &str) -> String {
        format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><CoverageSession><Summary numSequencePoints=\"99\" visitedSequencePoints=\"99\"/>
            <Modules><Module skippedDueTo=\"Filter\" hash=\"A\"><ModulePath>C:\\x.dll</ModulePath><ModuleName>x</ModuleName><Classes/></Module>
            <Module hash=\"B\"><ModuleName>demo</ModuleName><Files><File uid=\"1\" fullPath=\"C:\\w\\A.cs\"/><File uid=\"2\" fullPath=\"C:\\w\\B.cs\"/></Files>
            <Classes><Class><FullName>N.A</FullName><Methods>{methods}</Methods></Class></Classes></Module></Modules></CoverageSession>"
        )
    }

    #[test]
    fn points_become_lines_and_statements() {
        let text = session(
            r#"<Method visited="true"><Name>System.Void N.A::F()</Name><FileRef uid="1"/><SequencePoints>
            <SequencePoint vc="2" offset="0" sl="3" sc="9" el="5" ec="10"/><SequencePoint vc="1" offset="7" sl="5" sc="11" el="5" ec="20" fileid="1"/>
            <SequencePoint vc="0" offset="9" sl="6" sc="1" el="6" ec="2" fileid="1"/><SequencePoint vc="0" offset="10" sl="16707566" sc="0" el="16707566" ec="0" fileid="1"/>
            </SequencePoints><BranchPoints/><MethodPoint vc="2" offset="0" sl="3" fileid="1"/></Method>
            <Method><Name>System.Void N.A::G()</Name><FileRef uid="1"/><SequencePoints>
            <SequencePoint vc="0" offset="0" sl="6" sc="1" el="6" ec="2" fileid="1"/></SequencePoints></Method><Method><Name>abstract</Name></Method>"#,
        );
        let file = file("opencover", &text);
        assert_eq!(lines(&file), [(3, 2), (4, 2), (5, 3), (6, 0)]);
        assert_eq!(file.count().statements, of(2, 4));
        assert_eq!(file.count().functions, of(1, 2));
        assert_eq!(file.count().branches, of(0, 0));
    }

    #[test]
    fn a_branch_is_known_by_line_path_and_offsets() {
        let branch = r#"<BranchPoint vc="1" offset="4" path="0" offsetend="9" sl="3" fileid="1"/><BranchPoint vc="0" offset="4" path="1" offsetend="12" sl="3" fileid="1"/>"#;
        let old = r#"<BranchPoint vc="0" offset="8" path="1"/>"#;
        let method = |branches: &str| {
            format!(
                r#"<Method><Name>M</Name><FileRef uid="1"/><SequencePoints><SequencePoint vc="1" offset="0" sl="3" el="3"/><SequencePoint vc="1" offset="6" sl="4" el="4"/></SequencePoints><BranchPoints>{branches}</BranchPoints></Method>"#
            )
        };
        let file = file(
            "opencover",
            &session(&(method(branch) + &method(branch) + &method(old))),
        );
        assert_eq!(file.count().branches, of(1, 3));
        assert_eq!(
            file.branches_by_line().keys().copied().collect::<Vec<_>>(),
            [3, 4]
        );
    }

    #[test]
    fn points_without_a_file_are_said() {
        let text = session(
            r#"<Method><Name>M</Name><SequencePoints><SequencePoint vc="1" offset="0" sl="3" el="3" fileid="9"/></SequencePoints></Method>
            <Method><Name>N</Name><SequencePoints><SequencePoint vc="1" offset="0" sl="3" el="3" fileid="2"/></SequencePoints></Method>"#,
        );
        let report = report(&text);
        assert!(
            report.problems[0]
                .message
                .starts_with("1 points belong to no file")
        );
        let coverage = report.content.coverage.unwrap();
        assert_eq!(coverage.files.keys().collect::<Vec<_>>(), [r"C:\w\B.cs"]);
    }

    #[test]
    fn one_file_of_two_modules_is_one_file() {
        let point = |vc| {
            format!(
                r#"<Method><Name>M</Name><FileRef uid="1"/><SequencePoints><SequencePoint vc="{vc}" offset="0" sl="3" el="3" sc="1" ec="2"/></SequencePoints></Method>"#
            )
        };
        let one = session(&point(0));
        let module = &one[one.find("<Module hash").unwrap()..one.find("</Modules>").unwrap()];
        let text = one.replace(
            "</Modules>",
            &(module.replace("vc=\"0\"", "vc=\"4\"") + "</Modules>"),
        );
        let coverage = coverage("opencover", &text);
        let file = &coverage.files[r"C:\w\A.cs"]["opencover"];
        assert_eq!(
            (lines(file), file.count().statements),
            (vec![(3, 4)], of(1, 1))
        );
    }

    #[test]
    fn a_span_of_billions_of_lines_is_an_error() {
        let text = session(
            r#"<Method><Name>M</Name><FileRef uid="1"/><SequencePoints><SequencePoint vc="1" sl="1" el="15000000"/></SequencePoints></Method>"#,
        );
        assert!(
            report(&text).problems[0]
                .message
                .contains("more lines than files have")
        );
    }
}
