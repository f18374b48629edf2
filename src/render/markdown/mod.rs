//! The verdict as GitHub-flavoured markdown: job summary, comment, check run, file.

mod blocks;
mod change;
mod combined;
mod diff;
mod foot;
mod gates;
mod layout;
mod limit;
mod links;
mod page;
#[cfg(test)]
mod reading;

pub use combined::{Named, combined};
pub use diff::render_diff;
pub use limit::Limit;
pub use links::Links;
pub use page::render;
