//! Series: what one metric was at many times, and questions about them.

mod answer;
mod bucket;
mod counter;
mod gather;
mod occasion;
mod order;
mod query;
mod stat;
mod unknown;
mod words;

pub use answer::{Answer, Row};
pub use bucket::Bucket;
pub use counter::{Counter, Rise, rises};
pub use gather::{Gather, spans};
pub use occasion::{Occasion, day_of};
pub use order::by_number;
pub use query::{Filter, Group, Query};
pub use stat::Stat;
pub use unknown::{no_dimension, not_among};
pub use words::{ago, days_ago, moment};

pub use super::event::{AHEAD, Key, instant, up_to};
