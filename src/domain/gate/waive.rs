//! Waivers: which misses are excused, until when, and which excuses have ended or excuse nothing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::gate::policy::{Gate, Waiver};
use crate::domain::measurement::Scope;
use crate::text::plural;

/// A waiver whose end is at most this many days away is pointed out.
const SOON: i32 = 14;

/// The policy's waivers on a day, and which of them were needed.
pub(super) struct Waivers<'a> {
    /// In an order that does not depend on the policy's: the longest-lived first.
    all: Vec<&'a Waiver>,
    needed: Vec<bool>,
    today: Date,
}

impl<'a> Waivers<'a> {
    pub(super) fn new(waivers: &'a [Waiver], today: Date) -> Waivers<'a> {
        let mut all: Vec<&Waiver> = waivers.iter().collect();
        all.sort_by_key(|w| {
            (
                Reverse(w.expires),
                &w.gate,
                &w.path_texts,
                &w.test_texts,
                &w.reason,
                &w.owner,
                &w.origin,
            )
        });
        Waivers {
            needed: vec![false; all.len()],
            all,
            today,
        }
    }

    /// The words of the waiver that covers a miss of `gate` at `scope`; without a scope, of the gate as a whole. What is
    /// to be said of the waivers asked is added to `notes`.
    pub(super) fn cover(
        &mut self,
        gate: &Gate,
        scope: Option<&Scope>,
        notes: &mut BTreeSet<String>,
    ) -> Option<String> {
        self.first(gate, |waiver| covers(waiver, scope), notes)
    }

    /// The words of the waiver that covers the test of this identity for `gate`. What is to be said of the waivers asked
    /// is added to `notes`.
    pub(super) fn cover_test(
        &mut self,
        gate: &Gate,
        id: &str,
        notes: &mut BTreeSet<String>,
    ) -> Option<String> {
        self.first(gate, |waiver| waiver.quarantines(id), notes)
    }

    /// The words of the first waiver of `gate` that covers it and stands.
    fn first(
        &mut self,
        gate: &Gate,
        is_covered: impl Fn(&Waiver) -> bool,
        notes: &mut BTreeSet<String>,
    ) -> Option<String> {
        let mut expired = None;
        for (waiver, needed) in self.all.iter().zip(&mut self.needed) {
            if !names(waiver, gate) || !is_covered(waiver) {
                continue;
            }
            *needed = true;
            match stands(waiver, self.today, notes) {
                Ok(words) => return Some(words),
                Err(words) => expired = expired.or(Some(words)),
            }
        }
        notes.extend(expired);
        None
    }

    /// Whether any waiver of `gate` covers single tests.
    pub(super) fn has_quarantine(&self, gate: &Gate) -> bool {
        let mut all = self.all.iter();
        all.any(|waiver| waiver.is_quarantine() && names(waiver, gate))
    }

    /// What is to be said of waivers that covered nothing, in the policy's terms.
    pub(super) fn unneeded(&self, gates: &[Gate], missing: impl Fn(&str) -> bool) -> Vec<String> {
        let mut notes: Vec<String> = self
            .all
            .iter()
            .zip(&self.needed)
            .filter(|(_, needed)| !**needed)
            // Without data nobody knows whether it is needed.
            .filter(|(waiver, _)| {
                let mut named = gates.iter().filter(|gate| names(waiver, gate));
                !named.any(|gate| missing(&gate.id))
            })
            .map(|(waiver, _)| {
                let what = if gates.iter().any(|gate| names(waiver, gate)) {
                    if waiver.is_quarantine() {
                        "covers no test that counts against a gate: delete it once its tests are sound"
                    } else {
                        "covers nothing: delete it"
                    }
                } else {
                    "names no gate of the policy"
                };
                format!(
                    "the waiver for `{}` ({}) {what}",
                    waiver.gate, waiver.origin
                )
            })
            .collect();
        notes.sort();
        notes
    }
}

fn names(waiver: &Waiver, gate: &Gate) -> bool {
    waiver.gate == gate.id || waiver.gate == gate.metric.id
}

/// The words of a waiver that holds, or those of one that does not any more. That it ends soon is added to `notes`.
fn stands(waiver: &Waiver, today: Date, notes: &mut BTreeSet<String>) -> Result<String, String> {
    let Waiver {
        expires,
        owner,
        reason,
        ..
    } = waiver;
    if *expires < today {
        return Err(format!(
            "the waiver expired on {expires} ({owner}): {reason}"
        ));
    }
    let days = days_between(today, *expires);
    if days <= SOON {
        let when = match days {
            0 => "today".to_owned(),
            days => format!("in {}", plural::s(days.unsigned_abs().into(), "day")),
        };
        notes.insert(format!(
            "the waiver ends on {expires}, {when} ({owner}): {reason}"
        ));
    }
    Ok(format!("waived until {expires} by {owner}: {reason}"))
}

fn covers(waiver: &Waiver, scope: Option<&Scope>) -> bool {
    if waiver.is_quarantine() {
        return false;
    }
    let path = scope.and_then(Scope::path);
    // Judged by the patterns as written too: an empty set must not turn patterns into a waiver of everything.
    let whole = waiver.path_texts.is_empty() && waiver.paths.is_empty();
    whole || path.is_some_and(|path| waiver.paths.is_match(path))
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}
