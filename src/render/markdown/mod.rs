//! The verdict as GitHub-flavoured markdown: job summary, comment, file.

mod blocks;
mod change;
mod diff;
mod limit;
mod links;
mod page;

pub use diff::render_diff;
pub use limit::Limit;
pub use links::Links;
pub use page::render;
