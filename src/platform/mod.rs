//! The outside world behind ports: clock, waiting, environment, files, programs. Nothing else asks the machine.

mod clock;
mod env;
mod files;
mod pace;
mod process;

pub use clock::Clock;
pub use env::Env;
pub use files::{FileKind, Files};
pub use pace::{Pace, RealPace};
pub use process::{Ended, Process};
