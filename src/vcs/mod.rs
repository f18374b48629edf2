//! The repository, through libgit2. Only what is asked for is read: commits and tags, never trees or blobs, so that
//! partial clones suffice; and nothing that the machine's git configuration could change.

mod commit;
mod error;
mod lineage;
mod log;
mod ownership;
mod repository;
mod shallow;
mod tags;

pub use error::VcsError;
pub use lineage::Lineage;
pub use repository::{Head, Repository};
