//! Series as they are replayed: what each run, or each command, measured.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::super::compared;
use super::super::computed;
use super::super::counted::Counted;
use super::super::followed::told_by;
use super::super::tracks::{Apart, united};
use super::checks::Hosted;
use super::question::CHANGED;
use crate::domain::backtest::{
    Asked, Backtest, Line, Measuring, Run, Turns, follow, follow_turns, is_of_turns,
};
use crate::domain::event::Context;
use crate::domain::formula::Derived;
use crate::domain::gate::following::{Rule, YEARS};
use crate::domain::gate::policy::{Gate, Policy, Selector};
use crate::domain::series::{Filter, Occasion, Query, day_of};
use crate::domain::watch;
use crate::history::{Index, Runs, Series};
use crate::text::plural;

/// What is recorded beside snapshots.
pub(super) struct Recorded<'a> {
    pub(super) index: &'a Index,
    /// The dimensions that never tell series apart.
    pub(super) personal: &'a [String],
    /// From when to when is replayed.
    pub(super) span: (Timestamp, Timestamp),
    pub(super) counted: Counted<'a>,
    /// The metrics that are computed from others.
    pub(super) formulas: &'a Derived,
    /// Which runs were on a hosted runner, as far as it was noted, and whether this one is.
    pub(super) hosted: (&'a Hosted, bool),
    /// The sort of machine that this is.
    pub(super) runner: &'a str,
}

impl Recorded<'_> {
    /// When a gate on figures of samples would have judged: at the recorded runs, and on days (UTC) without one whenever something
    /// of its own metric was recorded.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn moments(&self, gate: &Gate, checks: &[Run]) -> anyhow::Result<Vec<Run>> {
        let day = |at: Timestamp| day_of(at.as_millisecond());
        let checked: HashSet<i64> = checks.iter().map(|check| day(check.at)).collect();
        let mut arrived: BTreeSet<(Timestamp, String)> = BTreeSet::new();
        for line in self.lines(gate, Each::Run)? {
            let runs = line.measurings.chunk_by(|one, other| one.run == other.run);
            let last = runs.filter_map(|run| run.last());
            let apart =
                last.filter(|last| last.at >= self.span.0 && !checked.contains(&day(last.at)));
            arrived.extend(apart.map(|last| (last.at, last.commit.clone())));
        }
        let mut moments = checks.to_vec();
        moments.extend(
            arrived
                .into_iter()
                .map(|(at, commit)| Run::blank(at, commit)),
        );
        // Runs of one second stay in the order of their commits.
        moments.sort_by_key(|moment| moment.at);
        Ok(moments)
    }

    /// Replays those gates over recorded series that no snapshot has a value for. What a reader should know of it.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn follow(
        &self,
        policy: &Policy,
        backtest: &mut Backtest,
        taken_back: &HashMap<String, String>,
        rate: f64,
    ) -> anyhow::Result<Option<String>> {
        let turns = self.turns(policy)?;
        let mut unknown: BTreeMap<usize, String> = BTreeMap::new();
        for (place, gate) in policy.gates.iter().enumerate() {
            let known = backtest.gates.get(place);
            if known.is_none_or(|known| known.judged > 0) || !is_followed(gate) {
                continue;
            }
            let asked = Asked {
                policy,
                gate,
                hosted: self.hosted.1,
                since: self.span.0,
                now: self.span.1,
                pooled: gate.id == CHANGED,
                computed: self.computes(gate),
                taken_back,
                rate,
            };
            if is_of_turns(gate) {
                let replay = follow_turns(&asked, &turns);
                let Some(known) = backtest.gates.get_mut(place) else {
                    continue;
                };
                if replay.judged + replay.unjudged > 0 {
                    *known = replay;
                    let times = turns.iter().map(|run| run.at);
                    backtest.count(turns.len() as u64, times);
                }
                continue;
            }
            let lines = self.lines(gate, Each::Run)?;
            if gate.depends_on_the_machine() {
                let of_gate = self.unknown(&lines);
                if of_gate.len() > unknown.len() {
                    unknown = of_gate;
                }
            }
            let replay = match gate.watch.as_ref().map(|watch| &watch.rule) {
                Some(Rule::Completeness { every }) => {
                    let times = self.lines(gate, Each::Time)?;
                    // Where it does not say how often, a feed arrives by its points, and what is measured again and again by its runs.
                    match every.is_some() || is_feed(&lines, &times) {
                        true => follow(&asked, &times),
                        false => follow(&asked, &lines),
                    }
                }
                _ => follow(&asked, &lines),
            };
            if replay.judged == 0 && (gate.watch.is_none() || replay.unjudged == 0) {
                continue;
            }
            let all = lines.iter().flat_map(|line| &line.measurings);
            let within = all.filter(|measured| measured.at >= self.span.0);
            let runs: HashSet<usize> = within.clone().map(|measured| measured.run).collect();
            backtest.count(runs.len() as u64, within.map(|measured| measured.at));
            if let Some(known) = backtest.gates.get_mut(place) {
                *known = replay;
            }
        }
        Ok(self.taken_for(&unknown))
    }

    /// The runs on other sorts of machines than this of which it was not noted whether they were on a hosted runner, each with its
    /// sort.
    fn unknown(&self, lines: &[Line]) -> BTreeMap<usize, String> {
        let all = lines.iter().flat_map(|line| &line.measurings);
        let unknown = all.filter(|measured| {
            measured.at >= self.span.0
                && measured.hosted.is_none()
                && !measured.runner.is_empty()
                && measured.runner != self.runner
        });
        let unknown = unknown.map(|measured| (measured.run, measured.runner.clone()));
        unknown.collect()
    }

    /// What runs were taken for of which it was not noted where they were.
    fn taken_for(&self, unknown: &BTreeMap<usize, String>) -> Option<String> {
        let runners: BTreeSet<&str> = unknown.values().map(String::as_str).collect();
        if runners.is_empty() {
            return None;
        }
        let runners = runners.into_iter().collect::<Vec<_>>();
        let (here, effect) = match self.hosted.1 {
            true => ("a hosted runner", "10%"),
            false => ("a machine of one's own", "5%"),
        };
        Some(format!(
            "of {} on {} no check noted whether that is a hosted runner: judged as on {here}, where a regression counts from {effect} \
             on; `hosted` or `effect` in the policy says it for all",
            plural::s(unknown.len() as u64, "run"),
            plural::list(&runners),
        ))
    }

    /// Whether a gate judges a series that is computed from others.
    fn computes(&self, gate: &Gate) -> bool {
        gate.watch.is_some() && self.formulas.text(&gate.metric.id).is_some()
    }

    /// What runs measured in turn of the metrics that gates hold against a base.
    fn turns(&self, policy: &Policy) -> anyhow::Result<Vec<Turns>> {
        let (since, now) = self.span;
        let counts = |run: &Context| self.counted.counts(run);
        let metrics = compared::metrics(&policy.gates);
        let turns = compared::recorded(self.index, metrics, (Some(since), now), counts)?;
        let turns = turns.into_iter().map(|turn| Turns {
            at: turn.at,
            sides: turn.sides(),
            commit: turn.commit,
        });
        Ok(turns.collect())
    }

    /// The series that a gate judges, with all that was measured from as far back as any rule looks.
    fn lines(&self, gate: &Gate, each: Each) -> anyhow::Result<Vec<Line>> {
        let (since, now) = self.span;
        let fixed = gate.labels.iter().map(|(name, value)| Filter {
            name: name.clone(),
            values: vec![value.clone()],
            not: false,
        });
        let query = Query {
            metrics: match self.computes(gate) {
                true => self
                    .formulas
                    .parts(&gate.metric.id)
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                false => vec![gate.metric.id.to_string()],
            },
            filters: fixed.filter(|filter| !filter.is_of_run()).collect(),
            from: since.checked_sub(YEARS).ok(),
            until: now.checked_add(jiff::SignedDuration::from_millis(1)).ok(),
            ..Query::default()
        };
        let mut series = self.index.series(&query)?;
        series.retain(|series| self.computes(gate) || gate.takes(&series.key.unit));
        series.retain(|series| !series.key.is_of_base());
        let runs = self.index.runs_of(&series, &Context::NAMES)?;
        let told = told_by(gate, self.personal);
        let apart = match &told {
            // The one value that a run states is that of the run, whatever its dimensions.
            _ if gate.watch.is_none() => Apart::By(&[]),
            Some((names, hidden)) => Apart::of(names.as_deref(), hidden),
            None => Apart::Except(self.personal),
        };
        let mut occasions = HashMap::new();
        let series = match self.computes(gate) {
            true => {
                let made = (&*gate.metric.id, self.formulas);
                computed::series(made, series, apart, &runs, &self.counted).0
            }
            false => united(series, apart),
        };
        let lines = series.into_iter();
        let lines = lines.map(|series| {
            let mut line = line(series, &runs, (self, each), &mut occasions);
            if each == Each::Time {
                let measurings = line.measurings.iter_mut().enumerate();
                measurings.for_each(|(number, measured)| measured.run = number);
            }
            line
        });
        let lines = lines.filter(|line| !line.measurings.is_empty());
        let rule = gate.watch.as_ref().map(|watch| &watch.rule);
        Ok(match rule {
            // What arrives does so on whatever machine.
            None | Some(Rule::Completeness { .. }) => lines.collect(),
            Some(_) => lines.flat_map(by_runner).collect(),
        })
    }
}

/// Whether what runs measured came as a feed, as a check sees it: at all of its times and not once for each run.
fn is_feed(runs: &[Line], times: &[Line]) -> bool {
    let ended =
        |line: &Line| -> Vec<Timestamp> { line.measurings.iter().map(|it| it.at).collect() };
    runs.iter()
        .zip(times)
        .any(|(runs, times)| watch::is_feed(ended(times).into_iter().rev(), &ended(runs)))
}

/// What is one measuring of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Each {
    /// What a run measured.
    Run,
    /// What was measured at one time, however much was recorded together: that is how often something arrives.
    Time,
}

/// A series as it went on each sort of machine: figures of two are not compared.
fn by_runner(line: Line) -> Vec<Line> {
    let mut sorts: BTreeMap<String, Vec<Measuring>> = BTreeMap::new();
    for measured in line.measurings {
        let sort = sorts.entry(measured.runner.clone()).or_default();
        sort.push(measured);
    }
    let several = sorts.len() > 1;
    let of_sort = |(runner, measurings)| Line {
        key: line.key.clone(),
        runner: if several { runner } else { String::new() },
        measurings,
    };
    sorts.into_iter().map(of_sort).collect()
}

/// Whether a gate judges what a run states of the project: by a rule over series, or by bounds alone.
fn is_followed(gate: &Gate) -> bool {
    let looks_elsewhere = gate.samples.is_some()
        || gate.targets.is_some()
        || gate.versus_base.is_some()
        || gate.ratchet.is_some();
    let is_of_project = gate.part.is_whole() && gate.selector == Selector::Project;
    gate.watch.is_some() || (is_of_project && !looks_elsewhere)
}

/// A series as it is replayed. Runs are numbered over all series of a gate.
fn line<'r>(
    series: Series,
    runs: &'r Runs,
    (recorded, each): (&Recorded<'_>, Each),
    occasions: &mut HashMap<Occasion<'r>, usize>,
) -> Line {
    // By the run, its number, and the time where each counts by itself: when it was measured, in which run, and the values.
    type Place<'r> = (Occasion<'r>, i64, Option<i64>);
    type Found<'r> = (i64, &'r Context, Vec<f64>);
    let mut found: BTreeMap<Place<'_>, Found<'_>> = BTreeMap::new();
    for &(at, value, number) in &series.points {
        let Some(context) = runs.get(number).filter(|run| recorded.counted.counts(run)) else {
            continue;
        };
        let occasion = Occasion::of((number, context), at);
        let one = found
            .entry((occasion, number, (each == Each::Time).then_some(at)))
            .or_insert((at, context, Vec::new()));
        one.0 = one.0.max(at);
        one.2.push(value);
    }
    let measuring = |((occasion, ..), (at, context, values)): (Place<'r>, Found<'r>)| {
        let next = occasions.len();
        Some(Measuring {
            run: *occasions.entry(occasion).or_insert(next),
            commit: context.commit.clone(),
            runner: context.runner.clone(),
            hosted: {
                let run = (context.commit.clone(), context.runner.clone());
                recorded.hosted.0.get(&run).copied()
            },
            named: !context.run.is_empty(),
            at: Timestamp::from_millisecond(at).ok()?,
            values,
        })
    };
    let mut measurings: Vec<Measuring> = found.into_iter().filter_map(measuring).collect();
    measurings.sort_by_key(|measured| measured.at);
    Line {
        key: series.key,
        runner: String::new(),
        measurings,
    }
}
