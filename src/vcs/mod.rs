//! The repository, through libgit2. Only what is asked for is read: history needs commits and tags alone, a change only
//! the files that it touches, so that partial clones suffice; and nothing that the machine's git configuration could
//! change, save how a work tree was checked out.

mod ancestry;
mod commit;
mod content;
mod default_branch;
mod diff;
mod error;
mod hunks;
mod line_ends;
mod lineage;
mod log;
mod merge_base;
mod names;
mod ownership;
mod pair;
mod patch;
mod renames;
mod repository;
mod resolve;
mod shallow;
mod similar;
mod stored;
mod tags;
mod trees;
mod work_tree;

pub use default_branch::DefaultBranch;
pub use diff::{Differences, Uncommitted, Until, relative, whole, within};
pub use error::VcsError;
pub use lineage::Lineage;
pub use merge_base::MergeBase;
pub use patch::{PatchError, read as read_patch};
pub use repository::{Head, Repository};
pub use stored::Stored;
