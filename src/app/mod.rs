//! Use cases: they join what the layers below supply.

mod admission;
pub mod alerts;
pub mod anchor;
pub mod backtest;
pub mod baseline;
pub mod change;
pub mod check;
pub mod collect;
mod commits;
pub mod compare;
mod compared;
mod computed;
mod context;
mod counted;
pub mod diff;
pub mod discover;
pub mod dora;
pub mod ecosystem;
pub mod export;
mod followed;
mod gathered;
mod given;
pub mod here;
pub mod init;
pub mod locate;
mod log;
pub mod order;
pub mod own;
pub mod past;
mod paths;
pub mod personal;
pub mod policy;
#[cfg(feature = "github")]
pub mod publish;
pub mod query;
pub mod record;
pub mod reports;
pub mod results;
pub mod run;
pub mod series;
mod single;
mod stale;
pub mod tracks;
mod workspace;

pub use workspace::Workspace;
