//! Versions and the ranges that they lie in.

mod range;
mod version;

pub use range::Range;
pub use version::{Malformed, Version};
