//! The outside world behind ports: clock, environment, files. Nothing else asks the machine.

mod clock;
mod env;
mod files;

pub use clock::Clock;
pub use env::Env;
pub use files::{FileKind, Files};
