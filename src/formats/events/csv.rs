//! Events as CSV. The header names the members; a column of any other name is a dimension.

use std::collections::HashSet;

use csv::{StringRecord, Writer};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::written::{Take, Written};
use crate::domain::event::{Context, Invalid, Limits, Raw};
use crate::domain::report::Problem;
use crate::formats::Input;
use crate::text::escape::csv::bare;
use crate::text::escape::visible;
use crate::text::fit::cut;

/// Characters that a message shows of a column's name.
const NAME: usize = 60;

/// Whether a first line is a header of events: it names a `name` and a `value`.
pub(super) fn is_header(line: &str) -> bool {
    names(line, ',', "name") && names(line, ',', "value")
}

fn names(line: &str, separator: char, wanted: &str) -> bool {
    let mut columns = line.split(separator);
    columns.any(|column| column.trim().trim_matches('"') == wanted)
}

/// What a first line lacks to be a header of events, if it nearly is one.
pub(super) fn lacks(line: &str) -> Option<&'static str> {
    let all = |separator| names(line, separator, "name") && names(line, separator, "value");
    if all(';') {
        return Some("its columns are separated by `;`: write commas");
    }
    if all('\t') {
        return Some("its columns are separated by tabs: write commas");
    }
    let columns = line.contains(',');
    match (names(line, ',', "name"), names(line, ',', "value")) {
        (true, false) if columns => Some("this header names no `value`"),
        (false, true) if columns => Some("this header names no `name`"),
        _ => None,
    }
}

/// What a column holds.
#[derive(PartialEq, Eq, Hash)]
enum Column {
    Id,
    Timestamp,
    Source,
    Category,
    Name,
    Value,
    Unit,
    Recorded,
    Dimension(String),
    AllMetadata,
    Metadata(String),
    Context(String),
}

impl Column {
    fn of(name: &str) -> Column {
        let name = name.trim();
        match name {
            "id" => Column::Id,
            "timestamp" => Column::Timestamp,
            "source" => Column::Source,
            "category" => Column::Category,
            "name" => Column::Name,
            "value" => Column::Value,
            "unit" => Column::Unit,
            "recorded" => Column::Recorded,
            "metadata" => Column::AllMetadata,
            name => match name.split_once('.') {
                Some(("metadata", rest)) => Column::Metadata(rest.to_owned()),
                Some(("context", rest)) if Context::NAMES.contains(&rest) => {
                    Column::Context(rest.to_owned())
                }
                // For a dimension that is called like a member.
                Some(("dimensions", rest)) => Column::Dimension(rest.to_owned()),
                _ => Column::Dimension(name.to_owned()),
            },
        }
    }
}

pub(super) fn read(input: &mut Input<'_>, take: Take<'_>) -> Result<(), Problem> {
    let mut columns: Option<Vec<Column>> = None;
    let mut context = Context::default();
    input.each_row(|_, line, row| {
        let Some(columns) = &columns else {
            columns = Some(header(row).map_err(|what| Problem::error(what).at_line(line))?);
            return Ok(());
        };
        // What `andon export` wrote, by the column that it alone writes, is read as it is.
        let exported = columns.contains(&Column::Recorded);
        let cell = |text| {
            if exported {
                bare(text)
            } else {
                str::trim(text)
            }
        };
        let event = match row.len() {
            count if count == columns.len() => {
                event(columns.iter().zip(row.iter().map(cell)), &mut context)
            }
            count => Err(Invalid(format!(
                "it has {count} cells, and the header {}",
                columns.len()
            ))),
        };
        let context = (event.is_ok() && context != Context::default()).then_some(&context);
        // What is no event is told as it stood, and with what its cells are called.
        let (mut text, mut members) = (String::new(), None);
        if event.is_err() {
            text = as_it_stood(row);
            members = Some(called(columns.iter().zip(row.iter().map(str::trim))));
        }
        take(Written {
            line,
            event,
            text: &text,
            members,
            context,
            is_of_here: false,
        })
    })
}

/// The columns that a header names.
///
/// # Errors
/// When a name is longer than one of a dimension or of metadata is, as it is said of each row again; and when two are of one
/// member, of which the last would count, and nobody would know.
fn header(row: &StringRecord) -> Result<Vec<Column>, String> {
    let shown = |name: &str| visible(&cut(name.trim(), NAME)).into_owned();
    let mut known = HashSet::new();
    for name in row {
        if name.len() > Limits::TEXT {
            return Err(format!(
                "the header names a column with more than {} bytes, `{}`: shorten it",
                Limits::TEXT,
                shown(name)
            ));
        }
        if !known.insert(Column::of(name)) {
            return Err(format!(
                "two columns are called `{}`: each member of an event has one",
                shown(name)
            ));
        }
    }
    Ok(row.iter().map(Column::of).collect())
}

fn event<'a>(
    cells: impl Iterator<Item = (&'a Column, &'a str)>,
    context: &mut Context,
) -> Result<Raw, Invalid> {
    let mut raw = Raw::default();
    let mut metadata = Map::new();
    let mut dimensions = Vec::new();
    let mut value = None;
    for (column, cell) in cells {
        // An empty cell says nothing.
        let given = (!cell.is_empty()).then(|| cell.to_owned());
        match column {
            Column::Id => raw.id = given,
            Column::Timestamp => raw.timestamp = given,
            Column::Source => raw.source = given,
            Column::Category => raw.category = given,
            Column::Name => raw.name = cell.to_owned(),
            Column::Value => value = given,
            Column::Unit => raw.unit = given,
            Column::Recorded => raw.recorded = given,
            Column::AllMetadata => raw.metadata = given,
            Column::Dimension(name) => {
                if let Some(text) = given {
                    dimensions.push((name.clone(), text));
                }
            }
            Column::Metadata(name) => {
                if let Some(text) = given {
                    metadata.insert(name.clone(), Value::String(text));
                }
            }
            Column::Context(name) => context.set(name, cell),
        }
    }
    // All at once: one by one very many would each be put between the others.
    raw.dimensions = dimensions.into_iter().collect();
    raw.value = match value {
        None => {
            return Err(Invalid(
                "`value` is missing: an event is a number".to_owned(),
            ));
        }
        Some(text) => text.parse().map_err(|_| {
            Invalid(format!(
                "`value` is `{}`, which is no number",
                text.chars().take(60).collect::<String>()
            ))
        })?,
    };
    raw.metadata = united(raw.metadata, metadata)?;
    Ok(raw)
}

/// The metadata of both sorts of columns: that of all of it, and those of single members.
fn united(all: Option<String>, members: Map<String, Value>) -> Result<Option<String>, Invalid> {
    let invalid = |what: String| Err(Invalid(what));
    let Some(text) = all else {
        return Ok((!members.is_empty()).then(|| Value::Object(members).to_string()));
    };
    if serde_json::from_str::<IgnoredAny>(&text).is_err() {
        return invalid(
            "`metadata` is no JSON: a text of its own stands in a column `metadata.NAME`"
                .to_owned(),
        );
    }
    let Some((first, _)) = members.iter().next() else {
        return Ok(Some(text));
    };
    let Ok(mut all) = serde_json::from_str::<Map<String, Value>>(&text) else {
        return invalid(format!(
            "`metadata` is no object, so that `metadata.{first}` cannot be a member of it"
        ));
    };
    for (name, value) in members {
        if all.contains_key(&name) {
            return invalid(format!(
                "`metadata` has `{name}`, and so has the column `metadata.{name}`"
            ));
        }
        all.insert(name, value);
    }
    Ok(Some(Value::Object(all).to_string()))
}

/// A row as it stood.
fn as_it_stood(row: &StringRecord) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    let written = writer.write_record(row).is_ok();
    let bytes = writer.into_inner().unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    match written {
        true => text.trim_end_matches('\n').to_owned(),
        false => String::new(),
    }
}

/// The cells by what they are called, as the members of an event.
fn called<'a>(cells: impl Iterator<Item = (&'a Column, &'a str)>) -> Map<String, Value> {
    let mut event = Map::new();
    for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        let text = Value::from(cell);
        let (member, name) = match column {
            Column::Id => ("id", None),
            Column::Timestamp => ("timestamp", None),
            Column::Source => ("source", None),
            Column::Category => ("category", None),
            Column::Name => ("name", None),
            Column::Value => ("value", None),
            Column::Unit => ("unit", None),
            Column::Recorded => ("recorded", None),
            Column::AllMetadata => ("metadata", None),
            Column::Dimension(name) => ("dimensions", Some(name)),
            Column::Metadata(name) => ("metadata", Some(name)),
            Column::Context(name) => ("context", Some(name)),
        };
        let Some(name) = name else {
            let value = match column {
                Column::Value | Column::AllMetadata => serde_json::from_str(cell).unwrap_or(text),
                _ => text,
            };
            event.insert(member.to_owned(), value);
            continue;
        };
        let all = event
            .entry(member)
            .or_insert_with(|| Value::Object(Map::new()));
        // Of what is said twice the whole stays; the line has both.
        if let Value::Object(all) = all {
            all.entry(name).or_insert(text);
        }
    }
    event
}

#[cfg(test)]
mod tests {
    use super::super::reader::testing::events;

    #[test]
    fn metadata_of_both_sorts_is_kept() {
        let all = events(
            "name,value,metadata,metadata.host\n\
             a,1,\"{\"\"n\"\":2}\",h\n\
             a,1,\"{\"\"host\"\":2}\",h\n\
             a,1,[1],h\n\
             a,1,[1],\n",
        );
        let metadata = |at: usize| match &all[at].1 {
            Ok(raw) => raw.metadata.clone().unwrap(),
            Err(why) => why.clone(),
        };
        assert_eq!(metadata(0), r#"{"host":"h","n":2}"#);
        assert_eq!(
            metadata(1),
            "`metadata` has `host`, and so has the column `metadata.host`"
        );
        assert!(metadata(2).starts_with("`metadata` is no object"));
        assert_eq!(metadata(3), "[1]");
    }

    #[test]
    fn a_column_without_end_is_not_read_into_each_row() {
        let all = events(&format!("name,value,{}\na,1,x\n", "x".repeat(501)));
        let [(1, Err(why))] = &all[..] else {
            panic!("{all:?}");
        };
        assert!(
            why.contains("more than 500 bytes") && why.len() < 200,
            "{why}"
        );
    }

    #[test]
    fn very_many_dimensions_in_the_worst_order_take_no_longer() {
        let names: Vec<String> = (0..100_000).rev().map(|n| format!("d{n:06}")).collect();
        let text = format!(
            "name,value,{}\na,1{}\n",
            names.join(","),
            ",x".repeat(100_000)
        );
        let began = std::time::Instant::now();
        let all = events(&text);
        assert_eq!(all[0].1.as_ref().unwrap().dimensions.len(), 100_000);
        assert!(began.elapsed().as_secs() < 10);
    }

    #[test]
    fn the_header_names_the_members() {
        let text = "timestamp,name,value,unit,command,metadata.host,dimensions.unit\n\
                    2026-03-01T12:00:00Z,a,1.5,ms,\"x, y\",h,z\n\
                    ,b,2,,,,\n\
                    ,c,two,,,,\n\
                    ,d,3\n";
        let all = events(text);
        let lines: Vec<u64> = all.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        let first = all[0].1.as_ref().unwrap();
        assert_eq!((first.name.as_str(), first.value), ("a", 1.5));
        let dimensions: Vec<_> = first.dimensions.iter().collect();
        assert_eq!(dimensions.len(), 2);
        assert_eq!(first.dimensions["command"], "x, y");
        assert_eq!(first.dimensions["unit"], "z");
        assert_eq!(first.metadata.as_deref(), Some(r#"{"host":"h"}"#));
        let second = all[1].1.as_ref().unwrap();
        assert!(second.dimensions.is_empty() && second.unit.is_none());
        assert!(all[2].1.as_ref().unwrap_err().contains("`two`"));
        assert!(all[3].1.as_ref().unwrap_err().contains("3 cells"));
    }
}
