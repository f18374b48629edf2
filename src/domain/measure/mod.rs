//! Measuring: what the reports say, merged, becomes measurements, stated absences and evidence. Pure, and independent of
//! the order of the reports.

mod code;
mod coverage;
mod documentation;
mod duplication;
mod earlier;
mod files;
mod findings;
mod sink;
mod take;
mod tests;

pub use coverage::resolve;
pub use take::measure;

#[cfg(test)]
mod cases;
