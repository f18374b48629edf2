//! What counts as one run of a series.

use crate::domain::event::Context;

const DAY: i64 = 24 * 3_600_000;

/// What a point is one with: the one definition of a run for whatever judges, watches or follows a series. A run counts
/// once, with the median of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion<'a> {
    /// A run that a CI system names.
    Run(&'a Context),
    /// Where none is named, what one command recorded for one day. A job that runs every hour while nobody commits is as
    /// many runs; a feed that one command fills in is one for each day.
    Command(i64, i64),
}

impl<'a> Occasion<'a> {
    /// What a point is one with by its run, which the query form knows by a number, and its time in milliseconds since 1970.
    pub fn of((number, run): (i64, &'a Context), at: i64) -> Occasion<'a> {
        match run.run.is_empty() {
            true => Occasion::Command(number, day_of(at)),
            false => Occasion::Run(run),
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
    fn a_run_is_one_of_ci_or_what_a_command_recorded_for_a_day() {
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
        // Each command is its own, of one commit or of none; and each day that it fills in.
        for commit in ["a", ""] {
            let context = context("", commit);
            assert!(same((&context, (1, 0)), (&context, (1, DAY - 1))));
            assert!(!same((&context, (1, 0)), (&context, (1, DAY))));
            assert!(!same((&context, (1, 0)), (&context, (2, 0))));
        }
        assert_eq!((day_of(-1), day_of(0)), (-1, 0));
    }
}
