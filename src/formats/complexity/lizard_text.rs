//! lizard's text: a table of functions, one of files, one of warnings, and the totals.

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{
    CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, FUNCTION_LENGTH_AVERAGE, LENGTH_WORST, SIZE_FUNCTIONS,
};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "lizard_text",
    title: "lizard's text",
    kind: Kind::Complexity,
    producers: &["lizard"],
    default_paths: &["**/lizard*.txt"],
    sniff,
    parse,
    reads: "Functions with their complexity, length and parameters, against the number of functions in its totals.",
    omits: "Tokens, the columns of extensions, the table of files, the warnings, which repeat functions; the output of `-w`, which holds nothing but warnings.",
    supplies: &[
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        LENGTH_WORST,
        &[&FUNCTION_LENGTH_AVERAGE, &SIZE_FUNCTIONS],
    ],
};

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines();
    lines.next().is_some_and(|line| line.starts_with("====")) && lines.next().is_some_and(is_header)
}

/// Whether it is the titles of the table of functions.
fn is_header(line: &str) -> bool {
    let mut titles = line.split_whitespace();
    ["NLOC", "CCN", "token", "PARAM", "length"]
        .into_iter()
        .all(|title| titles.next() == Some(title))
        && titles.any(|title| title == "location")
}

/// Which table the lines belong to.
#[derive(PartialEq)]
enum Table {
    Functions,
    Other,
    Totals,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: "lizard".into(),
        ..Code::default()
    });
    let (mut table, mut total) = (Table::Functions, None);
    input.each_line(|problems, number, line| {
        let ruled = line.starts_with("===") || line.starts_with("---");
        if line.trim().is_empty() || ruled || is_header(line) {
            return Ok(());
        }
        if table == Table::Functions && line.contains(" file analyzed") {
            table = Table::Other;
        } else if line.starts_with("Total nloc") {
            table = Table::Totals;
        } else if table == Table::Totals {
            total = line
                .split_whitespace()
                .nth(4)
                .and_then(|count| count.parse::<u64>().ok());
            table = Table::Other;
        } else if table == Table::Functions {
            match function(line) {
                Some(mut function) => {
                    function.name = limits.cap(function.name);
                    code.functions.push(function);
                }
                None if problems.len() < 100 => {
                    problems
                        .push(Problem::error("a row that is none of a function").at_line(number));
                }
                None => {}
            }
        }
        Ok(())
    })?;
    match total {
        Some(total) if total == code.functions.len() as u64 => Ok(()),
        Some(total) => Err(Problem::error(format!(
            "its totals count {total} functions, but it lists {}",
            code.functions.len()
        ))),
        None => Err(Problem::error("ends without its totals: it is truncated")),
    }
}

/// `17 8 105 3 30 name@76-105@path`; extensions add columns before the place.
fn function(row: &str) -> Option<FunctionMeasure> {
    let mut rest = row.trim();
    let mut number = || {
        let (number, after) = rest.split_once(char::is_whitespace)?;
        rest = after.trim_start();
        number.parse::<u32>().ok()
    };
    let (_nloc, cyclomatic, _token) = (number()?, number()?, number()?);
    let (parameters, length) = (number()?, number()?);
    // The name may hold blanks and `@`, the path too: between them stand the lines.
    let mut at = 0;
    let (name, lines, path) = loop {
        at += rest.get(at..)?.find('@')?;
        let (name, after) = rest.split_at_checked(at)?;
        at += 1;
        if let Some((lines, path)) = after.get(1..)?.split_once('@')
            && let Some((first, last)) = lines.split_once('-')
            && let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>())
        {
            break (name, (first, last), path);
        }
    };
    // Numbers before the name are columns of extensions.
    let mut name = name;
    while let Some((number, after)) = name.split_once(char::is_whitespace)
        && number.parse::<f64>().is_ok()
    {
        name = after.trim_start();
    }
    Some(FunctionMeasure {
        path: path.to_owned(),
        name: name.to_owned(),
        line: lines.0,
        end_line: lines.1,
        cyclomatic: Some(cyclomatic),
        length: Some(length),
        parameters: Some(parameters),
        ..FunctionMeasure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    const TABLE: &str = "================\n  NLOC    CCN   token  PARAM  length  location  \n----------------\n      17      8    105      3      30 A::operator @@76-105@src/a b.cc\n1 file analyzed.\n===\nNLOC    Avg.NLOC  AvgCCN\n";
    const TOTALS: &str = "Total nloc   Avg.NLOC  AvgCCN  Avg.token   Fun Cnt  Warning cnt   Fun Rt   nloc Rt\n-------\n      3580      10.6     3.5       74.6      1            8      0.03    0.16\n";

    #[test]
    fn functions_are_counted_against_the_totals() {
        let whole = format!("{TABLE}{TOTALS}");
        assert_eq!(sniffed(&whole), ["lizard_text"]);
        let (said, problems) = code("", &whole);
        assert_eq!(problems, [""; 0]);
        let function = &said.functions[0];
        assert_eq!(
            (&*function.name, &*function.path, function.line),
            ("A::operator @", "src/a b.cc", 76)
        );
        assert_eq!(
            (function.cyclomatic, function.length, function.parameters),
            (Some(8), Some(30), Some(3))
        );
        let (_, problems) = code("", TABLE);
        assert!(problems[0].contains("without its totals"), "{problems:?}");
        let (_, problems) = code("", &whole.replace("      1       ", "      2       "));
        assert!(problems[0].contains("count 2"), "{problems:?}");
    }
}
