//! A series as the runs of a branch and the commit that is judged measured it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::commits::Commits;
use super::super::counted::Counted;
use crate::domain::event::Context;
use crate::domain::gate::followed::{Arrived, Course, Lines, Own};
use crate::domain::series::{Bucket, Key, Occasion};
use crate::domain::stats::median;
use crate::domain::watch::arrivals;
use crate::history::Runs;

/// The values of one run, or of one measuring, of one series.
struct Run<'a> {
    at: i64,
    values: Vec<f64>,
    context: &'a Context,
    /// Whether any of them stands among the reports.
    stated: bool,
}

/// When those points of a series arrived that count, of runs that `ended` at these times.
fn arrived(
    points: &[(i64, f64, i64)],
    ended: &[Timestamp],
    counts: impl Fn(i64, i64, f64) -> bool,
) -> Arrived {
    let counted = points
        .iter()
        .filter(|(at, value, number)| counts(*number, *at, *value));
    let mut times: Vec<i64> = counted.map(|(at, ..)| *at).collect();
    times.sort_unstable();
    let newest = times.iter().rev();
    let newest = newest.filter_map(|at| Timestamp::from_millisecond(*at).ok());
    let found = arrivals(newest, ended);
    let mut hours: Vec<i64> = times.iter().map(|at| Bucket::Hour.start(*at)).collect();
    hours.dedup();
    Arrived {
        times: found,
        // Repetitions within runs are no feed.
        fed: if hours.len() > ended.len() {
            times.len()
        } else {
            0
        },
    }
}

/// Takes in a series: the branch's runs, each as its median, and the measurings of the judged commit.
pub(super) fn take(
    key: Key,
    points: &[(i64, f64, i64)],
    contexts: &Runs,
    counted: &Counted<'_>,
    commits: &mut Commits,
    lines: &mut Lines,
) {
    // What was recorded for the judged commit is told apart by the command that recorded it.
    type Which<'a> = (Occasion<'a>, Option<i64>);
    let mut runs: BTreeMap<Which<'_>, Run<'_>> = BTreeMap::new();
    for &(at, value, number) in points {
        let Some(context) = contexts.get(number).filter(|run| counted.is_here(run)) else {
            continue;
        };
        let measuring = counted
            .is_of_subject(context, (at, value))
            .then_some(number);
        let occasion = Occasion::of((number, context), at);
        let run = runs.entry((occasion, measuring)).or_insert(Run {
            at,
            values: Vec::new(),
            context,
            stated: false,
        });
        run.stated |= counted.is_stated(context, (at, value));
        run.at = run.at.max(at);
        run.values.push(value);
    }
    let mut runs: Vec<(Option<i64>, Run<'_>)> = runs
        .into_iter()
        .map(|((_, measuring), run)| (measuring, run))
        .collect();
    runs.sort_by_key(|(_, run)| run.at);
    let (own, others): (Vec<_>, Vec<_>) = runs
        .into_iter()
        .partition(|(measuring, _)| measuring.is_some());
    let branch = |(_, run): &&(Option<i64>, Run<'_>)| counted.is_of_branch(run.context);
    let mut ended: Vec<Timestamp> = (others.iter().filter(branch).chain(&own))
        .filter_map(|(_, run)| Timestamp::from_millisecond(run.at).ok())
        .collect();
    ended.sort_unstable();
    let arrived = arrived(points, &ended, |number, at, value| {
        let counts = |run: &&Context| {
            let own = counted.is_of_subject(run, (at, value));
            counted.is_here(run) && (own || counted.is_of_branch(run))
        };
        contexts.get(number).filter(counts).is_some()
    });
    lines.arrived.push((key.clone(), arrived));
    // Two sorts of machines are not compared: the one counts that the judged value is of, or else the newest run.
    let newest = own.last().or(others.iter().rfind(branch));
    let newest = newest.map(|(_, run)| run.context.runner.as_str());
    let runner = counted.runner_of(&key.name).or(newest);
    let runner = runner.unwrap_or_default().to_owned();
    let alike = |(_, run): &&(Option<i64>, Run<'_>)| run.context.runner == runner;
    let point = |(_, run): &(Option<i64>, Run<'_>)| {
        let at = Timestamp::from_millisecond(run.at).ok()?;
        let commit = commits.shared(&run.context.commit);
        Some(((at, median(&run.values).ok()?), commit))
    };
    let (points, of_points): (Vec<_>, Vec<_>) = others
        .iter()
        .filter(branch)
        .filter(alike)
        .filter_map(point)
        .unzip();
    let of_branch = others.iter().filter(branch);
    let left_out = of_branch.filter(|run| !alike(run)).count();
    if !points.is_empty() || left_out > 0 {
        lines.courses.push(Course {
            key: key.clone(),
            runner: runner.clone(),
            own: false,
            points,
            commits: of_points,
            left_out,
        });
    }
    let own: Vec<Own> = own
        .into_iter()
        .filter(|(_, run)| run.context.runner == runner)
        .filter_map(|(_, run)| {
            Some(Own {
                at: Timestamp::from_millisecond(run.at).ok()?,
                values: run.values,
                stated: run.stated,
                named: !run.context.run.is_empty(),
                other: counted.other(run.context),
            })
        })
        .collect();
    if !own.is_empty() {
        lines.own.push((key, own));
    }
}
