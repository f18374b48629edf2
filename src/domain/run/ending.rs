//! How a command ended.

use std::fmt;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this exit code.
    Code(i32),
    /// By a signal, of this number.
    Signal(i32),
    /// It never began: there is no such program.
    NotFound,
    /// It never began: the program cannot be executed.
    NotExecutable,
}

impl Ending {
    /// Whether the command did what it was asked to.
    pub fn succeeded(self) -> bool {
        self == Ending::Code(0)
    }

    /// Whether it was started at all.
    pub fn began(self) -> bool {
        !matches!(self, Ending::NotFound | Ending::NotExecutable)
    }

    /// The exit code by which a shell tells it: 128 and the number for a signal, 127 for what is not found, 126 for what
    /// cannot be executed.
    pub fn exit_code(self) -> u8 {
        let code = match self {
            Ending::Code(code) => code,
            Ending::Signal(signal) => signal.saturating_add(128),
            Ending::NotFound => 127,
            Ending::NotExecutable => 126,
        };
        // Where codes are wider than a byte (Windows), what does not fit still fails.
        u8::try_from(code).unwrap_or(if code == 0 { 0 } else { 1 })
    }

    /// The value of the dimension `status`: `0`, `3`, `SIGTERM`.
    pub fn status(self) -> String {
        match self {
            Ending::Signal(signal) => {
                name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned)
            }
            other => other.exit_code().to_string(),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Code(code) => write!(f, "exit {code}"),
            Ending::Signal(_) => write!(f, "ended by {}", self.status()),
            Ending::NotFound => f.write_str("not found"),
            Ending::NotExecutable => f.write_str("cannot be executed"),
        }
    }
}

/// The signals whose numbers POSIX systems agree on.
fn name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_a_shell() {
        for (ending, code, status) in [
            (Ending::Code(0), 0, "0"),
            (Ending::Code(3), 3, "3"),
            (Ending::Signal(15), 143, "SIGTERM"),
            (Ending::Signal(64), 192, "signal 64"),
            (Ending::NotFound, 127, "127"),
            (Ending::NotExecutable, 126, "126"),
            (Ending::Code(-1_073_741_819), 1, "1"),
            (Ending::Code(256), 1, "1"),
        ] {
            assert_eq!(
                (ending.exit_code(), ending.status()),
                (code, status.to_owned())
            );
        }
        assert!(!Ending::Code(256).succeeded() && Ending::Code(0).succeeded());
    }
}
