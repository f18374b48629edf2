//! divan's tree.

use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::unit::quantity;
use crate::domain::catalogue::{
    BENCHMARK_COST, BENCHMARK_COUNTED, BENCHMARK_MEMORY, BENCHMARK_THROUGHPUT, BENCHMARK_TIME,
};
use crate::domain::report::{Centre, Content, Measure, Problem, Quantity, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "divan",
    title: "divan's output",
    kind: Kind::Benchmarks,
    producers: &["divan"],
    default_paths: &["**/divan*.txt"],
    sniff,
    parse,
    reads: "The median time of each benchmark with the fastest and the slowest and the number of samples, its throughput, and what its allocation profiler says of the largest use of memory (`max alloc`) and the number of allocations. Names are the tree's branches: `CRATE/MODULE/BENCHMARK/ARGUMENT`.",
    omits: "Benchmarks that are ignored; what was deallocated, grown and shrunk.",
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
    head.lines().any(|line| columns(line).is_some())
}

/// The tree's name and the column of the figures, in characters, if this is a header.
fn columns(line: &str) -> Option<(&str, usize)> {
    let (before, after) = line.split_once(" fastest ")?;
    let titles: Vec<&str> = after.split('│').map(str::trim).collect();
    let ours = ["", "slowest", "median", "mean", "samples", "iters"];
    (titles == ours).then(|| (before.trim(), before.chars().count() + 1))
}

/// Where in the tree the reader is.
#[derive(Default)]
struct Tree {
    /// The column of the figures; 0 before a header.
    column: usize,
    /// The names from the root to the last row.
    path: Vec<String>,
    /// Which figures of the allocation profiler follow, and how many rows of them were read.
    section: (String, u32),
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("divan");
    let mut tree = Tree::default();
    let outcome = input.each_line(|_, _, line| {
        if let Some((root, column)) = columns(line) {
            tree.column = column;
            tree.path = vec![root.to_owned()];
        } else if tree.column > 0 {
            tree.row(line, &mut list);
        }
        Ok(())
    });
    list.finish(content);
    outcome
}

impl Tree {
    fn row(&mut self, line: &str, list: &mut List) {
        let at = line.char_indices().nth(self.column).map(|(at, _)| at);
        let (branch, figures) = line.split_at(at.unwrap_or(line.len()));
        let cells: Vec<&str> = figures.split('│').map(str::trim).collect();
        if let Some((indent, name)) = branch.split_once("─ ") {
            // The tree's own strokes: three characters for each level.
            let level = indent.chars().count() / 3 + 1;
            self.path.truncate(level);
            self.path.push(name.trim().to_owned());
            self.section = Default::default();
            if let Some(time) = time(&cells) {
                list.add(&self.path.join("/"), Some(time));
            }
        } else if branch.chars().all(|c| c == '│' || c.is_whitespace()) {
            let found = self.further(&cells);
            if let Some(benchmark) = list.at(&self.path.join("/")).filter(|_| found.is_some()) {
                benchmark.quantities.extend(found);
            }
        } else {
            // Whatever the benchmarks themselves print.
            self.section = Default::default();
        }
    }

    /// A row below a benchmark's own: throughput, or figures of the allocation profiler.
    fn further(&mut self, cells: &[&str]) -> Option<Quantity> {
        let first = cells.first()?;
        if let Some(title) = first.strip_suffix(':') {
            self.section = (title.to_owned(), 0);
            return None;
        }
        let median = cells.get(2)?;
        if self.section.0.is_empty() {
            let rate = of(median, Measure::Cost)?;
            return (rate.measure == Measure::Throughput).then_some(rate);
        }
        self.section.1 += 1;
        match (self.section.0.as_str(), self.section.1) {
            ("max alloc", 2) => of(median, Measure::Cost).filter(|q| q.measure == Measure::Memory),
            ("alloc", 1) => {
                let count = quantity(median.replace(',', "").parse().ok()?, "", Measure::Cost)?;
                Some(count.named("allocs").estimated_by(Centre::Median))
            }
            _ => None,
        }
    }
}

fn time(cells: &[&str]) -> Option<Quantity> {
    let time = |at: usize| of(cells.get(at)?, Measure::Cost).filter(|q| q.measure == Measure::Time);
    let (fastest, slowest, median) = (time(0)?, time(1)?, time(2)?);
    let samples = cells
        .get(4)
        .and_then(|cell| cell.replace(',', "").parse().ok());
    let mut median = median.of_samples(samples);
    median.spread = Some(Spread::Range {
        low: fastest.value,
        high: slowest.value,
    });
    Some(median)
}

/// `853.3 ns`, `1.784 GB/s`.
fn of(cell: &str, otherwise: Measure) -> Option<Quantity> {
    let (value, unit) = cell.split_once(' ')?;
    let value = value.replace(',', "").parse().ok()?;
    Some(quantity(value, unit, otherwise)?.estimated_by(Centre::Median))
}

#[cfg(test)]
mod tests {
    use crate::domain::report::{Measure, Spread};
    use crate::formats::testing::{report, sniffed};

    const TREE: &str = "\
Timer precision: 30 ns
div             fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ skipped      (ignored)     │               │               │               │         │
├─ copy                       │               │               │               │         │
│  ├─ 8         36.31 ns      │ 132.2 ns      │ 37.09 ns      │ 49.51 ns      │ 100     │ 6400
│  │            220.2 MB/s    │ 60.49 MB/s    │ 215.6 MB/s    │ 161.5 MB/s    │         │
│  │            max alloc:    │               │               │               │         │
│  │              1           │ 1             │ 1             │ 1             │         │
│  │              64 B        │ 64 B          │ 64 B          │ 64 B          │         │
│  │            alloc:        │               │               │               │         │
│  │              3           │ 3             │ 3             │ 3             │         │
│  │              64 B        │ 64 B          │ 64 B          │ 64 B          │         │
╰─ inner                      │               │               │               │         │
   ╰─ last      1.219 µs      │ 2.456 µs      │ 1.91 µs       │ 1.799 µs      │ 100     │ 200
";

    #[test]
    fn the_tree_gives_the_names_and_the_median_leads() {
        assert_eq!(sniffed(TREE), ["divan"]);
        let items = report("divan", TREE).content.benchmarks.unwrap().items;
        let names: Vec<&str> = items.iter().map(|item| &*item.name).collect();
        assert_eq!(names, ["div/copy/8", "div/inner/last"]);
        let found: Vec<_> = items[0]
            .quantities
            .iter()
            .map(|q| (q.measure, q.stated.value))
            .collect();
        assert_eq!(
            found,
            [
                (Measure::Time, 37.09),
                (Measure::Throughput, 215.6),
                (Measure::Memory, 64.0),
                (Measure::Cost, 3.0),
            ]
        );
        let last = &items[1].quantities[0];
        assert!((last.value - 1.91e-6).abs() < 1e-15);
        assert!(matches!(last.spread, Some(Spread::Range { low, .. }) if low < 1.3e-6));
    }
}
