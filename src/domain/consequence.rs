//! What comes of a rule that is not held, and of one that cannot be judged.

/// How much a gate matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A miss is shown.
    Nice,
    /// A miss warns.
    Should,
    /// A miss fails the build.
    Must,
}

impl Level {
    /// The word of a policy.
    pub fn word(self) -> &'static str {
        match self {
            Level::Must => "must",
            Level::Should => "should",
            Level::Nice => "nice",
        }
    }
}

/// What a gate makes of missing data, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnMissing {
    /// Shown as missing, of no consequence.
    Skip,
    /// A warning.
    Warn,
    /// As bad as a miss at the gate's level.
    Fail,
}

impl OnMissing {
    /// The word of a policy.
    pub fn word(self) -> &'static str {
        match self {
            OnMissing::Fail => "fail",
            OnMissing::Warn => "warn",
            OnMissing::Skip => "skip",
        }
    }
}
