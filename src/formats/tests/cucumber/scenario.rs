//! A scenario.

use serde::Deserialize;

use super::super::record::{Detail, Ended, Record};
use crate::domain::report::Outcome;
use crate::formats::json::lenient;

/// A scenario or a background as it is written.
#[derive(Deserialize)]
pub(super) struct Element {
    #[serde(rename = "type", default, deserialize_with = "lenient")]
    kind: String,
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    line: u32,
    /// `file:line`, only of behave.
    #[serde(default, deserialize_with = "lenient")]
    location: Option<String>,
    /// Only of behave.
    #[serde(default, deserialize_with = "lenient")]
    status: Option<String>,
    #[serde(default)]
    before: Vec<Step>,
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(default)]
    after: Vec<Step>,
}

/// A step or a hook.
#[derive(Deserialize)]
struct Step {
    #[serde(default, deserialize_with = "lenient")]
    keyword: String,
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    line: u32,
    #[serde(default, deserialize_with = "lenient")]
    location: String,
    #[serde(default)]
    result: Option<Ending>,
    /// Hooks around a step.
    #[serde(default)]
    before: Vec<Step>,
    #[serde(default)]
    after: Vec<Step>,
}

#[derive(Deserialize)]
struct Ending {
    #[serde(default, deserialize_with = "lenient")]
    status: String,
    #[serde(default, deserialize_with = "lenient")]
    duration: f64,
    #[serde(default, deserialize_with = "lenient")]
    error_message: Text,
}

/// A text, or its lines.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Whole(String),
    Lines(Vec<String>),
}

impl Default for Text {
    fn default() -> Self {
        Text::Whole(String::new())
    }
}

/// What became of a scenario.
pub(super) struct Scenario {
    name: String,
    line: u32,
    outcome: Outcome,
    seconds: f64,
    message: String,
    /// The line of the step that decided; 0 if none did.
    at: u32,
}

/// What a status comes to.
pub(super) fn outcome(status: &str) -> Outcome {
    match status {
        "passed" | "xfailed" | "pending_warn" => Outcome::Passed,
        "failed" | "xpassed" => Outcome::Failed,
        "pending" | "skipped" | "untested" | "untested_pending" | "untested_undefined"
        | "disabled" | "unused" => Outcome::Skipped,
        // Undefined, ambiguous, errors of steps, hooks and clean-ups, and what later versions may know.
        _ => Outcome::Errored,
    }
}

/// Which of two decides.
fn weight(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Passed | Outcome::Flaky => 0,
        Outcome::Skipped => 1,
        Outcome::Errored => 2,
        Outcome::Failed => 3,
    }
}

impl Element {
    pub(super) fn is_background(&self) -> bool {
        self.kind == "background"
    }

    /// What became of it; `most` bytes of its message are kept.
    pub(super) fn into_scenario(self, most: usize) -> Scenario {
        let behave = self.location.is_some();
        let place = self.location.as_deref().unwrap_or_default();
        let line = place
            .rsplit_once(':')
            .and_then(|(_, line)| line.parse().ok());
        let mut scenario = Scenario {
            name: self.name,
            line: line.unwrap_or(self.line),
            outcome: Outcome::Passed,
            seconds: 0.0,
            message: String::new(),
            at: 0,
        };
        let mut run = false;
        let steps = self.before.iter().chain(&self.steps).chain(&self.after);
        for step in steps.flat_map(|step| [step].into_iter().chain(&step.before).chain(&step.after))
        {
            let Some(ending) = &step.result else { continue };
            run = true;
            scenario.seconds += ending.duration;
            scenario.take(step, ending, most);
        }
        if !behave {
            scenario.seconds /= 1e9;
        }
        match self.status.as_deref() {
            Some(status) => scenario.outcome = outcome(status),
            None if !run && self.kind != "background" => scenario.outcome = Outcome::Skipped,
            None => {}
        }
        scenario
    }
}

impl Scenario {
    fn take(&mut self, step: &Step, ending: &Ending, most: usize) {
        let outcome = outcome(&ending.status);
        if weight(outcome) <= weight(self.outcome) {
            return;
        }
        self.outcome = outcome;
        let line = step
            .location
            .rsplit_once(':')
            .and_then(|(_, line)| line.parse().ok());
        self.at = line.unwrap_or(step.line);
        let title = format!("{} {}", step.keyword.trim(), step.name);
        let text = match &ending.error_message {
            Text::Whole(text) => text.clone(),
            Text::Lines(lines) => lines.join("\n"),
        };
        self.message = match text.is_empty() {
            true => format!("{}: {}", title.trim(), ending.status),
            false => format!("{}\n{text}", title.trim()),
        };
        let mut end = self.message.len().min(most);
        while !self.message.is_char_boundary(end) {
            end -= 1;
        }
        self.message.truncate(end);
    }

    /// Adds the background that ran before it.
    pub(super) fn stand_on(&mut self, background: Scenario) {
        self.seconds += background.seconds;
        if weight(background.outcome) > weight(self.outcome) {
            self.outcome = background.outcome;
            self.message = background.message;
            self.at = background.at;
        }
    }

    /// Whether `next` is the same scenario once more, after this failed.
    pub(super) fn is_tried_again_by(&self, next: &Scenario) -> bool {
        let broke = matches!(self.outcome, Outcome::Failed | Outcome::Errored);
        broke && self.line > 0 && self.line == next.line && self.name == next.name
    }

    /// The last try decides.
    pub(super) fn try_again(&mut self, next: Scenario) {
        self.seconds += next.seconds;
        match next.outcome {
            // What it said when it failed stays.
            Outcome::Passed => self.outcome = Outcome::Flaky,
            outcome => {
                self.outcome = outcome;
                self.message = next.message;
                self.at = next.at;
            }
        }
    }

    /// Counts it as a case of its feature.
    pub(super) fn record(&self, feature: &str, uri: &str, record: &mut Record) {
        let ended = Ended {
            suite: feature,
            class: "",
            name: &self.name,
            outcome: self.outcome,
            seconds: self.seconds,
        };
        record.case(ended, || Detail {
            file: uri.to_owned(),
            line: if self.at > 0 { self.at } else { self.line },
            message: self.message.clone(),
        });
    }
}
