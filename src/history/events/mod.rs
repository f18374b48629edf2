//! The durable form of events: immutable documents of JSON lines, each of the events of one span of time.

mod document;
mod join;
mod less;
mod store;
mod walk;

pub(super) use document::{LIMIT, Read, Take, read};
pub use join::Joined;
pub use less::Lessened;
pub(super) use store::content_id;
pub use walk::Kept;
