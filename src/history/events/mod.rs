//! The durable form of events: immutable documents of JSON lines, each of the events of one span of time.

mod document;
mod name;
mod store;

pub(super) use document::{LIMIT, Read, Take, read};
pub use name::Segment;
pub(super) use name::parse;
