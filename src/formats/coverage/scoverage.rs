//! scoverage's XML: packages, classes and methods of Scala, and in them statements.

use rustc_hash::FxHashMap;

use super::number::{count, key, line};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION, COVERAGE_STATEMENT};
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Content, Coverage, Problem};
use crate::formats::xml::{Element, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "scoverage",
    title: "scoverage XML",
    kind: Kind::Coverage,
    producers: &["scoverage", "sbt-scoverage", "Mill", "Gradle"],
    default_paths: &["**/scoverage*.xml", "**/scoverage-report/*.xml"],
    sniff,
    parse,
    reads: "Statements; those that begin a branch as branches; methods; lines, each executed as often as the statement on it that is executed most.",
    omits: "Statements between `$COVERAGE-OFF$` and `$COVERAGE-ON$`; rates; the text of statements.",
    supplies: &[
        COVERAGE_BRANCHED,
        &[&COVERAGE_FUNCTION, &COVERAGE_STATEMENT],
    ],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("scoverage")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reader = Reader {
        coverage: content.coverage.get_or_insert_default(),
        class: Class::default(),
        method: 0,
        entered: None,
        places: FxHashMap::default(),
        lines: FxHashMap::default(),
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
    reader.close("method");
    reader.finish();
    result
}

struct Reader<'a> {
    coverage: &'a mut Coverage,
    class: Class,
    /// The key of the method being read.
    method: u64,
    /// Its file, first line and hits, once a statement of it was read.
    entered: Option<(String, u32, u64)>,
    /// How many statements there were in a place: a branch and what it holds begin and end together.
    places: FxHashMap<(String, u64), u64>,
    /// The most hits of any statement on a line.
    lines: FxHashMap<String, FxHashMap<u32, u64>>,
}

#[derive(Default)]
struct Class {
    name: String,
    /// Older versions name the file here alone, from the source folder on and with a `/` before it.
    path: String,
}

impl Reader<'_> {
    fn open(&mut self, element: &Element<'_>) {
        let text = |name| element.attribute(name).unwrap_or_default().into_owned();
        match element.name() {
            "class" => {
                self.class = Class {
                    name: text("name"),
                    path: text("filename").trim_start_matches('/').to_owned(),
                };
            }
            "method" => {
                self.close("method");
                self.method = key_of(&format!("{}/{}", self.class.name, text("name")));
            }
            "statement" => self.statement(element),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name == "method"
            && let Some((path, line, hits)) = self.entered.take()
        {
            let file = self.coverage.file(&path, FORMAT.id);
            file.function(line, self.method, hits);
        }
    }

    fn statement(&mut self, element: &Element<'_>) {
        let (mut source, mut at, mut place, mut hits) = (None, None, [0, 0], None);
        let (mut branch, mut ignored) = (false, false);
        for (name, value) in element.attributes() {
            match name {
                "source" => source = Some(value),
                "start" => place[0] = count(&value).unwrap_or_default(),
                "end" => place[1] = count(&value).unwrap_or_default(),
                "line" => at = line(&value),
                "branch" => branch = value.trim() == "true",
                "invocation-count" => hits = count(&value),
                "ignored" => ignored = value.trim() == "true",
                _ => {}
            }
        }
        let (Some(line), Some(hits), false) = (at, hits, ignored) else {
            return;
        };
        let path = match source.filter(|source| !source.is_empty()) {
            Some(source) => source.into_owned(),
            None => self.class.path.clone(),
        };
        if path.is_empty() {
            return;
        }
        let [start, end] = place;
        let place = key(&[u64::from(line), start, end]);
        let repeats = self.places.entry((path.clone(), place)).or_default();
        *repeats += 1;
        let key = key(&[start, end, *repeats]);
        let file = self.coverage.file(&path, FORMAT.id);
        file.statement(line, key, hits);
        file.arms.get_or_insert_default();
        file.functions.get_or_insert_default();
        if branch {
            file.arm(line, key, hits);
        }
        match &mut self.entered {
            Some((_, first, most)) => (*first, *most) = ((*first).min(line), (*most).max(hits)),
            None => self.entered = Some((path.clone(), line, hits)),
        }
        let most = self.lines.entry(path).or_default().entry(line).or_default();
        *most = (*most).max(hits);
    }

    fn finish(self) {
        for (path, lines) in self.lines {
            let file = self.coverage.file(&path, FORMAT.id);
            lines
                .into_iter()
                .for_each(|(line, hits)| file.line(line, hits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of};

    fn document(statements: &str) -> String {
        format!(
            r#"<scoverage statement-count="9" statements-invoked="9" statement-rate="10.00" branch-rate="0.00" version="1.0" timestamp="1"><packages><package name="p">
            <classes><class name="p.A" filename="/p/A.scala"><methods><method name="p/A/f"><statements>{statements}</statements></method></methods></class></classes></package></packages></scoverage>"#
        )
    }

    #[test]
    fn a_branch_and_what_it_holds_are_two_statements() {
        let statements = r#"<statement package="p" class="A" method="f" source="/w/src/A.scala" start="10" end="12" line="3" branch="true" invocation-count="0"/>
            <statement source="/w/src/A.scala" start="10" end="12" line="3" branch="false" invocation-count="0" ignored="false">text &lt;</statement>
            <statement source="/w/src/A.scala" start="20" end="22" line="3" branch="true" invocation-count="2"/>
            <statement source="/w/src/A.scala" start="30" end="32" line="4" branch="false" invocation-count="5" ignored="true"/>"#;
        let file = file("scoverage", &document(statements));
        assert_eq!(lines(&file), [(3, 2)]);
        let count = file.count();
        assert_eq!(
            (count.statements, count.branches, count.functions),
            (of(1, 3), of(1, 2), of(1, 1))
        );
    }

    #[test]
    fn older_reports_name_the_file_at_the_class() {
        let statement = r#"<statement package="p" class="A" method="f" start="1" line="7" symbol="s" tree="Apply" branch="false" invocation-count="1">x</statement>"#;
        let coverage = coverage("scoverage", &document(statement));
        assert_eq!(coverage.files.keys().collect::<Vec<_>>(), ["p/A.scala"]);
    }
}
