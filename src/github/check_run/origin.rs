//! What a check run's `external_id` holds: which run wrote it, and what.

use std::fmt;

use super::super::stamp::Stamp;

const PREFIX: &str = "andon:";

/// Which run wrote a check run, and a digest of its content. One that did not come from here has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) stamp: Stamp,
    pub(super) digest: String,
}

impl Origin {
    /// Reads an `external_id`.
    pub(super) fn read(text: &str) -> Option<Origin> {
        let (stamp, digest) = text.strip_prefix(PREFIX)?.split_once(':')?;
        let hexadecimal = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f');
        if digest.len() != 64 || !digest.chars().all(hexadecimal) {
            return None;
        }
        Some(Origin {
            stamp: stamp.parse().ok()?,
            digest: digest.to_owned(),
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}:{}", self.stamp, self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        let origin = Origin {
            stamp: Stamp {
                run: 123,
                attempt: 2,
            },
            digest: "0123456789abcdef".repeat(4),
        };
        assert_eq!(Origin::read(&origin.to_string()), Some(origin.clone()));
        for text in [
            "",
            "andon:",
            "andon:1.1:",
            "123",
            &format!("andon:1:{}", origin.digest),
            "andon:1.1:xyz",
        ] {
            assert_eq!(Origin::read(text), None, "{text}");
        }
    }
}
