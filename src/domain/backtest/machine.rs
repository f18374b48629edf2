//! What is known of the runs on one sort of machine, while they are replayed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::run::Run;
use crate::domain::gate::followed::{Course, Followed, Levels, Own};
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::measurement::Measurement;
use crate::domain::metric::Metric;
use crate::domain::series::Key;
use crate::domain::unit::Unit;
use crate::domain::watch::Level;

/// What tells what is followed of a run.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a, 'm> {
    pub(super) policy: &'a Policy,
    /// The metric of an id.
    pub(super) metric: &'a dyn Fn(&str) -> Option<&'m Metric>,
}

/// The runs of one sort of machine so far.
pub(super) struct Machine {
    followed: Followed,
    /// Those of the newest commit that are not judged: they are no past of that commit's newest run, but of what comes after it.
    waiting: Vec<Run>,
    /// Those that became the past of another commit before the newest run of their own came, by commit.
    passed: HashMap<String, Vec<Run>>,
}

impl Machine {
    /// That of no run yet, with the events of all times.
    pub(super) fn new(samples: Vec<Course>) -> Machine {
        Machine {
            followed: Followed {
                samples,
                ..Followed::default()
            },
            waiting: Vec::new(),
            passed: HashMap::new(),
        }
    }

    /// Takes in a run that is not judged.
    pub(super) fn wait(&mut self, run: Run, wanted: Wanted<'_, '_>) {
        self.pass(&run.commit, wanted);
        self.waiting.push(run);
    }

    /// What is known when a run is judged.
    pub(super) fn followed(&mut self, run: &Run, wanted: Wanted<'_, '_>) -> Cow<'_, Followed> {
        self.pass(&run.commit, wanted);
        let passed = self.passed.remove(&run.commit).unwrap_or_default();
        self.followed.now = run.at;
        self.followed.commit.clone_from(&run.commit);
        self.followed.lines.own = own(passed.iter().chain(&self.waiting), wanted);
        if passed.is_empty() {
            return Cow::Borrowed(&self.followed);
        }
        // What it was measured at before others is not its own past, though it is theirs.
        let mut followed = self.followed.clone();
        followed.levels = Levels::default();
        for course in &mut followed.lines.courses {
            course.leave_out(&run.commit);
        }
        Cow::Owned(followed)
    }

    /// Takes in a run that was judged.
    pub(super) fn add(&mut self, run: &Run, wanted: Wanted<'_, '_>) {
        for before in std::mem::take(&mut self.waiting) {
            remember(&mut self.followed, &before, wanted);
        }
        remember(&mut self.followed, run, wanted);
    }

    /// Makes what waits the past where another commit comes next.
    fn pass(&mut self, next: &str, wanted: Wanted<'_, '_>) {
        if self.waiting.first().is_none_or(|run| run.commit == next) {
            return;
        }
        for run in std::mem::take(&mut self.waiting) {
            remember(&mut self.followed, &run, wanted);
            let of_commit = self.passed.entry(run.commit.clone()).or_default();
            of_commit.push(run);
        }
    }
}

/// What gates follow of a run, with what it is a series of.
fn measured<'r>(
    run: &'r Run,
    wanted: Wanted<'_, '_>,
) -> impl Iterator<Item = (Key, &'r Measurement)> {
    let unit = move |id: &str| (wanted.metric)(id).map_or(Unit::Points, |it| it.unit.clone());
    let follows = move |metric: &str| {
        let follows = |gate: &Gate| gate.watch.is_some() || gate.zones.is_some();
        let mut gates = wanted.policy.gates.iter().filter(|gate| follows(gate));
        gates.any(|gate| gate.metric.id == metric)
    };
    let all = run.snapshot.measurements.iter();
    all.filter(move |it| follows(&it.metric))
        .filter_map(move |it| Some((Key::of(it, unit(&it.metric))?, it)))
}

/// What runs of one commit measured, by series.
fn own<'r>(runs: impl Iterator<Item = &'r Run>, wanted: Wanted<'_, '_>) -> Vec<(Key, Vec<Own>)> {
    let mut all: Vec<(Key, Vec<Own>)> = Vec::new();
    for run in runs {
        for (key, measurement) in measured(run, wanted) {
            let own = Own {
                at: run.at,
                values: vec![measurement.value.to_f64()],
                stated: false,
                named: run.named,
                other: None,
            };
            match all.iter_mut().find(|(known, _)| *known == key) {
                Some((_, before)) => before.push(own),
                None => all.push((key, vec![own])),
            }
        }
    }
    all
}

/// Adds a run's values to the series of the metrics that gates follow.
fn remember(followed: &mut Followed, run: &Run, wanted: Wanted<'_, '_>) {
    for (key, measurement) in measured(run, wanted) {
        let point = (run.at, measurement.value.to_f64());
        walk(
            &mut followed.levels,
            wanted.policy,
            (&key, measurement),
            point,
            run,
        );
        let commit: Arc<str> = run.commit.as_str().into();
        let courses = &mut followed.lines.courses;
        match courses.iter_mut().find(|course| course.key == key) {
            Some(course) => {
                course.points.push(point);
                course.commits.push(commit);
            }
            None => courses.push(Course {
                key,
                points: vec![point],
                runner: String::new(),
                own: false,
                commits: vec![commit],
                left_out: 0,
            }),
        }
    }
}

/// Takes a point in to the levels of the gates that judge regressions of its series.
fn walk(
    levels: &mut Levels,
    policy: &Policy,
    (key, measurement): (&Key, &Measurement),
    (at, value): (Timestamp, f64),
    run: &Run,
) {
    for gate in &policy.gates {
        let Some(Rule::Regression {
            settings, since, ..
        }) = gate.watch.as_ref().map(|watch| &watch.rule)
        else {
            continue;
        };
        if gate.metric.id != measurement.metric {
            continue;
        }
        let new = || Level::new(gate.metric.better, settings, since.clone());
        let walked = levels.entry(&gate.id, key, new);
        walked.level.add(at, &run.commit, value);
        walked.taken += 1;
    }
}
