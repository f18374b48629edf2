//! The outside world behind ports: clock, waiting, environment, files and what is packed in them, programs. Nothing else
//! asks the machine.

pub mod archive;
mod clock;
mod draft;
mod env;
mod files;
mod meter;
mod pace;
mod packing;
mod process;
mod scratch;

pub use clock::Clock;
pub use draft::Draft;
pub use env::Env;
pub use files::{FileKind, Files};
pub use meter::{FakeMeter, Finish, Launch, Meter, RealMeter, Samples, Spent, Stream};
pub use pace::{Pace, RealPace};
pub use packing::{Bounded, Budget, Packing};
pub use process::{Ended, Process};
