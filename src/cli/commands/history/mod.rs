//! `andon history`

mod arguments;
mod exchange;
mod forget;
mod run;
mod show;
mod tend;

pub use arguments::{Args, PlaceArgs};
pub use run::run;
