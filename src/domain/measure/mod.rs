//! Measuring: what the reports say, merged, becomes measurements, stated absences and evidence. Pure, and independent of
//! the order of the reports.

mod benchmarks;
mod code;
mod coverage;
mod documentation;
mod duplication;
mod earlier;
mod files;
mod findings;
mod limits;
mod sink;
mod take;
mod tests;

pub(in crate::domain) use code::{FAMILIES, Family, quotient};
pub use coverage::resolve;
pub(in crate::domain) use findings::{Concern, count, counts};
pub use limits::Limits;
pub(in crate::domain) use sink::by_scope;
pub use take::measure;

#[cfg(test)]
mod cases;
