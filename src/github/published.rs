//! What publishing something came to.

use crate::text::fit;

/// The longest address that is kept of an answer, in characters.
const ADDRESS: usize = 2_000;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was not there, and is now.
    Created,
    /// It was there with other content.
    Updated,
    /// It was there with this content already: nothing was changed.
    Unchanged,
    /// A newer run had written it: nothing of this run was published.
    Newer,
}

/// What was done, and where it can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What was done.
    pub done: Done,
    /// Its address, as GitHub's answer gave it: a foreign string.
    pub address: Option<String>,
}

impl Published {
    /// `address` is kept only if it is one of the web and of a sensible length.
    pub(in crate::github) fn new(done: Done, address: Option<&str>) -> Published {
        let address = address
            .filter(|text| text.starts_with("https://") || text.starts_with("http://"))
            .map(|text| fit::cut(text, ADDRESS).into_owned());
        Published { done, address }
    }
}
