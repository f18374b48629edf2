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

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::event::{Batch, Context};
use crate::domain::series::Key;

/// The version of the form. Raised when a reader of the old form would misread the new one.
const VERSION: u32 = 1;

/// Bytes of a document beyond which it is not read.
pub(in crate::history) const LIMIT: u64 = 256 << 20;

#[derive(Serialize, Deserialize)]
struct Head {
    andon_events: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stated {
    Run(Context),
    Series(Key),
    End(u64),
}

#[derive(Deserialize)]
struct Point<'a>(
    u32,
    i64,
    f64,
    #[serde(default, borrow)] Option<std::borrow::Cow<'a, str>>,
    #[serde(default, borrow)] Option<&'a RawValue>,
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
}

/// A document being written.
#[derive(Debug, Default)]
pub(in crate::history) struct Draft {
    text: String,
    series: HashMap<Key, u32>,
    run: Option<Context>,
    last: i64,
    pub(in crate::history) from: i64,
    pub(in crate::history) to: i64,
    pub(in crate::history) count: u64,
}

impl Draft {
    /// Adds an event.
    pub(in crate::history) fn add(
        &mut self,
        run: &Context,
        key: &Key,
        event: &Read<'_>,
    ) -> serde_json::Result<()> {
        if self.count == 0 {
            self.state(&Head {
                andon_events: VERSION,
            })?;
            (self.from, self.to) = (event.at, event.at);
        }
        if self.run.as_ref() != Some(run) {
            self.state(&Stated::Run(run.clone()))?;
            self.run = Some(run.clone());
        }
        let number = match self.series.get(key) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.series.len()).unwrap_or(u32::MAX);
                self.state(&Stated::Series(key.clone()))?;
                self.series.insert(key.clone(), number);
                number
            }
        };
        let since = event.at.wrapping_sub(self.last);
        // A whole number needs no point: `5` is read as 5.0.
        let value = serde_json::to_string(&event.value)?;
        let value = value.strip_suffix(".0").unwrap_or(&value);
        let _ = write!(self.text, "[{number},{since},{value}");
        match (event.id, event.metadata) {
            (None, None) => {}
            (id, metadata) => {
                let id = serde_json::to_string(&id)?;
                let _ = write!(self.text, ",{id}");
                if let Some(metadata) = metadata {
                    let _ = write!(self.text, ",{metadata}");
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

    /// Adds all events of a batch that `wants` takes, by their time.
    pub(in crate::history) fn add_all(
        &mut self,
        batch: &Batch,
        wants: impl Fn(i64) -> bool,
    ) -> serde_json::Result<()> {
        for sample in batch.samples().iter().filter(|sample| wants(sample.at)) {
            let Some(key) = batch.keys().get(sample.key as usize) else {
                continue;
            };
            let event = Read {
                run: 0,
                series: 0,
                at: sample.at,
                value: sample.value,
                id: sample.id.as_deref(),
                metadata: sample.metadata.as_deref(),
            };
            self.add(&batch.context, key, &event)?;
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
    /// A run begins.
    fn run(&mut self, run: Context) -> Result<(), String>;
    /// A series that events will name.
    fn series(&mut self, key: Key) -> Result<(), String>;
    /// An event.
    fn event(&mut self, event: &Read<'_>) -> Result<(), String>;
}

/// Reads a document. What was read before an error was handed over already.
pub(in crate::history) fn read(bytes: &[u8], take: &mut dyn Take) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next().unwrap_or_default())
        .map_err(|_| "its first line is not that of events of andon".to_owned())?;
    if head.andon_events > VERSION {
        return Err(format!(
            "it was written by a newer andon (form {}): read it with that one",
            head.andon_events
        ));
    }
    let (mut runs, mut series, mut count, mut at) = (0_usize, 0_usize, 0_u64, 0_i64);
    let mut ended = false;
    for (number, line) in lines.enumerate() {
        let broken = |what: String| format!("line {}: {what}", number + 2);
        if ended {
            return Err(broken("something follows the end".to_owned()));
        }
        if line.starts_with('[') {
            let Point(of, since, value, id, metadata) =
                serde_json::from_str(line).map_err(|error| broken(error.to_string()))?;
            at = at
                .checked_add(since)
                .ok_or_else(|| broken("its time is out of range".to_owned()))?;
            if of as usize >= series || runs == 0 {
                return Err(broken("its series or run was not stated".to_owned()));
            }
            count += 1;
            take.event(&Read {
                run: runs - 1,
                series: of as usize,
                at,
                value,
                id: id.as_deref(),
                metadata: metadata.map(RawValue::get),
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
            Stated::End(stated) if stated == count => ended = true,
            Stated::End(stated) => {
                return Err(broken(format!(
                    "it says that it has {stated} events, and has {count}"
                )));
            }
        }
    }
    match ended {
        true => Ok(()),
        false => Err("it ends in the middle".to_owned()),
    }
}
