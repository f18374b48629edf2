//! Which paths belong to what misses a gate. A gate on each file may be missed by thousands of them, so paths are
//! looked up and not searched for.

use rustc_hash::FxHashSet;

use super::shortfall::Shortfall;
use crate::domain::measurement::{Measurement, Scope};

/// The paths that the misses of a gate reach.
pub(super) struct Reach<'a> {
    shortfall: &'a Shortfall<'a>,
    /// Producers and paths of files and functions.
    files: FxHashSet<(&'a str, &'a str)>,
    paths: FxHashSet<&'a str>,
    /// Misses of the project and of components.
    wide: Vec<&'a Measurement>,
}

impl<'a> Reach<'a> {
    /// What these misses reach.
    pub(super) fn new(shortfall: &'a Shortfall<'a>) -> Reach<'a> {
        let mut reach = Reach {
            shortfall,
            files: FxHashSet::default(),
            paths: FxHashSet::default(),
            wide: Vec::new(),
        };
        for miss in shortfall.misses {
            match miss.measurement.scope.path() {
                Some(path) => {
                    reach.files.insert((&miss.measurement.producer, path));
                    reach.paths.insert(path);
                }
                None => reach.wide.push(miss.measurement),
            }
        }
        reach
    }

    /// Whether evidence at `path` belongs to what is missed.
    pub(super) fn concerns(&self, path: &str) -> bool {
        self.paths.contains(path) || self.wide.iter().any(|miss| self.within(&miss.scope, path))
    }

    /// Whether what `producer` says of `path` belongs to what is missed by that producer's figures.
    pub(super) fn concerns_of(&self, producer: &str, path: &str) -> bool {
        let wide =
            |miss: &&Measurement| miss.producer == producer && self.within(&miss.scope, path);
        self.files.contains(&(producer, path)) || self.wide.iter().any(wide)
    }

    fn within(&self, scope: &Scope, path: &str) -> bool {
        match scope {
            Scope::Project => true,
            Scope::Component(name) => (self.shortfall.policy.components.iter())
                .any(|component| component.name == *name && component.paths.is_match(path)),
            Scope::File(own) | Scope::Function { path: own, .. } => own == path,
            Scope::Benchmark(_) => false,
        }
    }
}
