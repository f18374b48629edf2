//! gocyclo's text: `9 package (*Type).Function path/file.go:12:1`, the highest first.

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, SIZE_FUNCTIONS};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "gocyclo",
    title: "gocyclo's text",
    kind: Kind::Complexity,
    producers: &["gocyclo"],
    default_paths: &["**/gocyclo*.txt"],
    sniff,
    parse,
    reads: "Functions with their cyclomatic complexity and their first line. gocognit writes the same lines: they are taken for gocyclo's unless the policy says `format: gocognit`.",
    omits: "The average, but that an average which is not that of its lines tells that some are left out. Else what is below the lowest figure is taken for left out, as with `-over` and `-top`: then there is no average, no percentile and no number of functions.",
    supplies: &[CYCLOMATIC_WORST, CYCLOMATIC_SPREAD, &[&SIZE_FUNCTIONS]],
};

fn sniff(head: &Head) -> bool {
    head.lines().next().is_some_and(|line| row(line).is_some())
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let code = content.code.insert(Code {
        producer: "gocyclo".into(),
        ..Code::default()
    });
    let mut listed = Listed::default();
    let result = rows(input, code, &mut listed, |function, figure| {
        function.cyclomatic = Some(figure)
    });
    code.reported_above.cyclomatic = listed.above();
    result
}

/// What a list of functions tells of those that are not on it.
#[derive(Default)]
pub(super) struct Listed {
    lowest: Option<u32>,
    sum: u64,
    count: u32,
    average: Option<f64>,
}

impl Listed {
    pub(super) fn function(&mut self, figure: u32) {
        self.lowest = Some(self.lowest.map_or(figure, |lowest| lowest.min(figure)));
        self.sum += u64::from(figure);
        self.count = self.count.saturating_add(1);
    }

    /// Whether this is the line with the average of all functions, on the list or not.
    pub(super) fn average(&mut self, line: &str) -> bool {
        let Some(average) = line.strip_prefix("Average: ") else {
            return false;
        };
        self.average = average.trim_end().parse().ok();
        true
    }

    /// Up to which figure functions are left out.
    #[allow(
        clippy::cast_precision_loss,
        reason = "sums of 32-bit figures stay far below 2^53"
    )]
    pub(super) fn above(&self) -> u32 {
        let below = self.lowest.map_or(0, |lowest| lowest.saturating_sub(1));
        match self.average {
            // It is written with three digits.
            Some(average) if self.count > 0 => {
                let mean = self.sum as f64 / f64::from(self.count);
                let is_theirs = (mean - average).abs() <= mean.abs() * 0.006;
                if is_theirs { 0 } else { below.max(1) }
            }
            _ => below,
        }
    }
}

/// Reads the lines into `code`; `put` says what the figure is a figure of.
pub(super) fn rows(
    input: &mut Input<'_>,
    code: &mut Code,
    listed: &mut Listed,
    put: fn(&mut FunctionMeasure, u32),
) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut unread = None;
    input.each_line(|problems, number, line| {
        let line = line.trim_end();
        unread = None;
        if line.is_empty() || listed.average(line) || line.starts_with("Total: ") {
            return Ok(());
        }
        match row(line) {
            Some(Row {
                figure,
                name,
                path,
                line,
            }) => {
                let mut function = FunctionMeasure {
                    path: limits.cap(path.to_owned()),
                    name: limits.cap(name.to_owned()),
                    line,
                    ..FunctionMeasure::default()
                };
                put(&mut function, figure);
                listed.function(figure);
                code.functions.push(function);
            }
            None => {
                unread = Some(number);
                if problems.len() < 100 {
                    let what = "a line that is not `score package function file:line:column`";
                    problems.push(Problem::error(what).at_line(number));
                }
            }
        }
        Ok(())
    })?;
    input.whole(unread)
}

struct Row<'a> {
    figure: u32,
    name: &'a str,
    path: &'a str,
    line: u32,
}

fn row(text: &str) -> Option<Row<'_>> {
    let (figure, rest) = text.split_once(' ')?;
    let (package, rest) = rest.split_once(' ')?;
    let (rest, column) = rest.rsplit_once(':')?;
    let (rest, line) = rest.rsplit_once(':')?;
    column.parse::<u32>().ok()?;
    // A receiver may have several type parameters, `(*T[K, V]).F`, and a path may have blanks: a name ends at the first
    // blank outside brackets.
    let mut depth = 0_u32;
    let end = rest.find(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ' ' && depth == 0
    })?;
    let (name, path) = rest.split_at_checked(end)?;
    let path = path.trim_start();
    let is_go = path.ends_with(".go") && !package.is_empty() && !name.is_empty();
    is_go.then_some(Row {
        figure: figure.parse().ok()?,
        name,
        path,
        line: line.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    #[test]
    fn receivers_paths_and_sums_are_told_apart() {
        let text =
            "12 main (*T[K, V]).Run C:\\my src\\a.go:10:1\n3 main f b.go:2:1\nAverage: 7.5\n";
        assert_eq!(sniffed(text), ["gocyclo"]);
        let (said, problems) = code("", text);
        assert_eq!(problems, [""; 0]);
        let told = said
            .functions
            .iter()
            .map(|f| (&*f.name, &*f.path, f.line, f.cyclomatic));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("(*T[K, V]).Run", "C:\\my src\\a.go", 10, Some(12)),
                ("f", "b.go", 2, Some(3))
            ]
        );
        let (said, _) = code("gocognit", text);
        assert_eq!(
            (said.functions[0].cyclomatic, said.functions[0].cognitive),
            (None, Some(12))
        );
    }

    #[test]
    fn what_is_left_out_is_told_by_the_lowest_figure_or_by_the_average() {
        for (text, above) in [
            ("9 main f a.go:1:1\n1 main g a.go:9:1\n", 0),
            ("9 main f a.go:1:1\n3 main g a.go:9:1\n", 2),
            ("9 main f a.go:1:1\n3 main g a.go:9:1\nAverage: 6\n", 0),
            ("9 main f a.go:1:1\n3 main g a.go:9:1\nAverage: 2.57\n", 2),
            ("9 main f a.go:1:1\n1 main g a.go:9:1\nAverage: 4\n", 1),
        ] {
            assert_eq!(code("gocyclo", text).0.reported_above.cyclomatic, above);
            assert_eq!(code("gocognit", text).0.reported_above.cognitive, above);
        }
    }

    #[test]
    fn a_line_that_was_cut_off_is_a_problem() {
        let (said, problems) = code("gocyclo", "3 main f b.go:2:1\n2 main g b.g");
        assert_eq!((said.functions.len(), problems.len()), (1, 2));
        assert_eq!(sniffed("main.go:2:1: 3 errors in f\n"), [""; 0]);
    }
}
