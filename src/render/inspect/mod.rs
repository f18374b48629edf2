//! What andon sees in single reports, before anyone writes a policy.

mod benchmarks;
mod figures;
mod findings;
pub mod json;
pub mod terminal;

pub use figures::Inspected;
