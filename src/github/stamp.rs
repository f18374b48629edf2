//! Which run wrote something.

/// The run that wrote something on GitHub. What a newer run wrote is never overwritten by an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The run's number (`GITHUB_RUN_ID`): later runs have larger ones.
    pub run: u64,
    /// The attempt (`GITHUB_RUN_ATTEMPT`), from 1: a run that is started again keeps its number.
    pub attempt: u32,
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
}
