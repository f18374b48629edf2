//! One run of a command.

use std::collections::BTreeMap;
use std::time::Duration;

use super::category::Category;
use super::ending::Ending;

/// A run of a command, and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What the command is called.
    pub name: String,
    /// The user's own dimensions.
    pub dimensions: BTreeMap<String, String>,
    /// How it ended.
    pub ending: Ending,
    /// Why it failed, if it did.
    pub category: Option<Category>,
    /// What it took; `None` if it never began.
    pub taken: Option<Taken>,
}

/// What a run took. What was not measured is not there; nothing is ever 0 for want of a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taken {
    /// From just before its start to its end.
    pub wall: Duration,
    /// Processor time in user mode, descendants that were waited for included.
    pub user: Option<Duration>,
    /// Processor time in the kernel, likewise.
    pub system: Option<Duration>,
    /// The most resident memory, in bytes: of its processes together as they were seen, or of the largest one by the
    /// system's account, whichever is more.
    pub peak: Option<u64>,
    /// Its memory over time.
    pub memory: Option<Memory>,
}

/// Resident memory of a command's processes together, in bytes, as it was sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// The number of samples.
    pub samples: u64,
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
    /// At the last look: what the command still held when it ended.
    pub last: u64,
    /// The mean over time.
    pub mean: f64,
}

impl Memory {
    /// Between the least and the most.
    pub fn range(&self) -> u64 {
        self.most.saturating_sub(self.least)
    }
}
