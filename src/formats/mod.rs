//! Reading reports. Each format is one file that exports a [`Format`]; everything else is driven by the registry.

pub mod benchmarks;
pub mod complexity;
pub mod coverage;
mod decoding;
pub mod documentation;
pub mod duplication;
pub mod events;
pub mod findings;
mod format;
pub mod generic;
mod head;
mod input;
mod json;
mod known;
mod limits;
pub mod metrics;
mod mistaken;
mod plain;
mod reading;
mod rows;
mod samples;
pub mod security;
pub mod snapshot;
mod source;
#[cfg(test)]
mod testing;
pub mod tests;
mod xml;

pub use format::{Format, Kind};
pub use head::Head;
pub use input::Input;
pub use known::{find, identify, supplied_by};
pub use limits::Limits;
pub use reading::read;
pub use source::Source;

/// Every format, in the order in which they are listed.
pub fn registry() -> impl Iterator<Item = &'static Format> {
    [
        coverage::FORMATS,
        tests::FORMATS,
        complexity::FORMATS,
        findings::FORMATS,
        duplication::FORMATS,
        documentation::FORMATS,
        security::FORMATS,
        benchmarks::FORMATS,
        metrics::FORMATS,
        events::FORMATS,
        events::RUN,
        snapshot::FORMATS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
