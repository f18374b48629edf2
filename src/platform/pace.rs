//! Waiting, and how long everything took.

use std::time::{Duration, Instant};

/// Where waiting happens. A test's pace waits for nothing.
pub trait Pace: std::fmt::Debug + Send + Sync {
    /// How long it is since some moment that stays the same; it never runs backwards.
    fn passed(&self) -> Duration;

    /// Waits so long.
    fn pause(&self, length: Duration);
}

/// The machine's own pace.
#[derive(Debug, Clone, Copy)]
pub struct RealPace {
    since: Instant,
}

impl RealPace {
    /// A pace whose time starts now.
    pub fn start() -> RealPace {
        RealPace {
            since: Instant::now(),
        }
    }
}

impl Pace for RealPace {
    fn passed(&self) -> Duration {
        self.since.elapsed()
    }

    fn pause(&self, length: Duration) {
        std::thread::sleep(length);
    }
}
