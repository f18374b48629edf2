//! Points as events that can be recorded again: JSON, JSON lines, CSV.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::event::Context;
use crate::domain::measurement::Labels;
use crate::domain::series::Key;
use crate::text::escape::csv::shielded;
use crate::text::number;

/// A point with all that is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Point<'a> {
    /// What it is a point of.
    pub key: &'a Key,
    /// The run that it comes from.
    pub run: &'a Context,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The value, in the base unit.
    pub value: f64,
    /// What tells it from all others: exported and recorded twice, it counts once.
    pub id: &'a str,
    /// Whatever else is said of it, as JSON.
    pub metadata: Option<&'a str>,
    /// What it was recorded with: there it is known already.
    pub recorded: &'a str,
}

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    timestamp: String,
    source: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    category: &'a str,
    name: &'a str,
    value: f64,
    unit: &'a str,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    dimensions: &'a Labels,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    context: &'a Context,
    recorded: &'a str,
}

impl Point<'_> {
    fn time(&self) -> String {
        Timestamp::from_millisecond(self.at)
            .unwrap_or_default()
            .to_string()
    }

    /// The event on one line of JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Event {
            id: self.id,
            timestamp: self.time(),
            source: self.key.source.word(),
            category: &self.key.category,
            name: &self.key.name,
            value: self.value,
            unit: self.key.unit.symbol(),
            dimensions: &self.key.dimensions,
            metadata: self.metadata.map(serde_json::from_str).transpose()?,
            context: self.run,
            recorded: self.recorded,
        })
    }
}

/// A table of points.
pub struct Table {
    dimensions: Vec<String>,
    writer: csv::Writer<Vec<u8>>,
}

/// The members of an event that a table has before its dimensions.
const MEMBERS: [&str; 9] = [
    "id",
    "timestamp",
    "source",
    "category",
    "name",
    "value",
    "unit",
    "metadata",
    "recorded",
];

impl Table {
    /// A table for points that have some of these dimensions, with its header.
    ///
    /// # Errors
    /// When it cannot be written, which memory alone could be the reason of.
    pub fn new(dimensions: BTreeSet<String>) -> Result<Table, csv::Error> {
        let dimensions: Vec<String> = dimensions.into_iter().collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut header: Vec<String> = MEMBERS.map(str::to_owned).to_vec();
        header.extend(Context::NAMES.map(|name| format!("context.{name}")));
        header.extend(dimensions.iter().map(|name| {
            // A dimension that is called like another column says that it is one.
            match MEMBERS.contains(&name.as_str()) || name.contains('.') {
                true => format!("dimensions.{name}"),
                false => shielded(name).into_owned(),
            }
        }));
        writer.write_record(&header)?;
        Ok(Table { dimensions, writer })
    }

    /// Adds a point.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn add(&mut self, point: &Point<'_>) -> Result<(), csv::Error> {
        let key = point.key;
        let members = [
            shielded(point.id).into_owned(),
            point.time(),
            key.source.word().to_owned(),
            shielded(&key.category).into_owned(),
            shielded(&key.name).into_owned(),
            number::exact(point.value),
            shielded(key.unit.symbol()).into_owned(),
            point.metadata.unwrap_or_default().to_owned(),
            point.recorded.to_owned(),
        ];
        let run = Context::NAMES.iter().map(|name| point.run.get(name));
        let dimensions = self.dimensions.iter();
        let dimensions = dimensions.map(|name| key.dimensions.get(name).map(String::as_str));
        let rest = run.chain(dimensions);
        let rest = rest.map(|text| shielded(text.unwrap_or_default()).into_owned());
        let cells: Vec<String> = members.into_iter().chain(rest).collect();
        self.writer.write_record(&cells)
    }

    /// What was written since it was last asked.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn take(&mut self) -> Result<String, csv::Error> {
        self.writer.flush()?;
        let rest = csv::Writer::from_writer(Vec::new());
        let full = std::mem::replace(&mut self.writer, rest);
        let bytes = full.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::openmetrics::OpenMetrics;
    use super::*;
    use crate::domain::unit::Unit;

    #[test]
    fn points_are_written_in_every_form() {
        let mut key = Key::new("response.time", Unit::Seconds);
        key.dimensions
            .insert("unit".to_owned(), "=1+\"x\"\n".to_owned());
        let run = Context {
            branch: "main".to_owned(),
            ..Context::default()
        };
        let point = |at, value, metadata| Point {
            key: &key,
            run: &run,
            at,
            value,
            id: "point:00ff:1",
            metadata,
            recorded: "00ff",
        };
        let points = [
            point(1_772_362_800_250, 0.1, Some(r#"{"host":"a, b"}"#)),
            point(1_772_362_700_000, 0.2, None),
        ];
        let mut table = Table::new(key.dimensions.keys().cloned().collect()).unwrap();
        for point in &points {
            table.add(point).unwrap();
        }
        let mut latest = OpenMetrics::new(key.dimensions.keys().cloned().collect());
        points.iter().for_each(|point| latest.add(point));
        let text = format!(
            "{}\n{}\n\n{}\n{}",
            points[0].json().unwrap(),
            points[1].json().unwrap(),
            table.take().unwrap(),
            latest.texts().collect::<String>()
        );
        insta::assert_snapshot!(text);
    }
}
