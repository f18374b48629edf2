//! ApacheBench's output.

use super::super::super::{Format, Head, Input, Kind};
use super::super::unit::{Scale, quantity, scaled};
use super::{Run, SUPPLIED, leading};
use crate::domain::report::{Centre, Content, Measure, Problem};

pub(in crate::formats::benchmarks) static FORMAT: Format = Format {
    id: "ab",
    title: "ApacheBench's output",
    kind: Kind::Benchmarks,
    producers: &["ab"],
    default_paths: &["**/ab*.txt"],
    sniff,
    parse,
    reads: "The mean time of a request, percentiles, requests and bytes per second, and errors: failed requests and answers other than 2xx. Named `HOST:PORT PATH`. A run in which every request failed is a failure.",
    omits: "The parts of a connection's time, and the mean across concurrent requests.",
    supplies: SUPPLIED,
};

fn sniff(head: &Head) -> bool {
    head.lines()
        .take(40)
        .any(|line| line.starts_with("This is ApacheBench,"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run::default();
    let outcome = input.each_line(|_, _, line| {
        take(&mut run, line.trim());
        Ok(())
    });
    let whole = run.finish("ab", content);
    outcome.and(whole)
}

fn take(run: &mut Run, line: &str) {
    let Some((title, value)) = line.split_once(':') else {
        if let Some((percent, value)) = line.split_once('%')
            && let Some((value, _)) = leading(value)
        {
            run.rank(percent.trim(), value, "ms");
        }
        return;
    };
    let value = value.trim();
    let number = leading(value).map(|(number, _)| number);
    match title {
        "Server Hostname" => run.name.push_str(value),
        "Server Port" => run.name.push_str(&format!(":{value}")),
        "Document Path" => run.name.push_str(&format!(" {value}")),
        "Complete requests" => run.requests = number.unwrap_or(0.0),
        // Those with another status are not among the failed ones.
        "Failed requests" | "Non-2xx responses" => run.errors += number.unwrap_or(0.0),
        "Requests per second" => {
            run.add(number.and_then(|rate| quantity(rate, "/s", Measure::Throughput)));
        }
        "Time per request" if value.ends_with("(mean)") => {
            let time = number.and_then(|time| quantity(time, "ms", Measure::Time));
            run.add(time.map(|time| time.estimated_by(Centre::Mean)));
        }
        "Transfer rate" => {
            // ab's kilobyte has 1024 bytes.
            let scale = Scale {
                measure: Measure::Throughput,
                factor: 1024.0,
            };
            let rate = number.and_then(|rate| scaled(rate, "Kbytes/sec", scale));
            run.add(rate.map(|rate| rate.named("transfer")));
        }
        _ => {}
    }
}
