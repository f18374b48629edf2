//! mccabe's own text: `12:0: 'A.f' 5`.

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, SIZE_FUNCTIONS};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "mccabe",
    title: "mccabe's text",
    kind: Kind::Complexity,
    producers: &["python -m mccabe"],
    default_paths: &["**/mccabe*.txt"],
    sniff,
    parse,
    reads: "Functions with their cyclomatic complexity and their first line. What is below the lowest figure is taken for left out.",
    omits: "The file, which is nowhere in it; statements outside functions (`If 34`, `Loop 31`).",
    supplies: &[CYCLOMATIC_WORST, CYCLOMATIC_SPREAD, &[&SIZE_FUNCTIONS]],
};

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).take(50);
    // A statement alone, `If 34 3`, could be anything.
    let mut any = false;
    lines.all(|line| {
        row(line).is_some_and(|row| {
            any |= row.function.is_some();
            true
        })
    }) && any
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: "mccabe".into(),
        ..Code::default()
    });
    let (mut unread, mut lowest) = (None, None::<u32>);
    input.each_line(|problems, number, line| {
        let line = line.trim_end();
        unread = None;
        if line.is_empty() {
            return Ok(());
        }
        match row(line) {
            Some(Row { figure, function }) => {
                lowest = Some(lowest.map_or(figure, |lowest| lowest.min(figure)));
                code.functions
                    .extend(function.map(|(line, name)| FunctionMeasure {
                        name: limits.cap(name.to_owned()),
                        line,
                        cyclomatic: Some(figure),
                        ..FunctionMeasure::default()
                    }));
            }
            None => {
                unread = Some(number);
                if problems.len() < 100 {
                    let what = "a line that is not `line:column: 'function' complexity`";
                    problems.push(Problem::error(what).at_line(number));
                }
            }
        }
        Ok(())
    })?;
    code.reported_above.cyclomatic = lowest.map_or(0, |lowest| lowest.saturating_sub(1));
    input.whole(unread)
}

struct Row<'a> {
    figure: u32,
    /// The line and the name; nothing for a statement.
    function: Option<(u32, &'a str)>,
}

fn row(text: &str) -> Option<Row<'_>> {
    let (entity, figure) = text.trim_end().rsplit_once(' ')?;
    let figure = figure.parse().ok()?;
    if let Some((kind, line)) = entity.split_once(' ')
        && matches!(kind, "If" | "Loop" | "TryExcept" | "With")
    {
        line.parse::<u32>().ok()?;
        return Some(Row {
            figure,
            function: None,
        });
    }
    let (place, name) = entity.split_once(": ")?;
    let (line, column) = place.split_once(':')?;
    column.parse::<u32>().ok()?;
    let name = name.strip_prefix('\'')?.strip_suffix('\'')?;
    let function = Some((line.parse().ok()?, name));
    Some(Row { figure, function })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    #[test]
    fn statements_are_no_functions_but_tell_of_the_limit() {
        let text = "8:4: 'A.f' 5\n18:0: 'outer' 4\nLoop 31 3\n";
        assert_eq!(sniffed(text), ["mccabe"]);
        let (said, problems) = code("", text);
        assert_eq!(problems, [""; 0]);
        let told = said
            .functions
            .iter()
            .map(|f| (&*f.name, f.line, f.cyclomatic));
        let expected = [("A.f", 8, Some(5)), ("outer", 18, Some(4))];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        assert_eq!(said.reported_above.cyclomatic, 2);
    }

    #[test]
    fn other_lines_are_problems() {
        assert_eq!(code("mccabe", "8:4: 'A.f' 5\nx\n").1.len(), 1);
        assert_eq!(sniffed("8:4: 'A.f' 5\nx\n"), [""; 0]);
        assert_eq!(sniffed("If 34 3\n"), [""; 0]);
    }
}
