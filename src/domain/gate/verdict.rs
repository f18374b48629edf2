//! What came of judging.

use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::policy::Selector;
use crate::domain::gate::target::Progress;
use crate::domain::measurement::{Labels, Part, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::Problem;
use crate::domain::value::Value;
use crate::text::number;

use std::sync::Arc;

/// What came of one gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The requirement holds.
    Pass,
    /// There is nothing that it could judge, and that is as it should be: the change touches none of it, or too little.
    NotJudged,
    /// It was missed, and a waiver covers every miss.
    Waived,
    /// The requirement holds, the warning band does not.
    Warn,
    /// There is no value to judge.
    Missing,
    /// The producing tool says that it failed, so its silence means nothing.
    ToolError,
    /// The requirement was missed.
    Fail,
}

impl Outcome {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::NotJudged => "not_judged",
            Outcome::Waived => "waived",
            Outcome::Warn => "warn",
            Outcome::Missing => "missing",
            Outcome::ToolError => "tool_error",
            Outcome::Fail => "fail",
        }
    }
}

/// What a gate does to the build: its outcome, weighed by its level and its `on_missing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing.
    None,
    /// It is pointed out.
    Inform,
    /// It warns.
    Warn,
    /// It fails the build.
    Fail,
}

impl Effect {
    /// What an outcome does to the build.
    pub(in crate::domain::gate) fn of(
        outcome: Outcome,
        level: Level,
        on_missing: OnMissing,
    ) -> Effect {
        let miss = match level {
            Level::Must => Effect::Fail,
            Level::Should => Effect::Warn,
            Level::Nice => Effect::Inform,
        };
        match outcome {
            Outcome::Pass | Outcome::NotJudged | Outcome::Waived => Effect::None,
            Outcome::Warn => miss.min(Effect::Warn),
            Outcome::Fail | Outcome::ToolError => miss,
            Outcome::Missing => match on_missing {
                OnMissing::Fail => miss,
                OnMissing::Warn => Effect::Warn,
                OnMissing::Skip => Effect::None,
            },
        }
    }
}

/// One thing that misses a requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct Offender {
    /// What was measured: a file, a function, a component, or the project.
    pub scope: Scope,
    /// Its value.
    pub value: Value,
    /// Whose counting rule the value follows; may be empty.
    pub producer: String,
    /// How far off it is, in words: `2.3 pp below`.
    pub distance: String,
    /// The reason and the end of the waiver that covers it.
    pub waiver: Option<String>,
}

/// A place that a reader should look at: an uncovered block, a failing test, a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// The file; empty where none is known.
    pub path: String,
    /// First line; 0 if unknown.
    pub line: u32,
    /// Last line; 0 if unknown or the same.
    pub end_line: u32,
    /// What is there: `31 uncovered lines`, `test_login: expected 3, got 4`. Foreign text: renderers escape it.
    pub text: String,
}

/// The verdict on one gate.
#[derive(Debug, Clone, PartialEq)]
pub struct GateVerdict {
    /// The gate's id.
    pub id: String,
    /// What was judged.
    pub metric: Arc<Metric>,
    /// On what.
    pub selector: Selector,
    /// On which part of it.
    pub part: Part,
    /// With which labels.
    pub labels: Labels,
    /// How much the gate matters.
    pub level: Level,
    /// What came of it.
    pub outcome: Outcome,
    /// What that does to the build.
    pub effect: Effect,
    /// What must hold, as the policy writes it: `>= 90%`, `max_drop: 0.5pp`; several joined by `, `.
    pub requirement: String,
    /// The value that decided: the project's, or the worst one. `None` where there is none.
    pub observed: Option<Observed>,
    /// How many things were judged: 1 for a project, the number of functions for `each function`.
    pub judged: usize,
    /// What misses the requirement (or, if the outcome is warn, the warning band), worst first. Waived ones stand last.
    pub offenders: Vec<Offender>,
    /// How far off, in words: `2.3 pp below`. Empty if it holds.
    pub distance: String,
    /// What would make it pass, in words: `cover 31 more lines`. Empty if it holds. It may hold names and paths, which
    /// are foreign text.
    pub remedy: String,
    /// Places to look at, the most important first, at most [`GateVerdict::POINTERS`].
    pub pointers: Vec<Pointer>,
    /// How many places there are, those that are left out of `pointers` included.
    pub pointers_total: usize,
    /// Why the data is missing, which waiver expired, what was not judged: sentences without full stops.
    pub notes: Vec<String>,
    /// How the value stands to the target of the day, where the gate has targets.
    pub target: Option<Progress>,
    /// What watching the series came to, where the gate watches one.
    pub reading: Option<Reading>,
    /// Each series that a rule judged, for a replay to tell whether what was missed came back.
    pub series: Vec<JudgedSeries>,
    /// The figures of the samples, group by group, where the gate judges samples; one group without figures alone where
    /// there was nothing to take a figure of.
    pub samples: Vec<SampleGroup>,
    /// How many samples of other sorts of machines were not judged.
    pub left_out: usize,
    /// What is to be said of the outcome also where it holds, as nobody reads the notes of a gate that does: that values are of another
    /// run, or what they are compared with is of another sort of machine. A sentence without a full stop, which the notes have too.
    pub caveat: Option<String>,
    /// How many earlier runs it takes, where too few are what keeps it from being judged.
    pub few: Option<usize>,
    /// Why the rule is there, in the policy author's words.
    pub description: Option<String>,
    /// Where the rule was written.
    pub origin: String,
}

impl GateVerdict {
    /// How many pointers are kept.
    pub const POINTERS: usize = 50;

    /// Groups and series that hold and are told one by one beside others that do not.
    const HOLDING: usize = 3;

    /// Tells of the groups or series that hold: so many of all, the nearest to a miss first. Beside those that do not hold
    /// many are only counted, so that nobody has to look behind them for what is amiss.
    pub(super) fn tell_holding(&mut self, told: Vec<String>, (held, all): (usize, usize)) {
        if held > GateVerdict::HOLDING && held < all {
            let (held, all) = (number::count(held as u64), number::count(all as u64));
            self.notes.push(format!("{held} of {all} hold"));
        } else {
            self.notes.extend(told);
        }
    }

    /// Whether there is a value, and too little past to judge it by.
    pub(super) fn is_waiting(&self) -> bool {
        self.reading == Some(Reading::Insufficient) && self.observed.is_some()
    }

    /// Points out what has no place in a file. All count; the first ones are kept.
    pub(super) fn point_out(&mut self, text: String) {
        self.pointers_total += 1;
        if self.pointers.len() < GateVerdict::POINTERS {
            self.pointers.push(Pointer {
                path: String::new(),
                line: 0,
                end_line: 0,
                text,
            });
        }
    }
}

/// What watching a series came to, in the words of its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Nothing to be seen.
    Steady,
    /// Worse by what counts, but the values scatter too widely to tell it from chance.
    Noisy,
    /// Perhaps worse: there is too little past to fail by.
    Suspect,
    /// Worse, if a second run says so too.
    Unconfirmed,
    /// Worse.
    Worse,
    /// It cannot be told.
    Insufficient,
}

impl Reading {
    /// The words for it in every output.
    pub fn words(self) -> &'static str {
        match self {
            Reading::Steady => "steady",
            Reading::Noisy => "noisy",
            Reading::Suspect => "suspect",
            Reading::Unconfirmed => "unconfirmed",
            Reading::Worse => "worse",
            Reading::Insufficient => "insufficient data",
        }
    }
}

/// A series as a rule judged it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedSeries {
    /// What tells it from the others of the gate; empty for the project's.
    pub name: String,
    /// Its value; `None` where it has none now.
    pub value: Option<f64>,
    /// From which to which value it would hold; `None` where that is not a matter of the value.
    pub within: Option<(f64, f64)>,
    /// Whether it misses the gate.
    pub is_missed: bool,
}

/// What the samples of one group come to.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleGroup {
    /// The dimension's value; empty for all together, and for samples that lack it.
    pub name: String,
    /// How many samples.
    pub count: u64,
    /// The figure that is judged; `None` with too few samples.
    pub figure: Option<f64>,
    /// Their median.
    pub median: Option<f64>,
    /// The share of samples that hold the bound by themselves, in percent.
    pub success: Option<f64>,
    /// By how much the figure is beyond the bound, in percent of the bound: `p95 / bound - 1`. Negative within it;
    /// `None` for a bound of 0.
    pub violation: Option<f64>,
    /// Whether the figure holds the bound.
    pub holds: bool,
    /// How the figure stands to the target of the day, where the bound is one.
    pub target: Option<Progress>,
}

impl SampleGroup {
    /// What stands for the samples of a gate of which none was found: what is asked of them is asked all the same, and not
    /// measured.
    pub(super) fn unmeasured() -> SampleGroup {
        SampleGroup {
            name: String::new(),
            count: 0,
            figure: None,
            median: None,
            success: None,
            violation: None,
            holds: false,
            target: None,
        }
    }
}

/// A judged value and what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The value.
    pub value: Value,
    /// The interval that was judged, if the gate asks for confidence.
    pub interval: Option<crate::domain::measurement::Interval>,
    /// How much was inspected.
    pub basis: Option<crate::domain::measurement::Basis>,
    /// Whose counting rule it follows; may be empty.
    pub producer: String,
    /// The baseline's value, if there is one.
    pub baseline: Option<Value>,
}

/// A problem with a report, with the report's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportProblem {
    /// The report.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The verdict on everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The worst effect of any gate or report problem, and a failure if no gate judged anything.
    pub effect: Effect,
    /// How many gates were judged, those included for which the change has nothing to judge. 0 is never a plain pass.
    pub judged: usize,
    /// The gates, in the policy's order.
    pub gates: Vec<GateVerdict>,
    /// What was wrong with the reports.
    pub problems: Vec<ReportProblem>,
    /// What concerns no single gate: that nothing was judged, waivers that match nothing. Sentences without full stops.
    pub notes: Vec<String>,
}

/// The note of a gate whose metric nothing supplies. [`Verdict::name_suppliers`] says what would.
pub const NO_REPORT: &str = "no report that supplies it was found";

impl Verdict {
    /// Adds to each gate whose metric nothing supplies what could supply it, such as the names of formats: the domain
    /// knows no formats.
    pub fn name_suppliers(&mut self, suppliers: impl Fn(&str) -> Vec<String>) {
        for gate in &mut self.gates {
            for note in gate.notes.iter_mut().filter(|note| *note == NO_REPORT) {
                let names = suppliers(&gate.metric.id);
                if !names.is_empty() {
                    *note = format!("{NO_REPORT}; it can come from {}", names.join(", "));
                }
            }
        }
    }

    /// The word for the whole: `pass`, `warn` or `fail`.
    pub fn word(&self) -> &'static str {
        match self.effect {
            Effect::None | Effect::Inform => "pass",
            Effect::Warn => "warn",
            Effect::Fail => "fail",
        }
    }
}
