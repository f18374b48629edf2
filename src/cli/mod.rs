//! The command line: what can be typed, and what the process answers.

mod arguments;
mod asking;
pub mod commands;
mod console;
mod exit;
mod failing;
#[cfg(feature = "github")]
mod github;
mod outputs;
mod page;
mod place;
mod publish;
mod session;
mod watched;

pub use arguments::{Cli, run};
pub use console::{ColorChoice, Console};
pub use exit::Exit;
pub use session::Session;
