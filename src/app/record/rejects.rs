//! Events that were not recorded, and why: said to the reader, and written beside so that they can be mended.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::app::workspace::Workspace;
use crate::domain::event::{Context, Invalid, Limits, Raw};
use crate::formats::events::Written;
use crate::text::fit::cut;
use crate::text::number;

/// Messages that are shown; all are counted.
const SHOWN: usize = 20;
/// Bytes that are written at once.
const AT_ONCE: usize = 1 << 20;
/// Characters kept of a line that is no event.
const TEXT: usize = 16 << 10;
/// Bytes written at most: what a file says once of all of its events is written of each.
const BYTES: usize = 256 << 20;

/// Events that were rejected.
#[derive(Debug, Default)]
pub(super) struct Rejects {
    /// How many there are.
    pub(super) count: u64,
    /// What is wrong with the first ones.
    shown: Vec<Fault>,
    /// Where they are written, relative to the workspace; `None` for nowhere.
    pub(super) path: Option<PathBuf>,
    waiting: String,
    /// How many bytes were written, or wait to be.
    bytes: usize,
    /// How many are not written, as the file is full.
    left_out: u64,
    begun: bool,
    /// Whether a line as it stood must not be written: it may tell a person.
    veiled: bool,
}

/// What is wrong with events, the first of which is shown.
#[derive(Debug)]
struct Fault {
    /// Where the first one stands: `file:line: `; empty where it is a file as a whole.
    place: String,
    what: String,
    /// How many more there are of it.
    more: u64,
}

impl Rejects {
    /// None yet. Where anything is personal, lines are not written as they stood.
    pub(super) fn new(veiled: bool) -> Rejects {
        Rejects {
            veiled,
            ..Rejects::default()
        }
    }

    /// Says what is wrong with a file as a whole.
    pub(super) fn report(&mut self, message: String) {
        self.fault(String::new(), message);
    }

    /// What is wrong is told once, however often it is.
    fn fault(&mut self, place: String, what: String) {
        self.count += 1;
        let alike = |fault: &Fault| !place.is_empty() && fault.what == what;
        match self.shown.iter().position(alike) {
            Some(at) => {
                if let Some(fault) = self.shown.get_mut(at) {
                    fault.more += 1;
                }
            }
            None if self.shown.len() < SHOWN => self.shown.push(Fault {
                place,
                what,
                more: 0,
            }),
            None => {}
        }
    }

    /// What is wrong, `file:line: what`, and how many events that tells of.
    pub(super) fn told(&self) -> (Vec<String>, u64) {
        let told = self.shown.iter().map(|fault| match fault.more {
            0 => format!("{}{}", fault.place, fault.what),
            more => format!(
                "{}{} (and {} more like it)",
                fault.place,
                fault.what,
                number::count(more)
            ),
        });
        let of: u64 = self.shown.iter().map(|fault| 1 + fault.more).sum();
        let full = match (&self.path, self.left_out) {
            (Some(path), more @ 1..) => Some(format!(
                "{} ends after {} MiB: {} more are not in it; mend where they come from, and record that again",
                path.display(),
                BYTES >> 20,
                number::count(more)
            )),
            _ => None,
        };
        (told.chain(full).collect(), of)
    }

    /// Takes what was no event: its members, so that it can be mended, and the line where they do not say all of it.
    pub(super) fn line(&mut self, place: (&str, u64), error: &Invalid, line: Written<'_>) {
        let mut rejected = rejected(place, error);
        let mut event = Map::new();
        if !self.veiled {
            let is_json = line.text.starts_with('{') && line.text.len() <= TEXT;
            let read = is_json.then(|| serde_json::from_str(line.text).ok());
            if line.members.is_some() || read.as_ref().is_none_or(Option::is_none) {
                let kept: String = line.text.chars().take(TEXT).collect();
                rejected.insert("text".to_owned(), kept.into());
            }
            event = line.members.or(read.flatten()).unwrap_or_default();
            with_run(&mut event, line.context);
        }
        event.insert("rejected".to_owned(), rejected.into());
        self.put(place, error, &event.into());
    }

    /// Takes an event that cannot be kept, of a run of which its file says `context`.
    pub(super) fn event(
        &mut self,
        place: (&str, u64),
        error: &Invalid,
        raw: &Raw,
        context: Option<&Context>,
    ) {
        let mut event = written(raw);
        with_run(&mut event, context);
        event.insert("rejected".to_owned(), rejected(place, error).into());
        self.put(place, error, &event.into());
    }

    fn put(&mut self, (file, line): (&str, u64), error: &Invalid, event: &Value) {
        let place = match line {
            0 => format!("{file}: "),
            line => format!("{file}:{line}: "),
        };
        self.fault(place, error.to_string());
        let text = event.to_string();
        if self.bytes.saturating_add(text.len()) > BYTES {
            self.left_out += 1;
            return;
        }
        self.bytes += text.len() + 1;
        self.waiting.push_str(&text);
        self.waiting.push('\n');
    }

    /// Writes what waits, if it is much or all there is.
    pub(super) fn write(&mut self, workspace: &Workspace, all: bool) -> anyhow::Result<()> {
        if self.waiting.is_empty() || (!all && self.waiting.len() < AT_ONCE) {
            return Ok(());
        }
        let text = std::mem::take(&mut self.waiting);
        let Some(file) = &self.path else {
            return Ok(());
        };
        let path = workspace.root.join(file);
        // The first part takes the place of what an earlier run left.
        let written = match self.begun {
            true => workspace.files.append(&path, text.as_bytes()),
            false => workspace.files.write(&path, text.as_bytes()),
        };
        self.begun = true;
        written.with_context(|| format!("cannot write {}", file.display()))
    }

    /// The file that was written, if any was.
    pub(super) fn file(&self) -> Option<PathBuf> {
        self.path.clone().filter(|_| self.begun)
    }
}

fn rejected((file, line): (&str, u64), error: &Invalid) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("file".to_owned(), file.into());
    map.insert("line".to_owned(), line.into());
    map.insert("error".to_owned(), error.to_string().into());
    map
}

/// Says of an event what its file says of the run, unless it says so itself. A text that is too long to be kept is cut to one that
/// still is.
fn with_run(event: &mut Map<String, Value>, context: Option<&Context>) {
    let said = context.filter(|context| **context != Context::default());
    if event.is_empty() {
        return;
    }
    let short = said.map(|said| {
        let mut short = Context::default();
        for name in Context::NAMES {
            short.set(
                name,
                &cut(said.get(name).unwrap_or_default(), Limits::TEXT + 1),
            );
        }
        short
    });
    if let Some(context) = short.and_then(|context| serde_json::to_value(context).ok()) {
        event.entry("context").or_insert(context);
    }
}

/// The event as JSON, which can be recorded again.
fn written(raw: &Raw) -> Map<String, Value> {
    let mut map = Map::new();
    let mut text = |name: &str, text: Option<&str>| {
        if let Some(text) = text {
            map.insert(name.to_owned(), text.into());
        }
    };
    text("id", raw.id.as_deref());
    text("timestamp", raw.timestamp.as_deref());
    text("source", raw.source.as_deref());
    text("category", raw.category.as_deref());
    text("name", Some(&raw.name));
    text("unit", raw.unit.as_deref());
    map.insert("value".to_owned(), raw.value.into());
    if !raw.dimensions.is_empty() {
        map.insert("dimensions".to_owned(), json!(raw.dimensions));
    }
    let metadata = raw.metadata.as_deref().map(serde_json::from_str);
    if let Some(Ok(metadata)) = metadata {
        map.insert("metadata".to_owned(), metadata);
    }
    map
}
