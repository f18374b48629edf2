//! The one view model: what is shown, in which order, in which words. Renderers only lay it out and escape it: every
//! text here is raw, and may be foreign.

mod annotations;
mod change;
mod deltas;
mod diff;
mod figures;
mod headline;
mod namesakes;
mod overview;
mod places;
mod problems;
mod relaxed;
mod targets;
mod want;

use super::json::v1::{self, Document, Effect, Outcome, Subset};
use crate::text::{number, plural};
use places::Changed;

pub use annotations::{About, Annotation, Level, MOST};
pub use change::{Change, List, RUNS, Spot, lines};
pub use deltas::{DeltaRow, Deltas};
pub use diff::DiffView;
pub(super) use headline::marked;
pub(super) use namesakes::Namesakes;
pub(super) use overview::family;
pub use overview::{Fact, Family};
pub use places::Place;
pub(super) use places::is_inside;
pub use relaxed::Relaxed;
pub(super) use targets::value as valued;
pub use want::Want;

/// A result, ready to be laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The verdict in one word.
    pub word: v1::Word,
    /// The verdict in one line, without the word: what failed, or that all holds.
    pub headline: String,
    /// The main figures in short: `coverage 87.7% ▼ -0.3 pp`.
    pub figures: Vec<String>,
    /// What the policy of the change demands less than that of the base.
    pub relaxed: Option<Relaxed>,
    /// What the change did.
    pub change: Change,
    /// What is not as it was in the baseline.
    pub deltas: Deltas,
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
    /// The reports that were read.
    pub inputs: Vec<ReportRow>,
    /// The commit, if known.
    pub commit: Option<String>,
    /// The folder of the repository that was judged, to which all paths are relative; empty for all of it.
    pub folder: String,
    /// The program that judged, with its version.
    pub tool: String,
    /// What is to be known of where the figures come from, which the caller knows and the result does not: a fork's own
    /// run. Shown at the end.
    pub remark: Option<String>,
}

/// A report that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The file.
    pub path: String,
    /// Its format with its labels: `cobertura, os=linux`.
    pub format: String,
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
    NotJudged,
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
            Mark::NotJudged => "not judged",
            Mark::Waived => "waived",
            Mark::Pass => "pass",
        }
    }
}

/// One gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The gate's id, unique in the policy.
    pub id: String,
    /// The metric's id.
    pub metric: String,
    /// How much it matters.
    pub level: v1::Level,
    /// How urgent it is.
    pub group: Group,
    /// How it is marked.
    pub mark: Mark,
    /// The id that the policy gives it, or else the metric's title.
    pub title: String,
    /// What was judged, with labels; empty for the whole project. Begins with the metric's title if the gate has another.
    pub scope: String,
    /// What it is in want of, if it judged nothing.
    pub want: Want,
    /// Whether it judges the coverage of changed lines, which the view of the change lists.
    pub covers_change: bool,
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
    /// Whether it judges groups of samples or series, which stand among its places and nowhere else.
    pub series: bool,
    /// Whether it holds while the target of the day is not met, which its first note says.
    pub short: bool,
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

    /// The value with what must hold: `87.7%, required >= 90%`.
    pub fn judgement(&self) -> String {
        match self.requirement.as_str() {
            "" => self.value.clone(),
            requirement => format!("{}, required {requirement}", self.value),
        }
    }

    /// The line of the policy that holds the rule; none for a rule of a preset or of a variable.
    pub fn written(&self) -> Option<Place> {
        let (path, line) = self.origin.rsplit_once(':')?;
        let place = Place {
            path: path.to_owned(),
            line: line.parse().ok()?,
            ..Place::default()
        };
        place.is_inside().then_some(place)
    }

    /// The title alone where it tells the gate from the others.
    pub(super) fn name(&self, others: &[&Row]) -> String {
        let alike = |other: &&Row| other.title == self.title && other.scope != self.scope;
        match others.iter().any(alike) {
            true => self.subject(),
            false => self.title.clone(),
        }
    }
}

/// A problem with a report, or the same with several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// Whether the reports cannot be trusted.
    pub error: bool,
    /// The report, with line and column where they are known: of several the first, and how many more.
    pub location: String,
    /// What is wrong.
    pub message: String,
}

impl View {
    /// The view of a result.
    pub fn new(document: &Document) -> View {
        let changed = Changed::of(document);
        let gates = document.gates.iter();
        let mut gates: Vec<Row> = gates.map(|gate| row(gate, document, &changed)).collect();
        gates.sort_by_key(|gate| gate.group);
        let deltas = Deltas::of(&document.measurements);
        View {
            word: document.verdict,
            headline: headline::of(document, &gates),
            figures: figures::of(document),
            relaxed: relaxed::of(document),
            change: change::of(document, &deltas),
            deltas,
            notes: document.notes.clone(),
            problems: problems::of(&document.problems),
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
            inputs: document.inputs.iter().map(report).collect(),
            commit: document.subject.commit.clone(),
            folder: document.subject.folder.clone(),
            tool: format!("{} {}", document.tool.name, document.tool.version),
            remark: None,
            gates,
        }
    }

    /// The verdict of several results: the worst of them; `None` of none, which is no verdict.
    pub fn worst<'a>(views: impl IntoIterator<Item = &'a View>) -> Option<v1::Word> {
        views.into_iter().map(|view| view.word).max()
    }

    /// Whether a gate that needs somebody asks for the changed lines that are not covered, so that they belong to it.
    pub fn shows_uncovered(&self) -> bool {
        let asks = |gate: &Row| gate.covers_change && gate.group <= Group::Warning;
        self.change.uncovered.total > 0 && self.gates.iter().any(asks)
    }

    /// The gates of one group.
    pub fn group(&self, group: Group) -> impl Iterator<Item = &Row> {
        self.gates.iter().filter(move |gate| gate.group == group)
    }
}

fn row(gate: &v1::Gate, document: &Document, changed: &Changed<'_>) -> Row {
    let mark = match (gate.outcome, gate.effect) {
        (Outcome::Pass, _) => Mark::Pass,
        (Outcome::Waived, _) => Mark::Waived,
        (Outcome::NotJudged, _) => Mark::NotJudged,
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
    let (places, places_total) = places::places(gate, changed);
    // What its author calls it is its title; what it judges is said beside it.
    let given = given(gate);
    Row {
        id: gate.id.clone(),
        metric: gate.metric.clone(),
        level: gate.level,
        group,
        mark,
        title: given.unwrap_or(&gate.title).to_owned(),
        scope: joined([
            given.map_or_else(String::new, |_| gate.title.clone()),
            match gate.scope.as_str() {
                "project" => String::new(),
                scope => scope.to_owned(),
            },
            subset(gate.subset).to_owned(),
            labels(&gate.labels),
        ]),
        want: want::of(gate, document),
        covers_change: gate.subset == Subset::Changed && gate.metric.starts_with("coverage."),
        value: targets::value(gate),
        requirement: gate.requirement.clone(),
        change: delta.map(moved).unwrap_or_default(),
        basis: basis_of(gate),
        distance: gate.distance.clone(),
        remedy: gate.remedy.clone(),
        series: gate.reading.is_some() || !gate.samples.is_empty(),
        short: targets::is_short(gate),
        places,
        places_total,
        notes: waivers(gate).chain(gate.notes.iter().cloned()).collect(),
        description: gate.description.clone(),
        origin: gate.origin.clone(),
    }
}

/// The id that the policy gives to a gate; `None` for one that is made of its metric and what it judges.
fn given(gate: &v1::Gate) -> Option<&str> {
    let rest = gate.id.strip_prefix(&gate.metric);
    let made = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ' ']));
    (!made && !gate.id.is_empty()).then_some(&gate.id)
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

fn moved(delta: &v1::Delta) -> String {
    match delta.trend {
        v1::Trend::Same => "unchanged".to_owned(),
        v1::Trend::Neutral => delta.display.clone(),
        v1::Trend::Better => format!("{}, better", deltas::arrow(delta)),
        v1::Trend::Worse => format!("{}, worse", deltas::arrow(delta)),
    }
}

/// Which part of a thing was measured; empty for all of it.
fn subset(subset: Subset) -> &'static str {
    match subset {
        Subset::Whole => "",
        Subset::Changed => "changed lines",
        Subset::New => "new",
    }
}

/// What was measured, in words; empty for the whole project.
fn scope_of(scope: &v1::Scope, part: Subset) -> String {
    let name = match scope {
        v1::Scope::Project => "",
        v1::Scope::Component { name }
        | v1::Scope::Function { name, .. }
        | v1::Scope::Benchmark { name } => name,
        v1::Scope::File { path } => path,
    };
    joined([name.to_owned(), subset(part).to_owned()])
}

fn report(input: &v1::Input) -> ReportRow {
    let format = match input.format.as_str() {
        "" => "not recognised",
        format => format,
    };
    ReportRow {
        path: input.path.clone(),
        format: joined([format.to_owned(), labels(&input.labels)]),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    /// The view of a result whose first two gates are made from its first.
    fn view(change: impl Fn(&mut v1::Gate, &mut v1::Gate)) -> View {
        let all = fixtures::all();
        let (_, mut document) = all.into_iter().find(|(name, _)| *name == "change").unwrap();
        let failing = |gate: &&v1::Gate| gate.effect == Effect::Fail;
        let mut one = document.gates.iter().find(failing).unwrap().clone();
        let mut other = one.clone();
        change(&mut one, &mut other);
        document.gates = vec![one, other];
        View::new(&document)
    }

    #[test]
    fn a_gate_is_called_as_its_author_calls_it() {
        let view = view(|one, other| {
            one.id = "size-max".to_owned();
            other.id = format!("{}/base", other.metric);
        });
        let (given, made) = (&view.gates[0], &view.gates[1]);
        assert_eq!(given.title, "size-max");
        assert!(given.scope.starts_with(&made.title), "{}", given.scope);
        assert!(!made.scope.contains(&made.title), "{}", made.scope);
        assert!(view.headline.contains("size-max"), "{}", view.headline);
    }

    #[test]
    fn gates_that_judge_the_same_are_told_apart_by_what_they_require() {
        let view = view(|one, other| {
            one.requirement = "<= 1250kB".to_owned();
            other.requirement = "z within 3.5 of 30 runs".to_owned();
        });
        for part in ["<= 1250kB", "z within 3.5 of 30 runs"] {
            assert!(view.headline.contains(part), "{}", view.headline);
        }
    }
}
