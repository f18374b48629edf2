//! `andon run`: measures commands, and compares two of them.

mod command;
mod compare;
mod measure;
mod recorded;

pub use command::{Reading, launch};
pub use compare::compare;
pub use measure::{Plan, measure};
pub use recorded::recorded;
