//! Backtests: what a policy would have said of the runs of the past.

mod alert;
mod lanes;
mod line;
mod machine;
mod measuring;
mod proposal;
mod replay;
mod result;
mod run;
mod seen;
mod tally;
mod turns;

pub use alert::{AlertReplay, Firing, is_of_runs, rewatch, spans_of};
pub use lanes::lanes;
pub use line::{Asked, Line, follow};
pub use measuring::Measuring;
pub use proposal::{Proposal, propose};
pub use replay::{Known, replay, unplayed};
pub use result::{Alarm, Backtest, Gap, GateReplay, Then, Warned};
pub use run::{Run, Step};
pub use turns::{Turns, follow_turns, is_of_turns};
