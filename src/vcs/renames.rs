//! Which new file is an old one under another name, told as `git diff -C` does: the same content first, then the
//! likeliest of those that are at least half alike; a file that stays can be copied if the change touches it.

use std::cmp::Reverse;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::content::Reader;
use super::error::VcsError;
use super::pair::{Pair, Side};
use super::similar::{ENOUGH, Likeness};
use crate::domain::change::Kind;

/// How many pairs of files are compared at most: the square of git's `diff.renameLimit`.
const MOST: usize = 1000 * 1000;
/// How many sources are remembered for each new file.
const CANDIDATES: usize = 4;
/// How many files of the same content are looked at for one of the same name.
const SAME_CONTENT: usize = 100;

/// Joins what is gone with what is new. Returns whether there was too much to compare, so that only copies of the same
/// content and renames within [`MOST`] were looked for.
pub(super) fn find(pairs: &mut Vec<Pair>, folder: &Path) -> Result<bool, VcsError> {
    let mut search = Search::of(pairs);
    if search.sources.is_empty() || search.targets.is_empty() {
        return Ok(false);
    }
    search.same_content();
    let open = search.open();
    let gone = search.sources.iter().filter(|source| source.gone).count();
    let too_many = open * search.sources.len() > MOST;
    if !too_many {
        search.alike(folder, true)?;
    } else if open * gone <= MOST {
        search.alike(folder, false)?;
    }
    search.settle(pairs);
    Ok(too_many)
}

struct Search {
    sources: Vec<Source>,
    targets: Vec<Target>,
}

/// An old file that may have become a new one.
struct Source {
    side: Side,
    /// Whether it is gone; otherwise it can only be copied.
    gone: bool,
    used: usize,
}

struct Target {
    /// Its place among the pairs.
    at: usize,
    side: Side,
    source: Option<usize>,
}

/// What speaks for one source of one new file: order by score, then by the same name.
struct Candidate {
    score: u64,
    same_name: bool,
    target: usize,
    source: usize,
}

impl Search {
    fn of(pairs: &[Pair]) -> Search {
        let mut search = Search {
            sources: Vec::new(),
            targets: Vec::new(),
        };
        let path = |at: usize| pairs.get(at).map(Pair::path);
        for (at, pair) in pairs.iter().enumerate() {
            // A file that becomes a link stays where it is, though it is told as gone and new.
            let next = path(at + 1) == Some(pair.path());
            let twin = next || at.checked_sub(1).and_then(path) == Some(pair.path());
            match (&pair.old, &pair.new) {
                (Some(old), new) => search.sources.push(Source {
                    side: old.clone(),
                    gone: new.is_none() && !twin,
                    used: 0,
                }),
                (None, Some(new)) if !twin => search.targets.push(Target {
                    at,
                    side: new.clone(),
                    source: None,
                }),
                (None, _) => {}
            }
        }
        search
    }

    /// How many new files have no source yet.
    fn open(&self) -> usize {
        self.targets
            .iter()
            .filter(|target| target.source.is_none())
            .count()
    }

    /// Pairs files of the same content: with one that is gone and not taken yet, and with one of the same name, rather
    /// than with others.
    fn same_content(&mut self) {
        let mut by_id: FxHashMap<git2::Oid, Vec<usize>> = FxHashMap::default();
        for (at, source) in self.sources.iter().enumerate() {
            by_id.entry(source.side.id).or_default().push(at);
        }
        for target in &mut self.targets {
            let side = &target.side;
            if side.id.is_zero() {
                continue;
            }
            let Some(same) = by_id.get(&side.id) else {
                continue;
            };
            let fits = |at: &&usize| {
                let source = self.sources.get(**at);
                source.is_some_and(|source| {
                    source.side.mode == side.mode || (source.side.is_file() && side.is_file())
                })
            };
            let rank = |at: &&usize| {
                self.sources.get(**at).map_or(0, |source| {
                    let free = source.gone && source.used == 0;
                    u8::from(free) + u8::from(source.side.name() == side.name())
                })
            };
            // The first of the best.
            let best = same
                .iter()
                .filter(fits)
                .take(SAME_CONTENT)
                .max_by_key(|at| (rank(at), Reverse(**at)));
            if let Some(source) = best.and_then(|at| self.sources.get_mut(*at)) {
                source.used += 1;
                target.source = best.copied();
            }
        }
    }

    /// Pairs files that are at least half alike, the likeliest first.
    fn alike(&mut self, folder: &Path, copies: bool) -> Result<(), VcsError> {
        let sources: Vec<usize> = (0..self.sources.len())
            .filter(|at| {
                self.sources
                    .get(*at)
                    .is_some_and(|source| copies || source.gone)
            })
            .collect();
        let targets: Vec<usize> = (0..self.targets.len())
            .filter(|at| {
                self.targets
                    .get(*at)
                    .is_some_and(|target| target.source.is_none())
            })
            .collect();
        if sources.is_empty() || targets.is_empty() {
            return Ok(());
        }
        let old = likenesses(folder, &sources, |at| {
            self.sources.get(at).map(|source| &source.side)
        })?;
        let new = likenesses(folder, &targets, |at| {
            self.targets.get(at).map(|target| &target.side)
        })?;
        let mut candidates: Vec<Candidate> = new
            .par_iter()
            .flat_map_iter(|(target, side, likeness)| {
                let compare = |(source, from, old): &(usize, &Side, Likeness)| Candidate {
                    score: old.score(likeness),
                    same_name: from.name() == side.name(),
                    target: *target,
                    source: *source,
                };
                let mut best: Vec<Candidate> = old
                    .iter()
                    .map(compare)
                    .filter(|found| found.score >= ENOUGH)
                    .collect();
                best.sort_by_key(rank);
                best.truncate(CANDIDATES);
                best
            })
            .collect();
        candidates.sort_by_key(rank);
        // What is gone is renamed before anything is copied.
        for copies in [false, true].into_iter().take(1 + usize::from(copies)) {
            for candidate in &candidates {
                self.pair(candidate, copies);
            }
        }
        Ok(())
    }

    fn pair(&mut self, candidate: &Candidate, copies: bool) {
        let source = self.sources.get_mut(candidate.source);
        let target = self.targets.get_mut(candidate.target);
        if let (Some(source), Some(target)) = (source, target)
            && target.source.is_none()
            && (copies || (source.gone && source.used == 0))
        {
            source.used += 1;
            target.source = Some(candidate.source);
        }
    }

    /// Writes into the pairs what was found. Of several new files that came from one that is gone, the last one is the
    /// rename.
    fn settle(mut self, pairs: &mut Vec<Pair>) {
        for target in &self.targets {
            let Some(source) = target.source.and_then(|at| self.sources.get_mut(at)) else {
                continue;
            };
            source.used -= 1;
            let kind = if source.gone && source.used == 0 {
                Kind::Renamed
            } else {
                Kind::Copied
            };
            if let Some(pair) = pairs.get_mut(target.at) {
                pair.old = Some(source.side.clone());
                pair.kind = kind;
            }
        }
        let renamed: rustc_hash::FxHashSet<String> = pairs
            .iter()
            .filter(|pair| pair.kind == Kind::Renamed)
            .filter_map(|pair| Some(pair.old.as_ref()?.path.clone()))
            .collect();
        pairs.retain(|pair| {
            let gone = pair.old.as_ref().filter(|_| pair.kind == Kind::Deleted);
            gone.is_none_or(|old| !renamed.contains(&old.path))
        });
    }
}

fn rank(candidate: &Candidate) -> (Reverse<u64>, bool) {
    (Reverse(candidate.score), !candidate.same_name)
}

type Known<'a> = (usize, &'a Side, Likeness);

/// Takes files to pieces; those without content are left out.
fn likenesses<'a>(
    folder: &Path,
    places: &[usize],
    side: impl Fn(usize) -> Option<&'a Side> + Sync,
) -> Result<Vec<Known<'a>>, VcsError> {
    places
        .par_iter()
        .with_min_len(64)
        .map_init(
            || None,
            |reader, &at| {
                let Some(side) = side(at) else {
                    return Ok(None);
                };
                let reader = Reader::get_or_open(reader, folder)?;
                let content = reader.read(side)?;
                Ok(content.map(|content| (at, side, Likeness::of(&content))))
            },
        )
        .filter_map(Result::transpose)
        .collect()
}
