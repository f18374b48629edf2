//! Running a command and measuring what it takes. Nothing stands between the command and its streams.

mod fake;
mod forward;
mod real;
mod reap;
mod sampling;
mod tail;
mod tree;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

pub use fake::FakeMeter;
pub use real::RealMeter;
pub use sampling::Samples;

/// What a stream of a command is connected with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The same as andon's own, unchanged.
    Inherited,
    /// Nothing: it reads nothing, and what it writes is lost.
    Nothing,
}

/// A command to be measured: its arguments are handed over as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The program's name or path.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it runs.
    pub folder: PathBuf,
    /// Its standard input.
    pub input: Stream,
    /// Its standard output and standard error.
    pub output: Stream,
    /// Whether the end of its standard error is kept. It then goes through a pipe, and on from there as it comes.
    pub hear: bool,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// By itself, with this exit code.
    Code(i32),
    /// By a signal, of this number.
    Signal(i32),
}

/// What a command took.
#[derive(Debug, Clone, PartialEq)]
pub struct Spent {
    /// From just before its start to its end.
    pub wall: Duration,
    /// Processor time in user mode, of it and of every descendant that was waited for; `None` where the system does not say.
    pub user: Option<Duration>,
    /// The same in the kernel.
    pub system: Option<Duration>,
    /// The resident memory, in bytes, of its largest process at its largest; `None` where the system does not say, or
    /// where the number says nothing because it is not above that of andon itself, which a child inherits.
    pub largest: Option<u64>,
    /// The resident memory of all its processes together, looked at again and again; `None` if it was never seen.
    pub samples: Option<Samples>,
    /// How it ended.
    pub finish: Finish,
    /// The last 64 KiB of its standard error, if they were to be kept.
    pub complaint: Vec<u8>,
}

/// Where commands are run and measured.
pub trait Meter: std::fmt::Debug {
    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it cannot be started: `NotFound` if there is no such program.
    fn run(&self, launch: &Launch) -> io::Result<Spent>;

    /// The signal, if any, that asked andon to stop. It was passed on to the command that ran.
    fn interrupted(&self) -> Option<i32>;
}
