//! Backtests: what a policy would have said of the runs of the past.

mod alert;
mod lanes;
mod line;
mod machine;
mod proposal;
mod replay;
mod seen;
mod tally;
mod turns;

pub use alert::{AlertReplay, Firing, is_of_runs, rewatch, spans_of};
pub use lanes::lanes;
pub use line::{Asked, Line, Measuring, follow};
pub use proposal::{Proposal, propose};
pub use replay::{
    Alarm, Backtest, Gap, GateReplay, Known, Run, Step, Then, Warned, replay, unplayed,
};
pub use turns::{Turns, follow_turns, is_of_turns};
