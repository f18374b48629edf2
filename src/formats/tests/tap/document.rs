//! The documents of a report: one, or several one after the other, each with subtests.

use super::super::record::{Declared, Detail, Ended, Record};
use super::line::{Line, Point};
use crate::domain::report::{Outcome, Problem};

/// Subtests deeper than this are read as if they stood at this depth.
const DEEPEST: usize = 64;

/// A document or a subtest that is being read.
#[derive(Default)]
struct Level {
    name: String,
    plan: Option<u64>,
    points: u64,
}

/// A point whose diagnostics may follow.
struct Open {
    level: usize,
    suite: String,
    name: String,
    outcome: Outcome,
    seconds: f64,
    diagnostics: String,
    /// Where its YAML block ends, if that is open: the line that does.
    yaml: Option<String>,
    /// A suite of Node.js holds tests and is none.
    is_suite: bool,
    had_subtests: bool,
}

/// The documents of a report.
pub(super) struct Documents {
    /// The levels around the innermost, the outermost first.
    outer: Vec<Level>,
    /// The innermost level.
    top: Level,
    open: Option<Open>,
    /// The name for the subtest that follows.
    announced: Option<(usize, String)>,
    /// Whether a subtest has ended whose point has not come yet.
    closed: bool,
    /// Whether any line was TAP.
    seen: bool,
    bailed: bool,
    /// The first document that has fewer points than planned.
    short: Option<(u64, u64)>,
    /// Whether the runner's closing counts have begun.
    closing: bool,
    /// Failures by these counts, and points that say `not ok`.
    stated: u64,
    not_ok: u64,
    /// Bytes kept of diagnostics and names.
    most: usize,
}

impl Documents {
    pub(super) fn new(most: usize) -> Documents {
        Documents {
            outer: Vec::new(),
            top: Level::default(),
            open: None,
            announced: None,
            closed: false,
            seen: false,
            bailed: false,
            short: None,
            closing: false,
            stated: 0,
            not_ok: 0,
            most,
        }
    }

    /// Takes a line: how deep it stands, what it says, and the whole of it.
    pub(super) fn take(&mut self, level: usize, text: &str, line: &str, record: &mut Record) {
        if self.diagnostic(line) {
            return;
        }
        let level = level.min(DEEPEST);
        match Line::of(text) {
            Line::Other => {}
            Line::Version if level == 0 => {
                self.settle(record);
                if !self.outer.is_empty() || !self.top.is_empty() {
                    self.restart(record);
                }
                self.seen = true;
            }
            Line::Version => self.enter(level, record),
            Line::Plan(last) => {
                self.settle(record);
                self.enter(level, record);
                if self.top.plan.is_some() {
                    self.restart(record);
                }
                self.top.plan = Some(last);
            }
            Line::Point(point) => {
                self.settle(record);
                self.enter(level, record);
                // `prove -v` ends a program that went well with this.
                let complete = self.top.plan == Some(self.top.points);
                let bare = point.number.is_none() && point.name.is_empty() && !point.not_ok;
                if bare && complete {
                    return;
                }
                self.point(level, &point, record);
            }
            Line::BailOut(why) => {
                self.settle(record);
                self.seen = true;
                self.bailed = true;
                let suite = self.suite();
                error(record, &suite, "Bail out!", why);
            }
            Line::Subtest(name) => {
                self.settle(record);
                self.enter(level, record);
                let top = &mut self.top;
                if level > 0 && top.name.is_empty() && top.is_empty() {
                    name.clone_into(&mut top.name);
                } else {
                    self.announced = Some((level, name.to_owned()));
                }
            }
            Line::Comment(text) if level == 0 && self.closing(text, record) => {
                self.settle(record);
            }
            Line::Comment(text) => self.comment(text),
            Line::Failed => record.failed("`Result: FAIL`"),
        }
    }

    /// Takes a line of the YAML block behind a point.
    fn diagnostic(&mut self, line: &str) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let text = line.trim();
        match &open.yaml {
            None => {
                let spaces = line.len() - line.trim_start().len();
                if text != "---" || spaces <= open.level * 4 {
                    return false;
                }
                open.yaml = Some(format!("{}...", line.get(..spaces).unwrap_or_default()));
            }
            Some(end) if line.trim_end() == end => open.yaml = None,
            Some(_) => {
                if let Some(number) = text.strip_prefix("duration_ms:") {
                    open.seconds = number.trim().parse().unwrap_or(0.0) / 1e3;
                }
                open.is_suite |= matches!(text, "type: 'suite'" | "type: suite");
                keep(&mut open.diagnostics, line, self.most);
            }
        }
        true
    }

    fn comment(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            keep(&mut open.diagnostics, text, self.most);
        }
    }

    /// What a runner says in the end: `# pass 3`, `# fail 2`. Comments may be names of tests too (tape's are), so that a
    /// number of failures counts only behind one of tests or of passes, with no point between them, or behind the plan.
    /// Tells whether this is such a count.
    fn closing(&mut self, text: &str, record: &mut Record) -> bool {
        if text.starts_with("Looks like your test exited with ") {
            record.failed("`Looks like your test exited with …`");
        }
        let words: Vec<&str> = text.split_ascii_whitespace().take(6).collect();
        let (failures, count) = match words.as_slice() {
            ["tests" | "pass", count] if count.parse::<u64>().is_ok() => {
                self.closing = true;
                return true;
            }
            ["fail" | "cancelled", count] => (self.closing, count),
            // node-tap's, behind the plan.
            ["failed", count, "test" | "tests"] | ["failed", count, "of", _, "tests"] => {
                (self.top.plan.is_some(), count)
            }
            _ => return false,
        };
        if failures {
            let count = count.parse().unwrap_or(0);
            self.stated = self.stated.saturating_add(count);
        }
        failures
    }

    /// Goes to a level: deeper ones have ended, and new ones begin.
    fn enter(&mut self, level: usize, record: &mut Record) {
        self.seen = true;
        while self.outer.len() > level {
            self.close(record);
            self.closed = true;
        }
        while self.outer.len() < level {
            let depth = self.outer.len() + 1;
            let name = self
                .announced
                .take_if(|(at, _)| *at + 1 == depth)
                .map(|(_, name)| name);
            let inner = Level {
                name: name.unwrap_or_default(),
                ..Level::default()
            };
            self.outer.push(std::mem::replace(&mut self.top, inner));
        }
    }

    fn point(&mut self, level: usize, point: &Point<'_>, record: &mut Record) {
        // The next document, without a version before it.
        if point.number == Some(1) && level == 0 && self.top.points > 0 {
            self.restart(record);
        }
        self.top.points += 1;
        self.not_ok += u64::from(point.not_ok);
        self.closing = false;
        let points = self.top.points;
        let name = match point.name {
            "" => format!("{}", point.number.unwrap_or(points)),
            name => name.replace("\\#", "#").replace("\\\\", "\\"),
        };
        self.open = Some(Open {
            level,
            suite: self.suite(),
            name,
            outcome: point.outcome,
            seconds: point.seconds,
            diagnostics: String::new(),
            yaml: None,
            is_suite: false,
            had_subtests: std::mem::take(&mut self.closed),
        });
    }

    /// Counts the point whose diagnostics have ended.
    fn settle(&mut self, record: &mut Record) {
        let Some(open) = self.open.take() else {
            return;
        };
        // A suite that fails by itself (a hook) has no test to say so.
        let own = open.outcome == Outcome::Failed && !open.diagnostics.contains("subtestsFailed");
        if open.is_suite && (open.had_subtests || open.outcome == Outcome::Passed) && !own {
            return;
        }
        let ended = Ended {
            suite: &open.suite,
            class: "",
            name: &open.name,
            outcome: open.outcome,
            seconds: open.seconds,
        };
        record.case(ended, || match open.outcome {
            Outcome::Failed => Detail::of(open.diagnostics.trim_end()),
            _ => Detail::default(),
        });
    }

    /// The names of the subtests that are open.
    fn suite(&self) -> String {
        let levels = self.outer.iter().chain([&self.top]);
        let names = levels.map(|level| level.name.as_str());
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        names.join(" > ")
    }

    /// Begins another document.
    fn restart(&mut self, record: &mut Record) {
        while !self.outer.is_empty() {
            self.close(record);
        }
        self.close(record);
    }

    /// Ends a level: what was planned must have come.
    fn close(&mut self, record: &mut Record) {
        let suite = self.suite();
        let level = std::mem::replace(&mut self.top, self.outer.pop().unwrap_or_default());
        let Some(plan) = level.plan.filter(|_| !self.bailed) else {
            return;
        };
        if plan != level.points {
            let points = level.points;
            if points < plan && self.short.is_none() {
                self.short = Some((points, plan));
            }
            let message = format!("{plan} tests were planned and {points} ran");
            error(record, &suite, "(plan)", &message);
        }
    }

    /// Ends the report.
    ///
    /// # Errors
    /// When it is no TAP, or tests are missing.
    pub(super) fn finish(&mut self, record: &mut Record) -> Result<(), Problem> {
        let open_yaml = self.open.as_ref().is_some_and(|open| open.yaml.is_some());
        self.settle(record);
        let planned = self.outer.first().unwrap_or(&self.top).plan.is_some();
        self.restart(record);
        // Runners count a failed `# TODO` as they like.
        if self.stated > self.not_ok {
            record.declare(Declared {
                failed: Some(self.stated),
                ..Declared::default()
            });
        }
        match self.short {
            _ if !self.seen => Err(Problem::error("the report holds no line of TAP")),
            Some((points, plan)) => Err(Problem::error(format!(
                "{plan} tests were planned and {points} ran: the program died, or the report is truncated"
            ))),
            None if self.bailed => Ok(()),
            None if open_yaml => Err(Problem::error(
                "the report ends inside a diagnostic: it is truncated",
            )),
            None if !planned => Err(Problem::error(
                "the report has no plan (`1..N`): the program died, or the report is truncated",
            )),
            None => Ok(()),
        }
    }
}

impl Level {
    fn is_empty(&self) -> bool {
        self.plan.is_none() && self.points == 0
    }
}

fn keep(text: &mut String, line: &str, most: usize) {
    if text.len() + line.len() < most {
        text.push_str(line);
        text.push('\n');
    }
}

/// A case for what is wrong with the run itself.
fn error(record: &mut Record, suite: &str, name: &str, message: &str) {
    let ended = Ended {
        suite,
        class: "",
        name,
        outcome: Outcome::Errored,
        seconds: 0.0,
    };
    record.case(ended, || Detail::of(message));
}
