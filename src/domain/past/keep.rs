//! For how long what is kept, and which documents lie together.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::entry::Entry;
use super::segment::{Rotation, Segment};

/// Events from which on a document is large enough to be left as it is.
const LARGE: u64 = 250_000;

/// For how long what is kept. Without a span of its own a kind is kept for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// Events, from when they were.
    pub events: Option<SignedDuration>,
    /// Recorded snapshots, from when they were taken.
    pub runs: Option<SignedDuration>,
    /// How long the spans are that documents are joined by.
    pub rotation: Rotation,
}

impl Keep {
    /// The first millisecond since 1970 whose events are kept.
    pub fn first_event(&self, now: Timestamp) -> Option<i64> {
        self.events.map(|span| before(now, span).as_millisecond())
    }

    /// The documents that have events that are no longer kept.
    pub fn outdated<'a>(&self, segments: &'a [Segment], now: Timestamp) -> Vec<&'a Segment> {
        let outdated = |doc: &&Segment| self.is_outdated(doc, now);
        segments.iter().filter(outdated).collect()
    }

    /// Whether a document has events that are no longer kept.
    pub fn is_outdated(&self, segment: &Segment, now: Timestamp) -> bool {
        self.first_event(now)
            .is_some_and(|first| segment.from < first)
    }

    /// The snapshots that are no longer kept.
    pub fn expired<'a>(&self, entries: &'a [Entry], now: Timestamp) -> Vec<&'a Entry> {
        let Some(first) = self.runs.map(|span| before(now, span)) else {
            return Vec::new();
        };
        let old = |entry: &&Entry| entry.taken_at < first;
        entries.iter().filter(old).collect()
    }

    /// The documents to be joined, by span: of each span those that are not large already, where there are two at least.
    /// A document belongs to the span in which its first event lies.
    pub fn joins<'a>(&self, segments: &'a [Segment]) -> BTreeMap<String, Vec<&'a Segment>> {
        let mut spans: BTreeMap<String, Vec<&Segment>> = BTreeMap::new();
        for segment in segments {
            let span = self.rotation.span(segment.from);
            spans.entry(span).or_default().push(segment);
        }
        spans.retain(|_, docs| docs.iter().filter(|doc| !doc.is_large()).count() > 1);
        spans
    }
}

impl Segment {
    /// Whether it is large enough to be left as it is when others are joined.
    pub fn is_large(&self) -> bool {
        self.count >= LARGE
    }
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_772_362_800;

    fn segments() -> impl Strategy<Value = Vec<Segment>> {
        let one = (
            0..NOW * 1000,
            0..90_000_000_i64,
            1..400_000_u64,
            any::<u16>(),
        );
        let one = one.prop_map(|(from, length, count, id)| Segment {
            span: Rotation::Monthly.span(from),
            from,
            to: from + length,
            count,
            id: format!("{id:016x}"),
            joined: count > 300_000,
        });
        prop::collection::vec(one, 0..40)
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let one = (0..2 * NOW, 0..4_u8, any::<u16>()).prop_map(|(at, branch, id)| Entry {
            commit: format!("{id:040x}"),
            taken_at: Timestamp::from_second(at).unwrap(),
            branch: ["", "main", "topic", "pull/1"][usize::from(branch)].to_owned(),
            folder: String::new(),
            run: String::new(),
            id: format!("{id:016x}"),
        });
        prop::collection::vec(one, 0..40)
    }

    proptest! {
        #[test]
        fn snapshots_go_once_and_no_later_or_stricter_rule_keeps_more(
            entries in entries(), days in 0..40_000_i64, fewer in 0..2_000_i64, later in 0..1_000_000_000_i64,
            events in prop::option::of(0..40_000_i64),
        ) {
            let span = |days: i64| SignedDuration::from_hours(24 * days.max(0));
            let keep = |days: i64| Keep {
                runs: Some(span(days)),
                events: events.map(span),
                ..Keep::default()
            };
            let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
            let gone = keep(days).expired(&entries, at(NOW));
            // Those that go are those that are older, and nothing else of them counts.
            let first = (NOW - 86_400 * days).max(0);
            for entry in &entries {
                prop_assert_eq!(gone.contains(&entry), entry.taken_at < at(first));
            }
            let stricter = keep(days - fewer).expired(&entries, at(NOW));
            let later = keep(days).expired(&entries, at(NOW + later));
            prop_assert!(gone.iter().all(|entry| stricter.contains(entry) && later.contains(entry)));
            // What is left is what is kept: taken out once, nothing goes again, whichever of the rules comes first.
            let left: Vec<Entry> = entries.iter().filter(|entry| !gone.contains(entry)).cloned().collect();
            prop_assert!(keep(days).expired(&left, at(NOW)).is_empty());
            prop_assert!(keep(days + fewer).expired(&left, at(NOW)).is_empty());
            let of_left = keep(days - fewer).expired(&left, at(NOW));
            prop_assert_eq!(gone.len() + of_left.len(), stricter.len());
            // How long events are kept says nothing of snapshots.
            let none = Keep { runs: None, ..keep(days) };
            prop_assert!(none.expired(&entries, at(NOW)).is_empty());
        }

        #[test]
        fn later_and_stricter_rules_never_keep_more(
            docs in segments(), days in 0..20_000_i64, fewer in 0..100_i64, later in 0..10_000_000_i64,
        ) {
            let keep = |days: i64| Keep {
                events: Some(SignedDuration::from_hours(24 * days.max(0))),
                ..Keep::default()
            };
            let now = Timestamp::from_second(NOW).unwrap();
            let then = Timestamp::from_second(NOW + later).unwrap();
            let all = keep(days).outdated(&docs, now);
            let stricter = keep(days - fewer).outdated(&docs, now);
            let later = keep(days).outdated(&docs, then);
            prop_assert!(all.iter().all(|doc| stricter.contains(doc) && later.contains(doc)));
            // What stays of a document begins where events are kept: nothing is left to be done.
            let first = keep(days).first_event(now).unwrap();
            let left: Vec<Segment> = docs
                .iter()
                .filter(|doc| doc.to >= first)
                .map(|doc| Segment { from: doc.from.max(first), ..doc.clone() })
                .collect();
            prop_assert!(keep(days).outdated(&left, now).is_empty());
            prop_assert!(Keep::default().outdated(&docs, now).is_empty());
        }

        #[test]
        fn every_document_is_in_one_span(docs in segments()) {
            for rotation in [Rotation::Monthly, Rotation::Daily] {
                let keep = Keep { rotation, ..Keep::default() };
                let joins = keep.joins(&docs);
                let many: usize = joins.values().map(Vec::len).sum();
                prop_assert!(many <= docs.len());
                for (span, docs) in joins {
                    prop_assert!(docs.len() > 1);
                    prop_assert!(docs.iter().all(|doc| rotation.span(doc.from) == span));
                }
            }
        }
    }
}
