//! `andon history`

mod arguments;
mod exchange;
mod forget;
mod run;
mod show;
mod tend;

pub use arguments::Args;
pub use run::run;
