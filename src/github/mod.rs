//! GitHub's API: one blocking client with exact rules for redirects, repetition and what is said of a failure.

mod address;
mod breaker;
mod client;
mod credentials;
mod failure;
mod installation;
mod jwt;
mod pages;
mod permission;
mod project;
mod proxy;
mod redirect;
mod refusal;
mod retry;
mod secrets;
mod session;
mod settings;
mod stamp;
#[cfg(test)]
pub(crate) mod testing;
mod transport;

pub use client::Client;
pub use credentials::Credentials;
pub use failure::{Failure, Kind};
pub use project::{NotAProject, Project};
pub use proxy::Proxies;
pub use settings::{Patience, Settings};
pub use stamp::Stamp;
