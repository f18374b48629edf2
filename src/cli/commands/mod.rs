//! The commands, one thin file each: arguments in, use case, output.

pub mod alerts;
pub mod ask;
pub mod backtest;
pub mod check;
pub mod collect;
pub mod compare;
pub mod completions;
pub mod correlate;
pub mod diff;
pub mod dora;
pub mod explain;
pub mod export;
pub mod formats;
pub mod history;
pub mod init;
pub mod inspect;
pub mod man;
#[cfg(feature = "github")]
pub mod publish;
pub mod query;
pub mod record;
pub mod report;
pub mod run;
pub mod schema;
pub mod start;
pub mod trend;
