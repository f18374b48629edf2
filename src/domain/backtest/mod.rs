//! Backtests: what a policy would have said of the runs of the past.

mod proposal;
mod replay;

pub use proposal::{Proposal, propose};
pub use replay::{Alarm, Backtest, Gap, GateReplay, Known, Run, Step, Then, replay};
