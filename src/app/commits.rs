//! Ids of commits as series name them: thousands of points of few commits.

use std::collections::HashMap;
use std::sync::Arc;

/// Ids of commits, of which each is held once for all series.
#[derive(Default)]
pub(super) struct Commits {
    known: HashMap<String, Arc<str>>,
}

impl Commits {
    /// One that is held already, or from now on.
    pub(super) fn shared(&mut self, id: &str) -> Arc<str> {
        if let Some(known) = self.known.get(id) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = id.into();
        self.known.insert(id.to_owned(), Arc::clone(&shared));
        shared
    }
}
