//! A first policy: one that holds today, written from what is measured today.

mod pipelines;

use std::fmt::Write as _;

use anyhow::Context;

use super::collect::{Collecting, collect};
use super::reports::Where;
use super::workspace::Workspace;
use super::{ecosystem, policy};
use crate::config::Config;
use crate::domain::catalogue as metric;
use crate::domain::gate::verdict::Effect;
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::Weight;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::escape::yaml::quoted;

pub use pipelines::{Pipeline, System};

/// A policy, and what it was written from.
#[derive(Debug)]
pub struct Draft {
    /// The text of andon.yaml.
    pub policy: String,
    /// How many gates are in it.
    pub gates: usize,
    /// The reports that were read.
    pub reports: Vec<String>,
    /// Commands that would write more reports.
    pub advice: Vec<String>,
    /// Why the policy does not pass today, where it does not: a report that cannot be trusted, for one.
    pub doubts: Vec<String>,
}

/// Looks at the workspace and drafts a policy.
///
/// # Errors
/// When the repository cannot be read, or the draft is no policy.
pub fn draft(workspace: &Workspace) -> anyhow::Result<Draft> {
    let config = policy::default(workspace)?;
    let collected = collect(workspace, &config, Where::Usual, Collecting::default())?;
    let snapshot = &collected.snapshot;
    let gates = gates(snapshot, &config);
    let policy = text(&gates);
    let doubts = doubts(workspace, &policy, snapshot)?;
    let inputs = snapshot.inputs.iter();
    Ok(Draft {
        policy,
        doubts,
        gates: gates.len(),
        reports: inputs
            .map(|input| format!("{} ({})", input.path, input.format))
            .collect(),
        advice: ecosystem::advice(workspace),
    })
}

/// Reads the draft as anybody would, judges today's figures by it, and says what does not hold.
fn doubts(workspace: &Workspace, text: &str, snapshot: &Snapshot) -> anyhow::Result<Vec<String>> {
    // Our own reader knows policies only; editors and other tools read the file as YAML.
    serde_yaml::from_str::<serde_yaml::Value>(text).context("the draft is no YAML")?;
    let config =
        policy::of_text(workspace, "andon.yaml", text).context("the draft cannot be used")?;
    let verdict = evaluate(
        &config.policy,
        snapshot,
        &Against::nothing(),
        workspace.today(),
    );
    let broken = verdict
        .problems
        .iter()
        .filter(|broken| broken.problem.weight == Weight::Error)
        .map(|broken| {
            format!(
                "{} cannot be trusted: {}",
                broken.path, broken.problem.message
            )
        });
    let failing = verdict
        .gates
        .iter()
        .filter(|gate| gate.effect == Effect::Fail)
        .map(|gate| format!("{} {} does not hold", gate.metric.title, gate.requirement));
    Ok(broken.chain(failing).collect())
}

/// One gate to be written.
struct Gate {
    metric: &'static Metric,
    producer: String,
    each_function: bool,
    require: String,
    should: bool,
    comment: String,
}

fn text(gates: &[Gate]) -> String {
    let mut text = String::from(
        "# What has to hold for this project. It was written from what held on the day it was made: raise it step by step.\n\
         # `andon explain METRIC` says what a metric means; `andon schema` prints the schema for your editor.\n\
         version: 1\n",
    );
    if gates.is_empty() {
        text.push_str(
            "\n# No report was found to write gates from: the preset judges what it finds, and says what it does not.\n\
             extends: [recommended]\n",
        );
        return text;
    }
    text.push_str("\ngates:\n");
    for gate in gates {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  # {}", gate.comment);
        let _ = writeln!(text, "  - metric: {}", gate.metric.id);
        if gate.each_function {
            text.push_str("    scope: each function\n");
        }
        if !gate.producer.is_empty() {
            let _ = writeln!(
                text,
                "    where: {{ producer: {} }}",
                quoted(&gate.producer)
            );
        }
        let _ = writeln!(text, "    require: {}", quoted(&gate.require));
        if gate.should {
            text.push_str("    level: should\n");
        }
    }
    if gates
        .iter()
        .any(|gate| gate.metric.id == metric::COVERAGE_LINE.id)
    {
        text.push_str(CHANGED_LINES);
    }
    text
}

/// The gate on the change itself, which holds whatever the whole is like.
const CHANGED_LINES: &str =
    "  # The lines that a change adds or rewrites; a small change is not judged.
  - metric: coverage.line
    scope: changed
    require: \">= 80%\"
    min_lines: 10
    on_missing: skip
";

fn gates(snapshot: &Snapshot, config: &Config) -> Vec<Gate> {
    let mut gates = Vec::new();
    for failures in [&metric::TESTS_FAILED, &metric::TESTS_ERRORED] {
        push(&mut gates, snapshot, failures, |value| at_most(value, 0));
    }
    push(&mut gates, snapshot, &metric::TESTS_TOTAL, |value| {
        let Value::Count(count) = value else {
            return None;
        };
        let floor = (count - count / 10).max(1);
        Some((
            format!(">= {floor}"),
            format!("{count} tests today: a drop means that some are no longer run"),
        ))
    });
    for coverage in [
        &metric::COVERAGE_LINE,
        &metric::COVERAGE_BRANCH,
        &metric::COVERAGE_FUNCTION,
    ] {
        push(&mut gates, snapshot, coverage, |value| {
            let Value::Ratio { part, whole } = value else {
                return None;
            };
            let floor = u128::from(part) * 100 / u128::from(whole);
            Some((format!(">= {floor}%"), format!("{part} of {whole} today")))
        });
    }
    for findings in [&metric::LINT_ERRORS, &metric::LINT_WARNINGS] {
        push(&mut gates, snapshot, findings, |value| at_most(value, 0));
    }
    for findings in [
        &metric::SECURITY_CRITICAL,
        &metric::SECURITY_HIGH,
        &metric::SECURITY_FINDINGS,
    ] {
        push(&mut gates, snapshot, findings, |value| at_most(value, 0));
    }
    let limits = config.limits;
    for (each, worst, limit) in [
        (
            &metric::CYCLOMATIC,
            &metric::CYCLOMATIC_MAX,
            limits.cyclomatic,
        ),
        (&metric::COGNITIVE, &metric::COGNITIVE_MAX, limits.cognitive),
    ] {
        let before = gates.len();
        push(&mut gates, snapshot, worst, |value| {
            at_most(value, u64::from(limit))
        });
        for gate in gates.iter_mut().skip(before) {
            gate.metric = each;
            gate.each_function = true;
        }
    }
    gates
}

fn at_most(value: Value, wanted: u64) -> Option<(String, String)> {
    let Value::Count(count) = value else {
        return None;
    };
    let comment = match count {
        0 => "none today".to_owned(),
        count if count <= wanted => format!("{count} at the worst today"),
        count => format!("{count} today: bring it down to {wanted}"),
    };
    let bound = match count.max(wanted) {
        0 => "== 0".to_owned(),
        most => format!("<= {most}"),
    };
    Some((bound, comment))
}

fn push(
    gates: &mut Vec<Gate>,
    snapshot: &Snapshot,
    metric: &'static Metric,
    bound: impl Fn(Value) -> Option<(String, String)>,
) {
    let wanted = |measured: &&Measurement| {
        measured.metric == metric.id
            && measured.scope == Scope::Project
            && measured.labels.is_empty()
    };
    for measured in snapshot.measurements.iter().filter(wanted) {
        if let Some((require, comment)) = bound(measured.value) {
            gates.push(Gate {
                metric,
                producer: measured.producer.to_string(),
                each_function: false,
                require,
                should: false,
                comment: format!("{}: {comment}.", metric.title),
            });
        }
    }
}
