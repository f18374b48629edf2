//! What a replay has to know beside the recorded checks.

use std::collections::HashMap;

use super::super::context::context;
use super::super::followed;
use super::super::series::Store;
use super::checks::snapshot;
use super::scene::Scene;
use crate::config::Config;
use crate::domain::dora::CommitId;
use crate::domain::gate::followed::Course;
use crate::domain::past::{Bars, Entry};
use crate::vcs::Repository;

/// What is known of the past as a whole.
pub(super) struct Facts {
    /// The sort of machine that this is.
    pub(super) runner: String,
    /// The samples that gates judge, of all of the time.
    pub(super) samples: Vec<Course>,
    /// Which commits were taken back, and by which.
    pub(super) taken_back: HashMap<String, String>,
    /// The best values from before the time, where a ratchet asks for them.
    pub(super) bars: Bars,
}

impl Facts {
    /// Gathers them, from all that is recorded.
    ///
    /// # Errors
    /// When the history or its query form cannot be read.
    pub(super) fn find(
        scene: &Scene<'_>,
        entries: &[Entry],
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Facts> {
        let Scene {
            workspace,
            config,
            store,
            policy,
            ..
        } = *scene;
        let repository = scene.repository.as_ref();
        let own = context(workspace, repository, &scene.context)?;
        let (gates, counted) = (&policy.gates, scene.counted());
        let samples = followed::samples_of(&store.index, gates, scene.span, &counted)?.all;
        let taken_back = match repository.map(taken_back) {
            Some(Ok(taken_back)) => taken_back,
            Some(Err(error)) => {
                notes.push(format!("reverts are not known: {error:#}"));
                HashMap::new()
            }
            None => {
                notes.push("reverts are not known: this is no git repository".to_owned());
                HashMap::new()
            }
        };
        let bars = match gates.iter().any(|gate| gate.ratchet.is_some()) {
            true => {
                let older = |entry: &&Entry| scene.is_of(entry) && entry.taken_at < scene.span.0;
                bars(store, config, entries.iter().filter(older).collect())?
            }
            false => Bars::default(),
        };
        Ok(Facts {
            runner: own.runner,
            samples,
            taken_back,
            bars,
        })
    }
}

/// The best values of some entries.
fn bars(store: &Store, config: &Config, entries: Vec<&Entry>) -> anyhow::Result<Bars> {
    let better = |id: &str| config.metric(id).map(|metric| metric.better);
    // The store as a whole is of one thread.
    let here = &store.here;
    let read = store.history.values(&entries, |_, values| {
        let values = values.ok();
        let own = values.filter(|values| here.is_repository(&values.repository));
        own.map(snapshot)
    })?;
    let mut bars = Bars::default();
    for snapshot in read.into_iter().flatten() {
        bars.take_snapshot(&snapshot, better);
    }
    Ok(bars)
}

/// Which commits were taken back, and by which.
fn taken_back(repository: &Repository) -> anyhow::Result<HashMap<String, String>> {
    let head = repository.head()?;
    let history = repository.history(head.commit)?;
    let text = |(commit, by): (CommitId, CommitId)| (commit.to_string(), by.to_string());
    Ok(history.taken_back().into_iter().map(text).collect())
}
