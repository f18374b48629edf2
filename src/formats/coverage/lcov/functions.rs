//! The functions of a record.

use std::borrow::Cow;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::super::number::{count, line};
use crate::domain::report::FileCoverage;
use crate::domain::report::coverage::{Tally, Totals, key_of};

/// The functions of one name.
struct Named {
    /// Where they were declared. Nearly all are alone.
    first: usize,
    others: Vec<usize>,
    /// How many counts they have had.
    counts: usize,
}

impl Named {
    fn new(first: usize) -> Named {
        Named {
            first,
            others: Vec::new(),
            counts: 0,
        }
    }

    /// The one that the next count is of.
    fn next(&mut self) -> Option<usize> {
        let turn = self.counts % (self.others.len() + 1);
        self.counts += 1;
        match turn {
            0 => Some(self.first),
            _ => self.others.get(turn - 1).copied(),
        }
    }
}

/// The functions of one record.
#[derive(Default)]
pub(super) struct Functions {
    /// `(line, identity on that line, hits)` in the order of their declaration.
    declared: Vec<(u32, u64, u64)>,
    /// By the key of the name.
    by_name: FxHashMap<u64, Named>,
    /// By index: the line and, once one is given, the count over all aliases.
    numbered: FxHashMap<u64, (u32, u64)>,
    /// What FNF and FNH say: all that Bun says of functions.
    pub(super) stated: Tally,
}

impl Functions {
    /// `FN:line,[end,]name`
    pub(super) fn declare(&mut self, value: &str) -> Option<()> {
        let (number, rest) = value.split_once(',')?;
        let name = match rest.split_once(',') {
            Some((end, name)) if end.parse::<u64>().is_ok() => name,
            _ => rest,
        };
        let (line, key, at) = (line(number)?, key_of(name), self.declared.len());
        match self.by_name.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(Named::new(at));
            }
            Entry::Occupied(mut slot) => slot.get_mut().others.push(at),
        }
        let identity = source_name(name).map_or(key, |name| key_of(&name));
        self.declared.push((line, identity, 0));
        Some(())
    }

    /// `FNDA:count,name`. Several functions of one name have their counts in the order of their declarations.
    pub(super) fn hit(&mut self, value: &str) -> Option<()> {
        let (hits, name) = value.split_once(',')?;
        let (hits, key) = (count(hits)?, key_of(name));
        let named = match self.by_name.entry(key) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => {
                let named = slot.insert(Named::new(self.declared.len()));
                self.declared.push((0, key, 0));
                named
            }
        };
        let index = named.next()?;
        let function = self.declared.get_mut(index)?;
        function.2 = function.2.saturating_add(hits);
        Some(())
    }

    /// `FNL:index,line[,end]`
    pub(super) fn declare_numbered(&mut self, value: &str) -> Option<()> {
        let (index, rest) = value.split_once(',')?;
        let number = rest.split_once(',').map_or(rest, |(number, _)| number);
        self.numbered
            .entry(index.trim().parse().ok()?)
            .or_default()
            .0 = line(number)?;
        Some(())
    }

    /// `FNA:index,count,name`: one of the names of a function.
    pub(super) fn hit_numbered(&mut self, value: &str) -> Option<()> {
        let (index, rest) = value.split_once(',')?;
        let (hits, _) = rest.split_once(',')?;
        let (_, sum) = self.numbered.entry(index.trim().parse().ok()?).or_default();
        *sum = sum.saturating_add(count(hits)?);
        Some(())
    }

    /// Gives what was read to the file, and is empty then.
    pub(super) fn give(&mut self, file: &mut FileCoverage) {
        let Tally { covered, total } = std::mem::take(&mut self.stated);
        if self.declared.is_empty() && self.numbered.is_empty() && total > 0 {
            file.totals = Some(Totals {
                functions: Some(Tally::new(covered.min(total), total)),
                ..Totals::default()
            });
        }
        let count = self.declared.len() + self.numbered.len();
        if count > 0 {
            file.functions = Some(Vec::with_capacity(count));
        }
        for (line, key, hits) in self.declared.drain(..) {
            file.function(line, key, hits);
        }
        // Names are aliases here and may differ between reports: the place is the function's identity.
        for (_, (line, hits)) in self.numbered.drain() {
            file.function(line, 0, hits);
        }
        self.by_name.clear();
    }
}

/// The name without what tells one compilation of a Rust crate from another, if that is in it: the crate's number in `_RNvCs…_4name`, the
/// hash at the end of `_ZN…17h…E`. Rust and llvm-cov write a function once for each time that its crate was compiled.
fn source_name(name: &str) -> Option<Cow<'_, str>> {
    let bare = name.strip_prefix("__").or_else(|| name.strip_prefix('_'));
    let hashed = bare.filter(|bare| bare.starts_with("ZN"));
    if let Some((path, hash)) = hashed.and_then(|bare| bare.rsplit_once("17h"))
        && hash.len() == 17
        && hash
            .strip_suffix('E')
            .is_some_and(|hash| hash.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Some(Cow::Borrowed(path));
    }
    let mut rest = bare.filter(|bare| bare.starts_with("RN") || bare.starts_with("RI"))?;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("Cs") {
        plain.push_str(before);
        plain.push('C');
        rest = match after.split_once('_') {
            Some((number, after)) if number.bytes().all(|b| b.is_ascii_alphanumeric()) => after,
            _ => after,
        };
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}
