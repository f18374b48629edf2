//! What is personal and stands in a document as it is. A document is known by the hash of what it says, so that nothing in it
//! can be hidden on the way: it would be another document, taken in anew by each merge. What is not hidden is not taken in.

use serde_json::Value;

use super::error::HistoryError;
use super::events::{Read, Take, read};
use super::name;
use crate::domain::event::{Context, Veil, metadata};
use crate::domain::measurement::Labels;
use crate::domain::past::Segment;
use crate::domain::series::Key;

/// Refuses a document in which something personal is not hidden. One that cannot be read to its end is refused by whoever reads
/// it, and not here.
pub(super) fn refuse(path: &str, bytes: &[u8], veil: &Veil) -> Result<(), HistoryError> {
    let found = match Segment::parse(path) {
        Some(segment) => in_events(&segment, bytes, veil),
        None if name::parse(path).is_some() => in_snapshot(bytes, veil),
        None => None,
    };
    match found {
        None => Ok(()),
        Some(name) => Err(HistoryError::Personal {
            document: path.to_owned(),
            name,
        }),
    }
}

/// The first dimension, or member of metadata, that is personal and not hidden.
fn in_events(segment: &Segment, bytes: &[u8], veil: &Veil) -> Option<String> {
    struct Looking<'v> {
        veil: &'v Veil,
        found: Option<String>,
    }
    impl Looking<'_> {
        /// What was found needs no further look.
        fn on(&mut self, found: Option<String>) -> Result<(), String> {
            self.found = found;
            match self.found {
                Some(_) => Err(String::new()),
                None => Ok(()),
            }
        }
    }
    impl Take for Looking<'_> {
        fn run(&mut self, _run: Context) -> Result<(), String> {
            Ok(())
        }
        fn series(&mut self, key: Key) -> Result<(), String> {
            let found = self.veil.bare(&key.dimensions);
            self.on(found)
        }
        fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
            let found = event.metadata.and_then(|text| match metadata::read(text) {
                Some(metadata) => self.veil.bare_inside(&metadata),
                // What cannot be looked into may hold anybody.
                None => Some("metadata".to_owned()),
            });
            self.on(found)
        }
    }
    let mut looking = Looking { veil, found: None };
    // What is broken is told where it is read.
    let _ = read(segment, bytes, &mut looking);
    looking.found
}

/// The first label of a record that is personal and not hidden.
fn in_snapshot(bytes: &[u8], veil: &Veil) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = text.lines().filter(|line| line.contains("\"labels\""));
    let mut records = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    records.find_map(|record| in_labels(&record, veil))
}

fn in_labels(value: &Value, veil: &Veil) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let labels =
                (name == "labels").then(|| serde_json::from_value::<Labels>(value.clone()));
            let labels = labels.and_then(Result::ok);
            let among = labels.and_then(|labels| veil.bare(&labels));
            among.or_else(|| in_labels(value, veil))
        }),
        Value::Array(items) => items.iter().find_map(|item| in_labels(item, veil)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_wherever_it_stands_unless_it_is_hidden() {
        let veil = Veil::keyless(&["user_id".to_owned()]);
        let found = |line: &str| in_snapshot(line.as_bytes(), &veil);
        let bare = r#"{"measurement":{"labels":{"os":"linux","userId":"alice"}}}"#;
        assert_eq!(found(bare).as_deref(), Some("userId"));
        let hidden = bare.replace("alice", "h:3eb1:433deb45467e4e53");
        assert_eq!(found(&hidden), None);
        assert_eq!(found(r#"{"test":{"name":"user_id"}}"#), None);
    }
}
