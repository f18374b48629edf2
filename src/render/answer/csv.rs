//! An answer as CSV: numbers as they are, in base units, without separators.

use super::question::Question;
use crate::text::escape::csv::cell;

/// The answer with a header: metric, unit, the groups, the figures. What has no figure is an empty cell.
///
/// # Errors
/// When a row cannot be written, which memory alone could be the reason of.
pub fn csv(question: &Question) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let query = &question.query;
    let mut header = vec!["metric".to_owned(), "unit".to_owned()];
    header.extend(
        query
            .groups
            .iter()
            .map(|group| cell(group.word()).into_owned()),
    );
    header.extend(query.stats.iter().map(ToString::to_string));
    writer.write_record(&header)?;
    for row in &question.answer.rows {
        let mut cells = vec![
            cell(&row.metric).into_owned(),
            cell(row.unit.symbol()).into_owned(),
        ];
        cells.extend(row.groups.iter().map(|name| cell(name).into_owned()));
        let figure =
            |figure: &Option<f64>| figure.map_or(String::new(), |figure| figure.to_string());
        cells.extend(row.figures.iter().map(figure));
        writer.write_record(&cells)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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
