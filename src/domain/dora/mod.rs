//! Delivery metrics: DORA's five from a commit graph and its tags. Pure; what is read from the repository comes in as
//! [`History`] and [`Tag`]s.

mod band;
mod cadence;
mod commit_id;
mod copies;
mod deployment;
mod distribution;
mod enough;
mod evidence;
mod failure;
mod history;
mod measure;
mod message;
mod options;
mod pattern;
mod report;
mod revert;
mod selection;
mod shipped;
mod tag;
mod taken_back;
mod version;
mod window;

pub use band::{Band, BandYear};
pub use commit_id::CommitId;
pub use distribution::Standing;
pub use evidence::Why;
pub use history::{Commit, History, HistoryBuilder};
pub use measure::{Refusal, measure};
pub use message::Message;
pub use options::{Clock, Options, Reach, Until};
pub use pattern::TagPattern;
pub use report::{
    BandReading, DeploymentReport, DoraReport, Durations, OtherClock, Rate, Rules, WindowReport,
};
pub use tag::{Tag, TagTarget};
