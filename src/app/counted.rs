//! Which of the recorded points count for what is judged.

use std::collections::HashSet;

use super::given::Stated;
use super::here::Here;
use crate::ci;
use crate::domain::event::Context;

/// Which samples count.
#[derive(Clone, Copy)]
pub(super) struct Counted<'a> {
    /// Those of this repository and of this folder in it.
    pub(super) here: &'a Here,
    /// Those of the branch that changes go to, and of no branch; of all where it is not known.
    pub(super) target: Option<&'a str>,
    /// Those of the commit that is judged.
    pub(super) commit: &'a str,
    /// What the CI system says of the run that judges.
    pub(super) ci: Option<&'a ci::Context>,
    /// Whether that commit is not of this branch: then what it measured itself is what is judged, and the branch only
    /// where it measured nothing.
    pub(super) is_change: bool,
    /// Whether no others count than those of the commit.
    pub(super) own_only: bool,
    /// What stands among the reports: of that, all machines count.
    pub(super) stated: Option<&'a Stated<'a>>,
    /// The metrics that the judged run measured itself, and the sort of machine that it is on.
    pub(super) measured: Option<(&'a HashSet<&'a str>, &'a str)>,
}

impl Counted<'_> {
    pub(super) fn is_own(&self, run: &Context) -> bool {
        !self.commit.is_empty() && run.commit == self.commit
    }

    /// Whether a point is one that the judged run measured: of its commit; where no commit is known, what stands among the reports
    /// and says neither of which commit nor of which other run it is.
    pub(super) fn is_of_subject(&self, run: &Context, point: (i64, f64)) -> bool {
        let own = self.ci.and_then(|ci| ci.run.as_deref());
        let is_said = !run.commit.is_empty() || (!run.run.is_empty() && own != Some(&run.run));
        self.is_own(run) || (self.commit.is_empty() && !is_said && self.is_stated(run, point))
    }

    /// The name of the run, where the run that judges has one and this is neither that nor another job of the same pipeline.
    pub(super) fn other(&self, run: &Context) -> Option<String> {
        let ci = self.ci.filter(|ci| ci.run.is_some())?;
        (!ci.is_beside(&run.run)).then(|| run.run.clone())
    }

    pub(super) fn is_here(&self, run: &Context) -> bool {
        self.here.has(run)
    }

    pub(super) fn is_of_branch(&self, run: &Context) -> bool {
        self.target
            .is_none_or(|target| run.branch == target || run.branch.is_empty())
    }

    pub(super) fn is_stated(&self, run: &Context, point: (i64, f64)) -> bool {
        self.stated.is_some_and(|stated| stated.has(run, point))
    }

    /// The sort of machine that the judged run is on, if it measured the metric itself.
    pub(super) fn runner_of(&self, metric: &str) -> Option<&str> {
        let (metrics, runner) = self.measured?;
        metrics.contains(metric).then_some(runner)
    }

    pub(super) fn counts(&self, run: &Context) -> bool {
        self.is_here(run) && (self.is_own(run) || (!self.own_only && self.is_of_branch(run)))
    }
}
