//! A number in a table, by its column and by what stands in others.

use csv::{ReaderBuilder, StringRecord};

use super::super::input::{Input, unreadable};
use super::Finds;
use crate::domain::report::Problem;

/// What separates columns: whichever of these the first line has most of.
const SEPARATORS: [u8; 4] = *b",;\t|";

pub(super) fn read(
    column: &str,
    rows: &[(String, String)],
    input: &mut Input<'_>,
    finds: &mut Finds,
) -> Result<(), Problem> {
    let head = input.source.head().map_err(unreadable)?;
    let first = head.text.lines().next().unwrap_or_default();
    let count = |wanted: &u8| first.bytes().filter(|byte| byte == wanted).count();
    let separator = SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(count)
        .unwrap_or(b',');
    let numbered = |name: &str| name.parse::<usize>().ok().and_then(|at| at.checked_sub(1));
    let has_header = !std::iter::once(column)
        .chain(rows.iter().map(|(name, _)| name.as_str()))
        .all(|name| numbered(name).is_some());
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(has_header)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(&mut *input.source);
    let names = match has_header {
        true => reader.headers().map_err(|error| problem(&error))?.clone(),
        false => StringRecord::new(),
    };
    let find = |name: &str| {
        let at = names.iter().position(|known| known == name);
        at.or_else(|| numbered(name)).ok_or_else(|| {
            let known: Vec<&str> = names.iter().take(20).collect();
            Problem::error(format!(
                "the table has no column `{name}`; it has {}",
                known.join(", ")
            ))
            .at_line(1)
        })
    };
    let column = find(column)?;
    let rows: Vec<(usize, &str)> = rows
        .iter()
        .map(|(name, text)| Ok((find(name)?, text.as_str())))
        .collect::<Result<_, Problem>>()?;
    let mut record = StringRecord::new();
    loop {
        reader.get_mut().begin_token();
        let more = reader.read_record(&mut record);
        if !more.map_err(|error| problem(&error))? {
            return Ok(());
        }
        if rows.iter().all(|(at, text)| record.get(*at) == Some(text))
            && let Some(value) = record.get(column)
        {
            let line = record.position().map_or(0, csv::Position::line);
            finds.add(value, "", line)?;
        }
    }
}

fn problem(error: &csv::Error) -> Problem {
    let problem = Problem::error(format!("not a table: {error}"));
    match error.position() {
        Some(place) => problem.at_line(place.line()),
        None => problem,
    }
}
