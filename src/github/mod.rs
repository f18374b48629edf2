//! GitHub's API: one blocking client with exact rules for redirects, repetition and what is said of a failure.

mod address;
mod archive;
pub mod artifact;
mod author;
mod breaker;
pub mod check_run;
mod client;
pub mod comment;
pub mod commit;
mod complaint;
mod credentials;
mod digest;
mod failure;
pub mod hook;
mod installation;
pub mod issue;
mod jwt;
pub mod labels;
mod marker;
mod pages;
mod permission;
mod project;
mod proxy;
mod published;
pub mod pull_request;
mod redirect;
mod refusal;
mod retry;
pub mod sarif;
mod secrets;
mod session;
mod settings;
mod stamp;
pub mod status;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod transport;

pub use client::Client;
pub use credentials::Credentials;
pub use failure::{Failure, Kind};
pub use project::{NotAProject, Project};
pub use proxy::Proxies;
pub use published::{Done, Published};
pub use settings::{Patience, Settings};
pub use stamp::{NotAStamp, Stamp};
