//! complexipy's CSV: the cognitive complexity of every Python function.

use super::super::{Format, Head, Input, Kind};
use super::complexipy::{SUPPLIES, empty, measure};
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "complexipy_csv",
    title: "complexipy CSV",
    kind: Kind::Complexity,
    producers: &["complexipy --output-format csv", "complexipy --output-csv"],
    default_paths: &["**/complexipy*.csv"],
    sniff,
    parse,
    reads: "Functions and methods with their cognitive complexity.",
    omits: "Lines, which it does not state.",
    supplies: SUPPLIES,
};

const HEADER: &str = "Path,File Name,Function Name,Cognitive Complexity";

fn sniff(head: &Head) -> bool {
    head.lines().next() == Some(HEADER)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(empty());
    input.each_row(|problems, line, row| {
        let figure = row.get(3).and_then(|figure| figure.parse().ok());
        match (row.get(0), row.get(2), figure) {
            (Some(path), Some(name), Some(figure)) if row.len() == 4 => {
                code.functions
                    .push(measure(path.to_owned(), name, Some(figure), &limits));
            }
            _ if line == 1 && row.iter().eq(HEADER.split(',')) => {}
            _ if problems.len() < 100 => {
                let problem = Problem::error(
                    "a row was passed over: it has not four columns with a number at the end",
                );
                problems.push(problem.at_line(line));
            }
            _ => {}
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    #[test]
    fn a_row_that_was_cut_off_is_a_problem() {
        let text = "Path,File Name,Function Name,Cognitive Complexity\r\n\"a,b.py\",\"a,b.py\",A::f,4\r\nc.py,c.py,g\r\n";
        assert_eq!(sniffed(text), ["complexipy_csv"]);
        let (code, problems) = code("", text);
        assert_eq!((code.functions.len(), problems.len()), (1, 1));
        assert_eq!(
            (&*code.functions[0].path, &*code.functions[0].name),
            ("a,b.py", "A.f")
        );
    }
}
