//! What no message may hold.

use std::sync::{Mutex, PoisonError};

use octocrab::secrecy::{ExposeSecret, SecretString};

/// The shortest text that is taken for a secret: replacing a shorter one would only damage messages.
const SHORTEST: usize = 4;

/// The credentials of a client, in order to take them out of any text that comes from outside.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    known: Mutex<Vec<SecretString>>,
}

impl Secrets {
    /// Remembers one more.
    pub(super) fn add(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.push(SecretString::from(secret));
            // The longest first: one may be a part of another.
            known.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        }
    }

    /// The text with every secret replaced by `***`.
    pub(super) fn scrub(&self, text: &str) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.expose_secret(), "***")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_of_texts() {
        let secrets = Secrets::default();
        secrets.add("abcd");
        secrets.add("abcdef");
        secrets.add("");
        assert_eq!(secrets.scrub("x abcdef y abcd abc"), "x *** y *** abc");
        assert!(!format!("{secrets:?}").contains("abcd"));
    }
}
