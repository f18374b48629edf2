//! How NUnit's two formats are read: suites in suites, down to cases. They differ in their words.

use super::path::Path;
use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::Input;
use crate::formats::xml::{Branch, Node, Xml};

/// What one of the formats means by its words.
pub(super) struct Words {
    /// How a case ended.
    pub(super) outcome: fn(&Branch) -> Outcome,
    /// Whether a suite ended badly.
    pub(super) is_broken: fn(&Branch) -> bool,
    /// The class and the name of a case.
    pub(super) names: fn(&Branch) -> (String, String),
    /// What the root says of the whole run.
    pub(super) root: fn(&Branch, &mut Record),
}

/// Reads a report.
pub(super) fn parse(
    words: Words,
    input: &mut Input<'_>,
    content: &mut Content,
) -> Result<(), Problem> {
    let limits = input.source.limits();
    let mut reading = Reading {
        words,
        record: Record::new(limits),
        path: Path::new(limits.text_bytes),
        open: Vec::new(),
    };
    let result = reading.read(&mut Xml::new(input.source));
    reading.record.finish(result.is_ok(), input, content);
    result
}

/// A suite that is open, or the root.
struct Open {
    broken: bool,
    /// How many cases had ended badly when it began.
    bad_before: u64,
    /// What it says of itself.
    said: Option<Branch>,
}

struct Reading {
    words: Words,
    record: Record,
    path: Path,
    open: Vec<Open>,
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) => {
                    let branch = Branch::of(&element);
                    match branch.name() {
                        "test-run" | "test-results" => {
                            (self.words.root)(&branch, &mut self.record);
                            self.begin(&branch, "");
                        }
                        "test-suite" => self.begin(&branch, short(&branch.attribute("name"))),
                        "test-case" => {
                            let case = xml.grow(branch, wanted)?;
                            self.case(&case);
                        }
                        "failure" | "reason" => {
                            let said = xml.grow(branch, wanted)?;
                            if let Some(open) = self.open.last_mut() {
                                open.said.get_or_insert(said);
                            }
                        }
                        "results" => {}
                        _ => xml.skip()?,
                    }
                }
                Node::Close(name)
                    if matches!(name.local(), "test-suite" | "test-run" | "test-results") =>
                {
                    self.end();
                }
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn begin(&mut self, suite: &Branch, name: &str) {
        self.path.push(name);
        self.open.push(Open {
            broken: (self.words.is_broken)(suite),
            bad_before: self.bad(),
            said: None,
        });
    }

    fn bad(&self) -> u64 {
        self.record.counts().broken()
    }

    /// A suite ends. One that ended badly though no case in it did, did so by itself: its tear-down broke, or it could not
    /// be loaded.
    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.broken && self.bad() == open.bad_before {
            let ended = Ended {
                suite: self.path.as_str(),
                class: "",
                name: "(suite)",
                outcome: Outcome::Errored,
                seconds: 0.0,
            };
            self.record.case(ended, || {
                open.said.map_or_else(Default::default, |said| {
                    told::traced(said.text_of("message"), said.text_of("stack-trace"))
                })
            });
        }
        self.path.pop();
    }

    fn case(&mut self, case: &Branch) {
        let (class, name) = (self.words.names)(case);
        let seconds = match case.attribute("duration") {
            duration if duration.is_empty() => case.attribute("time"),
            duration => duration,
        };
        let ended = Ended {
            suite: self.path.as_str(),
            class: &class,
            name: &name,
            outcome: (self.words.outcome)(case),
            seconds: clock::number(&seconds),
        };
        self.record.case(ended, || {
            let said = case.child("failure").or_else(|| case.child("reason"));
            said.map_or_else(Default::default, |said| {
                told::traced(said.text_of("message"), said.text_of("stack-trace"))
            })
        });
    }
}

fn wanted(name: &str) -> bool {
    matches!(name, "failure" | "reason" | "message" | "stack-trace")
}

/// The file of an assembly, which is named by its path on the machine that ran it.
fn short(name: &str) -> &str {
    let is_file = [".dll", ".exe", ".nunit", ".csproj", ".ps1"]
        .iter()
        .any(|end| name.to_ascii_lowercase().ends_with(end));
    match name.rsplit(['/', '\\']).next() {
        Some(file) if is_file => file,
        _ => name,
    }
}
