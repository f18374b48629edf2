//! A meter for tests: what every command takes is known beforehand.

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;

use super::{Launch, Meter, Spent};

/// Answers with prepared results, in turn, and remembers what was to be run.
#[derive(Debug, Default)]
pub struct FakeMeter {
    results: Mutex<VecDeque<io::Result<Spent>>>,
    launched: Mutex<Vec<Launch>>,
}

impl FakeMeter {
    /// A meter whose runs end so, one after the other.
    pub fn of(results: impl IntoIterator<Item = io::Result<Spent>>) -> FakeMeter {
        FakeMeter {
            results: Mutex::new(results.into_iter().collect()),
            launched: Mutex::default(),
        }
    }

    /// What was run, in order.
    pub fn launched(&self) -> Vec<Launch> {
        self.launched
            .lock()
            .map_or_else(|_| Vec::new(), |list| list.clone())
    }
}

impl Meter for FakeMeter {
    fn run(&self, launch: &Launch) -> io::Result<Spent> {
        if let Ok(mut launched) = self.launched.lock() {
            launched.push(launch.clone());
        }
        let next = self
            .results
            .lock()
            .ok()
            .and_then(|mut list| list.pop_front());
        next.unwrap_or_else(|| Err(io::Error::other("nothing more was prepared")))
    }

    fn interrupted(&self) -> Option<i32> {
        None
    }
}
