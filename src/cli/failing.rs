//! Which verdict fails the command.

use super::Exit;
use crate::render::json::v1::Word;

/// When a check exits with 1.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Failing {
    /// The mildest verdict that fails the command.
    #[arg(long, value_enum, default_value_t, value_name = "VERDICT")]
    fail_on: FailOn,
    /// Report, but never fail because of a gate; the same as `--fail-on never`.
    #[arg(long, conflicts_with = "fail_on")]
    exit_zero: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// A failing gate.
    #[default]
    Fail,
    /// A warning too.
    Warn,
    /// Nothing.
    Never,
}

impl Failing {
    /// The exit code for a verdict.
    pub(in crate::cli) fn exit(&self, verdict: Word) -> Exit {
        let fails = match (self.fail_on, verdict) {
            _ if self.exit_zero => false,
            (FailOn::Never, _) | (_, Word::Pass) => false,
            (FailOn::Fail, Word::Warn) => false,
            (FailOn::Warn, Word::Warn) | (_, Word::Fail) => true,
        };
        if fails { Exit::Failed } else { Exit::Done }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command, FromArgMatches as _};

    use super::*;

    fn exits(arguments: &str) -> [bool; 3] {
        let command = Failing::augment_args(Command::new("x"));
        let matches = command.try_get_matches_from(arguments.split(' ')).unwrap();
        let failing = Failing::from_arg_matches(&matches).unwrap();
        [Word::Pass, Word::Warn, Word::Fail].map(|word| failing.exit(word) == Exit::Failed)
    }

    #[test]
    fn what_fails_is_chosen() {
        assert_eq!(exits("x"), [false, false, true]);
        assert_eq!(exits("x --fail-on fail"), [false, false, true]);
        assert_eq!(exits("x --fail-on warn"), [false, true, true]);
        assert_eq!(exits("x --fail-on never"), [false; 3]);
        assert_eq!(exits("x --exit-zero"), [false; 3]);
    }
}
