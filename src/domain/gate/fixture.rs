//! Gates, waivers and snapshots for tests.

use std::sync::Arc;

use jiff::civil::{Date, date};

use crate::domain::baseline::{Baseline, Found};
use crate::domain::catalogue;
use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::policy::{Gate, Policy, Regression, Selector, Waiver};
use crate::domain::gate::verdict::{GateVerdict, Verdict};
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Labels, Measurement, Part, Scope};
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::unit::Unit;
use crate::domain::value::{Decimal, Value};

pub(in crate::domain) const TODAY: Date = date(2026, 6, 1);

pub(super) fn decimal(text: &str) -> Decimal {
    Decimal::parse_prefix(text).unwrap().0
}

/// `">= 90%"`.
pub(in crate::domain) fn condition(unit: &Unit, text: &str) -> Condition {
    let (op, bound) = text.split_once(' ').unwrap();
    let op = [Op::AtLeast, Op::Above, Op::AtMost, Op::Below, Op::Exactly]
        .into_iter()
        .find(|known| known.symbol() == op)
        .unwrap();
    Condition {
        op,
        bound: unit.parse_amount(bound).unwrap(),
        text: text.to_owned(),
    }
}

pub(in crate::domain) fn gate(metric: &str) -> Gate {
    Gate {
        id: format!("{metric} gate"),
        metric: Arc::new(catalogue::find(metric).unwrap().clone()),
        selector: Selector::Project,
        part: Part::Whole,
        labels: Labels::new(),
        require: None,
        warn: None,
        versus_base: None,
        ratchet: None,
        targets: None,
        zones: None,
        samples: None,
        watch: None,
        confidence: None,
        min_basis: None,
        level: Level::Must,
        on_missing: OnMissing::Fail,
        description: None,
        origin: "andon.yaml:1".to_owned(),
    }
}

impl Gate {
    pub(super) fn require(mut self, text: &str) -> Gate {
        self.require = Some(condition(&self.metric.unit, text));
        self
    }

    pub(super) fn warn(mut self, text: &str) -> Gate {
        self.warn = Some(condition(&self.metric.unit, text));
        self
    }

    pub(super) fn on(mut self, selector: Selector) -> Gate {
        self.selector = selector;
        self
    }

    /// `"max_drop: 0.5pp"`, or `"max_drop: 5%"` for a relative one.
    pub(super) fn versus(mut self, text: &str) -> Gate {
        let amount = text.split_once(": ").unwrap().1;
        self.versus_base = Some(Regression {
            tolerance: decimal(amount),
            relative: amount.ends_with('%'),
            text: text.to_owned(),
        });
        self
    }
}

pub(super) fn waiver(gate: &str, path: Option<&str>, expires: Date) -> Waiver {
    let mut paths = globset::GlobSetBuilder::new();
    if let Some(path) = path {
        paths.add(globset::Glob::new(path).unwrap());
    }
    Waiver {
        gate: gate.to_owned(),
        paths: paths.build().unwrap(),
        path_texts: path.map(str::to_owned).into_iter().collect(),
        tests: globset::GlobSet::empty(),
        test_texts: Vec::new(),
        reason: "rewrite under way".to_owned(),
        owner: "@org/core".to_owned(),
        expires,
        origin: "andon.yaml:9".to_owned(),
    }
}

pub(super) fn snapshot(measurements: Vec<Measurement>) -> Snapshot {
    let mut snapshot = Snapshot::new(Subject::default());
    snapshot.measurements = measurements;
    snapshot
}

pub(super) fn coverage(scope: Scope, covered: u64, total: u64) -> Measurement {
    let value = Value::ratio(covered, total).unwrap();
    Measurement::new("coverage.line", scope, value).over(total)
}

pub(super) fn count(metric: &'static str, count: u64) -> Measurement {
    Measurement::new(metric, Scope::Project, Value::Count(count))
}

pub(super) fn function(path: &str, name: &str, line: u32, complexity: u64) -> Measurement {
    let scope = Scope::Function {
        path: path.to_owned(),
        name: name.to_owned(),
        line,
    };
    Measurement::new("complexity.cyclomatic", scope, Value::Count(complexity)).by("radon")
}

pub(super) fn file(path: &str) -> Scope {
    Scope::File(path.to_owned())
}

pub(in crate::domain) fn policy(gates: Vec<Gate>) -> Policy {
    Policy {
        gates,
        ..Policy::default()
    }
}

pub(super) fn baseline(measurements: Vec<Measurement>) -> Baseline {
    Baseline::new(snapshot(measurements), Found::File("base.json".to_owned()))
}

/// Against a baseline and nothing else.
pub(super) fn against(baseline: Option<&Baseline>) -> Against<'_> {
    let nothing = Against::nothing();
    Against {
        baseline: baseline.ok_or_else(|| nothing.baseline.unwrap_err()),
        ..nothing
    }
}

/// The verdict of one gate without waivers or baseline.
pub(super) fn on(gate: Gate, measurements: Vec<Measurement>) -> GateVerdict {
    versus(gate, measurements, None)
}

/// The verdict of one gate against a baseline.
pub(super) fn versus(
    gate: Gate,
    measurements: Vec<Measurement>,
    base: Option<Vec<Measurement>>,
) -> GateVerdict {
    let base = base.map(baseline);
    let verdict = evaluate(
        &policy(vec![gate]),
        &snapshot(measurements),
        &against(base.as_ref()),
        TODAY,
    );
    verdict.gates.into_iter().next().unwrap()
}

/// The verdict of gates under waivers.
pub(super) fn waived(gate: Gate, waivers: Vec<Waiver>, measurements: Vec<Measurement>) -> Verdict {
    let policy = Policy {
        gates: vec![gate],
        waivers,
        ..Policy::default()
    };
    evaluate(&policy, &snapshot(measurements), &Against::nothing(), TODAY)
}
