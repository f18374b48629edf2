//! Recording what was judged.

use rustc_hash::FxHashSet;

use super::super::given;
use super::super::past::{self, Past};
use super::trial::Trial;
use crate::ci::{self, Context};
use crate::domain::catalogue;
use crate::domain::snapshot::Snapshot;
use crate::history::CameOf;
use crate::render::json::v1::Document;
use crate::text::plural;
use crate::vcs::{self, Repository};

impl Trial<'_> {
    /// Records the snapshot and the events beside it, where that is wanted and there is a history: what was recorded, and where.
    /// What could not be is noted.
    pub(super) fn record(&mut self, document: &Document) -> Option<String> {
        let wanted = self.job.options.history.record;
        let past = self.opened.take().filter(|_| wanted)?.past;
        self.reduce();
        let snapshot = &self.collected.snapshot;
        let repository = self.job.repository.as_ref();
        let unlike = unlike_its_commit(snapshot, repository, &self.job.context, &past.shown);
        if let Some(why) = unlike {
            self.notes.push(why);
            return None;
        }
        let told = self.keep(&past, document)?;
        Some(format!("recorded {told} in {}", past.shown))
    }

    /// Leaves of the snapshot what is recorded.
    fn reduce(&mut self) {
        let snapshot = &mut self.collected.snapshot;
        snapshot.subject.branch = past::branch(
            &self.job.context,
            snapshot.subject.commit.as_deref(),
            snapshot.subject.branch.as_deref(),
        );
        // What compares with the baseline says nothing of the commit alone; what an event states is recorded as that.
        let singles = &self.singles;
        snapshot.measurements.retain(|measured| {
            catalogue::compares(&measured.metric).is_none()
                && !singles.iter().any(|metric| measured.metric == **metric)
        });
    }

    /// What was recorded: the commit's snapshot, the events, or both.
    fn keep(&mut self, past: &Past, document: &Document) -> Option<String> {
        let job = self.job;
        let (events, now) = (&self.collected.events, job.workspace.clock.now());
        let events = given::record(past, job.config, events, now).unwrap_or_else(|why| {
            self.notes.push(why);
            None
        });
        let check = CameOf {
            verdict: document.verdict.text(),
            hosted: ci::is_hosted(&job.workspace.env),
        };
        match past.record(&self.collected.snapshot, &self.run, check) {
            Ok(entry) => {
                let start = entry.commit.get(..10).unwrap_or(&entry.commit);
                let events = events.map_or_else(String::new, |events| format!(" and {events}"));
                Some(format!("{start}{events}"))
            }
            Err(why) => {
                self.notes.push(why);
                events
            }
        }
    }
}

/// Why a snapshot is not one of the commit that is checked out: somebody is at work on its files. What a CI job changes in
/// its checkout belongs to the build.
fn unlike_its_commit(
    snapshot: &Snapshot,
    repository: Option<&Repository>,
    context: &Context,
    history: &str,
) -> Option<String> {
    let repository = repository.filter(|_| context.provider.is_none())?;
    let folder = &snapshot.subject.folder;
    let inputs: FxHashSet<&str> = snapshot.inputs.iter().map(|input| &*input.path).collect();
    let read = |path: &String| vcs::within(path, folder).is_some_and(|own| inputs.contains(own));
    let mut changed = repository.modified().ok()?;
    // The history that it is recorded in is andon's own work, also where somebody committed it: a folder, or a file and those
    // beside it.
    let kept = |path: &String| {
        let own = vcs::within(path, folder);
        own.and_then(|own| own.strip_prefix(history.trim_end_matches('/')))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-']))
    };
    changed.retain(|path| !read(path) && !kept(path));
    let first = changed.first()?;
    Some(format!(
        "the run was not recorded: a snapshot is kept under its commit, and {} {} not as HEAD has {} ({first} among them); \
         commit first",
        plural::s(changed.len() as u64, "file"),
        plural::pick(changed.len() as u64, "is", "are"),
        plural::pick(changed.len() as u64, "it", "them"),
    ))
}
