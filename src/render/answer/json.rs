//! An answer as JSON. The keys are stable; some may be added.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::question::Question;
use crate::domain::series::Row;

/// The version of this form. Raised when a reader of the old form would misread the new one.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    andon_query: u32,
    metrics: &'a [String],
    from: Option<String>,
    until: Option<String>,
    r#where: Vec<String>,
    group_by: Vec<&'a str>,
    stats: Vec<String>,
    points: u64,
    left_out: usize,
    notes: &'a [String],
    rows: Rows<'a>,
}

/// The answer as one object.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn json(question: &Question) -> serde_json::Result<String> {
    let query = &question.query;
    let document = Document {
        andon_query: VERSION,
        metrics: &query.metrics,
        from: query.from.map(|at| at.to_string()),
        until: query.until.map(|at| at.to_string()),
        r#where: query.filters.iter().map(ToString::to_string).collect(),
        group_by: query.groups.iter().map(|group| group.word()).collect(),
        stats: query.stats.iter().map(ToString::to_string).collect(),
        points: question.answer.points,
        left_out: question.rest.len(),
        notes: &question.notes,
        rows: Rows(question),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// Some rows of the answer, one object on each line.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn lines(question: &Question, rows: &[Row]) -> serde_json::Result<String> {
    let mut out = String::new();
    for row in rows {
        out += &serde_json::to_string(&object(question, row))?;
        out.push('\n');
    }
    Ok(out)
}

/// The rows of an answer, each made as it is written: there can be many.
struct Rows<'a>(&'a Question);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.0.answer.rows.iter();
        serializer.collect_seq(rows.map(|row| object(self.0, row)))
    }
}

fn object(question: &Question, row: &Row) -> Value {
    let query = &question.query;
    let groups = query.groups.iter().zip(&row.groups);
    let groups = groups.map(|(group, name)| (group.word().to_owned(), name.as_str().into()));
    let figures = query.stats.iter().zip(&row.figures);
    let figures = figures.map(|(stat, figure)| (stat.to_string(), Value::from(*figure)));
    let mut object = Map::new();
    object.insert("metric".to_owned(), row.metric.as_str().into());
    object.insert("unit".to_owned(), row.unit.symbol().into());
    object.insert("group".to_owned(), Value::Object(groups.collect()));
    object.insert("figures".to_owned(), Value::Object(figures.collect()));
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::super::question::cases::by_day;
    use super::*;

    #[test]
    fn the_keys_are_stable() {
        insta::assert_snapshot!(json(&by_day()).unwrap());
        let first = lines(&by_day(), &by_day().answer.rows).unwrap();
        let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
        assert_eq!(first["figures"]["p95"], 0.412);
        assert_eq!(first["figures"]["stddev"], Value::Null);
    }
}
