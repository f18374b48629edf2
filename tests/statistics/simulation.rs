//! How often each rule takes noise for a regression, and how often it sees one of +25 %, on drawn benchmarks.
//!
//! A measurement is its level times a log-normal factor (σ = 0.08); one in twenty is an outlier, 1.3 to 2.5 times as
//! long. Seeded, so that a run can be repeated.

use std::f64::consts::TAU;

use andon::domain::metric::Better;
use andon::domain::stats::{Side, median, prediction_limit};
use andon::domain::watch::{Judgement, Level, Settings, compare, regression};
use jiff::Timestamp;

/// Points of the past that a run is held against.
pub(super) const POINTS: usize = 30;
/// Repetitions within a run.
pub(super) const REPETITIONS: usize = 5;
/// Repetitions a side where base and head take turns.
pub(super) const TURNS: usize = 20;
/// The regression that has to be seen.
pub(super) const SLOWER: f64 = 1.25;

/// What measurements scatter by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    /// The standard deviation of the logarithm.
    pub(super) sigma: f64,
    /// How many are outliers, as a share.
    pub(super) outliers: f64,
    /// By what factor those are longer: from, to.
    pub(super) factor: (f64, f64),
}

impl Noise {
    /// Runners that others share.
    pub(super) const HOSTED: Noise = Noise {
        sigma: 0.08,
        outliers: 0.05,
        factor: (1.3, 2.5),
    };
}

/// One rule's rates, in percent.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    /// The rule.
    pub(super) rule: &'static str,
    /// How often it fails a run that is no worse.
    pub(super) alarms: f64,
    /// How often it fails one that is 25 % worse.
    pub(super) power: f64,
}

impl Rates {
    /// The standard error of a rate in percent that was measured so often.
    pub(super) fn error(rate: f64, repetitions: u32) -> f64 {
        (rate * (100.0 - rate) / f64::from(repetitions)).sqrt()
    }
}

/// Numbers drawn by SplitMix64 (Steele, Lea and Flood, 2014).
struct Draw {
    state: u64,
    noise: Noise,
}

impl Draw {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// From 0 to below 1.
    fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One measurement.
    fn measure(&mut self, level: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let normal = radius * (TAU * self.uniform()).cos();
        let value = level * (self.noise.sigma * normal).exp();
        if self.uniform() >= self.noise.outliers {
            return value;
        }
        let (from, to) = self.noise.factor;
        value * (from + (to - from) * self.uniform())
    }

    fn several(&mut self, level: f64, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.measure(level)).collect()
    }

    fn medians(&mut self, level: f64, count: usize) -> Vec<f64> {
        let run = |draw: &mut Draw| median(&draw.several(level, REPETITIONS)).unwrap_or(level);
        (0..count).map(|_| run(self)).collect()
    }
}

type Rule = (&'static str, fn(&mut Draw, f64) -> bool);

const RULES: [Rule; 6] = [
    ("double the previous", |draw, level| {
        let previous = draw.measure(100.0);
        draw.measure(level) > 2.0 * previous
    }),
    ("t 0.99 on single values", |draw, level| {
        let past = draw.several(100.0, POINTS);
        beyond(&past, draw.measure(level))
    }),
    ("t 0.99 on medians of five", |draw, level| {
        let past = draw.medians(100.0, POINTS);
        let run = draw.several(level, REPETITIONS);
        median(&run).is_ok_and(|value| beyond(&past, value))
    }),
    (
        "andon: that, an effect of 5 % and a second run",
        |draw, level| {
            let past = draw.medians(100.0, POINTS);
            let (run, again) = (
                draw.several(level, REPETITIONS),
                draw.several(level, REPETITIONS),
            );
            let settings = Settings::default();
            let outcome = regression(&past, &run, Some(&again), Better::Lower, &settings);
            outcome.judgement == Judgement::Fail
        },
    ),
    (
        "interleaved: rank test and an effect of 5 %",
        |draw, level| {
            let (base, head) = (draw.several(100.0, TURNS), draw.several(level, TURNS));
            let outcome = compare(&base, &head, Better::Lower, &Settings::default());
            outcome.judgement == Judgement::Fail
        },
    ),
    (
        "andon on the branch: the next commit's run confirms",
        |draw, level| {
            let settings = Settings::default();
            let mut branch = Level::new(Better::Lower, &settings, None);
            let past = draw.medians(100.0, POINTS);
            let before = draw.medians(level, 1);
            for value in past.into_iter().chain(before) {
                branch.add(Timestamp::UNIX_EPOCH, "", value);
            }
            let run = draw.several(level, REPETITIONS);
            branch.judge(&run, None, false).judgement == Judgement::Fail
        },
    ),
];

fn beyond(past: &[f64], value: f64) -> bool {
    prediction_limit(past, 0.99, Side::Upper).is_ok_and(|found| value > found.limit)
}

/// Tries every rule so often with and without a regression.
pub(super) fn rates(repetitions: u32, noise: &Noise, seed: u64) -> Vec<Rates> {
    let mut draw = Draw {
        state: seed,
        noise: *noise,
    };
    let mut rate = |rule: fn(&mut Draw, f64) -> bool, level: f64| {
        let fired = (0..repetitions).filter(|_| rule(&mut draw, level)).count();
        100.0 * fired as f64 / f64::from(repetitions)
    };
    RULES
        .iter()
        .map(|(name, rule)| Rates {
            rule: name,
            alarms: rate(*rule, 100.0),
            power: rate(*rule, 100.0 * SLOWER),
        })
        .collect()
}

/// What a branch's gate does over many runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Branch {
    /// How many of the runs of series without any change fail, in percent.
    pub(super) alarms: f64,
    /// How many of the runs fail that are 25 % slower for good, from the second on, in percent.
    pub(super) kept: f64,
}

/// Runs after the first ones, without a change and then with one.
const RUNS: u32 = 100;

/// Judges so many series run after run, each run by the level of those before it.
pub(super) fn branch(series: u32, noise: &Noise, seed: u64) -> Branch {
    let mut draw = Draw {
        state: seed,
        noise: *noise,
    };
    let settings = Settings::default();
    let (mut alarms, mut kept) = (0_u32, 0_u32);
    for _ in 0..series {
        let mut branch = Level::new(Better::Lower, &settings, None);
        for value in draw.medians(100.0, POINTS) {
            branch.add(Timestamp::UNIX_EPOCH, "", value);
        }
        let mut fails = |level: f64| {
            let run = draw.several(level, REPETITIONS);
            let outcome = branch.judge(&run, None, false);
            branch.add(Timestamp::UNIX_EPOCH, "", outcome.value.unwrap_or(level));
            u32::from(outcome.judgement == Judgement::Fail)
        };
        alarms += (0..RUNS).map(|_| fails(100.0)).sum::<u32>();
        fails(100.0 * SLOWER);
        kept += (0..RUNS).map(|_| fails(100.0 * SLOWER)).sum::<u32>();
    }
    let rate = |count: u32| 100.0 * f64::from(count) / f64::from(series * RUNS);
    Branch {
        alarms: rate(alarms),
        kept: rate(kept),
    }
}
