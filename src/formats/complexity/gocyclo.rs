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
    omits: "The average and the total. With `-over` or `-top` the rest is not in the report, which does not say so: then its average and its percentile are of those alone.",
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
    rows(input, code, |function, figure| {
        function.cyclomatic = Some(figure)
    })
}

/// Reads the lines into `code`; `put` says what the figure is a figure of.
pub(super) fn rows(
    input: &mut Input<'_>,
    code: &mut Code,
    put: fn(&mut FunctionMeasure, u32),
) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let mut unread = None;
    input.each_line(|problems, number, line| {
        let line = line.trim_end();
        unread = None;
        if line.is_empty() || line.starts_with("Average: ") || line.starts_with("Total: ") {
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
    fn a_line_that_was_cut_off_is_a_problem() {
        let (said, problems) = code("gocyclo", "3 main f b.go:2:1\n2 main g b.g");
        assert_eq!((said.functions.len(), problems.len()), (1, 2));
        assert_eq!(sniffed("main.go:2:1: 3 errors in f\n"), [""; 0]);
    }
}
