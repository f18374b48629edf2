//! What was recorded of earlier runs: what an entry of the history is, which of them are compared with, which are kept,
//! and the best values among them.

mod bars;
mod choice;
mod chosen;
mod entry;
mod forgotten;
mod keep;
mod parts;
mod retention;
mod segment;
mod trace;

pub use bars::Bars;
pub use choice::{Candidate, best};
pub use chosen::Chosen;
pub use entry::{Entry, fitted};
pub use forgotten::{Forgotten, fingerprint};
pub use keep::Keep;
pub use parts::{Marks, Parts};
pub use retention::{Retention, superfluous};
pub use segment::{Rotation, Segment};
pub use trace::Trace;
