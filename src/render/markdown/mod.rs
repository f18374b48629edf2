//! The verdict as GitHub-flavoured markdown: job summary, comment, file.

mod blocks;
mod change;
mod limit;
mod links;
mod page;

pub use limit::Limit;
pub use links::Links;
pub use page::render;
