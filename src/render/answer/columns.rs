//! The cells of an answer's table, the same for people at a terminal and in markdown.

use super::question::Question;
use crate::domain::series::Group;

/// A column's heading, and whether it has numbers.
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) is_number: bool,
}

/// Whether the metric has a column of its own: rows are of several, and are not told apart by it anyway.
fn tells_metric(question: &Question) -> bool {
    let grouped = |group: &Group| group.word() == "metric";
    question.is_mixed() && !question.query.groups.iter().any(grouped)
}

/// The columns: the metric where there is more than one, the groups, the figures.
pub(super) fn columns(question: &Question) -> Vec<Column> {
    let text = |heading: &str| Column {
        heading: heading.to_owned(),
        is_number: false,
    };
    let number = |heading: String| Column {
        heading,
        is_number: true,
    };
    let mut columns = Vec::new();
    if tells_metric(question) {
        columns.push(text("metric"));
    }
    let query = &question.query;
    columns.extend(query.groups.iter().map(|group| text(group.word())));
    columns.extend(query.stats.iter().map(|stat| number(stat.to_string())));
    columns
}

/// The rows' cells, in the order of the columns. What has no name in a group is `–`.
pub(super) fn rows(question: &Question) -> impl Iterator<Item = Vec<String>> + '_ {
    let mixed = tells_metric(question);
    question.answer.rows.iter().map(move |row| {
        let mut cells = Vec::new();
        if mixed {
            cells.push(row.metric.clone());
        }
        cells.extend(row.groups.iter().map(|name| match name.as_str() {
            "" => "–".to_owned(),
            name => name.to_owned(),
        }));
        let figures = row.figures.iter().zip(&question.query.stats);
        cells.extend(figures.map(|(value, stat)| question.figure(*stat, *value, row)));
        cells
    })
}
