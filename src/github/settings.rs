//! What a client is to know.

use std::sync::Arc;
use std::time::Duration;

use crate::platform::{Clock, Pace};

use super::credentials::Credentials;
use super::project::Project;
use super::proxy::Proxies;

/// What a client is to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The API's root (`GITHUB_API_URL`): `https://api.github.com`, or `https://host/api/v3` of an Enterprise Server.
    pub api: String,
    /// The repository that is published to: an App's token is narrowed to it.
    pub project: Project,
    /// Who asks.
    pub credentials: Credentials,
    /// How long to go on.
    pub patience: Patience,
    /// The proxies to go through.
    pub proxies: Proxies,
    /// The time of day, to which GitHub's limits and an App's token refer.
    pub clock: Clock,
    /// Where waiting happens.
    pub pace: Arc<dyn Pace>,
}

/// How long to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// What all requests of the client may take together, waiting included.
    pub deadline: Duration,
    /// How often one request is sent at most.
    pub attempts: u32,
}

impl Default for Patience {
    /// Two minutes, and six attempts.
    fn default() -> Patience {
        Patience {
            deadline: Duration::from_secs(120),
            attempts: 6,
        }
    }
}
