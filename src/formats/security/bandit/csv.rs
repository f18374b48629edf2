//! bandit's CSV.

use csv::{ReaderBuilder, StringRecord};

use super::super::super::input::unreadable;
use super::super::super::{Head, Input};
use super::Issue;
use crate::domain::report::Problem;

/// Whether the heading is bandit's, of any version.
pub(super) fn sniff(head: &Head) -> bool {
    let heading = "filename,test_name,test_id,issue_severity,issue_confidence,";
    let first = head.lines().next();
    first.is_some_and(|line| line.trim_start_matches('\u{feff}').starts_with(heading))
}

/// Hands over the issues. Which column is which shows in the heading.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(input: &mut Input<'_>, mut take: impl FnMut(Issue)) -> Result<(), Problem> {
    let mut broken = Vec::new();
    let (mut heading, mut row) = (StringRecord::new(), StringRecord::new());
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(&mut *input.source);
    loop {
        reader.get_mut().begin_token();
        let more = reader
            .read_record(&mut row)
            .map_err(|error| unreadable(error.into()))?;
        if !more || broken.len() >= 100 {
            break;
        }
        if heading.is_empty() {
            heading = row.clone();
        } else if row.len() == heading.len() {
            take(Issue::of(&heading, &row));
        } else {
            let line = row.position().map_or(0, csv::Position::line);
            let what = "a row was passed over: it has not as many columns as the heading";
            broken.push(Problem::error(what).at_line(line));
        }
    }
    broken.into_iter().for_each(|problem| input.warn(problem));
    Ok(())
}

impl Issue {
    fn of(heading: &StringRecord, row: &StringRecord) -> Issue {
        let column = |name| {
            let mut columns = heading.iter().zip(row);
            let found = columns.find(|(heading, _)| *heading == name);
            found.map_or("", |(_, value)| value)
        };
        Issue {
            filename: column("filename").to_owned(),
            issue_severity: column("issue_severity").to_owned(),
            issue_text: column("issue_text").to_owned(),
            line_number: column("line_number").parse().unwrap_or(0),
            col_offset: column("col_offset").parse().ok(),
            test_id: column("test_id").to_owned(),
        }
    }
}
