//! The limits of the places where markdown goes.

/// The most that a text may be.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    most: usize,
    size: fn(&str) -> usize,
}

impl Limit {
    /// No limit.
    pub const NONE: Limit = Limit::bytes(usize::MAX);
    /// A job summary: GitHub drops it as a whole above 1,048,576 bytes.
    pub const JOB_SUMMARY: Limit = Limit::bytes(1_000_000);
    /// A comment: GitHub refuses more than 65,536 characters. Whoever writes a marker beside the page takes
    /// [`Limit::less`] of it.
    pub const COMMENT: Limit = Limit::characters(65_536);
    /// The summary of a check run, and its text: GitHub refuses more than 65,535 characters.
    pub const CHECK_RUN: Limit = Limit::characters(65_535);

    /// So many bytes.
    pub const fn bytes(most: usize) -> Limit {
        Limit {
            most,
            size: str::len,
        }
    }

    /// So many characters, as UTF-16 counts them: never fewer than there are by any other count.
    pub const fn characters(most: usize) -> Limit {
        Limit {
            most,
            size: |text| text.encode_utf16().count(),
        }
    }

    /// What is left beside this text.
    #[must_use]
    pub fn less(self, text: &str) -> Limit {
        self.at_most(self.most.saturating_sub(self.size(text)))
    }

    /// How much there is room for.
    pub(super) fn most(self) -> usize {
        self.most
    }

    /// How much of it a text takes.
    pub(super) fn size(self, text: &str) -> usize {
        (self.size)(text)
    }

    /// The same count up to another number.
    pub(super) fn at_most(self, most: usize) -> Limit {
        Limit { most, ..self }
    }
}
