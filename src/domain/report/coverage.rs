//! Coverage: file → line → hits, with branches, functions and statements where the format states them.
//!
//! Reports are merged without losing who said what: within one format, hits add up and branch arms unite; between
//! formats, which name the same arms differently, the parts stay side by side and are resolved when they are counted.
//! That makes merging associative and commutative, whatever the order of the files.

mod file;
mod hit;
mod tally;

pub use file::{FileCoverage, key_of, key_of_all};
pub use hit::{Hit, Line, LineBranches, Statement, push};
pub use tally::{Tally, Totals};

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What the formats say of one file, by the id of the format. Boxed, since a map makes room for eleven of them, and nearly
/// every file has one.
pub type Parts = BTreeMap<&'static str, Box<FileCoverage>>;

/// Coverage of all files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// By path.
    pub files: BTreeMap<String, Parts>,
    /// Totals of a report that names no files at all.
    pub totals: BTreeMap<&'static str, Totals>,
    /// Folders in which relative paths may stand, as the report lists them (Cobertura's `<source>`).
    pub sources: BTreeSet<String>,
}

impl Coverage {
    /// Whether it tells of no file, and of no totals either.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.totals.is_empty()
    }

    /// The place for what `format` says of `path`.
    pub fn file(&mut self, path: &str, format: &'static str) -> &mut FileCoverage {
        self.files
            .entry(path.to_owned())
            .or_default()
            .entry(format)
            .or_default()
    }

    /// Adds what one part of a report says of a file: in any order and with repeats, which [`Coverage::finish`] unites.
    pub fn add(&mut self, path: String, format: &'static str, mut file: FileCoverage) {
        match self.files.entry(path).or_default().entry(format) {
            Entry::Vacant(slot) => {
                // Now it is at hand; in the end it would have to be fetched from memory again.
                file.finish();
                slot.insert(Box::new(file));
            }
            Entry::Occupied(mut slot) => slot.get_mut().add(file),
        }
    }

    /// What `path`, as the report writes it, may mean, the likeliest first: in each of the sources, then by itself.
    pub fn candidates(&self, path: &str) -> impl Iterator<Item = String> {
        let absolute = path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
        let sources = self.sources.iter().filter(move |_| !absolute);
        let joined =
            sources.map(move |source| format!("{}/{path}", source.trim_end_matches(['/', '\\'])));
        joined.chain([path.to_owned()])
    }

    /// Sorts and unites in every file; parsers call it once at the end.
    pub fn finish(&mut self) {
        for file in self.files.values_mut().flat_map(BTreeMap::values_mut) {
            file.finish();
        }
    }

    /// Adds another report: lines unite, hits add up.
    pub fn merge(&mut self, other: Coverage) {
        for (path, formats) in other.files {
            match self.files.entry(path) {
                Entry::Vacant(slot) => {
                    slot.insert(formats);
                }
                Entry::Occupied(mut slot) => unite(slot.get_mut(), formats),
            }
        }
        for (format, totals) in other.totals {
            let mine = self.totals.entry(format).or_default();
            *mine = mine.larger(totals);
        }
        self.sources.extend(other.sources);
    }

    /// What is counted in all files, each once however many formats speak of it. Totals without files count only when
    /// no file is named.
    pub fn count(&self) -> Totals {
        if self.files.is_empty() {
            let stated = self.totals.values().copied();
            return stated.reduce(Totals::larger).unwrap_or_default();
        }
        self.files
            .values()
            .map(count)
            .fold(Totals::default(), Totals::plus)
    }
}

/// Adds what another report says of the same file, format by format.
pub fn unite(parts: &mut Parts, other: Parts) {
    for (format, file) in other {
        match parts.entry(format) {
            Entry::Vacant(slot) => {
                slot.insert(file);
            }
            Entry::Occupied(mut slot) => slot.get_mut().merge(*file),
        }
    }
}

/// What the formats together count in one file. Formats name the same branch, function or statement differently, so
/// that these cannot be united one by one: a line has the most branches that any format sees on it, a file the most
/// functions and statements.
pub fn count(parts: &Parts) -> Totals {
    let counted = parts.values().map(|part| part.count());
    let mut totals = counted.reduce(Totals::larger).unwrap_or_default();
    if parts.len() > 1 {
        let united = lines(parts);
        if !united.is_empty() {
            totals.lines = Some(united.iter().map(|line| line.hits > 0).collect());
        }
        let branches = branches(parts);
        if !branches.is_empty() {
            let mut tally = Tally::default();
            branches.values().for_each(|line| tally.merge(*line));
            totals.branches = Some(tally);
        }
    }
    totals
}

/// The lines of one file over all formats: a line has the most hits that any format counts, since several formats
/// usually tell of the same run.
pub fn lines(parts: &Parts) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for part in parts.values() {
        lines.extend_from_slice(&part.lines);
    }
    // The larger hits of a line come last, and the later of two equals is dropped.
    lines.sort();
    lines.reverse();
    lines.dedup_by_key(|line| line.line);
    lines.reverse();
    lines
}

/// The branches of one file by line over all formats: the most that any format sees.
pub fn branches(parts: &Parts) -> BTreeMap<u32, Tally> {
    let mut branches: BTreeMap<u32, Tally> = BTreeMap::new();
    for (line, tally) in parts.values().flat_map(|part| part.branches_by_line()) {
        let mine = branches.entry(line).or_default();
        *mine = mine.larger(tally);
    }
    branches
}

#[cfg(test)]
mod tests;
