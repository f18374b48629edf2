//! The alerts of a policy as they would have been looked at: whenever something of their metrics was recorded, at the end of
//! each day, and now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::super::series::Store;
use super::super::tracks::{self, Apart, Branches, Reach, Wanted};
use super::super::workspace::Workspace;
use crate::config::Config;
use crate::domain::backtest::{AlertReplay, is_of_runs, rewatch, spans_of};
use crate::domain::event::Context;
use crate::domain::series::{Query, day_of};
use crate::domain::watch::{Rule, Test, Track};

/// The most moments that an alert is looked at; of those whose tests take all that was before.
const MOMENTS: (usize, usize) = (1_000, 200);
/// Milliseconds of an hour and of a day.
const SPANS: [i64; 2] = [3_600_000, 86_400_000];

/// What is replayed.
pub(super) struct Asked<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) config: &'a Config,
    pub(super) store: &'a Store,
    /// The branch whose runs are replayed.
    pub(super) branch: &'a str,
    /// Whether it was asked for: else what says of no branch counts too, as it does for `andon alerts`.
    pub(super) named: bool,
    /// From when to when.
    pub(super) span: (Timestamp, Timestamp),
}

impl Asked<'_> {
    /// What each of these would have told.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub(super) fn replay(&self, rules: &[Rule]) -> anyhow::Result<Vec<AlertReplay>> {
        rules.iter().map(|rule| self.one(rule)).collect()
    }

    fn one(&self, named: &Rule) -> anyhow::Result<AlertReplay> {
        let unplayed = |why: String| Ok(AlertReplay::unplayed(named, why));
        if matches!(named.test, Test::Correlation { .. }) {
            return unplayed(
                "what moves with what is asked of the whole past and not of each day: `andon alerts` says how it is now"
                    .to_owned(),
            );
        }
        let rule = match named.derived(&self.store.derived) {
            Ok(rule) => rule,
            Err(error) => return unplayed(error.to_string()),
        };
        let metrics = rule.metrics();
        let apart = Apart::of(rule.per.as_deref(), &self.config.personal);
        let sources = self.store.sources(&metrics);
        if let Some(why) = self.store.lacks(&sources, apart.names())? {
            return unplayed(why);
        }
        let reach = Reach {
            branches: match self.named {
                true => Branches::One(self.branch.to_owned()),
                false => Branches::Default,
            },
            everywhere: false,
        };
        let wanted = Wanted {
            metrics: metrics.clone(),
            first: None,
            filters: &rule.filters,
            apart,
            from: None,
            reach: &reach,
        };
        let tracks = Track::current(tracks::read(self.workspace, self.store, &wanted)?);
        let (moments, every) = self.moments(&rule, &tracks);
        if moments.is_empty() {
            let meant = self.store.meant(&metrics)?;
            let names: Vec<String> = metrics.iter().map(|name| format!("`{name}`")).collect();
            return unplayed(format!(
                "nothing is recorded of {} in that time{meant}",
                names.join(" and ")
            ));
        }
        let commits = self.commits(&sources)?;
        let commit = |at: &Timestamp| {
            let before = commits.range(..=at.as_millisecond()).next_back();
            before.map_or_else(String::new, |(_, commit)| commit.clone())
        };
        let moments: Vec<(Timestamp, String)> =
            moments.into_iter().map(|at| (at, commit(&at))).collect();
        let mut replay = rewatch(&rule, &tracks, &moments);
        if let Some(every) = every {
            let lack = replay
                .lack
                .take()
                .map_or_else(String::new, |lack| format!("; {lack}"));
            replay.lack = Some(format!("looked at {every} alone, as there are many{lack}"));
        }
        Ok(replay)
    }

    /// When it is looked at, and of which moments, where there are too many for all.
    fn moments(&self, rule: &Rule, tracks: &[Track]) -> (Vec<Timestamp>, Option<&'static str>) {
        let (since, now) = self.span;
        let within = |at: &Timestamp| (since..=now).contains(at);
        let by_run = is_of_runs(rule) || rule.test == Test::ChangePoint;
        let spans = spans_of(rule);
        let times = tracks.iter().flat_map(|track| {
            let by_run = by_run && spans.is_none();
            let runs = track.runs.iter().filter(move |_| by_run);
            let samples = track.samples.iter().filter(move |_| !by_run);
            let runs = runs.map(|point| point.at);
            runs.chain(samples.map(|(at, _)| *at))
        });
        let mut moments: BTreeSet<Timestamp> = times.filter(within).collect();
        if moments.is_empty() {
            return (Vec::new(), None);
        }
        if let Some(bucket) = spans {
            // A span has a figure once it is over.
            let over = |at: &Timestamp| {
                let end = bucket.end(bucket.start(at.as_millisecond()));
                Timestamp::from_millisecond(end).ok()
            };
            moments = moments.iter().filter_map(over).filter(within).collect();
        }
        if matches!(rule.test, Test::Completeness(_)) {
            // Whether something is late shows just before it comes.
            let before = |at: &Timestamp| at.checked_sub(SignedDuration::from_millis(1)).ok();
            moments = moments.iter().filter_map(before).collect();
        }
        let most = match rule.test {
            Test::Trend | Test::ChangePoint => MOMENTS.1,
            _ => MOMENTS.0,
        };
        let mut every = None;
        for (span, words) in SPANS
            .into_iter()
            .zip(["the end of each hour", "the end of each day"])
        {
            if moments.len() > most {
                let last = moments
                    .iter()
                    .map(|at| (at.as_millisecond().div_euclid(span), *at));
                moments = last.collect::<BTreeMap<_, _>>().into_values().collect();
                every = Some(words);
            }
        }
        while moments.len() > most {
            moments.pop_first();
            every = Some("the newest days");
        }
        if !is_of_runs(rule) {
            let first = moments.first().map(|at| day_of(at.as_millisecond()));
            let days = first.map(|first| first..day_of(now.as_millisecond()));
            let end = |day: i64| Timestamp::from_millisecond((day + 1) * SPANS[1] - 1).ok();
            moments.extend(days.into_iter().flatten().filter_map(end).filter(within));
        }
        moments.insert(now);
        (moments.into_iter().collect(), every)
    }

    /// The commits that measured something of these metrics, by when (milliseconds since 1970).
    fn commits(&self, metrics: &[&str]) -> anyhow::Result<BTreeMap<i64, String>> {
        let query = Query {
            metrics: metrics.iter().map(|&name| name.to_owned()).collect(),
            ..Query::default()
        };
        let series = self.store.index.series(&query)?;
        let names = ["repository", "folder", "commit", "branch"];
        let runs = self.store.index.runs_of(&series, &names)?;
        let counts = |run: &Context| {
            (run.branch.is_empty() || run.branch == self.branch) && self.store.here.has(run)
        };
        let mut commits = BTreeMap::new();
        for (at, _, run) in series.iter().flat_map(|series| &series.points) {
            let Some(run) = runs.get(*run).filter(|run| counts(run)) else {
                continue;
            };
            if !run.commit.is_empty() {
                commits.insert(*at, run.commit.clone());
            }
        }
        Ok(commits)
    }
}
