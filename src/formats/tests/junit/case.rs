//! One test case while it is being read.

use super::super::place;
use super::super::seconds::{self, Seconds};
use crate::domain::report::{Case, Outcome};
use crate::formats::limits::cut;
use crate::formats::xml::{Element, attributes};

/// Bytes kept of a message: enough for a summary.
const MESSAGE: usize = 2048;

/// Lines of a failure's text that make a message, where it has no message of its own.
const MESSAGE_LINES: usize = 8;

/// A file and a line in it; empty and 0 where unknown.
#[derive(Debug, Default, Clone)]
pub(super) struct Location {
    pub(super) file: String,
    pub(super) line: u32,
}

impl Location {
    /// Takes an attribute, if it says where.
    pub(super) fn take(&mut self, key: &str, value: &str) {
        match key {
            "file" | "filepath" if self.file.is_empty() => self.file = value.to_owned(),
            "line" | "lineno" => self.line = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
}

/// What a `failure`, `error` or rerun says.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    message: String,
    kind: String,
    place: Location,
    text: String,
}

impl Complaint {
    /// What its attributes say.
    pub(super) fn new(raw: &str) -> Complaint {
        let mut complaint = Complaint::default();
        for (key, value) in attributes(raw) {
            match key {
                "message" => complaint.message = cut(&value.decoded(), MESSAGE).to_owned(),
                "type" => complaint.kind = cut(&value.decoded(), MESSAGE).to_owned(),
                _ => complaint.place.take(key, &value.decoded()),
            }
        }
        complaint
    }

    /// Adds its text.
    pub(super) fn with_text(mut self, text: String) -> Complaint {
        self.text = text;
        self
    }

    /// Whether it is how TestNG writes a test that was skipped.
    fn is_skip(&self) -> bool {
        self.kind == "org.testng.SkipException"
    }

    /// The message; else the type with the first lines of the text.
    fn message(&self) -> String {
        if !self.message.trim().is_empty() {
            return self.message.trim().to_owned();
        }
        let lines: Vec<&str> = self
            .text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .take_while(|line| !is_frame(line))
            .take(MESSAGE_LINES)
            .collect();
        let text = lines.join("\n");
        let kind = self.kind.trim();
        let message = match (kind.is_empty(), text.is_empty()) {
            (false, true) => kind.to_owned(),
            (false, false) if !text.contains(kind) => format!("{kind}: {}", text.trim()),
            _ => text.trim().to_owned(),
        };
        cut(&message, MESSAGE).to_owned()
    }
}

/// Whether a line of a failure's text belongs to its stack trace.
fn is_frame(line: &str) -> bool {
    let inner = line.trim_start();
    inner.len() < line.len()
        && ["at ", "❯ ", "File \""]
            .iter()
            .any(|mark| inner.starts_with(mark))
}

/// What was found in a test case so far. Its tag is read again only if the case is worth naming.
#[derive(Debug, Default)]
pub(super) struct OpenCase {
    /// Its duration, and whether it shows that commas are decimal.
    pub(super) time: Option<(Seconds, bool)>,
    worst: Option<Outcome>,
    /// A runner that knows better says that a failure is expected: node's `todo`.
    is_todo: bool,
    was_flaky: bool,
    failed_again: bool,
    /// Further runs that the report tells of.
    pub(super) reruns: u64,
    /// Most cases have none, so that it does not travel with each.
    complaint: Option<Box<Complaint>>,
}

impl OpenCase {
    /// A case with the attributes of this element.
    pub(super) fn new(element: &Element<'_>) -> OpenCase {
        let mut case = OpenCase::default();
        element.each_attribute(|key, value| {
            let text = || std::str::from_utf8(value).unwrap_or_default();
            match key {
                b"time" => case.time = seconds::parse(text()),
                b"status" | b"result" => case.worst = case.worst.max(stated(text())),
                _ => {}
            }
        });
        case
    }

    /// The case was skipped; `raw` are the attributes that say how. What is still to be done may fail, as in TAP.
    pub(super) fn skip(&mut self, raw: &str) {
        self.is_todo |= attributes(raw).any(|(key, value)| key == "type" && value.raw() == "todo");
        self.worst = self.worst.max(Some(Outcome::Skipped));
    }

    /// The case ended badly; of several ends the worst counts, and the first of those speaks.
    pub(super) fn fail(&mut self, outcome: Outcome, complaint: Complaint) {
        if complaint.is_skip() {
            self.worst = self.worst.max(Some(Outcome::Skipped));
            return;
        }
        if self.complaint.is_none() || self.worst < Some(outcome) {
            self.complaint = Some(Box::new(complaint));
        }
        self.worst = self.worst.max(Some(outcome));
    }

    /// An earlier run of the case failed; whether the last one passed, the rest of the case says.
    pub(super) fn retried(&mut self, complaint: Complaint) {
        self.was_flaky = true;
        self.reruns += 1;
        self.complaint.get_or_insert_with(|| Box::new(complaint));
    }

    /// A later run of a failed case failed too.
    pub(super) fn failed_again(&mut self, complaint: Complaint) {
        self.failed_again = true;
        self.reruns += 1;
        self.complaint.get_or_insert_with(|| Box::new(complaint));
    }

    /// How it ended, by what was seen so far.
    pub(super) fn outcome(&self) -> Outcome {
        match self.worst {
            _ if self.is_todo => Outcome::Skipped,
            Some(Outcome::Failed | Outcome::Errored) => self.worst.unwrap_or(Outcome::Errored),
            // Without a failure of its own such a case is not what any runner writes: never green.
            _ if self.failed_again => Outcome::Failed,
            Some(Outcome::Skipped) => Outcome::Skipped,
            _ if self.was_flaky => Outcome::Flaky,
            _ => Outcome::Passed,
        }
    }

    /// The case with these attributes, for a reader. A name keeps at most `cap` bytes.
    pub(super) fn named(&self, raw: &str, suite: &str, suite_place: &Location, cap: usize) -> Case {
        let (name, class) = names(raw, cap);
        let mut own = Location::default();
        for (key, value) in attributes(raw) {
            own.take(key, &value.decoded());
        }
        let nothing = Complaint::default();
        let complaint = self.complaint.as_deref().unwrap_or(&nothing);
        let place = located(&own, complaint, suite_place);
        Case {
            suite: suite.to_owned(),
            class,
            name,
            outcome: self.outcome(),
            seconds: 0.0,
            file: cut(&place.file, cap).to_owned(),
            line: place.line,
            message: complaint.message(),
        }
    }
}

/// The name and the class of the case with these attributes; each keeps at most `cap` bytes.
pub(super) fn names(raw: &str, cap: usize) -> (String, String) {
    let (mut name, mut class) = (String::new(), String::new());
    for (key, value) in attributes(raw) {
        match key {
            "name" => name = cut(&value.decoded(), cap).to_owned(),
            "classname" | "class" if class.is_empty() => {
                class = cut(&value.decoded(), cap).to_owned();
            }
            _ => {}
        }
    }
    (name, class)
}

/// The first that names a file, with the first line that stands with no other file.
fn located(own: &Location, complaint: &Complaint, suite: &Location) -> Location {
    let trace = place::innermost(&complaint.text).or_else(|| place::innermost(&complaint.message));
    let trace = trace.map_or_else(Location::default, |(file, line)| Location {
        file: file.to_owned(),
        line,
    });
    let places = [own, &complaint.place, suite, &trace];
    let file = places
        .iter()
        .map(|place| place.file.as_str())
        .find(|file| !file.is_empty());
    let file = file.unwrap_or_default();
    let line = places
        .iter()
        .filter(|place| place.line > 0 && (place.file.is_empty() || same(&place.file, file)))
        .map(|place| place.line)
        .next();
    Location {
        file: file.to_owned(),
        line: if file.is_empty() {
            0
        } else {
            line.unwrap_or(0)
        },
    }
}

/// Whether two paths may mean one file: one may be absolute, the other not.
fn same(one: &str, other: &str) -> bool {
    one.ends_with(other) || other.ends_with(one)
}

/// The outcome that an attribute states, in the words of the runners that write one.
fn stated(word: &str) -> Option<Outcome> {
    const WORDS: &[(Outcome, &[&str])] = &[
        (
            Outcome::Skipped,
            &[
                "disabled",
                "notrun",
                "ignored",
                "skipped",
                "suppressed",
                "pending",
                "untested",
            ],
        ),
        (Outcome::Failed, &["failed", "failure", "fail"]),
        (
            Outcome::Errored,
            &[
                "error",
                "errored",
                "panicked",
                "timedout",
                "interrupted",
                "aborted",
            ],
        ),
    ];
    let word = word.trim();
    let known = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    WORDS
        .iter()
        .find(|(_, words)| known(words))
        .map(|(outcome, _)| *outcome)
}
