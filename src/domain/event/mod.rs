//! Events: dated numbers with a name, a unit and dimensions, from wherever they come.

mod batch;
mod check;
mod context;
mod copied;
mod hidden;
mod invalid;
mod key;
pub mod metadata;
mod sampling;
mod source;
mod time;
mod veil;

use jiff::Timestamp;

pub use batch::{Batch, Sample};
pub use check::{Limits, Raw};
pub use context::Context;
pub use copied::{copied_from, id_of_copy};
pub use hidden::Hidden;
pub use invalid::Invalid;
pub use key::Key;
pub use sampling::{Sampling, Share};
pub use source::Source;
pub use time::{AHEAD, instant, up_to};
pub use veil::{Unveiled, Veil, each_hidden, hidden_by, is_alike, is_among, is_hidden};

/// A dated number.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What tells it from all others, where its producer says so: an event that comes twice counts once.
    pub id: Option<String>,
    /// When it was; kept to the millisecond.
    pub at: Timestamp,
    /// What was measured, in which unit, and of what.
    pub key: Key,
    /// The number, in the base unit; always finite.
    pub value: f64,
    /// Whatever else its producer says of it, as JSON; kept, and never judged.
    pub metadata: Option<String>,
}
