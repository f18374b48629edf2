//! Alerts: rules over series, and what came of them. They never judge a build by themselves.

#[cfg(test)]
mod cases;
mod judge;
mod known;
mod news;
mod rule;
mod shapes;
mod state;
mod track;

pub use judge::judge;
pub use news::{Memory, News, Told, news};
pub use rule::{Rule, Test};
pub use state::{Alert, State};
pub use track::{Point, Starts, Track};
