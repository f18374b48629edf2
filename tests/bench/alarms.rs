//! Measures how often each rule of docs/statistics.md raises a false alarm and how often it sees a regression.
//!
//! `alarms [REPETITIONS]` (200,000 where nothing is said) prints the table in markdown, with standard errors, and beside it
//! the one of the rules: it fails where they differ by more than the errors of both.

#![allow(clippy::print_stdout, reason = "a measurement prints what it found")]

#[path = "../statistics/simulation.rs"]
mod simulation;

use simulation::{
    CLAIMS, Noise, POINTS, REPETITIONS, Rates, SLOWER, TURNS, andon_rate, branch, changes_seen,
    rates,
};

/// Metrics in the suite of the last column.
const SUITE: i32 = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let repetitions = std::env::args()
        .nth(1)
        .map_or(Ok(200_000), |text| text.parse())?;
    println!(
        "{repetitions} repetitions; a past of {POINTS} points; {REPETITIONS} repetitions a run, {TURNS} a side interleaved\n"
    );
    println!("| rule | false alarms | seen at +25 % | a suite of {SUITE} without a false alarm |");
    println!("|---|---:|---:|---:|");
    let measured = rates(repetitions, &Noise::HOSTED, 20_260_101);
    let error = |rate| Rates::error(rate, repetitions);
    for found in &measured {
        println!(
            "| {} | {:.3} % ± {:.3} | {:.1} % ± {:.2} | {:.0} % |",
            found.rule,
            found.alarms,
            error(found.alarms),
            found.power,
            error(found.power),
            100.0 * (1.0 - found.alarms / 100.0).powi(SUITE),
        );
    }
    let series = (repetitions / 100).max(1);
    let found = branch(series, &Noise::HOSTED, 20_260_102);
    println!(
        "\n{series} branches of 100 runs without a change and 100 that are 25 % slower: {:.3} % of the first fail, {:.2} % of the others, from the second on",
        found.alarms, found.kept
    );
    println!();
    let mut all_hold = true;
    for (claim, found) in CLAIMS.iter().filter_map(|claim| {
        let found = measured.iter().find(|found| found.rule == claim.rule)?;
        Some((claim, found))
    }) {
        for (word, stated, rate) in [
            ("alarms", claim.alarms, found.alarms),
            ("seen", claim.power, found.power),
        ] {
            let holds = stated.is(rate, error(rate));
            all_hold &= holds;
            println!(
                "{}, {word}: {rate:.3} %, {stated:?} ± {:.3}: {}",
                claim.rule,
                stated.allowed(error(rate)),
                if holds { "holds" } else { "DOES NOT HOLD" }
            );
        }
    }
    for level in [100.0, 100.0 * SLOWER] {
        let (rate, error) = andon_rate(repetitions / 10, &Noise::HOSTED, level, 1);
        println!("andon at {level}, computed: {rate:.4} % ± {error:.4}");
    }
    for resembles in [0.0, 0.3, 0.5, 0.65, 0.8] {
        let (plain, told) = changes_seen(repetitions / 200, &Noise::HOSTED, resembles, 1);
        println!(
            "changes seen where there are none, a point {resembles} of the one before: {plain:.1} %, told by alerts: {told:.1} %"
        );
    }
    match all_hold {
        true => Ok(()),
        false => Err("a rate is not the one of the rules".into()),
    }
}
