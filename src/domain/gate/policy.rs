//! A validated policy. It is built by `config` from andon.yaml; here everything is resolved and in base units.

use std::sync::Arc;

use crate::domain::component::Component;
use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::condition::Condition;
use crate::domain::gate::following::{Samples, Watch};
use crate::domain::gate::target::{Targets, Zones};
use crate::domain::measurement::{Labels, Part};
use crate::domain::metric::Metric;
use crate::domain::report::SEPARATOR;
use crate::domain::unit::Unit;
use crate::domain::value::Decimal;

/// Which measurements a gate judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The project's one value.
    Project,
    /// One component by name, or each of them.
    Component(Option<String>),
    /// Each file, or those that match the patterns.
    EachFile,
    /// Each function.
    EachFunction,
    /// One benchmark by name, or each of them.
    Benchmark(Option<String>),
}

impl Selector {
    /// The scope as a policy writes it; `None` for the project, which it need not write.
    pub fn scope(&self) -> Option<String> {
        Some(match self {
            Selector::Project => return None,
            Selector::Component(None) => "each component".to_owned(),
            Selector::Component(Some(name)) => format!("component {name}"),
            Selector::EachFile => "each file".to_owned(),
            Selector::EachFunction => "each function".to_owned(),
            Selector::Benchmark(None) => "each benchmark".to_owned(),
            Selector::Benchmark(Some(name)) => format!("benchmark {name}"),
        })
    }
}

/// How far a value may fall behind the baseline's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regression {
    /// The largest change for the worse that is tolerated; negative if the value has to improve by so much.
    pub tolerance: Decimal,
    /// Whether the tolerance is a share of the baseline's value in percent, instead of an absolute amount.
    pub relative: bool,
    /// The tolerance as the policy writes it, for display: `max_drop: 0.5pp`.
    pub text: String,
}

impl Regression {
    /// Whether it asks for an improvement, instead of tolerating a loss.
    pub fn improves(&self) -> bool {
        self.tolerance.parts().0 < 0
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// A stable name, unique in the policy: given by `name:`, or made from metric and scope.
    pub id: String,
    /// What is judged.
    pub metric: Arc<Metric>,
    /// On what.
    pub selector: Selector,
    /// On which part of it: all of it, what the change touches, what is new.
    pub part: Part,
    /// Only measurements with these labels; the key `producer` selects by producer.
    pub labels: Labels,
    /// What must hold.
    pub require: Option<Condition>,
    /// What should hold: missing it warns.
    pub warn: Option<Condition>,
    /// How far the value may fall behind the baseline.
    pub versus_base: Option<Regression>,
    /// How far the value may fall behind the best that the history has.
    pub ratchet: Option<Regression>,
    /// Bounds by date, in the place of `require`.
    pub targets: Option<Targets>,
    /// Which share of the target is good enough for what.
    pub zones: Option<Zones>,
    /// Judge a figure of single samples, instead of what was measured.
    pub samples: Option<Samples>,
    /// Judge the series, instead of a bound.
    pub watch: Option<Watch>,
    /// Judge the interval's worse bound, at this confidence in percent, instead of the point value.
    pub confidence: Option<Decimal>,
    /// The least that must have been inspected (lines, tests, files: the measurement's basis) for a value to count.
    pub min_basis: Option<u64>,
    /// How much it matters.
    pub level: Level,
    /// What missing data means.
    pub on_missing: OnMissing,
    /// Why the rule is there, in the policy author's words.
    pub description: Option<String>,
    /// Where the rule was written: `andon.yaml:12` or `preset recommended`.
    pub origin: String,
}

impl Gate {
    /// Whether it judges on a hosted runner otherwise than elsewhere.
    pub fn depends_on_the_machine(&self) -> bool {
        let watch = self.watch.as_ref();
        watch.is_some_and(|watch| {
            let mut there = watch.clone();
            there.on_hosted_runner();
            there != *watch
        })
    }

    /// Whether it tolerates what missed it before: one on the functions that are new or were within the bound.
    pub(in crate::domain::gate) fn tolerates_old(&self) -> bool {
        self.part == Part::New && self.selector == Selector::EachFunction
    }

    /// Whether it judges what is measured in a unit: its metric's own; of a share, which is in percent, whatever is none itself.
    pub fn takes(&self, unit: &Unit) -> bool {
        let is_share = self
            .samples
            .as_ref()
            .is_some_and(|samples| samples.stat.is_share());
        match is_share {
            true => *unit != Unit::Percent,
            false => *unit == self.metric.unit,
        }
    }
}

/// A dated, owned exception.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The id of a gate, or of a metric for all its gates.
    pub gate: String,
    /// The paths it covers; empty for the gate as a whole.
    pub paths: globset::GlobSet,
    /// The same as written, for display.
    pub path_texts: Vec<String>,
    /// The tests that it puts under quarantine, by identity or by the end of one (see [`Waiver::quarantines`]); empty
    /// if it is about no single tests.
    pub tests: globset::GlobSet,
    /// The same as written, for display.
    pub test_texts: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: jiff::civil::Date,
    /// Where it was written.
    pub origin: String,
}

impl Waiver {
    /// How many ends of an identity are looked at: a name may hold any number of separators.
    const ENDS: usize = 64;

    /// Whether it covers single tests, and nothing else.
    pub fn is_quarantine(&self) -> bool {
        !self.test_texts.is_empty() || !self.tests.is_empty()
    }

    /// Whether it covers the test of this identity. A pattern stands for the whole identity, or for what follows a
    /// separator or one of `.`, `:`, `/`, `$` in it: `LoginTest > *` fits `com.example.LoginTest > expires`.
    pub fn quarantines(&self, id: &str) -> bool {
        let ends = id.match_indices([' ', '.', ':', '/', '$']);
        let ends = ends.filter_map(|(at, mark)| {
            let (before, end) = id.split_at_checked(at + mark.len())?;
            (mark != " " || before.ends_with(SEPARATOR)).then_some(end)
        });
        let mut ends = ends.take(Self::ENDS);
        self.tests.is_match(id) || ends.any(|end| self.tests.is_match(end))
    }
}

/// What a broken or unrecognised report means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnProblem {
    /// The check fails.
    #[default]
    Fail,
    /// The check warns.
    Warn,
}

/// What is judged, and how. The part of andon.yaml that the domain needs.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The rules, in the order in which they are shown.
    pub gates: Vec<Gate>,
    /// The exceptions.
    pub waivers: Vec<Waiver>,
    /// The components, to tell which evidence belongs to them.
    pub components: Vec<Component>,
    /// What a broken report means.
    pub on_problem: OnProblem,
}

impl Policy {
    /// The policy as it is meant on a hosted runner, whose figures scatter more: what it does not say itself of regressions is
    /// less strict there.
    #[must_use]
    pub fn on_hosted_runner(mut self) -> Policy {
        let watches = self.gates.iter_mut().filter_map(|gate| gate.watch.as_mut());
        watches.for_each(Watch::on_hosted_runner);
        self
    }
}
