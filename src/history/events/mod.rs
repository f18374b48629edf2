//! The durable form of events: immutable documents of JSON lines, each of the events of one span of time.

mod document;
mod held;
mod join;
mod less;
mod store;
mod versions;
mod walk;

pub(super) use document::{LIMIT, Read, Take, parts, read};
pub(super) use held::Held;
pub use join::Joined;
pub(super) use join::Nothing;
pub use less::Lessened;
pub(super) use store::check;
pub use store::{Before, Noted, Sift};
pub(super) use versions::{Marker, Print};
pub use walk::Kept;
