//! What a caller may choose.

use jiff::Timestamp;

use super::band::BandYear;
use super::pattern::TagPattern;

/// Which times a commit and a deployment are taken at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Committer time of the commit, committer time of the deployed commit.
    #[default]
    Committer,
    /// Author time of the commit, committer time of the deployed commit.
    Author,
    /// Committer time of the commit, tagger time of the tag; a lightweight tag falls back to its commit's time.
    Tagger,
}

/// Which tags are considered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those reachable from HEAD, unless far newer ones exist elsewhere; then all.
    #[default]
    Auto,
    /// Those reachable from HEAD.
    Head,
    /// All.
    All,
}

/// Where the window ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Until {
    /// Now.
    #[default]
    Now,
    /// At the newest deployment.
    Newest,
    /// At a time.
    At(Timestamp),
}

/// The choices, with their defaults.
#[derive(Debug, Clone)]
pub struct Options {
    /// Length of the window in seconds; positive.
    pub window: i64,
    /// Where the window ends.
    pub until: Until,
    /// What a tag's name has before its version; `None` chooses by what the repository has.
    pub tag_prefix: Option<String>,
    /// A pattern that replaces the rule for versions: each tag that it matches is a deployment.
    pub tag_pattern: Option<TagPattern>,
    /// Which tags are considered.
    pub reach: Reach,
    /// Which times are taken.
    pub clock: Clock,
    /// Deployments at most this many seconds apart count as one; 0 keeps each.
    pub cluster: i64,
    /// Whether commits of bots are left out of lead times.
    pub exclude_bots: bool,
    /// Whose bands are named.
    pub bands: BandYear,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            window: 90 * 86_400,
            until: Until::Now,
            tag_prefix: None,
            tag_pattern: None,
            reach: Reach::Auto,
            clock: Clock::Committer,
            cluster: 0,
            exclude_bots: false,
            bands: BandYear::Y2024,
        }
    }
}
