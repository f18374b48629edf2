//! When the host fails again and again, it is left alone.

use std::sync::{Mutex, PoisonError};

/// So many failures one after another open the breaker.
const ENOUGH: u32 = 5;

/// Counts the failures of the host, one after another. One success closes it.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<(u32, String)>,
}

impl Breaker {
    /// Notes that the host did not answer, or failed itself.
    pub(super) fn failed(&self, why: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (state.0.saturating_add(1), why.to_owned());
    }

    /// Notes that the host answered.
    pub(super) fn answered(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }

    /// Why nothing more is sent, if so.
    pub(super) fn open(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.0 >= ENOUGH)
            .then(|| format!("it failed {} times in a row, at last: {}", state.0, state.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_five_failures_in_a_row() {
        let breaker = Breaker::default();
        for _ in 0..4 {
            breaker.failed("early");
        }
        assert_eq!(breaker.open(), None);
        breaker.answered();
        for why in ["1", "2", "3", "4"] {
            breaker.failed(why);
            assert_eq!(breaker.open(), None);
        }
        breaker.failed("status 502");
        assert_eq!(
            breaker.open().unwrap(),
            "it failed 5 times in a row, at last: status 502"
        );
        breaker.answered();
        assert_eq!(breaker.open(), None);
    }
}
