//! Which run wrote something.

use std::fmt;
use std::str::FromStr;

/// The run that wrote something on GitHub. What a newer run wrote is never overwritten by an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The run's number (`GITHUB_RUN_ID`): later runs have larger ones.
    pub run: u64,
    /// The attempt (`GITHUB_RUN_ATTEMPT`), from 1: a run that is started again keeps its number.
    pub attempt: u32,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.run, self.attempt)
    }
}

/// What is wrong with a text that should be a stamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stamp is a run's number and its attempt, as `123.1`")]
pub struct NotAStamp;

impl FromStr for Stamp {
    type Err = NotAStamp;

    fn from_str(text: &str) -> Result<Stamp, NotAStamp> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (run, attempt) = text.split_once('.').ok_or(NotAStamp)?;
        if !digits(run) || !digits(attempt) {
            return Err(NotAStamp);
        }
        Ok(Stamp {
            run: run.parse().map_err(|_| NotAStamp)?,
            attempt: attempt.parse().map_err(|_| NotAStamp)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_run_is_newer_and_a_later_attempt_too() {
        let stamp = |run, attempt| Stamp { run, attempt };
        assert!(stamp(2, 1) > stamp(1, 9));
        assert!(stamp(2, 2) > stamp(2, 1));
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        let stamp = Stamp {
            run: 123,
            attempt: 2,
        };
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        for text in [
            "",
            "1",
            ".",
            "1.",
            ".1",
            "+1.1",
            "1.-1",
            "1.1.1",
            "1.4294967296",
            " 1.1",
        ] {
            assert_eq!(text.parse::<Stamp>(), Err(NotAStamp), "{text}");
        }
    }
}
