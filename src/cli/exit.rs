//! Exit codes.

use std::process::ExitCode;

/// What the process says to its caller. A bug (a panic) exits with 101.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; for a check, the gate passed, warnings included.
    Done,
    /// 1: the gate failed.
    Failed,
    /// 2: usage, configuration or input is at fault.
    Unusable,
    /// The exit code of a command that was run, passed on; 125 where andon itself failed to run it.
    Of(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Unusable => 2,
            Exit::Of(code) => code,
        })
    }
}
