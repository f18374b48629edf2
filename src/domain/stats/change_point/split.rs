//! The first pass: dividing window after window as long as the halves differ.

use std::ops::Range;

use super::candidate::candidate;
use super::student::Contrast;

/// The stretches between places, which are sorted.
pub(super) fn stretches(places: &[usize], len: usize) -> Vec<Range<usize>> {
    let starts = std::iter::once(0).chain(places.iter().copied());
    let ends = places.iter().copied().chain(std::iter::once(len));
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// All places, sorted, at which a window of `window` values divides into stretches that differ with at most `p`. Windows
/// advance by half their length, or to the last place found.
pub(super) fn split(values: &[f64], window: usize, p: f64) -> Vec<usize> {
    let mut places = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let end = values.len().min(start + window);
        let found = divide(values.get(start..end).unwrap_or_default(), p);
        let last = found.last().map_or(0, |last| start + last);
        places.extend(found.iter().map(|place| start + place));
        start = last.max(start + (window / 2).max(1));
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// Divides one window: at the best place of all its stretches, as long as that one differs with at most `p`.
fn divide(window: &[f64], p: f64) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    loop {
        let mut best = None;
        for stretch in stretches(&places, window.len()) {
            let Some(found) = candidate(window, stretch.clone()) else {
                continue;
            };
            if best
                .as_ref()
                .is_none_or(|(energy, _, _)| found.energy > *energy)
            {
                best = Some((found.energy, found.index, stretch));
            }
        }
        let Some((_, place, stretch)) = best else {
            return places;
        };
        let left = window.get(stretch.start..place).unwrap_or_default();
        let right = window.get(place..stretch.end).unwrap_or_default();
        if Contrast::of(left, right).p > p {
            return places;
        }
        places.push(place);
        places.sort_unstable();
    }
}
