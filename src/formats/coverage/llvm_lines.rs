//! From LLVM's segments to lines, as LLVM itself counts them (`LineCoverageStats` in LLVM's `CoverageMapping.cpp`).

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use super::number::Count;
use super::span::Budget;

/// The place from which on a count holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    line: u32,
    count: u64,
    has_count: bool,
    is_entry: bool,
    is_gap: bool,
}

impl Segment {
    fn starts_region(&self) -> bool {
        self.has_count && self.is_entry && !self.is_gap
    }
}

impl<'de> Deserialize<'de> for Segment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Segment, D::Error> {
        deserializer.deserialize_seq(SegmentVisitor)
    }
}

struct SegmentVisitor;

impl<'de> Visitor<'de> for SegmentVisitor {
    type Value = Segment;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("a segment: [line, column, count, has_count, is_region_entry, is_gap_region]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Segment, A::Error> {
        let mut next = || fields.next_element::<Count>();
        let (Some(line), Some(_), Some(count), Some(has_count), Some(is_entry)) =
            (next()?, next()?, next()?, next()?, next()?)
        else {
            return Err(A::Error::custom("a segment has fewer than 5 fields"));
        };
        // LLVM before 10 has no gap regions.
        let is_gap = next()?.is_some_and(|gap| gap.0 > 0);
        while fields.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Segment {
            line: line.as_line(),
            count: count.0,
            has_count: has_count.0 > 0,
            is_entry: is_entry.0 > 0,
            is_gap,
        })
    }
}

/// The lines that the segments map, each with its hits; `None` if they span more than there is budget for.
pub(super) fn lines(segments: &[Segment], budget: &mut Budget) -> Option<Vec<(u32, u64)>> {
    let mut lines = Vec::new();
    let mut wrapped: Option<&Segment> = None;
    for group in segments.chunk_by(|a, b| a.line == b.line) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        if let Some(before) = wrapped
            && before.has_count
            && before.line.saturating_add(1) < first.line
        {
            let between = budget.spend(before.line + 1, first.line - 1)?;
            lines.extend(between.map(|line| (line, before.count)));
        }
        if let Some(hits) = hits(group, wrapped) {
            budget.spend(first.line, first.line)?;
            lines.push((first.line, hits));
        }
        wrapped = Some(last);
    }
    Some(lines)
}

/// How often a line is executed on which `starting` segments start and into which `wrapped` reaches; `None` if the
/// line is not mapped.
fn hits(starting: &[Segment], wrapped: Option<&Segment>) -> Option<u64> {
    let regions = starting.iter().filter(|segment| segment.starts_region());
    let most = regions.map(|segment| segment.count).max();
    let inherited = wrapped.filter(|segment| segment.has_count);
    let skipped = starting
        .first()
        .is_some_and(|segment| !segment.has_count && segment.is_entry);
    let counted = starting
        .iter()
        .any(|segment| segment.has_count && segment.is_entry);
    if counted || !skipped && (inherited.is_some() || most.is_some()) {
        let inherited = wrapped.map_or(0, |segment| segment.count);
        Some(inherited.max(most.unwrap_or(0)))
    } else {
        None
    }
}
