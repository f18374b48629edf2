//! What radon's JSON outputs share: one object from path to what was measured there, or to `{"error": …}` for a file
//! that radon could not parse.

use serde::de::DeserializeOwned;

use super::super::json;
use super::super::{Head, Input};
use crate::domain::report::{Code, Content, Problem};

/// What the measures are labelled with.
pub(super) const PRODUCER: &str = "radon";

/// What radon says of one file.
pub(super) trait Entry: DeserializeOwned {
    /// Adds it to the model, unless it is not as radon writes it.
    fn add(self, path: &str, code: &mut Code) -> Result<(), &'static str>;
}

/// Whether it is an object in which these keys stand `depth` levels down.
pub(super) fn holds(head: &Head, depth: u32, keys: &[&str]) -> bool {
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('{') && keys.iter().all(|key| head.has_key(depth, key))
}

/// Reads a report of such entries.
pub(super) fn read<E: Entry>(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: PRODUCER.into(),
        ..Code::default()
    });
    let result = json::walk(input, |walk| {
        walk.object(|walk, path| {
            let Some(entry) = walk.read_or_warn::<E>()? else {
                return Ok(());
            };
            if let Err(what) = entry.add(path, code) {
                let message = format!("the entry of {path} {what}");
                walk.warn(Problem::error(limits.cap(message)));
            }
            Ok(())
        })
    });
    for (_, message) in &mut code.failed {
        *message = limits.cap(std::mem::take(message));
    }
    for function in &mut code.functions {
        function.name = limits.cap(std::mem::take(&mut function.name));
    }
    result
}
