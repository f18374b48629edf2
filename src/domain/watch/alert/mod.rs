//! Alerts: rules over series, and what came of them. They never judge a build by themselves.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod cases_held;
mod judge;
mod known;
mod moments;
mod news;
mod order;
mod rule;
mod shapes;
mod state;
mod summary;

pub use judge::{judge, judge_those};
pub use news::{Memory, News, Told, news};
pub use rule::{Rule, Test};
pub use state::{Alert, State};
