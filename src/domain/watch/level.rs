//! The level that runs of a branch are held against.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::andon;
use super::method::Method;
use super::outcome::{Judgement, Outcome, Standing, worsening};
use super::regression::regression;
use super::settings::Settings;
use crate::domain::metric::Better;
use crate::domain::stats::{NoAnswer, Side, median};

/// Points in a row that are better by what counts from which on they are the level: so many as the rules need to fail by.
const IMPROVED: usize = 10;

/// The fewest points that are a level: fewer are too little to tell another one from.
const FEWEST: usize = 5;

/// From where on a level is accepted: the past begins there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// A time.
    At(Timestamp),
    /// The first run of a commit, whose id begins with this.
    Commit(String),
}

impl Since {
    /// Whether another names the same: of one commit fewer or more digits.
    pub fn is_same(&self, other: &Since) -> bool {
        match (self, other) {
            (Since::Commit(one), Since::Commit(other)) => {
                one.starts_with(other.as_str()) || other.starts_with(one.as_str())
            }
            _ => self == other,
        }
    }

    fn begins(&self, at: Timestamp, commit: &str) -> bool {
        match self {
            Since::At(since) => at >= *since,
            Since::Commit(id) => commit.starts_with(id.as_str()),
        }
    }
}

impl fmt::Display for Since {
    /// As a policy writes it: a day where it is the beginning of one (UTC).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Since::At(at) => {
                let begins = at.to_zoned(TimeZone::UTC);
                match begins.time() == jiff::civil::Time::midnight() {
                    true => write!(f, "{}", begins.date()),
                    false => write!(f, "{at}"),
                }
            }
            Since::Commit(id) => f.write_str(id),
        }
    }
}

/// The points that a branch's series goes on with beyond the limit of its past.
#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    since: Timestamp,
    /// The commit of the first of them.
    commit: String,
    runs: usize,
    /// The newest of them.
    values: Vec<f64>,
    /// A point within the limit that came last: chance, or the first of those that are back.
    within: Option<f64>,
}

/// The level of a branch: the newest of its points that are not of a new level for the worse which nobody accepted.
///
/// Points are taken in one after another. One that is beyond the limit that the points before it set, by the rule that
/// judges runs, waits. If the next one is within, it was noise and joins them. Two and more are another level: they join
/// never, so that the limit stays what it was until the series returns, or the level is accepted ([`Since`]). It returned where
/// two in a row are within: at a level near the limit one may be by chance, and would move the limit towards it.
///
/// A level for the better needs nobody's consent: ten in a row that are better by as much as would count for the worse are the
/// level from then on, and what came before them is not looked at any more. Fewer join the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    settings: Settings,
    better: Better,
    since: Option<Since>,
    /// Whether the past begins with an accepted level.
    accepted: bool,
    /// The points, of which the newest [`Settings::window`] count.
    points: Vec<f64>,
    stretch: Option<Stretch>,
    /// Those at the end that are better by what counts.
    improved: Vec<f64>,
    /// The commit of the point that was taken in last.
    last: String,
}

impl Level {
    /// That of no point yet.
    pub fn new(better: Better, settings: &Settings, since: Option<Since>) -> Level {
        Level {
            settings: *settings,
            better,
            since,
            accepted: false,
            points: Vec::new(),
            stretch: None,
            improved: Vec::new(),
            last: String::new(),
        }
    }

    /// The same with other demands on the run that is judged: how many repetitions it has.
    #[must_use]
    pub fn with(&self, settings: &Settings) -> Level {
        Level {
            settings: *settings,
            ..self.clone()
        }
    }

    /// Takes in the next point in the order of time, with its commit, which may be unknown (empty). It costs no more than
    /// the window is long.
    pub fn add(&mut self, at: Timestamp, commit: &str, value: f64) {
        self.reach(at, commit);
        // A commit whose runs before were not beyond it is not where that begins.
        let begins = if commit == self.last { "" } else { commit };
        let side = Side::worse(self.better);
        let is_beyond = side.is_some_and(|side| self.is_beyond(value, side));
        let window = self.settings.window;
        match (&mut self.stretch, is_beyond) {
            (Some(stretch), true) => {
                stretch.runs += 1;
                stretch.within = None;
                push(&mut stretch.values, value, window);
            }
            (None, true) => {
                self.stretch = Some(Stretch {
                    since: at,
                    commit: begins.to_owned(),
                    runs: 1,
                    values: vec![value],
                    within: None,
                });
            }
            (Some(stretch), false) if stretch.runs > 1 && stretch.within.is_none() => {
                stretch.within = Some(value);
            }
            (_, false) => {
                let back = self.stretch.take().into_iter().flat_map(|stretch| {
                    let noise = stretch.values.into_iter().filter(|_| stretch.runs == 1);
                    noise
                        .collect::<Vec<f64>>()
                        .into_iter()
                        .chain(stretch.within)
                });
                let back: Vec<f64> = back.collect();
                for value in back.into_iter().chain([value]) {
                    self.join(value);
                }
            }
        }
        commit.clone_into(&mut self.last);
    }

    /// Takes in a point that is no worse than the level.
    fn join(&mut self, value: f64) {
        let side = Side::worse(self.better).map(Side::other);
        let window = self.settings.window;
        if side.is_some_and(|side| self.is_beyond(value, side)) {
            self.improved.push(value);
            if self.improved.len() >= IMPROVED {
                self.points = std::mem::take(&mut self.improved);
            }
            return;
        }
        let improved = std::mem::take(&mut self.improved);
        for value in improved.into_iter().chain([value]) {
            push(&mut self.points, value, window);
        }
    }

    /// Lets the past begin anew where what comes next is the first of an accepted level.
    pub fn reach(&mut self, at: Timestamp, commit: &str) {
        let begins = |since: &Since| since.begins(at, commit);
        if !self.accepted && self.since.as_ref().is_some_and(begins) {
            self.accepted = true;
            self.points.clear();
            self.improved.clear();
            self.stretch = None;
        }
    }

    /// Where the past is to begin, if no run so far is of that time or commit.
    pub fn awaited(&self) -> Option<&Since> {
        self.since.as_ref().filter(|_| !self.accepted)
    }

    /// Where the past begins, if a level was accepted.
    pub fn accepted(&self) -> Option<&Since> {
        self.since.as_ref().filter(|_| self.accepted)
    }

    /// The points that count, in the order of time.
    pub fn points(&self) -> &[f64] {
        newest(&self.points, self.settings.window)
    }

    /// Where the branch stands, if that is beyond the limit of its level.
    pub fn standing(&self) -> Option<Standing> {
        let stretch = self.stretch.as_ref()?;
        Some(Standing {
            since: stretch.since,
            runs: stretch.runs,
            value: median(newest(&stretch.values, self.settings.window)).ok()?,
        })
    }

    /// The commit that the branch is beyond the limit of its level since; empty where it is not known, or not beyond, or where a
    /// run of that commit before was not.
    pub fn began(&self) -> &str {
        self.stretch
            .as_ref()
            .map_or("", |stretch| stretch.commit.as_str())
    }

    /// Judges a run, given as its repetitions, by [`regression`] on the points that count. `earlier` are the runs of the same commit
    /// before it, in the order of time.
    ///
    /// A run of the branch itself (`is_change` is false) is confirmed by the run of its commit before it, or where there is none by
    /// the runs directly before it that are beyond the limit too. A change is confirmed by its own second run alone, and it is not
    /// blamed for what the branch has: where the branch stands beyond the limit itself, and the change is no worse than that, it is
    /// unconfirmed. A run that is contradicted by the one before is unconfirmed too, and one that is within where most of its commit's
    /// are not is noisy: neither is steady.
    pub fn judge(&self, run: &[f64], earlier: &[Vec<f64>], is_change: bool) -> Outcome {
        let settings = &self.settings;
        let past = self.points();
        let again = earlier.last().map(Vec::as_slice);
        let mut outcome = regression(past, run, again, self.better, settings);
        outcome.standing = self.standing();
        outcome.contradicted = self.contradicted(&outcome, earlier);
        let have = past.len();
        let is_own = matches!(settings.method, Method::Andon | Method::Static);
        if self.accepted && have < FEWEST && !is_own {
            let lack = NoAnswer::TooFew { have, need: FEWEST };
            outcome.judgement = Judgement::Insufficient(lack);
            return outcome;
        }
        outcome.judgement = match (outcome.judgement, outcome.standing) {
            (Judgement::Pass, _) if outcome.contradicted.is_some() => Judgement::Noisy,
            (Judgement::Unconfirmed, Some(_)) if !is_change && outcome.contradicted.is_none() => {
                Judgement::Fail
            }
            (Judgement::Unconfirmed | Judgement::Fail, Some(standing))
                if is_change && self.is_of_branch(&outcome, standing.value) =>
            {
                Judgement::Unconfirmed
            }
            (judgement, _) => judgement,
        };
        outcome
    }

    /// How many runs of the commit are beyond the limit, of how many, if the judged one is and the one before it is not, or it is not
    /// and most are.
    fn contradicted(&self, outcome: &Outcome, earlier: &[Vec<f64>]) -> Option<(usize, usize)> {
        let side = Side::worse(self.better).filter(|_| self.settings.method == Method::Andon)?;
        let is_beyond = |value| self.is_beyond(value, side);
        let full = earlier
            .iter()
            .filter(|run| run.len() >= self.settings.repetitions);
        let before: Vec<bool> = full
            .filter_map(|run| median(run).ok().map(is_beyond))
            .collect();
        let is_worse = outcome.judgement == Judgement::Unconfirmed;
        let beyond = before.iter().filter(|it| **it).count() + usize::from(is_worse);
        let runs = before.len() + 1;
        let is_contradicted = match outcome.judgement {
            Judgement::Unconfirmed => before.last() == Some(&false),
            Judgement::Pass => beyond * 2 > runs,
            _ => false,
        };
        is_contradicted.then_some((beyond, runs))
    }

    /// Whether what is beyond the limit is no worse than where the branch stands, by what would count.
    fn is_of_branch(&self, outcome: &Outcome, branch: f64) -> bool {
        let side = Side::worse(self.better);
        let (Some(side), Some(value)) = (side, outcome.value) else {
            return false;
        };
        let over = |budget| side.beyond(value, budget);
        if self.settings.budget.is_some_and(over) {
            return false;
        }
        let (Some(centre), Some(limit)) = (outcome.baseline, outcome.limit) else {
            return false;
        };
        let is_further = side.excess(value, branch) > side.excess(limit, centre);
        let counts = self.settings.method != Method::Andon
            || worsening(value, branch, side) >= self.settings.effect;
        !(is_further && counts)
    }

    /// Whether a value lies beyond the limit on a side: on the one that is worse, whether it would fail but for a second run.
    fn is_beyond(&self, value: f64, side: Side) -> bool {
        let (past, settings) = (self.points(), &self.settings);
        match settings.method {
            Method::Static => false,
            Method::Andon => andon::is_worse(past, value, side, settings),
            _ if past.len() < FEWEST.max(self.settings.least) => false,
            method => method
                .limit(past, settings.bound, side)
                .is_ok_and(|found| side.beyond(value, found.limit)),
        }
    }
}

/// The newest so many.
fn newest(values: &[f64], most: usize) -> &[f64] {
    let from = values.len().saturating_sub(most);
    values.get(from..).unwrap_or_default()
}

/// Adds a value, and lets go of old ones now and then.
fn push(values: &mut Vec<f64>, value: f64, window: usize) {
    values.push(value);
    let most = window.max(1).saturating_mul(2);
    if values.len() > most {
        values.drain(..values.len().saturating_sub(window.max(1)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hour: usize) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + hour as i64 * 3_600).unwrap()
    }

    fn settings() -> Settings {
        Settings::default().once()
    }

    fn steady(count: usize) -> Vec<f64> {
        (0..count).map(|i| 100.0 + (i % 5) as f64 * 0.5).collect()
    }

    fn level_since(values: &[f64], settings: &Settings, since: Option<Since>) -> Level {
        let mut level = Level::new(Better::Lower, settings, since);
        for (hour, value) in values.iter().enumerate() {
            level.add(at(hour), &format!("c{hour:03}"), *value);
        }
        level
    }

    fn level(values: &[f64]) -> Level {
        level_since(values, &settings(), None)
    }

    fn judged(level: &Level, value: f64, again: Option<f64>, is_change: bool) -> Judgement {
        let earlier: Vec<Vec<f64>> = again.into_iter().map(|again| vec![again]).collect();
        level.judge(&[value], &earlier, is_change).judgement
    }

    #[test]
    fn a_new_level_fails_run_after_run_until_the_series_returns() {
        let mut values = steady(30);
        assert_eq!(
            judged(&level(&values), 130.0, None, false),
            Judgement::Unconfirmed
        );
        for runs in 1..300 {
            values.push(130.0);
            let level = level(&values);
            let outcome = level.judge(&[131.0], &[], false);
            assert_eq!(outcome.judgement, Judgement::Fail, "{runs}");
            assert_eq!(level.began(), "c030");
            let standing = outcome.standing.unwrap();
            assert_eq!((standing.since, standing.runs), (at(30), runs));
            assert_eq!((outcome.points, standing.value), (30, 130.0));
        }
        assert_eq!(judged(&level(&values), 101.0, None, false), Judgement::Pass);
        // One may be within by chance; two are back.
        values.push(101.0);
        let perhaps = level(&values);
        assert_eq!(judged(&perhaps, 131.0, None, false), Judgement::Fail);
        assert_eq!(perhaps.points().len(), 30);
        values.push(101.0);
        let back = level(&values);
        assert_eq!((back.standing(), back.points().len()), (None, 32));
        let found = judged(&back, 131.0, None, false);
        assert_eq!(found, Judgement::Unconfirmed);
    }

    #[test]
    fn what_is_within_by_chance_does_not_move_the_limit() {
        let mut values = steady(30);
        values.extend((0..300).map(|i| if i % 5 == 4 { 101.9 } else { 110.0 }));
        let level = level(&values);
        assert_eq!(level.points().len(), 30);
        assert_eq!(level.standing().unwrap().runs, 240);
    }

    #[test]
    fn what_stands_out_alone_is_noise_and_joins() {
        let mut values = steady(30);
        values.extend([160.0, 101.0]);
        let level = level(&values);
        assert_eq!(level.points(), values);
        assert_eq!(level.standing(), None);
    }

    #[test]
    fn every_method_keeps_the_level_but_the_one_without_a_past() {
        for method in Method::ALL {
            let settings = Settings {
                bound: (method == Method::Static).then_some(120.0),
                ..Settings::new(method).once()
            };
            let mut values = steady(30);
            values.extend([150.0; 80]);
            let level = level_since(&values, &settings, None);
            assert_eq!(
                judged(&level, 150.0, None, false),
                Judgement::Fail,
                "{method}"
            );
            let mixed = level.points().contains(&150.0);
            assert_eq!(mixed, method == Method::Static, "{method}");
        }
    }

    #[test]
    fn a_second_run_of_the_commit_decides_before_the_runs_of_others_do() {
        let mut values = steady(30);
        values.push(130.0);
        let level = level(&values);
        let found = judged(&level, 130.0, Some(101.0), false);
        assert_eq!(found, Judgement::Unconfirmed);
        assert_eq!(judged(&level, 130.0, Some(130.0), false), Judgement::Fail);
    }

    #[test]
    fn runs_of_a_commit_that_contradict_one_another_are_not_steady() {
        let level = level(&steady(30));
        let of = |value: f64, earlier: &[f64]| {
            let earlier: Vec<Vec<f64>> = earlier.iter().map(|again| vec![*again]).collect();
            let outcome = level.judge(&[value], &earlier, false);
            (outcome.judgement, outcome.contradicted)
        };
        let (pass, fail) = ((Judgement::Pass, None), (Judgement::Fail, None));
        assert_eq!(of(115.0, &[]), (Judgement::Unconfirmed, None));
        assert_eq!(of(115.0, &[115.0]), fail);
        assert_eq!(of(101.0, &[115.0]), pass);
        let unconfirmed = |beyond, runs| (Judgement::Unconfirmed, Some((beyond, runs)));
        assert_eq!(of(115.0, &[101.0]), unconfirmed(1, 2));
        assert_eq!(of(115.0, &[115.0, 101.0]), unconfirmed(2, 3));
        assert_eq!(of(115.0, &[115.0, 101.0, 115.0]), fail);
        assert_eq!(of(101.0, &[101.0, 115.0]), pass);
        // Who runs it until it is green is told.
        assert_eq!(of(101.0, &[115.0, 115.0]), (Judgement::Noisy, Some((2, 3))));
        assert_eq!(of(101.0, &[115.0, 115.0, 101.0]), pass);
    }

    #[test]
    fn a_change_is_confirmed_by_its_own_run_and_not_blamed_for_the_branch() {
        let calm = level(&steady(30));
        assert_eq!(judged(&calm, 130.0, None, true), Judgement::Unconfirmed);
        assert_eq!(judged(&calm, 130.0, Some(131.0), true), Judgement::Fail);
        let mut values = steady(30);
        values.extend([130.0, 130.0]);
        let slow = level(&values);
        for value in [120.0, 130.0, 132.0] {
            let found = judged(&slow, value, Some(value), true);
            assert_eq!(found, Judgement::Unconfirmed, "{value}");
        }
        assert_eq!(judged(&slow, 160.0, None, true), Judgement::Unconfirmed);
        assert_eq!(judged(&slow, 160.0, Some(160.0), true), Judgement::Fail);
        assert_eq!(judged(&slow, 101.0, None, true), Judgement::Pass);
        let budget = Settings {
            budget: Some(125.0),
            ..settings()
        };
        let held = level_since(&values, &budget, None);
        assert_eq!(judged(&held, 130.0, None, true), Judgement::Fail);
    }

    #[test]
    fn an_accepted_level_is_where_the_past_begins() {
        let mut values = steady(30);
        values.extend([130.0; 4]);
        for since in [Since::At(at(30)), Since::Commit("c030".to_owned())] {
            let few = level_since(&values, &settings(), Some(since.clone()));
            assert_eq!(few.accepted(), Some(&since));
            assert_eq!(few.points(), [130.0; 4]);
            let lack = NoAnswer::TooFew { have: 4, need: 5 };
            let lack = Judgement::Insufficient(lack);
            assert_eq!(judged(&few, 130.0, None, false), lack);
            let named = Settings::new(Method::Percentage);
            let few = level_since(&values, &named, Some(since.clone()));
            assert_eq!(judged(&few, 130.0, None, false), lack);
            values.extend([130.0; 10]);
            let enough = level_since(&values, &settings(), Some(since));
            assert_eq!(judged(&enough, 131.0, None, false), Judgement::Pass);
            assert_eq!(judged(&enough, 150.0, Some(150.0), false), Judgement::Fail);
            values.truncate(34);
        }
        // Nothing is accepted by what no run is of.
        let typo = Since::Commit("beef".to_owned());
        let kept = level_since(&values, &settings(), Some(typo.clone()));
        assert_eq!((kept.awaited(), kept.accepted()), (Some(&typo), None));
        assert_eq!(judged(&kept, 130.0, None, false), Judgement::Fail);
        // The judged run may be the first of the level itself.
        let mut first = level_since(&values, &settings(), Some(typo));
        first.reach(at(50), "beef123");
        assert!(first.points().is_empty());
    }

    #[test]
    fn ten_better_runs_are_the_level_and_fewer_are_not() {
        let with = |better: &[f64]| level(&[&steady(14), better].concat());
        // What came before is looked at no more, so that a quarter more is seen.
        let improved = with(&[60.0; 12]);
        assert_eq!(improved.points(), [60.0; 12]);
        assert_eq!(judged(&improved, 75.0, None, false), Judgement::Unconfirmed);
        assert_eq!(with(&[60.0; 9]).points(), steady(14));
        // One that is back among nine makes all of them part of the past.
        let back = with(&[&[60.0; 9][..], &[100.0]].concat());
        assert_eq!(back.points().len(), 24);
        assert_eq!(
            judged(&with(&[60.0; 9]), 100.0, None, false),
            Judgement::Pass
        );
    }

    #[test]
    fn it_is_shown_as_a_policy_writes_it() {
        let shown = |text: &str| Since::At(text.parse().unwrap()).to_string();
        assert_eq!(shown("2026-11-15T00:00:00Z"), "2026-11-15");
        assert_eq!(shown("2026-11-15T08:30:00Z"), "2026-11-15T08:30:00Z");
        assert_eq!(Since::Commit("4f2a91c".to_owned()).to_string(), "4f2a91c");
    }

    proptest! {
        #[test]
        fn a_series_within_its_limit_is_its_own_past(
            values in prop::collection::vec(99.0_f64..103.0, 0..200),
        ) {
            let level = level(&values);
            prop_assert_eq!(level.points(), newest(&values, 64));
        }

        #[test]
        fn two_in_a_row_that_are_better_than_all_are_back(
            values in prop::collection::vec(50.0_f64..400.0, 0..120),
        ) {
            let mut level = level(&values);
            level.add(at(200), "", 49.0);
            level.add(at(201), "", 49.0);
            prop_assert_eq!(level.standing(), None);
        }

        #[test]
        fn a_run_as_bad_as_the_last_two_that_stand_beyond_fails(
            mut values in prop::collection::vec(95.0_f64..105.0, 10..80),
            beyond in prop::collection::vec(200.0_f64..400.0, 2..80),
        ) {
            let points = level(&values).points().to_vec();
            values.extend(&beyond);
            let level = level(&values);
            prop_assert_eq!(level.points(), points);
            prop_assert_eq!(judged(&level, 200.0, None, false), Judgement::Fail);
        }
    }
}
