//! hyperfine's CSV (`--export-csv`).

use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_TIME};
use crate::domain::report::{Centre, Content, Measure, Problem, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "hyperfine_csv",
    title: "hyperfine CSV",
    kind: Kind::Benchmarks,
    producers: &["hyperfine --export-csv"],
    default_paths: &["**/hyperfine*.csv"],
    sniff,
    parse,
    reads: "The mean time of each command with its standard deviation.",
    omits: "User and system time. The table has neither exit codes nor the number of runs: the JSON has.",
    supplies: &[&[&BENCHMARK_TIME], BENCHMARK_COUNTED],
};

/// The columns that every version writes; parameters have theirs behind.
const HEADER: [&str; 8] = [
    "command", "mean", "stddev", "median", "user", "system", "min", "max",
];

fn sniff(head: &Head) -> bool {
    let first = head.lines().next().unwrap_or_default();
    first.split(',').take(HEADER.len()).eq(HEADER)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("hyperfine");
    let outcome = read(input, &mut list);
    list.finish(content);
    outcome
}

fn read(input: &mut Input<'_>, list: &mut List) -> Result<(), Problem> {
    let mut first = true;
    input.each_row(|_, line, row| {
        let header = row.iter().take(HEADER.len()).eq(HEADER);
        if first && !header {
            let what = "the table's header is not that of hyperfine";
            return Err(Problem::error(what).at_line(line));
        }
        first = false;
        if !header {
            let number = |at| row.get(at).and_then(|cell: &str| cell.parse::<f64>().ok());
            let time = number(1).and_then(|mean| quantity(mean, "s", Measure::Time));
            let deviation = number(2).map(Spread::Deviation);
            let time = time.map(|time| time.estimated_by(Centre::Mean).spread_by(deviation));
            list.add(row.get(0).unwrap_or_default(), time);
        }
        Ok(())
    })?;
    if first {
        return Err(Problem::error("the table is empty"));
    }
    Ok(())
}
