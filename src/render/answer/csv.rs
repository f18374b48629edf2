//! An answer as CSV: numbers as they are, in base units, without separators.

use super::question::Question;
use crate::domain::series::Row;
use crate::text::escape::csv::cell;
use crate::text::number;

/// The answer with a header: metric, unit, the groups, the figures. What has no figure is an empty cell.
///
/// # Errors
/// When a row cannot be written, which memory alone could be the reason of.
pub fn csv(question: &Question) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(header(question))?;
    for row in &question.answer.rows {
        writer.write_record(row_of(row))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What the columns are called.
pub(super) fn header(question: &Question) -> Vec<String> {
    let query = &question.query;
    let mut header = vec!["metric".to_owned(), "unit".to_owned()];
    let groups = query.groups.iter();
    header.extend(groups.map(|group| cell(group.word()).into_owned()));
    header.extend(query.stats.iter().map(ToString::to_string));
    header
}

/// The cells of a row.
pub(super) fn row_of(row: &Row) -> Vec<String> {
    let names = [row.metric.as_str(), row.unit.symbol()].into_iter();
    let names = names.chain(row.groups.iter().map(String::as_str));
    let figure = |figure: &Option<f64>| figure.map_or(String::new(), number::exact);
    let figures = row.figures.iter().map(figure);
    names
        .map(|name| cell(name).into_owned())
        .chain(figures)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::question::cases::by_day;
    use super::*;

    #[test]
    fn rows_of_numbers_that_no_spreadsheet_runs() {
        insta::assert_snapshot!(csv(&by_day()).unwrap());
    }
}
