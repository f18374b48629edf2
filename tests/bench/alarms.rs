//! Measures how often each rule of docs/statistics.md raises a false alarm and how often it sees a regression.
//!
//! `alarms [REPETITIONS]` (200,000 where nothing is said) prints the table in markdown, with standard errors.

#![allow(clippy::print_stdout, reason = "a measurement prints what it found")]

#[path = "../statistics/simulation.rs"]
mod simulation;

use simulation::{Noise, POINTS, REPETITIONS, Rates, TURNS, branch, rates};

/// Metrics in the suite of the last column.
const SUITE: i32 = 50;

fn main() -> Result<(), std::num::ParseIntError> {
    let repetitions = std::env::args()
        .nth(1)
        .map_or(Ok(200_000), |text| text.parse())?;
    println!(
        "{repetitions} repetitions; a past of {POINTS} points; {REPETITIONS} repetitions a run, {TURNS} a side interleaved\n"
    );
    println!("| rule | false alarms | seen at +25 % | a suite of {SUITE} without a false alarm |");
    println!("|---|---:|---:|---:|");
    for found in rates(repetitions, &Noise::HOSTED, 20_260_101) {
        let error = |rate| Rates::error(rate, repetitions);
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
    Ok(())
}
