//! The nouns of andon and the pure rules over them. Nothing here reads a file, a clock or a variable.

pub mod ask;
pub mod backtest;
pub mod baseline;
pub mod catalogue;
pub mod change;
pub mod component;
pub mod consequence;
pub mod delta;
pub mod dora;
pub mod event;
pub mod formula;
pub mod gate;
pub mod labels;
pub mod lines;
pub mod measure;
pub mod measurement;
pub mod metric;
pub mod parts;
pub mod past;
pub mod reading;
pub mod report;
pub mod run;
pub mod series;
pub mod stats;
pub mod tell;
pub mod unit;
pub mod value;
pub mod watch;

pub use report::snapshot;
