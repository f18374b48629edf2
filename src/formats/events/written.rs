//! How events are written.

use serde_json::{Map, Value};

use crate::domain::event::{Context, Invalid, Raw};
use crate::domain::report::Problem;
use crate::formats::Head;

/// An event as a file has it.
#[derive(Debug)]
pub struct Written<'a> {
    /// The line that it begins on, from 1; of events that share a line, that one.
    pub line: u64,
    /// The event, or why there is none to be read.
    pub event: Result<Raw, Invalid>,
    /// What stands there, for those that are no event.
    pub text: &'a str,
    /// The members of those that are no event, where the line alone does not name them.
    pub members: Option<Map<String, Value>>,
    /// What the file says of the run that it comes from.
    pub context: Option<&'a Context>,
    /// Whether all that it does not say of the run is of the one that records it.
    pub is_of_here: bool,
}

/// What takes events as they come.
pub(super) type Take<'t> = &'t mut dyn FnMut(Written<'_>) -> Result<(), Problem>;

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON: an event, a list of events or `{"events": […]}` on each line, or any of these as one document.
    Json,
    /// CSV with a header that names the members.
    Csv,
    /// OpenMetrics or the Prometheus text format.
    OpenMetrics,
}

impl Form {
    /// How a file that is known to have events has them, if it is not OpenMetrics.
    pub(super) fn of_events(head: &Head) -> Form {
        match head.is_json() {
            true => Form::Json,
            false => Form::Csv,
        }
    }
}
