//! The one view model: what is shown, in which order, in which words. Renderers only lay it out and escape it: every
//! text here is raw, and may be foreign.

mod headline;
mod overview;

use super::json::v1::{self, Document, Effect, Outcome};
use crate::text::{number, plural};

pub(super) use headline::marked;
pub use overview::{Fact, Family};

/// A result, ready to be laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The verdict in one word.
    pub word: v1::Word,
    /// The verdict in one line, without the word: what failed, or that all holds.
    pub headline: String,
    /// The gates, the most urgent first.
    pub gates: Vec<Row>,
    /// What concerns no single gate.
    pub notes: Vec<String>,
    /// Reports with problems, errors first.
    pub problems: Vec<ProblemRow>,
    /// Everything measured on the project and its components, by family.
    pub overview: Vec<Family>,
    /// Absent families and metrics, with the reason.
    pub absences: Vec<(String, String)>,
    /// How many reports were read.
    pub inputs: usize,
    /// The commit, if known.
    pub commit: Option<String>,
    /// The folder of the repository that was judged, to which all paths are relative; empty for all of it.
    pub folder: String,
    /// The program that judged, with its version.
    pub tool: String,
}

/// How urgent a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// It fails the build.
    Failing,
    /// It warns.
    Warning,
    /// It is of no consequence, but does not simply hold: waived, skipped, a wish.
    Noted,
    /// It holds.
    Passing,
}

/// How a gate is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words say it")]
pub enum Mark {
    Fail,
    ToolError,
    Missing,
    Warn,
    Note,
    Waived,
    Pass,
}

impl Mark {
    /// The word beside the symbol, so that neither colour nor font is needed to read it.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Fail => "fail",
            Mark::ToolError => "tool error",
            Mark::Missing => "missing",
            Mark::Warn => "warn",
            Mark::Note => "note",
            Mark::Waived => "waived",
            Mark::Pass => "pass",
        }
    }
}

/// One gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// How urgent it is.
    pub group: Group,
    /// How it is marked.
    pub mark: Mark,
    /// The metric's title.
    pub title: String,
    /// What was judged, with labels; empty for the whole project.
    pub scope: String,
    /// The value; `no data` where there is none.
    pub value: String,
    /// What must hold.
    pub requirement: String,
    /// The change against the baseline: `-0.4 pp, worse`; empty without one.
    pub change: String,
    /// What the value rests on: its bounds, `1,234 lines`, `radon`; may be empty.
    pub basis: String,
    /// How far off; empty if it holds.
    pub distance: String,
    /// What would make it pass; empty if it holds.
    pub remedy: String,
    /// What misses the requirement, then where to look.
    pub places: Vec<Place>,
    /// How many places there are, those not held here included.
    pub places_total: usize,
    /// Reasons and remarks.
    pub notes: Vec<String>,
    /// Why the rule is there.
    pub description: Option<String>,
    /// Where the rule was written.
    pub origin: String,
}

impl Row {
    /// The title with what was judged: `Line coverage (pricing)`.
    pub fn subject(&self) -> String {
        match self.scope.as_str() {
            "" => self.title.clone(),
            scope => {
                let scope = scope.strip_prefix("component ").unwrap_or(scope);
                format!("{} ({scope})", self.title)
            }
        }
    }
}

/// A place with what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file; empty where none is known.
    pub path: String,
    /// First line; 0 if unknown.
    pub line: u32,
    /// Last line; 0 if unknown or the same.
    pub end_line: u32,
    /// What is there.
    pub text: String,
}

impl Place {
    /// Whether the path leads to a file inside the repository.
    pub fn is_inside(&self) -> bool {
        !self
            .path
            .split(['/', '\\'])
            .any(|part| matches!(part, "" | "." | ".."))
    }

    /// The same place with its path from the top of the repository, where the judged folder is `folder`.
    pub(super) fn seen_from_top(&self, folder: &str) -> Place {
        let mut place = self.clone();
        if !folder.is_empty() {
            place.path = format!("{folder}/{}", self.path);
        }
        place
    }

    /// The place in short: `src/x.py:40–71`; empty where none is known.
    pub fn location(&self) -> String {
        match (self.line, self.end_line) {
            _ if self.path.is_empty() => String::new(),
            (0, _) => self.path.clone(),
            (first, last) if last > first => format!("{}:{first}–{last}", self.path),
            (first, _) => format!("{}:{first}", self.path),
        }
    }
}

/// A problem with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// Whether the report cannot be trusted.
    pub error: bool,
    /// The report, with line and column where they are known.
    pub location: String,
    /// What is wrong.
    pub message: String,
}

impl View {
    /// The view of a result.
    pub fn new(document: &Document) -> View {
        let mut gates: Vec<Row> = document.gates.iter().map(row).collect();
        gates.sort_by_key(|gate| gate.group);
        let mut problems: Vec<ProblemRow> = document.problems.iter().map(problem).collect();
        problems.sort_by_key(|problem| !problem.error);
        View {
            word: document.verdict,
            headline: headline::of(document, &gates),
            notes: document.notes.clone(),
            problems,
            overview: overview::of(&document.measurements),
            absences: document
                .absences
                .iter()
                .map(|absence| {
                    (
                        absence.metric.trim_end_matches('.').to_owned(),
                        absence.reason.clone(),
                    )
                })
                .collect(),
            inputs: document.inputs.len(),
            commit: document.subject.commit.clone(),
            folder: document.subject.folder.clone(),
            tool: format!("{} {}", document.tool.name, document.tool.version),
            gates,
        }
    }

    /// The gates of one group.
    pub fn group(&self, group: Group) -> impl Iterator<Item = &Row> {
        self.gates.iter().filter(move |gate| gate.group == group)
    }
}

fn row(gate: &v1::Gate) -> Row {
    let mark = match (gate.outcome, gate.effect) {
        (Outcome::Pass, _) => Mark::Pass,
        (Outcome::Waived, _) => Mark::Waived,
        (Outcome::NotJudged, _) => Mark::Note,
        (Outcome::Missing, _) => Mark::Missing,
        (Outcome::ToolError, _) => Mark::ToolError,
        (Outcome::Warn | Outcome::Fail, Effect::Fail) => Mark::Fail,
        (Outcome::Warn | Outcome::Fail, Effect::Warn) => Mark::Warn,
        (Outcome::Warn | Outcome::Fail, Effect::Inform | Effect::None) => Mark::Note,
    };
    let group = match gate.effect {
        Effect::Fail => Group::Failing,
        Effect::Warn => Group::Warning,
        Effect::Inform | Effect::None if mark == Mark::Pass => Group::Passing,
        Effect::Inform | Effect::None => Group::Noted,
    };
    let observed = gate.observed.as_ref();
    let delta = observed.and_then(|observed| observed.delta.as_ref());
    let (places, places_total) = places(gate);
    Row {
        group,
        mark,
        title: gate.title.clone(),
        scope: joined([
            if gate.scope == "project" {
                ""
            } else {
                &gate.scope
            }
            .to_owned(),
            labels(&gate.labels),
        ]),
        value: observed.map_or_else(
            || "no data".to_owned(),
            |observed| observed.amount.display.clone(),
        ),
        requirement: gate.requirement.clone(),
        change: delta.map(changed).unwrap_or_default(),
        basis: basis_of(gate),
        distance: gate.distance.clone(),
        remedy: gate.remedy.clone(),
        places,
        places_total,
        notes: waivers(gate).chain(gate.notes.iter().cloned()).collect(),
        description: gate.description.clone(),
        origin: gate.origin.clone(),
    }
}

fn basis_of(gate: &v1::Gate) -> String {
    let Some(observed) = &gate.observed else {
        return String::new();
    };
    let judged = match gate.scope.starts_with("each ") {
        true => format!("{} judged", number::count(gate.judged)),
        false => String::new(),
    };
    let bounds = observed.interval.as_ref();
    joined([
        judged,
        bounds
            .map(|bounds| bounds.display.clone())
            .unwrap_or_default(),
        rests_on(observed.basis.as_ref(), &observed.producer),
    ])
}

/// What misses the requirement, then the other places to look at. A gate's own subject is no place.
fn places(gate: &v1::Gate) -> (Vec<Place>, usize) {
    let mut places: Vec<Place> = gate.offenders.iter().filter_map(offender).collect();
    let offenders = places.len();
    let new = |pointer: &&v1::Pointer| {
        offenders == 0
            || !places
                .iter()
                .any(|place| place.path == pointer.path && place.line == pointer.line)
    };
    let pointers: Vec<Place> = gate
        .pointers
        .iter()
        .filter(new)
        .map(|pointer| Place {
            path: pointer.path.clone(),
            line: pointer.line,
            end_line: pointer.end_line,
            text: pointer.text.clone(),
        })
        .collect();
    let unlisted = usize::try_from(gate.pointers_total)
        .unwrap_or(usize::MAX)
        .saturating_sub(gate.pointers.len());
    // Pointers that only repeat offenders are cut with them: what is unlisted then says nothing new.
    let unlisted = if pointers.is_empty() && offenders > 0 {
        0
    } else {
        unlisted
    };
    places.extend(pointers);
    let total = places.len().saturating_add(unlisted);
    (places, total)
}

/// The waivers that cover something, each once: a place beside many others has no room for a reason.
fn waivers(gate: &v1::Gate) -> impl Iterator<Item = String> {
    let waived = gate
        .offenders
        .iter()
        .filter_map(|offender| offender.waiver.clone());
    waived
        .collect::<std::collections::BTreeSet<String>>()
        .into_iter()
}

fn offender(offender: &v1::Offender) -> Option<Place> {
    let (path, line, name) = match &offender.scope {
        v1::Scope::Project => return None,
        v1::Scope::Component { name } => ("", 0, name.as_str()),
        v1::Scope::File { path } => (path.as_str(), 0, ""),
        v1::Scope::Function { path, name, line } => (path.as_str(), *line, name.as_str()),
    };
    let mut text = joined([
        name.to_owned(),
        offender.amount.display.clone(),
        offender.distance.clone(),
    ]);
    if offender.waiver.is_some() {
        text.push_str(" (waived)");
    }
    Some(Place {
        path: path.to_owned(),
        line,
        end_line: 0,
        text,
    })
}

fn changed(delta: &v1::Delta) -> String {
    match delta.trend {
        v1::Trend::Same => "unchanged".to_owned(),
        v1::Trend::Neutral => delta.display.clone(),
        v1::Trend::Better => format!("{}, better", delta.display),
        v1::Trend::Worse => format!("{}, worse", delta.display),
    }
}

fn rests_on(basis: Option<&v1::Basis>, producer: &str) -> String {
    let basis = basis
        .map(|basis| plural::of(basis.count, basis.of.trim_end_matches('s'), &basis.of))
        .unwrap_or_default();
    joined([basis, producer.to_owned()])
}

fn labels(labels: &std::collections::BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(", ")
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn problem(problem: &v1::Problem) -> ProblemRow {
    let mut location = problem.path.clone();
    for number in [problem.line, problem.line.and(problem.column)]
        .into_iter()
        .flatten()
    {
        location = format!("{location}:{number}");
    }
    ProblemRow {
        error: problem.weight == v1::Weight::Error,
        location,
        message: problem.message.clone(),
    }
}
