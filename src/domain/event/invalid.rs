//! Why an event is none.

/// Why an event cannot be kept, as a sentence without a full stop: which member, and what it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);
