//! Commit statuses: one for each family of gates.

use super::json::v1::{Document, Effect, Gate, Outcome};
use super::view::{family, valued};
use crate::text::escape::visible;
use crate::text::{fit, plural};

/// The longest description, in characters.
const DESCRIPTION: usize = 140;

/// The state of one family of gates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyStatus {
    /// The family, as the first part of its metrics' ids: `coverage`.
    pub family: String,
    /// Whether nothing in it fails the build.
    pub holds: bool,
    /// What it is about, in at most 140 characters.
    pub description: String,
}

/// The families in alphabetical order. Several results count together: what fails in one fails.
pub fn render(documents: &[&Document]) -> Vec<FamilyStatus> {
    let gates = documents.iter().flat_map(|document| &document.gates);
    let mut families: std::collections::BTreeMap<&str, Vec<&Gate>> = Default::default();
    for gate in gates {
        let family = gate.metric.split('.').next().unwrap_or_default();
        families.entry(family).or_default().push(gate);
    }
    families
        .into_iter()
        .map(|(family, gates)| FamilyStatus {
            family: family.to_owned(),
            holds: gates.iter().all(|gate| gate.effect < Effect::Fail),
            description: fit::cut(&visible(&described(family, &gates)), DESCRIPTION).into_owned(),
        })
        .collect()
}

fn described(prefix: &str, gates: &[&Gate]) -> String {
    let of = |effect| gates.iter().filter(move |gate| gate.effect == effect);
    for (effect, verb) in [(Effect::Fail, "fail"), (Effect::Warn, "warn")] {
        let worst: Vec<String> = of(effect).map(|gate| told(gate)).collect();
        match worst.as_slice() {
            [] => {}
            [one] => return one.clone(),
            [first, ..] => {
                let (some, all) = (worst.len(), gates.len());
                return format!("{some} of {all} gates {verb}: {first}");
            }
        }
    }
    let judged = gates.iter().filter(|gate| gate.outcome == Outcome::Pass);
    match (judged.count(), gates) {
        (0, _) => format!("{}: nothing to judge", family(prefix)),
        (1, [one]) => told(one),
        (some, _) => format!("{} hold", plural::s(some as u64, "gate")),
    }
}

fn told(gate: &Gate) -> String {
    let value = valued(gate);
    match gate.requirement.as_str() {
        "" => format!("{}: {value}", gate.title),
        requirement => format!("{}: {value}, required {requirement}", gate.title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_each_fixture() {
        for (name, document) in fixtures::shown() {
            insta::assert_debug_snapshot!(name, render(&[&document]));
        }
    }

    #[test]
    fn what_fails_in_one_result_fails() {
        let (green, red) = (fixtures::named("green"), fixtures::named("red"));
        let alone = render(&[&red]);
        let both = render(&[&green, &red]);
        for failing in alone.iter().filter(|status| !status.holds) {
            let same = both.iter().find(|status| status.family == failing.family);
            assert!(!same.unwrap().holds);
        }
        assert!(alone.iter().any(|status| !status.holds));
        assert!(render(&[&green]).iter().all(|status| status.holds));
    }

    #[test]
    fn descriptions_are_short() {
        for (_, document) in fixtures::all() {
            for status in render(&[&document]) {
                assert!(status.description.chars().count() <= DESCRIPTION);
            }
        }
    }
}
