//! What counts as one run of a series.

use crate::domain::event::Context;

const DAY: i64 = 24 * 3_600_000;

/// What a point is one with: the one definition of a run for whatever judges, watches or follows a series. A run counts
/// once, with the median of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion<'a> {
    /// A run that a CI system names.
    Run(&'a Context),
    /// Where none is named, what was recorded for one commit of a branch, folder and sort of machine on one day: a feed
    /// that is filled in while a commit is checked out is no single run.
    Commit(&'a Context, i64),
    /// Where there is no commit either, what one command recorded for one day.
    Command(i64, i64),
}

impl<'a> Occasion<'a> {
    /// What a point is one with by its run, which the query form knows by a number, and its time in milliseconds since 1970.
    pub fn of((number, run): (i64, &'a Context), at: i64) -> Occasion<'a> {
        match (run.run.as_str(), run.commit.as_str()) {
            ("", "") => Occasion::Command(number, day_of(at)),
            ("", _) => Occasion::Commit(run, day_of(at)),
            _ => Occasion::Run(run),
        }
    }
}

/// The day (UTC) of a time in milliseconds since 1970, counted from then.
pub fn day_of(at: i64) -> i64 {
    at.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_one_of_ci_or_a_commits_day_or_a_commands() {
        let context = |run: &str, commit: &str| Context {
            run: run.to_owned(),
            commit: commit.to_owned(),
            ..Context::default()
        };
        let same = |(one, at): (&Context, (i64, i64)), (other, then): (&Context, (i64, i64))| {
            Occasion::of((at.0, one), at.1) == Occasion::of((then.0, other), then.1)
        };
        let (ci, other) = (context("1", "a"), context("2", "a"));
        assert!(same((&ci, (1, 0)), (&ci, (1, 9 * DAY))));
        assert!(!same((&ci, (1, 0)), (&other, (2, 0))));
        // Two commands that measured one commit on a day are one run; of another day or commit, another.
        let (commit, next) = (context("", "a"), context("", "b"));
        assert!(same((&commit, (1, 0)), (&commit, (2, DAY - 1))));
        assert!(!same((&commit, (1, 0)), (&commit, (1, DAY))));
        assert!(!same((&commit, (1, 0)), (&next, (1, 0))));
        // Without a commit each command is its own.
        let none = context("", "");
        assert!(same((&none, (1, 0)), (&none, (1, 5))));
        assert!(!same((&none, (1, 0)), (&none, (2, 0))));
        assert_eq!((day_of(-1), day_of(0)), (-1, 0));
    }
}
