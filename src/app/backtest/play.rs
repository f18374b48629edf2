//! The replays: of recorded checks, of series that no check has a value for, of figures of samples, and of alerts.

use std::collections::HashMap;

use super::checks::{Checks, RUNS, leave_out, snapshot};
use super::facts::Facts;
use super::lines::Recorded;
use super::rung;
use super::scene::Scene;
use super::steps::Steps;
use crate::ci;
use crate::domain::backtest::{AlertReplay, Backtest, Known, Run, replay, unplayed};
use crate::domain::gate::followed::Course;
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::past::{Bars, Entry};
use crate::domain::watch::Rule;

/// All that is replayed, with what has to be known for it.
pub(super) struct Play<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) checks: &'a Checks<'a>,
    pub(super) facts: &'a Facts,
}

impl Play<'_> {
    /// Replays the recorded checks, for the gates that judge no figures of samples. With why runs were passed over.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn checks(&self) -> anyhow::Result<(Backtest, Vec<String>)> {
        let scene = self.scene;
        let checks = &self.checks.all;
        let mut damaged = Vec::new();
        let metric = |id: &str| scene.config.metric(id);
        let known = Known {
            samples: Vec::new(),
            bars: self.facts.bars.clone(),
            taken_back: self.facts.taken_back.clone(),
            metric: &metric,
            rate: scene.question.rate,
        };
        let backtest = if checks.is_empty() {
            unplayed(&scene.plain, scene.span.1)
        } else if scene.is_detailed() {
            let mut steps = Steps {
                workspace: scene.workspace,
                config: scene.config,
                history: &scene.store.history,
                repository: scene.repository.as_ref(),
                folder: &scene.folder,
                before: HashMap::new(),
            };
            let runs = checks.iter().filter_map(|check| {
                let run = steps.run(check);
                run.map_err(|why| damaged.push(why)).ok()
            });
            replay(&scene.plain, runs, known)
        } else {
            replay(&scene.plain, self.load(&mut damaged)?, known)
        };
        Ok((backtest, damaged))
    }

    /// The checks with their values alone.
    fn load(&self, damaged: &mut Vec<String>) -> anyhow::Result<Vec<Run>> {
        let checks = &self.checks.all;
        let entries: Vec<&Entry> = checks.iter().map(|check| check.entry).collect();
        let read = self.scene.store.history.values(&entries, |entry, values| {
            let values = values.map_err(|error| error.to_string())?;
            Ok::<Run, String>(Run {
                commit: entry.commit.clone(),
                at: entry.exactly(values.subject.taken_at),
                runner: values.runner.clone(),
                lane: 0,
                snapshot: snapshot(values),
                step: None,
                named: false,
                judged: true,
            })
        })?;
        let mut runs = Vec::with_capacity(read.len());
        for (check, run) in checks.iter().zip(read) {
            match run {
                Ok(run) => runs.push(Run {
                    lane: check.lane,
                    named: check.is_named(),
                    judged: check.judged,
                    ..run
                }),
                Err(why) => damaged.push(why),
            }
        }
        Ok(runs)
    }

    /// Replays those of these gates that no check had a value for over what is recorded beside checks. What a reader should know
    /// of it.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn series(&self, backtest: &mut Backtest) -> anyhow::Result<Option<String>> {
        let (scene, taken_back) = (self.scene, &self.facts.taken_back);
        let rate = scene.question.rate;
        self.recorded()
            .follow(&scene.plain, backtest, taken_back, rate)
    }

    /// Replays the gates on figures of samples.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn samples(
        &self,
        backtest: &mut Backtest,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let gates = self.scene.policy.gates.iter().enumerate();
        // At each one's place in the policy: those before it stand already.
        for (place, gate) in gates.filter(|(_, gate)| gate.samples.is_some()) {
            let replayed = self.of_samples(gate, notes)?;
            backtest.count(
                replayed.runs,
                replayed.from.into_iter().chain(replayed.until),
            );
            for replayed in replayed.gates {
                let place = place.min(backtest.gates.len());
                backtest.gates.insert(place, replayed);
            }
        }
        Ok(())
    }

    /// Replays one such gate, at the moments at which it would have judged.
    fn of_samples(&self, gate: &Gate, notes: &mut Vec<String>) -> anyhow::Result<Backtest> {
        let scene = self.scene;
        let mut moments = self.recorded().moments(gate, &self.checks.moments)?;
        leave_out(&mut moments, RUNS.0, notes);
        let of_gate = |course: &&Course| course.key.name == gate.metric.id;
        let metric = |id: &str| scene.config.metric(id);
        let known = Known {
            samples: self.facts.samples.iter().filter(of_gate).cloned().collect(),
            bars: Bars::default(),
            taken_back: self.facts.taken_back.clone(),
            metric: &metric,
            rate: scene.question.rate,
        };
        let alone = Policy {
            gates: vec![gate.clone()],
            ..scene.policy.clone()
        };
        Ok(replay(&alone, moments, known))
    }

    /// Replays alerts.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn alerts(&self, rules: &[Rule]) -> anyhow::Result<Vec<AlertReplay>> {
        let scene = self.scene;
        let asked = rung::Asked {
            workspace: scene.workspace,
            config: scene.config,
            store: scene.store,
            branch: &scene.branch,
            named: scene.question.branch.is_some(),
            span: scene.span,
        };
        asked.replay(rules)
    }

    /// What is recorded beside the checks.
    fn recorded(&self) -> Recorded<'_> {
        let scene = self.scene;
        Recorded {
            index: &scene.store.index,
            personal: &scene.config.personal,
            span: scene.span,
            counted: scene.counted(),
            formulas: &scene.store.derived,
            hosted: (&self.checks.hosted, ci::is_hosted(&scene.workspace.env)),
            runner: &self.facts.runner,
        }
    }
}
