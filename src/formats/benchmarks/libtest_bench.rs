//! The lines of Rust's own benchmarks, which criterion's `--output-format bencher` writes too.

use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_THROUGHPUT, BENCHMARK_TIME};
use crate::domain::report::{Centre, Content, Measure, Problem, Quantity, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "libtest_bench",
    title: "cargo bench's output",
    kind: Kind::Benchmarks,
    producers: &["cargo bench", "criterion --output-format bencher"],
    default_paths: &["**/bench*.txt", "**/cargo-bench*.txt"],
    sniff,
    parse,
    reads: "The median time of each benchmark with its spread, and its throughput. A benchmark that panicked failed.",
    omits: "Tests, and benchmarks that are ignored.",
    supplies: &[&[&BENCHMARK_TIME, &BENCHMARK_THROUGHPUT], BENCHMARK_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.lines()
        .any(|line| split(line).is_some_and(|(_, rest)| rest.starts_with("bench:")))
}

/// Name and result of `test NAME ... RESULT`. The name may hold spaces.
fn split(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    Some((name.trim(), rest.trim()))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("libtest");
    let outcome = input.each_line(|problems, number, line| {
        let Some((name, rest)) = split(line) else {
            return Ok(());
        };
        if let Some(figures) = rest.strip_prefix("bench:") {
            let found = read(figures);
            if found.is_empty() && problems.len() < 100 {
                problems.push(Problem::warning("a benchmark without a value").at_line(number));
            }
            list.add(name, found);
        } else if rest.starts_with("FAILED") {
            list.fail(name, "it panicked");
        }
        Ok(())
    });
    list.finish(content);
    outcome
}

/// `1,234.56 ns/iter (+/- 56) = 99 MB/s`.
fn read(figures: &str) -> Vec<Quantity> {
    let number = |text: &str| text.replace(',', "").parse::<f64>().ok();
    let (time, rate) = match figures.split_once(" = ") {
        Some((time, rate)) => (time, Some(rate)),
        None => (figures, None),
    };
    let mut words = time.split_whitespace();
    let value = words.next().and_then(number);
    let unit = words.next().unwrap_or_default();
    let spread = time
        .split_once("(+/- ")
        .and_then(|(_, rest)| number(rest.split(')').next()?));
    let time = value.filter(|_| unit.ends_with("/iter")).and_then(|value| {
        let time = quantity(value, unit, Measure::Time)?.estimated_by(Centre::Median);
        Some(time.spread_by(spread.map(Spread::Within)))
    });
    let rate = rate.and_then(|rate| {
        let (value, unit) = rate.trim().split_once(' ')?;
        quantity(number(value)?, unit, Measure::Throughput)
    });
    time.into_iter().chain(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn figures_have_commas_points_and_a_rate() {
        let found = read("   1,234,567.89 ns/iter (+/- 1,000) = 2316 MB/s");
        assert!((found[0].value - 1_234_567.89e-9).abs() < 1e-15);
        assert_eq!(found[0].spread, Some(Spread::Within(1000.0 * 1e-9)));
        assert!((found[1].value - 2_316e6).abs() < 1.0);
        assert_eq!(found[0].stated.unit, "ns/iter");
        assert!(read(" x ns/iter").is_empty() && read("5").is_empty());
    }

    #[test]
    fn tests_are_no_benchmarks_but_what_failed_is() {
        let text = "running 3 tests\ntest a ... ignored\ntest fib 10 ... bench:         342 ns/iter (+/- 37)\ntest b ... FAILED\n";
        assert_eq!(sniffed(text), ["libtest_bench"]);
        let items = report("libtest_bench", text)
            .content
            .benchmarks
            .unwrap()
            .items;
        let names: Vec<&str> = items.iter().map(|item| &*item.name).collect();
        assert_eq!(names, ["fib 10", "b"]);
        assert!(items[1].failure.is_some());
        assert!(!sniffed("running 1 test\ntest a ... ok\n").contains(&"libtest_bench"));
    }
}
