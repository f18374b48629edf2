//! CPD's XML: of PMD's copy-paste detector, and of jscpd's XML reporter, which imitates it.

use super::super::xml::{Element, Node, Xml};
use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::DUPLICATION_COUNTED;
use crate::domain::report::{Content, Duplicate, Duplication, Fragment, InspectedFile, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cpd",
    title: "CPD XML",
    kind: Kind::Duplication,
    producers: &["pmd cpd --format xml", "jscpd -r xml"],
    default_paths: &["**/cpd*.xml", "**/jscpd-report.xml"],
    sniff,
    parse,
    reads: "Clones with all their places, and the files inspected where they are named.",
    omits: "The text of the clones; columns.",
    supplies: &[DUPLICATION_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("pmd-cpd")
}

/// The clone being read.
struct Open {
    lines: u32,
    tokens: Option<u64>,
    fragments: Vec<Place>,
}

/// A place of it.
struct Place {
    path: String,
    first: u32,
    last: Option<u32>,
    /// Whether the passage stands in the element, as only jscpd writes it.
    quoted: bool,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let found = content.duplication.insert(Duplication {
        producer: "cpd".into(),
        ..Duplication::default()
    });
    let mut open: Option<Open> = None;
    let mut in_file = false;
    let mut xml = Xml::new(input.source);
    loop {
        let line = xml.line();
        match xml.next()? {
            None => return Ok(()),
            Some(Node::Text(_)) => {}
            Some(Node::Open(element)) => match (element.name(), &mut open) {
                ("duplication", _) => {
                    open = Some(Open {
                        lines: number(&element, "lines")
                            .ok_or_else(|| wrong("a clone without its lines", line))?,
                        tokens: number(&element, "tokens").map(u64::from),
                        fragments: Vec::new(),
                    });
                }
                ("file", Some(clone)) => {
                    let path = element.attribute("path").unwrap_or_default().into_owned();
                    let first = number(&element, "line").filter(|line| *line > 0);
                    clone.fragments.push(Place {
                        path: limits.cap(path),
                        first: first.ok_or_else(|| wrong("a place without a line", line))?,
                        last: number(&element, "endline"),
                        quoted: false,
                    });
                    in_file = true;
                }
                ("file", None) => found.files.push(InspectedFile {
                    path: limits.cap(element.attribute("path").unwrap_or_default().into_owned()),
                    lines: None,
                }),
                ("codefragment", Some(clone)) if in_file => {
                    if let Some(place) = clone.fragments.last_mut() {
                        place.quoted = true;
                    }
                }
                _ => {}
            },
            Some(Node::Close(name)) => match name.local() {
                "file" => in_file = false,
                "duplication" => found.clones.extend(open.take().and_then(Open::close)),
                _ => {}
            },
        }
    }
}

fn number(element: &Element<'_>, name: &str) -> Option<u32> {
    element.attribute(name)?.trim().parse().ok()
}

fn wrong(what: &str, line: u64) -> Problem {
    Problem::error(what).at_line(line)
}

impl Open {
    /// The clone; `None` if it stands nowhere. PMD writes the last line since 6.21; before, the number of lines says
    /// it. jscpd's number is one too small.
    fn close(self) -> Option<Duplicate> {
        let fragment = |place: Place| {
            let beyond = self.lines.saturating_sub(u32::from(!place.quoted));
            let counted = place.first.saturating_add(beyond);
            Fragment {
                path: place.path,
                first: place.first,
                last: place.last.unwrap_or(counted).max(place.first),
            }
        };
        let mut fragments: Vec<Fragment> = self.fragments.into_iter().map(fragment).collect();
        fragments.sort();
        (!fragments.is_empty()).then_some(Duplicate {
            fragments,
            tokens: self.tokens,
            language: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Report;
    use crate::formats::{Limits, find, read};

    fn read_cpd(report: String) -> Report {
        let file = Box::new(std::io::Cursor::new(report.into_bytes()));
        read(
            "r",
            file,
            find("cpd"),
            Default::default(),
            &Limits::default(),
        )
    }

    #[test]
    fn the_last_line_is_the_stated_one_or_counted() {
        for (file, runs) in [
            (r#"<file path="a" line="3" endline="9"/>"#, "3-9"),
            (r#"<file path="a" line="3"/>"#, "3-7"),
            // jscpd's `lines` is the distance between the first and the last line.
            (r#"<file path="a" line="3"><codefragment/></file>"#, "3-8"),
        ] {
            let report = format!(
                r#"<pmd-cpd><file path="z" totalNumberOfTokens="9"/><duplication lines="5" tokens="80">{file}<codefragment>x</codefragment></duplication></pmd-cpd>"#
            );
            let report = read_cpd(report);
            assert_eq!(report.problems, []);
            let found = report.content.duplication.unwrap();
            assert_eq!(found.lines_by_file()["a"].to_string(), runs);
            assert_eq!(found.clones[0].tokens, Some(80));
            assert_eq!(found.files[0].path, "z");
        }
    }

    #[test]
    fn a_place_without_a_line_is_a_problem() {
        for inside in [
            r#"<duplication lines="5"><file path="a"/></duplication>"#,
            "<duplication/>",
        ] {
            let report = format!("<pmd-cpd>{inside}</pmd-cpd>");
            let report = read_cpd(report);
            assert_eq!(report.problems.len(), 1, "{inside}");
        }
    }
}
