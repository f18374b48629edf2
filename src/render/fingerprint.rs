//! Names of annotations that stay the same from run to run, so that a service knows an old one again.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::view::Annotation;
use crate::domain::report::coverage::key_of;

/// Gives each annotation of a document its name.
#[derive(Default)]
pub(super) struct Fingerprints {
    given: BTreeMap<u64, u64>,
}

impl Fingerprints {
    /// The name of the next annotation: of those that are alike, each has its number, so that none is given twice.
    pub(super) fn next(&mut self, annotation: &Annotation<'_>) -> String {
        let identity = annotation.identity();
        let mut key = key_of(&identity);
        let alike = self.given.entry(key).or_default();
        let mut number = *alike;
        *alike += 1;
        // A number may lead to a key that something else has already.
        while number > 0 {
            key = key_of(&format!("{identity}\0{number}"));
            if let Entry::Vacant(slot) = self.given.entry(key) {
                slot.insert(1);
                break;
            }
            number += 1;
        }
        format!("{key:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::view::View;

    fn all(view: &View) -> Vec<String> {
        let mut names = Fingerprints::default();
        let list = view.annotations();
        list.iter().map(|it| names.next(it)).collect()
    }

    #[test]
    fn none_is_given_twice() {
        for (name, document) in fixtures::all() {
            let mut names = all(&View::new(&document));
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{name}");
        }
    }

    #[test]
    fn neither_line_nor_value_is_in_it() {
        let before = fixtures::view("mixed");
        let mut after = before.clone();
        for gate in &mut after.gates {
            gate.value = "3".to_owned();
            for place in &mut gate.places {
                place.line += 7;
                place.text = place.text.replace("31 uncovered lines", "1 uncovered line");
                place.text = place.text.replace("expected 3, got 4", "expected 3, got 5");
                place.text = place.text.replace("17, 7 above", "18, 8 above");
            }
        }
        assert_ne!(before, after);
        assert_eq!(all(&before), all(&after));
        after.folder = "services/api".to_owned();
        assert_ne!(all(&before), all(&after));
    }
}
