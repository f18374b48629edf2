//! Events as JSON: lines, or one document.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::json::{Shape, walk_each};
use super::written::{Take, Written};
use crate::domain::event::{Context, Invalid, Raw};
use crate::domain::measurement::Labels;
use crate::domain::report::Problem;
use crate::formats::{Head, Input};
use crate::text::fit::cut;

/// Characters that a message shows of a name.
const NAME: usize = 60;

/// The members of an event, as they are written; and of a batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    category: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(borrow)]
    unit: Option<&'a RawValue>,
    #[serde(borrow)]
    dimensions: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    recorded: Option<&'a RawValue>,
    #[serde(borrow)]
    events: Option<&'a RawValue>,
    context: Option<Context>,
    /// What `andon record` writes into events that it rejects: mended, they can be recorded as they are.
    #[serde(rename = "rejected")]
    _rejected: Option<IgnoredAny>,
}

impl Members<'_> {
    /// Whether it says anything of an event, and not of a batch.
    fn is_event(&self) -> bool {
        let said = [
            self.id,
            self.timestamp,
            self.source,
            self.category,
            self.name,
            self.value,
            self.unit,
            self.dimensions,
            self.metadata,
            self.recorded,
        ];
        said.iter().any(Option::is_some)
    }
}

/// What is said of an event that has a list of events in it.
const BESIDE: &str =
    "`events` stands beside members of an event: it is either an event or a batch of them";

pub(super) fn read(input: &mut Input<'_>, take: Take<'_>) -> Result<(), Problem> {
    let head = input
        .source
        .head()
        .map_err(|error| Problem::error(format!("cannot be read: {error}")))?;
    if is_document(&head) {
        return document(input, take);
    }
    input.each_line(|_, number, line| match line.trim() {
        "" => Ok(()),
        text => value(number, text, None, take),
    })
}

/// Whether it is one document over several lines, or one whose line has no end in sight; else each line stands alone.
fn is_document(head: &Head) -> bool {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    match serde_json::from_str::<IgnoredAny>(first) {
        Ok(_) => false,
        Err(error) if !error.is_eof() => false,
        // A line that was cut off in the middle is followed by whole ones; a document goes on.
        Err(_) => {
            let goes_on = first.trim_end().ends_with(['[', '{', ',', ':']);
            let whole = |line: &str| serde_json::from_str::<IgnoredAny>(line).is_ok();
            goes_on || !lines.next().is_some_and(whole)
        }
    }
}

/// The members that an event may have.
const MEMBERS: [&str; 11] = [
    "id",
    "timestamp",
    "source",
    "category",
    "name",
    "value",
    "unit",
    "dimensions",
    "metadata",
    "context",
    "rejected",
];
/// Of these an event in a list has one at least: lists of name, unit and value are benchmarks.
const TELLING: [&str; 6] = [
    "id",
    "timestamp",
    "source",
    "category",
    "dimensions",
    "metadata",
];
/// Lines among which one has to be an event.
const LINES: usize = 16;

/// Whether what begins like this is events, and not some other JSON with lines.
pub(super) fn holds_events(head: &Head) -> bool {
    if is_document(head) {
        return is_shaped(head);
    }
    let mut lines = head.lines().take(LINES);
    lines.any(|line| is_shaped(&Head::new(line.to_owned())))
}

/// Whether it is an event, a list of events or a batch, by the names of its members.
fn is_shaped(head: &Head) -> bool {
    let events_at = |depth: u32| {
        let mut keys = head.keys_at(depth);
        head.has_key(depth, "name")
            && head.has_key(depth, "value")
            && keys.all(|key| MEMBERS.contains(&key))
    };
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('[') {
        return events_at(2) && TELLING.iter().any(|name| head.has_key(2, name));
    }
    let mut keys = head.keys_at(1);
    let is_batch =
        head.has_key(1, "events") && keys.all(|key| ["events", "context"].contains(&key));
    events_at(1) || (is_batch && events_at(3))
}

/// A document, element by element.
fn document(input: &mut Input<'_>, take: Take<'_>) -> Result<(), Problem> {
    walk_each(input, |walk| match walk.shape()? {
        Shape::Array => walk.array(|walk| {
            // Looking at it passes over the space before it.
            walk.shape()?;
            let line = walk.line();
            let text: Box<RawValue> = walk.read()?;
            value(line, text.get(), None, take)
        }),
        Shape::Object => {
            let line = walk.line();
            let (mut members, mut context, mut batch) = (String::from("{"), None, false);
            walk.object(|walk, key| match key {
                "events" => {
                    batch = true;
                    walk.array(|walk| {
                        walk.shape()?;
                        let line = walk.line();
                        let text: Box<RawValue> = walk.read()?;
                        value(line, text.get(), context.as_ref(), take)
                    })
                }
                "context" if batch => {
                    Err(walk.wrong("`context` stands behind `events`: put it first"))
                }
                "context" => {
                    context = Some(walk.read()?);
                    Ok(())
                }
                key => {
                    let text: Box<RawValue> = walk.read()?;
                    let key = serde_json::to_string(key).unwrap_or_default();
                    members.push_str(&format!("{key}:{},", text.get()));
                    Ok(())
                }
            })?;
            if batch {
                let beside = members.trim_end_matches(',').to_owned() + "}";
                let is_event = serde_json::from_str::<Members<'_>>(&beside)
                    .is_ok_and(|members| members.is_event());
                return match is_event {
                    true => take(Written {
                        line,
                        event: Err(Invalid(BESIDE.to_owned())),
                        text: &beside,
                        members: None,
                        context: context.as_ref(),
                        is_of_here: false,
                    }),
                    false => Ok(()),
                };
            }
            let members = members.trim_end_matches(',').to_owned() + "}";
            value(line, &members, context.as_ref(), take)
        }
        _ => Err(walk.wrong("expected an event or a list of events")),
    })
}

/// An event, a list of events, or a batch.
fn value(line: u64, text: &str, context: Option<&Context>, take: Take<'_>) -> Result<(), Problem> {
    let mut fault = |what: String| {
        take(Written {
            line,
            event: Err(Invalid(what)),
            text,
            members: None,
            context,
            is_of_here: false,
        })
    };
    if text.starts_with('[') {
        return match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(list) => each(line, &list, context, take),
            Err(error) => fault(told(&error)),
        };
    }
    let members = match serde_json::from_str::<Members<'_>>(text) {
        Ok(members) => members,
        Err(error) => return fault(told(&error)),
    };
    let context = members.context.as_ref().or(context);
    if let Some(events) = members.events {
        if members.is_event() {
            return fault(BESIDE.to_owned());
        }
        return match serde_json::from_str::<Vec<&RawValue>>(events.get()) {
            Ok(list) => each(line, &list, context, take),
            Err(_) => fault("`events` is no list".to_owned()),
        };
    }
    take(Written {
        line,
        event: raw(&members),
        text,
        members: None,
        context,
        is_of_here: false,
    })
}

fn each(
    line: u64,
    list: &[&RawValue],
    context: Option<&Context>,
    take: Take<'_>,
) -> Result<(), Problem> {
    for event in list {
        let text = event.get();
        let members = serde_json::from_str::<Members<'_>>(text);
        // A batch within a batch would let a file nest as deep as it likes.
        let event = match &members {
            Ok(members) if members.events.is_some() => {
                Err(Invalid("`events` stands inside a batch".to_owned()))
            }
            Ok(members) => raw(members),
            Err(error) => Err(Invalid(told(error))),
        };
        let own = members.as_ref().ok().and_then(|own| own.context.as_ref());
        take(Written {
            line,
            event,
            text,
            members: None,
            context: own.or(context),
            is_of_here: false,
        })?;
    }
    Ok(())
}

fn raw(members: &Members<'_>) -> Result<Raw, Invalid> {
    Ok(Raw {
        id: plain("id", members.id)?,
        timestamp: plain("timestamp", members.timestamp)?,
        source: text("source", members.source)?,
        category: text("category", members.category)?,
        name: text("name", members.name)?.unwrap_or_default(),
        value: number(members.value)?,
        unit: text("unit", members.unit)?,
        dimensions: dimensions(members.dimensions)?,
        metadata: given(members.metadata).map(str::to_owned),
        recorded: text("recorded", members.recorded)?,
    })
}

/// What is written, unless it is `null`.
fn given(member: Option<&RawValue>) -> Option<&str> {
    member.map(RawValue::get).filter(|text| *text != "null")
}

fn text(name: &str, member: Option<&RawValue>) -> Result<Option<String>, Invalid> {
    let Some(written) = given(member) else {
        return Ok(None);
    };
    let text = serde_json::from_str(written);
    text.map(Some)
        .map_err(|_| Invalid(format!("`{name}` is no text: write it in quotes")))
}

/// A text or a number.
fn plain(name: &str, member: Option<&RawValue>) -> Result<Option<String>, Invalid> {
    match given(member) {
        Some(number) if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            Ok(Some(number.to_owned()))
        }
        Some(_) => text(name, member)
            .map_err(|_| Invalid(format!("`{name}` is neither a text nor a number"))),
        None => Ok(None),
    }
}

fn number(member: Option<&RawValue>) -> Result<f64, Invalid> {
    let invalid = |what: &str| Err(Invalid(format!("`value` {what}")));
    match given(member) {
        None => invalid("is missing: an event is a number"),
        Some(text) if text.starts_with('"') => {
            invalid("is a text: write the number without quotes, and its unit in `unit`")
        }
        // What is too large for a number reads as infinite, and is told as such.
        Some(text) => match text.parse() {
            Ok(value) => Ok(value),
            Err(_) => invalid("is no number"),
        },
    }
}

fn dimensions(member: Option<&RawValue>) -> Result<Labels, Invalid> {
    let Some(written) = given(member) else {
        return Ok(Labels::new());
    };
    // Nearly all are texts.
    if let Ok(labels) = serde_json::from_str(written) {
        return Ok(labels);
    }
    let read: Result<std::collections::BTreeMap<String, Dimension>, _> =
        serde_json::from_str(written);
    let Ok(read) = read else {
        let members = serde_json::from_str::<std::collections::BTreeMap<String, Value>>(written);
        let nested = |(_, value): &(String, Value)| value.is_array() || value.is_object();
        let culprit = members.ok().and_then(|all| all.into_iter().find(nested));
        return Err(Invalid(match culprit {
            Some((name, _)) => format!(
                "the dimension `{}` is no text, number or boolean",
                cut(&name, NAME)
            ),
            None => "`dimensions` is no object of texts, numbers and booleans".to_owned(),
        }));
    };
    let word = |(name, value)| match value {
        Dimension::Text(text) => Some((name, text)),
        Dimension::Number(number) => Some((name, number.to_string())),
        Dimension::Flag(flag) => Some((name, flag.to_string())),
        Dimension::None(()) => None,
    };
    Ok(read.into_iter().filter_map(word).collect())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dimension {
    Text(String),
    Number(serde_json::Number),
    Flag(bool),
    None(()),
}

/// What the reader of JSON says, without its place in a text that nobody sees.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text.strip_prefix("unknown field ") {
        Some(rest) => {
            let name = rest.split(',').next().unwrap_or_default();
            format!(
                "{name} is no member of an event: it has id, timestamp, source, category, name, value, unit, \
                 dimensions and metadata"
            )
        }
        None if error.is_eof() => "the JSON ends too early".to_owned(),
        None => format!("no JSON of an event: {text}, column {}", error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::testing::events;

    /// Lines and values, or the beginning of what is wrong.
    fn read(text: &str) -> Vec<(u64, String)> {
        let short = |event: Result<crate::domain::event::Raw, String>| match event {
            Ok(raw) => format!("{}={}", raw.name, raw.value),
            Err(what) => format!("!{}", what.split(':').next().unwrap()),
        };
        let all = events(text).into_iter();
        all.map(|(line, event)| (line, short(event))).collect()
    }

    fn is(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
        let own = |(line, text): &(u64, &str)| (*line, (*text).to_owned());
        expected.iter().map(own).collect()
    }

    #[test]
    fn a_bad_line_costs_no_other() {
        let text = "{\"name\":\"a\",\"value\":1}\n\n{\"name\":\"b\",\"value\":\"2\"}\n{\"name\":\n[{\"name\":\"c\",\"value\":3},{\"nam\":\"d\"}]\n{\"events\":[{\"name\":\"e\",\"value\":-5e0}]}\n{\"name\":\"f\"}\n";
        let expected = [
            (1, "a=1"),
            (3, "!`value` is a text"),
            (4, "!the JSON ends too early"),
            (5, "c=3"),
            (5, "!`nam` is no member of an event"),
            (6, "e=-5"),
            (7, "!`value` is missing"),
        ];
        assert_eq!(read(text), is(&expected));
        // The first line as well.
        assert_eq!(
            read("{\"name\":\"a\",\n{\"name\":\"b\",\"value\":2}\n").len(),
            1
        );
        assert_eq!(
            read("{\"name\":\"a\",\"val\n{\"name\":\"b\",\"value\":2}\n"),
            is(&[(1, "!the JSON ends too early"), (2, "b=2")])
        );
    }

    #[test]
    fn a_document_may_have_any_shape() {
        let list = "[\n  {\"name\":\"a\",\n   \"value\":1},\n  {\"name\":\"b\",\"value\":2,\"category\":7}\n]\n";
        assert_eq!(read(list), is(&[(2, "a=1"), (4, "!`category` is no text")]));
        let batch = "{\n \"context\": {\"branch\":\"main\"},\n \"events\": [\n  {\"name\":\"a\",\"value\":1}\n ]\n}";
        assert_eq!(read(batch), is(&[(4, "a=1")]));
        let one = "{\n \"name\": \"a\",\n \"value\": 1\n}";
        assert_eq!(read(one), is(&[(1, "a=1")]));
        assert_eq!(read("[1]"), is(&[(1, "!no JSON of an event")]));
    }

    #[test]
    fn members_are_read_leniently_where_nothing_is_lost() {
        let line = r#"{"id":7,"timestamp":1772362800,"name":"a","value":1e999,"dimensions":{"n":1,"f":true,"x":null},"metadata":{"k":[1]}}"#;
        let (_, raw) = events(line).remove(0);
        let raw = raw.unwrap();
        assert_eq!(raw.id.as_deref(), Some("7"));
        assert_eq!(raw.timestamp.as_deref(), Some("1772362800"));
        assert!(raw.value.is_infinite());
        assert_eq!(
            raw.dimensions.into_iter().collect::<Vec<_>>(),
            [
                ("f".to_owned(), "true".to_owned()),
                ("n".to_owned(), "1".to_owned())
            ]
        );
        assert_eq!(raw.metadata.as_deref(), Some(r#"{"k":[1]}"#));
    }
}
