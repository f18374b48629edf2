//! What is judged, as far as it is known: each step adds to it.

use super::super::baseline;
use super::super::collect::Collected;
use super::super::context::context;
use super::super::followed;
use super::super::given;
use super::super::past;
use super::super::policy::{self, Judged};
use super::super::single::Singles;
use super::super::stale;
use super::before::Before;
use super::job::{Job, Material, OpenPast};
use crate::domain::baseline::{Baseline, Lack};
use crate::domain::catalogue;
use crate::domain::change::Change;
use crate::domain::delta::{self, Comparison, Delta};
use crate::domain::event;
use crate::domain::gate::followed::Followed;
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Absence, Measurement};
use crate::formats;
use crate::render::json::v1::Document;

/// A commit, or a change, that is judged.
pub(super) struct Trial<'a> {
    pub(super) job: &'a Job<'a>,
    /// What was measured; what the change says of it comes with the comparison.
    pub(super) collected: Collected,
    /// What it does to the files, or why that is not known.
    pub(super) change: Result<Change, Lack>,
    /// What was before; none where there is no history.
    pub(super) opened: Option<OpenPast>,
    /// What the run is that measured it.
    pub(super) run: event::Context,
    /// The branch that changes go to.
    pub(super) target: Option<String>,
    /// Whether it is a change to that branch, and not of that branch itself.
    pub(super) is_change: bool,
    /// How many events among the reports were left out, as they are of something else than the change.
    pub(super) foreign: usize,
    /// Metrics of the snapshot that an event stated, of whatever run.
    pub(super) singles: Vec<String>,
    /// What a reader should know of the history.
    pub(super) notes: Vec<String>,
}

/// What it is held against.
pub(super) struct Held {
    baseline: Result<Baseline, Lack>,
    /// None where no gate asks for it, or there is no history.
    bars: Option<Result<Vec<Measurement>, Lack>>,
    delta: Delta,
    /// None likewise.
    followed: Option<Result<Followed, Lack>>,
}

impl Held {
    pub(super) fn against(&self) -> Against<'_> {
        let nothing = Against::nothing();
        Against {
            baseline: self.baseline.as_ref(),
            bars: match &self.bars {
                Some(bars) => bars.as_deref(),
                None => nothing.bars,
            },
            followed: match &self.followed {
                Some(followed) => followed.as_ref(),
                None => nothing.followed,
            },
            delta: &self.delta,
        }
    }
}

impl<'a> Trial<'a> {
    /// Opens the history for what was measured, and says of which run and branch that is.
    ///
    /// # Errors
    /// When the history cannot be opened, or the repository cannot be read.
    pub(super) fn open(job: &'a Job<'a>, measured: Material) -> anyhow::Result<Trial<'a>> {
        let Material {
            mut collected,
            change,
        } = measured;
        let mut notes = Vec::new();
        let opened = job.open(&mut notes)?;
        let repository = job.repository.as_ref();
        let run = context(job.workspace, repository, &job.context)?;
        let branch = collected.snapshot.subject.branch.as_deref();
        let target = past::target(&job.context, repository, branch);
        let is_change = past::is_change(repository, &run, target.as_deref());
        let foreign = match is_change {
            true => given::own(&mut collected.events, &run),
            false => 0,
        };
        let stating = Singles {
            config: job.config,
            past: opened.as_ref().map(|opened| &opened.past),
            events: &collected.events,
            run: job.context.run.as_deref(),
            place: (&run, repository),
            now: job.workspace.clock.now(),
        };
        let singles = stating.state(&mut collected.snapshot);
        let singles = singles.unwrap_or_else(|error| {
            notes.push(format!("the events of this run cannot be asked: {error}"));
            Vec::new()
        });
        Ok(Trial {
            job,
            collected,
            change,
            opened,
            run,
            target,
            is_change,
            foreign,
            singles,
            notes,
        })
    }

    /// Finds what it is held against. What the change says of the files is measured from here on.
    ///
    /// # Errors
    /// When a baseline that was named cannot be had, or the history or the repository cannot be read.
    pub(super) fn hold(&mut self) -> anyhow::Result<Held> {
        let baseline = self.baseline()?;
        let bars = self.bars()?;
        let delta = self.compare(baseline.as_ref());
        let followed = self.follow();
        Ok(Held {
            baseline,
            bars,
            delta,
            followed,
        })
    }

    fn baseline(&mut self) -> anyhow::Result<Result<Baseline, Lack>> {
        let job = self.job;
        Before {
            workspace: job.workspace,
            config: job.config,
            options: job.options,
            change: self.change.as_ref(),
            past: self.opened.as_ref().map(|opened| &opened.past),
            repository: job.repository.as_ref(),
            context: &job.context,
            target: self.target.as_deref(),
            folder: &job.folder,
            snapshot: &self.collected.snapshot,
            run: &self.run,
        }
        .find(&mut self.notes)
    }

    /// The best values so far, where a ratchet asks for them.
    fn bars(&self) -> anyhow::Result<Option<Result<Vec<Measurement>, Lack>>> {
        let mut gates = self.job.config.policy.gates.iter();
        let asks = gates.any(|gate| gate.ratchet.is_some());
        let Some(opened) = self.opened.as_ref().filter(|_| asks) else {
            return Ok(None);
        };
        let bars = baseline::bars(
            &opened.past,
            self.job.config,
            self.target.as_deref(),
            (&self.run, self.job.repository.as_ref()),
            opened.fetched,
        )?;
        Ok(Some(bars))
    }

    /// What the change did, which is measured too.
    fn compare(&mut self, baseline: Result<&Baseline, &Lack>) -> Delta {
        let Job {
            workspace, config, ..
        } = self.job;
        let snapshot = &mut self.collected.snapshot;
        let mut delta = delta::compare(&Comparison {
            snapshot,
            change: self.change.as_ref(),
            baseline,
            components: &config.policy.components,
            limits: config.limits,
        });
        if self.job.context.provider.is_none() {
            let stale = stale::note(workspace, snapshot, &delta);
            delta.notes.extend(stale);
        }
        snapshot
            .measurements
            .extend(delta.measurements.iter().cloned());
        // That nothing can be compared is worth a line only where a gate asks for it.
        let asked = |absence: &&Absence| {
            let mut gates = config.policy.gates.iter();
            gates.any(|gate| absence.covers(&gate.metric.id))
        };
        let absences = delta.absences.iter().filter(asked).cloned();
        snapshot.absences.extend(absences);
        snapshot.sort();
        delta
    }

    /// What was before, where a gate asks for it.
    fn follow(&self) -> Option<Result<Followed, Lack>> {
        let job = self.job;
        let events = &self.collected.events;
        let is_known = self.opened.is_some() || !events.is_empty();
        let mut gates = job.config.policy.gates.iter();
        if !is_known || !gates.any(followed::asks) {
            return None;
        }
        let asked = followed::Asked {
            config: job.config,
            env: &job.workspace.env,
            snapshot: &self.collected.snapshot,
            run: &self.run,
            ci: &job.context,
            repository: job.repository.as_ref(),
            singles: &self.singles,
            target: self.target.as_deref(),
            is_change: self.is_change,
            foreign: self.foreign,
            now: job.workspace.clock.now(),
            events,
        };
        let past = self.opened.as_ref().map(|opened| &opened.past);
        Some(followed::find(past, &asked))
    }

    /// The verdict, as a document.
    pub(super) fn judge(&self, against: &Against<'_>) -> Document {
        let Job {
            workspace,
            config,
            options,
            ..
        } = self.job;
        let snapshot = &self.collected.snapshot;
        let judging = policy::on_this_machine(workspace, &config.policy);
        let mut verdict = evaluate(&judging, snapshot, against, workspace.today());
        verdict.name_suppliers(suppliers);
        let change = self.change.as_ref().ok();
        let judged = Judged {
            workspace,
            repository: self.job.repository.as_ref(),
            folder: &self.job.folder,
            wanted: &options.change,
            context: &self.job.context,
            start: change.and_then(|change| change.base.as_deref()),
        };
        let (ruled, remarks) = options.ruling.state(config, &judged);
        verdict.notes.extend(remarks);
        let left_out = given::left_out(&self.collected.events, &config.policy.gates);
        verdict.notes.extend(left_out);
        if let Ok(followed) = against.followed {
            verdict.notes.extend(followed.notes.iter().cloned());
        }
        let mut document = Document::new(&verdict, snapshot, against, |id| config.metric(id));
        document.policy = Some(ruled);
        document
    }
}

/// What could supply a metric.
fn suppliers(metric: &str) -> Vec<String> {
    if metric.starts_with("dora.") {
        return vec!["a git repository with release tags".to_owned()];
    }
    if catalogue::is_recorded(metric) {
        return vec!["`andon run --record`".to_owned()];
    }
    let formats = formats::supplied_by(metric);
    formats.map(|format| format.title.to_owned()).collect()
}
