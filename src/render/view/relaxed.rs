//! What the policy of the change demands less than that of the base.

use crate::render::json::v1::{Document, PolicyFrom};

/// A relaxed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxed {
    /// That it is relaxed, and whether it counted.
    pub headline: String,
    /// What is demanded less.
    pub items: Vec<String>,
}

/// `None` if nothing is demanded less, or that is not known.
pub(super) fn of(document: &Document) -> Option<Relaxed> {
    let policy = document.policy.as_ref()?;
    let items = policy.relaxed.clone().filter(|items| !items.is_empty())?;
    let base = match &policy.commit {
        Some(commit) => format!(" ({})", commit.chars().take(10).collect::<String>()),
        None => String::new(),
    };
    let counted = match policy.from {
        PolicyFrom::Base => {
            format!("the policy of the base{base} counted, so this has no effect here")
        }
        PolicyFrom::Head | PolicyFrom::Default => {
            format!("the relaxed policy counted, not that of the base{base}")
        }
    };
    Some(Relaxed {
        headline: format!("This change relaxes the policy; {counted}"),
        items,
    })
}
