//! Outputs. A verdict becomes a result document, the document becomes one view, and each output is one file that shows
//! it: `Verdict + Snapshot → json::v1::Document → View → terminal, markdown, annotations`. A document read from a file
//! takes the same way, so that a result can be rendered again anywhere.

pub mod alerts;
pub mod annotations;
pub mod answer;
pub mod azure;
pub mod backtest;
pub mod badge;
pub mod buildkite;
pub mod catalogue;
pub mod dora;
mod fingerprint;
pub mod github_outputs;
pub mod gitlab;
pub mod history;
pub mod inspect;
pub mod json;
pub mod junit;
pub mod markdown;
mod most;
pub mod openmetrics;
pub mod points;
pub mod question;
pub mod rdjson;
pub mod run;
pub mod sarif;
pub mod statuses;
mod table;
pub mod teamcity;
pub mod terminal;
pub mod total;
pub mod trend;
pub mod view;

pub use most::Most;

#[cfg(test)]
pub(crate) mod fixtures;
