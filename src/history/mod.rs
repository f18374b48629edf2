//! The history: one snapshot per commit and run, kept without a server, in a git ref of its own, in a folder or in an SQLite file.
//!
//! ```text
//! Snapshot ─document─▶ values + detail (JSON lines) ─name─▶ one path each ─place─▶ git ref | folder | SQLite
//! ```
//!
//! Every entry has paths of its own, made from what it is and from a hash of what it says: histories are joined by
//! taking what either side has, so that writers who know nothing of one another lose nothing.

mod audit;
mod bare;
mod contents;
mod database;
mod document;
mod error;
mod events;
mod exchange;
mod folder;
mod forget;
mod forgotten;
mod git;
mod intake;
mod loss;
mod name;
mod own;
mod place;
mod query;
mod settle;
mod sound;
mod store;
mod verify;

pub use crate::domain::past::Segment;
pub use audit::Audit;
pub use document::{CameOf, Values};
pub use error::HistoryError;
pub use events::{Before, Joined, Kept, Lessened, Noted, Sift};
pub use exchange::{Given, Taken};
pub use git::{Fetched, Pushed};
pub use query::{Caught, Index, Repeats, Runs, Series, Standing, known_units};
pub use store::{History, Listing, Recorded};
pub use verify::Verification;
