//! A document of events, as JSON lines: a head, then runs, series and events in the order in which they came, and an end
//! that counts the events. A run and a series are stated once; events name the last run and a series by its number, and
//! the time since the event before.
//!
//! ```text
//! {"andon_events":1}
//! {"run":{"repository":"o/r","commit":"0123…","branch":"main"}}
//! {"series":{"name":"response_time","unit":"s","dimensions":{"command":"install"}}}
//! [0,1772362800000,0.412]
//! [0,250,0.398,"id-7",{"host":"a"}]
//! {"end":2}
//! ```
//!
//! An event that takes the place of others with its id says how often that id was corrected, behind its metadata; the head
//! of such a document says 2, as a reader that knows nothing of that would misread it:
//!
//! ```text
//! [0,250,0.412,"id-7",null,1]
//! ```
//!
//! A document that was joined from others says so in its head, and before the events of each which one they are of, and
//! how many of them are left:
//!
//! ```text
//! {"andon_events":1,"joined":true}
//! {"part":{"id":"00ff00ff00ff00ff","events":2}}
//! ```

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::event::{Batch, Context};
use crate::domain::past::Segment;
use crate::domain::series::Key;
use crate::domain::tell::Numbers;

/// The version of the form. Raised when a reader of the old form would misread the new one.
const VERSION: u32 = 2;
/// The version of a document in which nothing is corrected.
const PLAIN: u32 = 1;

/// Bytes of a document beyond which it is not read.
pub(in crate::history) const LIMIT: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
struct Head {
    andon_events: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    joined: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stated {
    Run(Context),
    Series(Key),
    Part { id: String, events: u64 },
    End(u64),
}

#[derive(Deserialize)]
struct Point<'a>(
    u32,
    i64,
    f64,
    #[serde(default, borrow)] Option<std::borrow::Cow<'a, str>>,
    #[serde(default, borrow)] Option<&'a RawValue>,
    #[serde(default)] u32,
);

/// An event as a document has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::history) struct Read<'a> {
    /// The place of its run among those that the document states.
    pub(in crate::history) run: usize,
    /// The place of its series among those that the document states.
    pub(in crate::history) series: usize,
    /// When it was, in milliseconds since 1970.
    pub(in crate::history) at: i64,
    pub(in crate::history) value: f64,
    pub(in crate::history) id: Option<&'a str>,
    pub(in crate::history) metadata: Option<&'a str>,
    /// How often its id was corrected before it came.
    pub(in crate::history) revision: u32,
}

/// A document being written.
#[derive(Debug, Default)]
pub(in crate::history) struct Draft {
    text: String,
    series: Numbers<u32>,
    run: Option<Context>,
    last: i64,
    joined: bool,
    revised: bool,
    /// The times of the first and the last event; both zero without events.
    pub(in crate::history) from: i64,
    pub(in crate::history) to: i64,
    pub(in crate::history) count: u64,
}

impl Draft {
    /// Begins the events of a recorded document, of which so many follow.
    pub(in crate::history) fn part(&mut self, id: &str, events: u64) -> serde_json::Result<()> {
        if self.text.is_empty() {
            self.joined = true;
            self.head()?;
        }
        let id = id.to_owned();
        self.state(&Stated::Part { id, events })
    }

    /// States the run that the next events are of, unless it is the one already.
    pub(in crate::history) fn run(&mut self, run: &Context) -> serde_json::Result<()> {
        self.head()?;
        if self.run.as_ref() != Some(run) {
            self.state(&Stated::Run(run.clone()))?;
            self.run = Some(run.clone());
        }
        Ok(())
    }

    /// The number of a series, which is stated if it was not.
    pub(in crate::history) fn series(&mut self, key: &Key) -> serde_json::Result<u32> {
        if let Some(number) = self.series.get(key) {
            return Ok(number);
        }
        self.head()?;
        let number = u32::try_from(self.series.len()).unwrap_or(u32::MAX);
        self.state(&Stated::Series(key.clone()))?;
        self.series.set(key, number);
        Ok(number)
    }

    /// Adds an event of the run stated last, and of the series with a number.
    pub(in crate::history) fn event(
        &mut self,
        number: u32,
        event: &Read<'_>,
    ) -> serde_json::Result<()> {
        if self.count == 0 {
            (self.from, self.to) = (event.at, event.at);
        }
        let since = event.at.wrapping_sub(self.last);
        // A whole number needs no point: `5` is read as 5.0.
        let value = serde_json::to_string(&event.value)?;
        let value = value.strip_suffix(".0").unwrap_or(&value);
        let _ = write!(self.text, "[{number},{since},{value}");
        match (event.id, event.metadata, event.revision) {
            (None, None, 0) => {}
            (id, metadata, revision) => {
                let id = serde_json::to_string(&id)?;
                let _ = write!(self.text, ",{id}");
                if metadata.is_some() || revision > 0 {
                    let _ = write!(self.text, ",{}", metadata.unwrap_or("null"));
                }
                if revision > 0 {
                    let _ = write!(self.text, ",{revision}");
                    self.revised = true;
                }
            }
        }
        self.text.push_str("]\n");
        self.last = event.at;
        self.from = self.from.min(event.at);
        self.to = self.to.max(event.at);
        self.count += 1;
        Ok(())
    }

    /// Whether nothing was written.
    pub(in crate::history) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it states which recorded documents its events are of.
    pub(in crate::history) fn is_joined(&self) -> bool {
        self.joined
    }

    fn head(&mut self) -> serde_json::Result<()> {
        match self.text.is_empty() {
            true => self.state(&Head {
                andon_events: PLAIN,
                joined: self.joined,
            }),
            false => Ok(()),
        }
    }

    /// Adds all events of a batch that `wants` takes, by their time.
    pub(in crate::history) fn add_all(
        &mut self,
        batch: &Batch,
        mut wants: impl FnMut(i64) -> bool,
    ) -> serde_json::Result<()> {
        let mut numbers: Vec<Option<u32>> = vec![None; batch.keys().len()];
        for sample in batch.samples().iter().filter(|sample| wants(sample.at)) {
            let place = sample.key as usize;
            let (Some(key), Some(known)) = (batch.keys().get(place), numbers.get_mut(place)) else {
                continue;
            };
            self.run(&batch.context)?;
            let number = match *known {
                Some(number) => number,
                None => *known.insert(self.series(key)?),
            };
            let event = Read {
                run: 0,
                series: place,
                at: sample.at,
                value: sample.value,
                id: sample.id.as_deref(),
                metadata: sample.metadata.as_deref(),
                revision: sample.revision,
            };
            self.event(number, &event)?;
        }
        Ok(())
    }

    /// The bytes written so far.
    pub(in crate::history) fn len(&self) -> usize {
        self.text.len()
    }

    /// The document.
    pub(in crate::history) fn finish(mut self) -> serde_json::Result<Vec<u8>> {
        self.state(&Stated::End(self.count))?;
        if self.revised {
            let [plain, revised] =
                [PLAIN, VERSION].map(|form| format!("{{\"andon_events\":{form}"));
            if self.text.starts_with(&plain) {
                self.text.replace_range(..plain.len(), &revised);
            }
        }
        Ok(self.text.into_bytes())
    }

    fn state(&mut self, what: &impl Serialize) -> serde_json::Result<()> {
        self.text.push_str(&serde_json::to_string(what)?);
        self.text.push('\n');
        Ok(())
    }
}

/// What a document holds, handed over in its order.
pub(in crate::history) trait Take {
    /// The events of a recorded document begin, so many. Whether they are wanted: else they are passed over.
    fn part(&mut self, _id: &str, _events: u64) -> Result<bool, String> {
        Ok(true)
    }
    /// A run begins.
    fn run(&mut self, run: Context) -> Result<(), String>;
    /// A series that events will name.
    fn series(&mut self, key: Key) -> Result<(), String>;
    /// An event.
    fn event(&mut self, event: &Read<'_>) -> Result<(), String>;
}

/// Reads a document. What was read before an error was handed over already.
pub(in crate::history) fn read(
    segment: &Segment,
    bytes: &[u8],
    take: &mut dyn Take,
) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next().unwrap_or_default())
        .map_err(|_| "its first line is not that of events of andon".to_owned())?;
    if head.andon_events > VERSION {
        return Err(format!(
            "it was written by a newer andon (form {}) and is left alone: read it with that one",
            head.andon_events
        ));
    }
    if head.joined != segment.joined {
        return Err("its first line is not of the kind that its name says".to_owned());
    }
    let mut wanted = head.joined || take.part(&segment.id, segment.count)?;
    // Events up to which the last part reaches.
    let mut reach = (!head.joined).then_some(segment.count);
    let (mut runs, mut series, mut count, mut at) = (0_usize, 0_usize, 0_u64, 0_i64);
    let mut ended = false;
    for (number, line) in lines.enumerate() {
        let broken = |what: String| format!("line {}: {what}", number + 2);
        if ended {
            return Err(broken("something follows the end".to_owned()));
        }
        if line.starts_with('[') {
            let Point(of, since, value, id, metadata, revision) =
                serde_json::from_str(line).map_err(|error| broken(error.to_string()))?;
            at = at
                .checked_add(since)
                .ok_or_else(|| broken("its time is out of range".to_owned()))?;
            if of as usize >= series || runs == 0 {
                return Err(broken("its series or run was not stated".to_owned()));
            }
            count += 1;
            if reach.is_none_or(|reach| count > reach) {
                return Err(broken("it is an event too many".to_owned()));
            }
            if !wanted {
                continue;
            }
            take.event(&Read {
                run: runs - 1,
                series: of as usize,
                at,
                value,
                id: id.as_deref(),
                metadata: metadata.map(RawValue::get),
                revision,
            })
            .map_err(broken)?;
            continue;
        }
        match serde_json::from_str(line).map_err(|error| broken(error.to_string()))? {
            Stated::Run(run) => {
                runs += 1;
                take.run(run).map_err(broken)?;
            }
            Stated::Series(key) => {
                series += 1;
                take.series(key).map_err(broken)?;
            }
            Stated::Part { id, events } => {
                if !head.joined || reach.is_some_and(|reach| reach != count) {
                    return Err(broken("no part can begin here".to_owned()));
                }
                reach = Some(count.saturating_add(events));
                wanted = take.part(&id, events).map_err(broken)?;
            }
            Stated::End(stated) => {
                if stated != count || reach.unwrap_or(0) != count {
                    return Err(broken(format!(
                        "it says that it has {stated} events, and has {count}"
                    )));
                }
                ended = true;
            }
        }
    }
    match ended {
        true => Ok(()),
        false => Err("it ends in the middle".to_owned()),
    }
}

/// The parts of a joined document: which recorded documents its events are of, and how many are left of each.
pub(in crate::history) fn parts(bytes: &[u8]) -> Vec<(String, u64)> {
    let lines = bytes.split(|byte| *byte == b'\n');
    let part = |line: &[u8]| match serde_json::from_slice(line) {
        Ok(Stated::Part { id, events }) => Some((id, events)),
        _ => None,
    };
    lines
        .filter(|line| line.starts_with(b"{\"part\""))
        .filter_map(part)
        .collect()
}
