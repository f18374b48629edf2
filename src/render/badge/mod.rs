//! Badges: the verdict, or one figure, for a page about the project.

mod endpoint;
mod face;
mod svg;
mod width;

pub use endpoint::render as render_endpoint;
pub use svg::render as render_svg;
