//! `lizard --xml`: two tables in the form of cppncss, one row per function and one per file.

use super::super::xml::{Node, Xml};
use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, SIZE_CODE, SIZE_FUNCTIONS};
use crate::domain::report::{Code, Content, FileMeasure, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "lizard_xml",
    title: "lizard XML (cppncss)",
    kind: Kind::Complexity,
    producers: &["lizard --xml"],
    default_paths: &["**/lizard*.xml", "**/*cppncss*.xml"],
    sniff,
    parse,
    reads: "Functions with their complexity and lines without comments; files.",
    omits: "The report's averages.",
    supplies: &[
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        &[&SIZE_CODE, &SIZE_FUNCTIONS],
    ],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("cppncss")
}

/// What the table being read is about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Functions,
    Files,
    Other,
}

/// The table being read, row by row.
struct Table {
    about: About,
    /// The titles of its columns.
    labels: Vec<String>,
    /// The name of the row.
    item: String,
    /// The cells of the row.
    values: Vec<String>,
    /// The text of the cell.
    text: String,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: "lizard".into(),
        ..Code::default()
    });
    let mut table = Table {
        about: About::Other,
        labels: Vec::new(),
        item: String::new(),
        values: Vec::new(),
        text: String::new(),
    };
    let mut xml = Xml::new(input.source);
    loop {
        let line = xml.line();
        match xml.next()? {
            None => return Ok(()),
            Some(Node::Text(text)) => {
                table.text = limits.cap(std::mem::take(&mut table.text) + &text)
            }
            Some(Node::Open(element)) => {
                table.text.clear();
                match element.name() {
                    "measure" => {
                        table.labels.clear();
                        table.about = match element.attribute("type").as_deref() {
                            Some("Function") => About::Functions,
                            Some("File") => About::Files,
                            _ => About::Other,
                        };
                    }
                    "item" => {
                        table.values.clear();
                        table.item = element.attribute("name").unwrap_or_default().into_owned();
                    }
                    _ => {}
                }
            }
            Some(Node::Close(name)) => match name.local() {
                "label" => table.labels.push(std::mem::take(&mut table.text)),
                "value" => table.values.push(std::mem::take(&mut table.text)),
                "item" => table
                    .add_to(code)
                    .map_err(|what| Problem::error(what).at_line(line))?,
                _ => {}
            },
        }
    }
}

impl Table {
    /// The figure in the column of this title.
    fn figure(&self, label: &str) -> Result<u32, String> {
        let column = self.labels.iter().position(|title| title == label);
        let cell = column.and_then(|column| self.values.get(column));
        cell.and_then(|cell| cell.trim().parse().ok())
            .ok_or_else(|| format!("a row has no number under {label}"))
    }

    fn add_to(&mut self, code: &mut Code) -> Result<(), String> {
        match self.about {
            About::Functions => {
                let (name, place) = self
                    .item
                    .split_once("(...) at ")
                    .ok_or("a function without a place")?;
                let (path, line) = place.rsplit_once(':').ok_or("a function without a line")?;
                code.functions.push(FunctionMeasure {
                    path: path.to_owned(),
                    name: name.to_owned(),
                    line: line.parse().map_err(|_| "a function without a line")?,
                    cyclomatic: Some(self.figure("CCN")?),
                    ..FunctionMeasure::default()
                });
            }
            About::Files => code.files.push(FileMeasure {
                code: Some(self.figure("NCSS")?.into()),
                path: std::mem::take(&mut self.item),
                ..FileMeasure::default()
            }),
            About::Other => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::code;

    #[test]
    fn columns_are_found_by_their_titles() {
        let report = r#"<cppncss><measure type="Function"><labels><label>CCN</label><label>Nr.</label></labels>
            <item name="S::operator &lt;(...) at C:/a (...) b.cpp:3"><value>2</value><value>1</value></item>
            </measure></cppncss>"#;
        let (code, problems) = code("lizard_xml", report);
        assert_eq!(problems, [""; 0]);
        let function = &code.functions[0];
        assert_eq!(
            (function.name.as_str(), function.line),
            ("S::operator <", 3)
        );
        assert_eq!(
            (function.path.as_str(), function.cyclomatic),
            ("C:/a (...) b.cpp", Some(2))
        );
    }

    #[test]
    fn a_row_without_its_figure_or_its_place_is_a_problem() {
        for item in [
            r#"<item name="f(...) at a.c:1"><value>1</value></item>"#,
            r#"<item name="f(...) at a.c:1"><value>1</value><value>x</value></item>"#,
            r#"<item name="f(...) at a.c"><value>1</value><value>2</value></item>"#,
            r#"<item><value>1</value><value>2</value></item>"#,
        ] {
            let report = format!(
                r#"<cppncss><measure type="Function"><labels><label>Nr.</label><label>CCN</label></labels>{item}</measure></cppncss>"#
            );
            let (code, problems) = code("lizard_xml", &report);
            assert_eq!((code.functions.len(), problems.len()), (0, 1), "{item}");
        }
    }
}
