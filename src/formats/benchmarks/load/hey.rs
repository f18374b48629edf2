//! hey's output.

use super::super::super::{Format, Head, Input, Kind};
use super::super::unit::quantity;
use super::{Run, SUPPLIED, leading};
use crate::domain::report::{Centre, Content, Measure, Problem};

pub(in crate::formats::benchmarks) static FORMAT: Format = Format {
    id: "hey",
    title: "hey's output",
    kind: Kind::Benchmarks,
    producers: &["hey"],
    default_paths: &["**/hey*.txt"],
    sniff,
    parse,
    reads: "The mean time of a request, percentiles, requests per second, and errors: requests without an answer, and answers of status 400 or more. hey does not say what it loads, so it is named `hey`. A run in which every request failed is a failure.",
    omits: "The parts of a request's time, the histogram, and `-o csv`, which lists single requests.",
    supplies: SUPPLIED,
};

fn sniff(head: &Head) -> bool {
    let titles: Vec<&str> = head.lines().map(str::trim).take(80).collect();
    titles.contains(&"Summary:")
        && titles.contains(&"Response time histogram:")
        && titles.iter().any(|line| line.starts_with("Requests/sec:"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut run = Run {
        name: "hey".to_owned(),
        ..Run::default()
    };
    let mut section = String::new();
    let outcome = input.each_line(|_, _, line| {
        let line = line.trim();
        match line.strip_suffix(':') {
            Some(title) => title.clone_into(&mut section),
            None => take(&mut run, &section, line),
        }
        Ok(())
    });
    let whole = run.finish("hey", content);
    outcome.and(whole)
}

fn take(run: &mut Run, section: &str, line: &str) {
    if let Some(rest) = line.strip_prefix("Requests/sec:") {
        run.add(leading(rest).and_then(|(rate, _)| quantity(rate, "/s", Measure::Throughput)));
    } else if let (Some(rest), "Summary") = (line.strip_prefix("Average:"), section) {
        let time = leading(rest).and_then(|(time, _)| quantity(time, "s", Measure::Time));
        run.add(time.map(|time| time.estimated_by(Centre::Mean)));
    } else if let Some((percent, rest)) = line.split_once("% in ") {
        if let Some((value, _)) = leading(rest) {
            run.rank(percent, value, "s");
        }
    } else if let Some((label, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']'))
    {
        let label: u64 = label.parse().unwrap_or(0);
        match (section, leading(rest)) {
            ("Status code distribution", Some((count, _))) => {
                run.requests += count;
                run.errors += if label >= 400 { count } else { 0.0 };
            }
            // Here the number in brackets is how often it came.
            #[allow(clippy::cast_precision_loss, reason = "nobody sends so many")]
            ("Error distribution", _) => {
                run.requests += label as f64;
                run.errors += label as f64;
            }
            _ => {}
        }
    }
}
