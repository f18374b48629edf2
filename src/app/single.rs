//! Metrics that events state, for gates that ask for no figure of them: where this run has one event, that is the value.

use std::collections::HashMap;

use jiff::Timestamp;

use super::given;
use super::here::{Elsewhere, Here};
use super::past::Past;
use super::series;
use crate::config::{Config, Supply};
use crate::domain::catalogue::is_recorded;
use crate::domain::event::{Batch, Context};
use crate::domain::gate::policy::Gate;
use crate::domain::measurement::{Absence, Cause, Measurement, Scope};
use crate::domain::metric::Better;
use crate::domain::series::Query;
use crate::domain::snapshot::{Snapshot, Subject};
use crate::domain::unit::Unit;
use crate::domain::value::Value;
use crate::history::{HistoryError, Index};
use crate::text::plural;
use crate::vcs::Repository;

/// What is known of this run.
pub(super) struct Singles<'a> {
    pub(super) config: &'a Config,
    pub(super) past: Option<&'a Past>,
    /// What stands among the reports.
    pub(super) events: &'a [Batch],
    /// What tells the run from all others of the commit; none outside CI.
    pub(super) run: Option<&'a str>,
    /// Where it is.
    pub(super) place: (&'a Context, Option<&'a Repository>),
    pub(super) now: Timestamp,
}

/// What events state of a metric.
#[derive(Debug, Default)]
struct Statements {
    /// Those of this run.
    own: Vec<(Unit, f64)>,
    /// How many others there are of here.
    others: u64,
    /// Those of other repositories and folders.
    elsewhere: Elsewhere,
}

impl Statements {
    /// That all that is recorded is of elsewhere, where it is.
    fn only_elsewhere(&mut self) -> Option<String> {
        if self.others > 0 || !self.own.is_empty() {
            return None;
        }
        let points = std::mem::take(&mut self.elsewhere).listed()?;
        Some(format!(
            "no event of this run states it, and nothing of it is recorded here but elsewhere: {points}; each repository and each folder \
             is judged by what it recorded itself"
        ))
    }
}

impl Singles<'_> {
    /// Adds to the snapshot the values of metrics that no report states, a gate judges as they are, and exactly one event
    /// of this run states; of the others it says what to write instead. The metrics that were added: their events are
    /// recorded already, and once is enough.
    ///
    /// # Errors
    /// When the history cannot be asked.
    pub(super) fn state(&self, snapshot: &mut Snapshot) -> Result<Vec<String>, HistoryError> {
        let gates = self.wanting(snapshot);
        if gates.is_empty() {
            return Ok(Vec::new());
        }
        let mut metrics: Vec<String> = gates
            .iter()
            .map(|gate| gate.metric.id.to_string())
            .collect();
        metrics.sort_unstable();
        metrics.dedup();
        let subject = snapshot.subject.clone();
        let mut stated = self.stated(&metrics, &subject)?;
        let mut added = Vec::new();
        for metric in metrics {
            let Some(mut stated) = stated.remove(&metric) else {
                continue;
            };
            let Some(gate) = gates.iter().find(|gate| gate.metric.id == metric) else {
                continue;
            };
            let value = match stated.own.as_slice() {
                [(unit, value)] if *unit == gate.metric.unit => Value::number(*value),
                _ => None,
            };
            let only = stated.only_elsewhere();
            let absences = &mut snapshot.absences;
            match value {
                Some(value) => {
                    absences.retain(|absence| absence.metric != metric);
                    let measurement = Measurement::new(metric.clone(), Scope::Project, value);
                    snapshot.measurements.push(measurement);
                    added.push(metric);
                }
                None => {
                    absences.retain(|absence| absence.metric != metric);
                    absences.push(Absence {
                        metric: metric.into(),
                        cause: Cause::Insufficient,
                        reason: only.unwrap_or_else(|| reason(gate, &stated)),
                    });
                }
            }
        }
        Ok(added)
    }

    /// Gates that judge as it is what only events state, or what is the user's, where there is nothing of it.
    fn wanting(&self, snapshot: &Snapshot) -> Vec<&Gate> {
        let is_absent = |id: &str| {
            let mut absences = snapshot.absences.iter();
            absences.any(|absence| absence.metric == id && absence.cause == Cause::Empty)
        };
        let is_stated = |id: &str| {
            let mut own = self.config.user_metrics.iter();
            own.any(|own| own.metric.id == id && matches!(own.supply, Supply::Report))
        };
        let gates = self.config.policy.gates.iter();
        let plain = gates.filter(|gate| gate.samples.is_none() && gate.watch.is_none());
        let is_measured = |id: &str| snapshot.measurements.iter().any(|it| it.metric == id);
        plain
            .filter(|gate| {
                let id = &gate.metric.id;
                (is_absent(id) && is_stated(id)) || (is_recorded(id) && !is_measured(id))
            })
            .collect()
    }

    fn stated(
        &self,
        metrics: &[String],
        subject: &Subject,
    ) -> Result<HashMap<String, Statements>, HistoryError> {
        let (index, _) = series::index(self.past, self.config)?;
        let (run, repository) = self.place;
        let here = Here::find(&index, run, repository, self.config.everywhere)?;
        let mut new = given::unrecorded(&index, self.events, self.now)?;
        new.extend(given::differing(&index, self.past, self.events)?);
        match new.is_empty() {
            true => self.found(&index, &here, metrics, subject),
            false => index.as_if(&new, |index| self.found(index, &here, metrics, subject))?,
        }
    }

    fn found(
        &self,
        index: &Index,
        here: &Here,
        metrics: &[String],
        subject: &Subject,
    ) -> Result<HashMap<String, Statements>, HistoryError> {
        let query = Query {
            metrics: metrics.to_vec(),
            ..Query::default()
        };
        let series = index.series(&query)?;
        let runs = index.runs_of(&series, &["repository", "commit", "folder", "run"])?;
        let mut found: HashMap<String, Statements> = HashMap::new();
        for series in series {
            let stated = found.entry(series.key.name.clone()).or_default();
            for (_, value, run) in &series.points {
                match runs.get(*run) {
                    Some(run) if self.is_own(run, subject) => {
                        stated.own.push((series.key.unit.clone(), *value));
                    }
                    Some(run) if !here.has(run) => stated.elsewhere.add(here, run, 1),
                    _ => stated.others += 1,
                }
            }
        }
        Ok(found)
    }

    fn is_own(&self, run: &Context, subject: &Subject) -> bool {
        let commit = subject.commit.as_deref().unwrap_or_default();
        run.commit == commit
            && run.folder == subject.folder
            && self
                .run
                .is_none_or(|own| run.run.is_empty() || run.run == own)
    }
}

/// Why no value is judged, and the gate that judges one, ready to be pasted.
fn reason(gate: &Gate, stated: &Statements) -> String {
    let metric = &gate.metric;
    if let [(unit, _)] = stated.own.as_slice() {
        return format!(
            "an event of this run states it in {unit}: it is measured in {}",
            metric.unit
        );
    }
    let found = match (stated.own.len(), stated.others) {
        (0, others) => format!(
            "no event of this run states it, and {} of others {} recorded",
            plural::s(others, "point"),
            plural::pick(others, "is", "are")
        ),
        (own, _) => format!("{own} events of this run state it, each its own value"),
    };
    let others = "or their mean (`stat: mean, last: 7d`)";
    let (stat, others) = match (stated.own.len(), metric.better) {
        (0, _) => ("last", format!("the newest, {others}")),
        (_, Better::Lower) => ("p95", format!("or the newest (`stat: last`), {others}")),
        (_, Better::Higher) => ("p5", format!("or the newest (`stat: last`), {others}")),
        (_, Better::Neither) => ("median", format!("or the newest (`stat: last`), {others}")),
    };
    let bound = |key: &str, text: &str| format!(", {key}: \"{text}\"");
    let mut bounds = String::new();
    for (key, condition) in [("require", &gate.require), ("warn", &gate.warn)] {
        bounds.extend(condition.as_ref().map(|it| bound(key, &it.text)));
    }
    if bounds.is_empty() {
        return format!(
            "{found}: add `stat: {stat}` to the gate to judge a figure of them, {others}"
        );
    }
    format!(
        "{found}: judge a figure of them, `- {{ metric: {}, stat: {stat}{bounds} }}`, {others}",
        metric.id
    )
}
