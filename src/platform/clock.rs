//! The time of day.

/// Where "now" comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A fixed time, for reproducible runs.
    Fixed(jiff::Timestamp),
}

impl Clock {
    /// The present time.
    pub fn now(&self) -> jiff::Timestamp {
        match self {
            Clock::System => jiff::Timestamp::now(),
            Clock::Fixed(time) => *time,
        }
    }
}
