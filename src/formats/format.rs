//! What a format is.

use super::head::Head;
use super::input::Input;
use crate::domain::catalogue::Family;
use crate::domain::metric::Metric;
use crate::domain::report::{Content, Problem};

/// The kind of thing that a format mainly states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Lines, branches, functions executed.
    Coverage,
    /// Test cases.
    Tests,
    /// Measures of functions and files.
    Complexity,
    /// Located problems.
    Findings,
    /// Passages that stand in more than one place.
    Duplication,
    /// What has documentation.
    Documentation,
    /// Vulnerable packages, secrets, dangerous code.
    Security,
    /// How fast or how large something is, measured again and again.
    Benchmarks,
    /// Single numbers by name.
    Metrics,
    /// Dated numbers, one after the other.
    Events,
    /// An earlier snapshot.
    Snapshot,
}

impl Kind {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Coverage => "coverage",
            Kind::Tests => "tests",
            Kind::Complexity => "complexity",
            Kind::Findings => "findings",
            Kind::Duplication => "duplication",
            Kind::Documentation => "documentation",
            Kind::Security => "security",
            Kind::Benchmarks => "benchmarks",
            Kind::Metrics => "metrics",
            Kind::Events => "events",
            Kind::Snapshot => "snapshot",
        }
    }
}

/// A report format. A struct of data and function pointers, so that a forgotten field does not compile.
#[derive(Debug)]
pub struct Format {
    /// Its name, after the tool that defines it: `jacoco`.
    pub id: &'static str,
    /// Its name for people: `JaCoCo XML`.
    pub title: &'static str,
    /// What it mainly states.
    pub kind: Kind,
    /// Tools that write it.
    pub producers: &'static [&'static str],
    /// Where these tools put it by default, as globs: where `andon` looks without configuration.
    pub default_paths: &'static [&'static str],
    /// Whether the file that begins like this is of this format. Exactly one format may claim a file.
    pub sniff: fn(&Head) -> bool,
    /// Reads the report. What was read before an error is kept.
    pub parse: fn(&mut Input<'_>, &mut Content) -> Result<(), Problem>,
    /// What is read of it, for docs/formats.md: sentences, in Markdown.
    pub reads: &'static str,
    /// What is not read of it, and why, for docs/formats.md: sentences, in Markdown.
    pub omits: &'static str,
    /// The metrics that can be measured from it, by family.
    pub supplies: &'static [Family],
}

impl Format {
    /// The metrics that can be measured from it.
    pub fn metrics(&self) -> impl Iterator<Item = &'static Metric> {
        self.supplies
            .iter()
            .flat_map(|family| family.iter().copied())
    }
}
