//! `go test -bench`: a line per run of a benchmark, in the form that benchstat reads.

mod runs;

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{
    BENCHMARK_COST, BENCHMARK_COUNTED, BENCHMARK_MEMORY, BENCHMARK_THROUGHPUT, BENCHMARK_TIME,
};
use crate::domain::report::{Content, Problem};
use runs::Table;

pub(in crate::formats) static FORMAT: Format = Format {
    id: "go_bench",
    title: "go test -bench's output",
    kind: Kind::Benchmarks,
    producers: &["go test -bench", "benchfmt"],
    default_paths: &["**/*bench*.txt", "**/bench*.out"],
    sniff,
    parse,
    reads: "Every unit of each benchmark: time, MB/s, bytes, and those of the user's own, named by their units. Several runs of one name (`-count`) are samples, of which the median counts. Names are qualified by the package; the number of processors behind them is left out where it is the same in all lines. A unit of the user's own counts as better when lower, unless a line such as `Unit widgets/s better=higher` says otherwise. A benchmark or a package that failed is a failure.",
    omits: "The number of iterations; the JSON of `go test -json`.",
    supplies: &[
        &[
            &BENCHMARK_TIME,
            &BENCHMARK_THROUGHPUT,
            &BENCHMARK_MEMORY,
            &BENCHMARK_COST,
        ],
        BENCHMARK_COUNTED,
    ],
};

fn sniff(head: &Head) -> bool {
    let is_run = |line: &str| split(line).is_some_and(|(_, values)| values.contains(" ns/op"));
    head.lines()
        .any(|line| is_run(line) || line.starts_with("--- FAIL: Benchmark"))
        && !head.is_json()
}

/// Name and figures of a benchmark's line, without the number of iterations.
fn split(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("Benchmark")?;
    if rest.chars().next().is_some_and(char::is_lowercase) {
        return None;
    }
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let (iterations, values) = rest.trim_start().split_once(char::is_whitespace)?;
    iterations.parse::<u64>().ok()?;
    Some((name, values))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut table = Table::default();
    let outcome = input.each_line(|problems, number, line| {
        if let Some((name, values)) = split(line) {
            if !table.run(name, values) && problems.len() < 100 {
                problems.push(Problem::warning("a benchmark without a value").at_line(number));
            }
        } else {
            other(&mut table, line);
        }
        Ok(())
    });
    table.finish(content);
    outcome
}

/// What is no benchmark's line: of which package, in which units, and what failed.
fn other(table: &mut Table, line: &str) {
    if let Some(package) = line.strip_prefix("pkg:") {
        table.package = package.trim().to_owned();
    } else if let Some(unit) = line.strip_prefix("Unit ") {
        let mut words = unit.split_whitespace();
        if let (Some(unit), true) = (words.next(), words.any(|word| word == "better=higher")) {
            table.higher.insert(unit.to_owned());
        }
    } else if let Some(rest) = line.strip_prefix("--- FAIL: ") {
        let name = rest.split_whitespace().next().unwrap_or_default();
        table.fail(name);
    } else if let Some(rest) = line.strip_prefix("FAIL\t") {
        let package = rest.split_whitespace().next().unwrap_or_default();
        let why = match rest.split_once('[') {
            Some((_, why)) => why.trim_end_matches(']'),
            None => "the package failed",
        };
        table.package_failed(package, why);
    } else if !table.last_failed.is_empty() && line.starts_with("    ") {
        table.reason(line.trim());
    } else {
        table.last_failed.clear();
        if let Some((name, rest)) = line.split_once('\t')
            && name.starts_with("Benchmark")
            && let Some(message) = rest.trim_start().strip_prefix("panic: ")
        {
            table.fail(name.trim());
            table.reason(message);
            table.last_failed.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Benchmark, Measure};
    use crate::formats::testing::{report, sniffed};

    fn items(text: &str) -> Vec<Benchmark> {
        report("go_bench", text).content.benchmarks.unwrap().items
    }

    #[test]
    fn several_runs_are_samples_and_processors_are_left_out() {
        let text = "pkg: a.b/c\nBenchmarkX/n=5-8   10  5.0 ns/op  64 B/op  2 allocs/op\nBenchmarkX/n=5-8   10  7.0 ns/op 64 B/op 2 allocs/op\nBenchmarkX/n=5-8   10  6.0 ns/op\nok  a.b/c 1s\n";
        let found = items(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "a.b/c.BenchmarkX/n=5");
        let time = &found[0].quantities[0];
        assert!((time.value - 6e-9).abs() < 1e-20);
        assert_eq!(time.samples, Some(3));
        assert_eq!(found[0].quantities[2].name, "allocs/op");
        assert_eq!(found[0].quantities[2].measure, Measure::Cost);
        let several = items("BenchmarkX-2 1 5 ns/op\nBenchmarkX-4 1 5 ns/op\n");
        assert_eq!(several.len(), 2);
        let own = items("BenchmarkX/size-2 1 5 ns/op\nBenchmarkX/size-2-4 1 5 ns/op\n");
        assert_eq!(own.len(), 2);
    }

    #[test]
    fn what_failed_is_told_with_its_package() {
        let text = "pkg: p\nBenchmarkGood-2 1 5 ns/op\n--- FAIL: BenchmarkBad\n    bad_test.go:4: it broke\nBenchmarkPanics-2   \tpanic: no\n\nFAIL\tp\t0.1s\nFAIL\tq [build failed]\nFAIL\n";
        let found = items(text);
        let failed: Vec<_> = found
            .iter()
            .map(|item| (item.name.as_str(), item.failure.as_deref()))
            .collect();
        assert_eq!(
            failed,
            [
                ("p.BenchmarkGood", None),
                ("p.BenchmarkBad", Some("bad_test.go:4: it broke")),
                ("p.BenchmarkPanics", Some("no")),
                ("q", Some("build failed")),
            ]
        );
        assert_eq!(sniffed(text), ["go_bench"]);
    }

    #[test]
    fn a_unit_may_say_which_way_it_improves() {
        let found = items(
            "Unit widgets/op better=higher\nBenchmarkX 1 5 ns/op 3 widgets/op 9 p99-ns 4 req/s\n",
        );
        let measures: Vec<_> = found[0]
            .quantities
            .iter()
            .map(|q| (q.measure, q.name.as_str()))
            .collect();
        assert_eq!(
            measures,
            [
                (Measure::Time, ""),
                (Measure::Score, "widgets/op"),
                (Measure::Cost, "p99-ns"),
                (Measure::Throughput, "req/s"),
            ]
        );
    }
}
