//! The verdict as GitHub-flavoured markdown: job summary, comment, file.

mod blocks;
mod limit;
mod links;
mod page;

pub use limit::Limit;
pub use links::Links;
pub use page::{Options, render};
