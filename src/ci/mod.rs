//! What the CI system says of the run: which commit, which branch, which change. Read from its environment variables
//! and, on GitHub, from the event's payload; one file per provider.

mod azure;
mod buildkite;
mod circleci;
mod context;
mod detect;
mod github;
mod gitlab;
mod hosted;
mod jenkins;
mod words;

pub use context::{Build, Context, Event, Host, Trigger};
pub use detect::detect;
pub use hosted::is_hosted;
pub use words::host;

#[cfg(test)]
mod tests;
