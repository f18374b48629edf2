//! What the CI system says of the run: which commit, which branch, which change. Read from its environment variables
//! and, on GitHub, from the event's payload; one file per provider.

mod context;

pub use context::{Context, Event, Host};

use crate::platform::Env;

/// What the CI system that runs this says; the default outside of any.
pub fn detect(env: &Env) -> Context {
    let _ = env;
    Context::default()
}
