//! wrk's output.

use super::super::super::{Format, Head, Input, Kind};
use super::super::unit::{Scale, quantity, scaled};
use super::{Run, SUPPLIED, leading};
use crate::domain::report::{Centre, Content, Measure, Problem, Spread};

pub(in crate::formats::benchmarks) static FORMAT: Format = Format {
    id: "wrk",
    title: "wrk's output",
    kind: Kind::Benchmarks,
    producers: &["wrk", "wrk2"],
    default_paths: &["**/wrk*.txt"],
    sniff,
    parse,
    reads: "The mean latency with its standard deviation, percentiles (`--latency`), requests and bytes per second, and errors: of sockets, and answers other than 2xx and 3xx. Named by the address. A run in which every request failed is a failure.",
    omits: "Figures of single threads, and what a script prints.",
    supplies: SUPPLIED,
};

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines();
    lines.any(|line| line.starts_with("Running ") && line.contains(" test @ "))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run::default();
    let outcome = input.each_line(|_, _, line| {
        take(&mut run, line.trim());
        Ok(())
    });
    let whole = run.finish("wrk", content);
    outcome.and(whole)
}

fn take(run: &mut Run, line: &str) {
    if let Some((_, address)) = line.split_once(" test @ ") {
        address.clone_into(&mut run.name);
    } else if let Some(rest) = line.strip_prefix("Latency ") {
        let mut words = rest.split_whitespace();
        let mean = words.next().and_then(leading);
        let deviation = words.next().and_then(|word| time(leading(word)?));
        let mean = mean.and_then(|(value, unit)| quantity(value, unit, Measure::Time));
        if let Some(mut mean) = mean.filter(|mean| mean.measure == Measure::Time) {
            mean.spread = deviation.map(Spread::Deviation);
            run.add(Some(mean.estimated_by(Centre::Mean)));
        }
    } else if let Some(rest) = line.strip_prefix("Requests/sec:") {
        let rate = leading(rest).and_then(|(rate, _)| quantity(rate, "/s", Measure::Throughput));
        run.add(rate);
    } else if let Some(rest) = line.strip_prefix("Transfer/sec:") {
        run.add(leading(rest).and_then(|(value, unit)| transfer(value, unit)));
    } else if let Some(rest) = line.strip_prefix("Socket errors:") {
        let counts = rest
            .split(',')
            .filter_map(|part| part.split_whitespace().last());
        run.errors += counts
            .filter_map(|count| count.parse::<f64>().ok())
            .sum::<f64>();
    } else if let Some(rest) = line.strip_prefix("Non-2xx or 3xx responses:") {
        run.errors += leading(rest).map_or(0.0, |(count, _)| count);
    } else if let Some((count, "requests")) = line
        .split_once(" requests in ")
        .map(|(count, _)| (count, "requests"))
    {
        run.requests = count.parse().unwrap_or(0.0);
    } else if let Some((percent, value)) = line.split_once('%')
        && let Some((value, unit)) = leading(value)
    {
        run.rank(
            percent.trim_end_matches('0').trim_end_matches('.'),
            value,
            unit,
        );
    }
}

fn time((value, unit): (f64, &str)) -> Option<f64> {
    Some(quantity(value, unit, Measure::Time)?.value)
}

/// wrk's sizes are binary, whatever it calls them.
fn transfer(value: f64, unit: &str) -> Option<crate::domain::report::Quantity> {
    let factor = match unit {
        "B" => 1.0,
        "KB" => 1024.0,
        "MB" => 1024.0_f64.powi(2),
        "GB" => 1024.0_f64.powi(3),
        _ => return None,
    };
    let scale = Scale {
        measure: Measure::Throughput,
        factor,
    };
    Some(scaled(value, &format!("{unit}/s"), scale)?.named("transfer"))
}
