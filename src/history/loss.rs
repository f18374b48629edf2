//! What is remembered of snapshots that records were taken out of: which entry is gone, and which stands in its place.
//! A copy of the one that is gone does not count, wherever it comes from.
//!
//! A loss is a small document whose name says everything: `<2 digits>/<38 digits>.<id>.<id of what is left>.lost.<time>`.
//! Neither branch nor run stands in it: they may be what was to be forgotten.

use std::collections::HashMap;

use jiff::Timestamp;

use super::name;
use crate::domain::past::Entry;

/// The word for it in names.
const WORD: &str = "lost";
/// Bytes of the document beyond which it is not read.
pub(super) const LIMIT: u64 = 4 << 10;

/// An entry that lost records, and is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    commit: String,
    taken_at: Timestamp,
    id: String,
    /// The id of the entry in its place; none where nothing of it may stay.
    left: Option<String>,
}

impl Loss {
    /// That an entry gave way to another one, or to nothing.
    pub(super) fn of(entry: &Entry, left: Option<&Entry>) -> Loss {
        Loss {
            commit: entry.commit.clone(),
            taken_at: entry.taken_at,
            id: entry.id.clone(),
            left: left.map(|left| left.id.clone()),
        }
    }

    /// The path of its document.
    pub(super) fn path(&self) -> String {
        let shard = name::shard(&self.commit);
        let rest = self.commit.get(shard.len()..).unwrap_or_default();
        let (left, time) = (self.left.as_deref(), name::digits(self.taken_at));
        let left = left.unwrap_or_default();
        format!("{shard}/{rest}.{}.{left}.{WORD}.{time}", self.id)
    }

    /// The loss that a path names; `None` if it names none.
    pub(super) fn parse(path: &str) -> Option<Loss> {
        // Nearly all paths are of something else.
        if !path.contains(".lost.") {
            return None;
        }
        let (shard, rest) = path.split_once('/')?;
        let fields: Vec<&str> = rest.split('.').collect();
        let [rest, id, left, WORD, time] = fields.as_slice() else {
            return None;
        };
        let commit = format!("{shard}{rest}");
        let digits = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let lawful = shard.len() == 2 && matches!(commit.len(), 40 | 64) && !id.is_empty();
        if !lawful || !digits(&commit) || !digits(id) || !digits(left) {
            return None;
        }
        Some(Loss {
            taken_at: name::time(time)?,
            commit,
            id: (*id).to_owned(),
            left: (!left.is_empty()).then(|| (*left).to_owned()),
        })
    }

    /// The document: it says nothing that its name does not say.
    pub(super) fn document(&self) -> Vec<u8> {
        let left = self.left.as_deref().unwrap_or_default();
        format!(
            "{{\"andon_lost\":1,\"id\":\"{}\",\"left\":\"{left}\"}}\n",
            self.id
        )
        .into_bytes()
    }

    /// By what the points of the entry were known as what was recorded together.
    pub(super) fn part(&self) -> String {
        name::part(&self.commit, &self.id)
    }
}

/// What becomes of an entry, by the losses that a history knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It counts.
    Counts,
    /// It is a copy of one that is gone.
    Lost,
    /// It is one of several that were left of the same, each without something else: none of them counts as it is.
    Open,
}

/// An entry, as far as losses know it. Those that were left of the same are kin: a tree, whose root sums up.
#[derive(Debug)]
struct Node {
    parent: usize,
    lost: bool,
    /// Of a root: whether nothing of its kin may stay.
    wholly: bool,
    /// Of a root: how many of its kin gave way to nothing else.
    leaves: usize,
}

/// All losses that a history knows.
#[derive(Debug, Default)]
pub(super) struct Losses {
    numbers: HashMap<(String, String), usize>,
    nodes: Vec<Node>,
}

impl Losses {
    /// Those that paths name.
    pub(super) fn of(paths: &[String]) -> Losses {
        let mut losses = Losses::default();
        for loss in paths.iter().filter_map(|path| Loss::parse(path)) {
            losses.add(&loss);
        }
        losses
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Takes one into account.
    pub(super) fn add(&mut self, loss: &Loss) {
        let from = self.number(&loss.commit, &loss.id);
        let to = loss
            .left
            .as_ref()
            .map(|left| self.number(&loss.commit, left));
        let root = self.root(from);
        if let Some(to) = to {
            self.unite(root, self.root(to));
        }
        let is_first = self
            .nodes
            .get_mut(from)
            .is_some_and(|node| !std::mem::replace(&mut node.lost, true));
        if let Some(root) = self.nodes.get_mut(root) {
            root.wholly |= to.is_none();
            root.leaves = root.leaves.saturating_sub(usize::from(is_first));
        }
    }

    /// What becomes of an entry.
    pub(super) fn standing(&self, entry: &Entry) -> Standing {
        let known = (!self.is_empty()).then(|| self.find(entry)).flatten();
        let Some((node, root)) = known else {
            return Standing::Counts;
        };
        match root {
            _ if node.lost || root.wholly => Standing::Lost,
            root if root.leaves > 1 => Standing::Open,
            _ => Standing::Counts,
        }
    }

    /// By what those that were left of the same know one another, and how many they are.
    pub(super) fn kin(&self, entry: &Entry) -> Option<(usize, usize)> {
        let (_, root) = self.find(entry)?;
        Some((root.parent, root.leaves))
    }

    fn find(&self, entry: &Entry) -> Option<(&Node, &Node)> {
        let key = (entry.commit.clone(), entry.id.clone());
        let number = *self.numbers.get(&key)?;
        Some((self.nodes.get(number)?, self.nodes.get(self.root(number))?))
    }

    fn number(&mut self, commit: &str, id: &str) -> usize {
        let next = self.nodes.len();
        let number = *self
            .numbers
            .entry((commit.to_owned(), id.to_owned()))
            .or_insert(next);
        if number == next {
            self.nodes.push(Node {
                parent: next,
                lost: false,
                wholly: false,
                leaves: 1,
            });
        }
        number
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(node) = self.nodes.get(at)
            && node.parent != at
        {
            at = node.parent;
        }
        at
    }

    fn unite(&mut self, root: usize, other: usize) {
        if root == other {
            return;
        }
        let Some(node) = self.nodes.get_mut(other) else {
            return;
        };
        node.parent = root;
        let (wholly, leaves) = (node.wholly, node.leaves);
        if let Some(root) = self.nodes.get_mut(root) {
            root.wholly |= wholly;
            root.leaves += leaves;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str) -> Entry {
        Entry {
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            taken_at: Timestamp::from_second(1_767_225_600).unwrap(),
            branch: "alice/topic".to_owned(),
            folder: String::new(),
            run: "12".to_owned(),
            id: id.to_owned(),
        }
    }

    fn losses(of: &[(&str, &str)]) -> Losses {
        let loss = |(from, to): &(&str, &str)| {
            let left = (!to.is_empty()).then(|| entry(to));
            Loss::of(&entry(from), left.as_ref()).path()
        };
        Losses::of(&of.iter().map(loss).collect::<Vec<_>>())
    }

    #[test]
    fn a_name_says_all_and_nobody_elses_name() {
        let loss = Loss::of(&entry("00ff"), Some(&entry("11ee")));
        let path = loss.path();
        assert_eq!(
            path,
            "01/23456789abcdef0123456789abcdef01234567.00ff.11ee.lost.0000123211111221"
        );
        assert_eq!(Loss::parse(&path), Some(loss));
        assert_eq!(name::parse(&path), None);
        let all = Loss::of(&entry("00ff"), None);
        assert_eq!(Loss::parse(&all.path()), Some(all));
        for (from, to) in [
            ("lost", "values"),
            (".00ff", "."),
            ("0000", "9000"),
            ("01/", "0/"),
        ] {
            assert_eq!(
                Loss::parse(&path.replacen(from, to, 1)),
                None,
                "{from} → {to}"
            );
        }
    }

    #[test]
    fn what_lost_something_counts_no_more_and_what_is_left_of_it_does() {
        use Standing::{Counts, Lost, Open};
        for (of, standings) in [
            (&[][..], [Counts, Counts, Counts]),
            (&[("a", "b")], [Lost, Counts, Counts]),
            (&[("a", "b"), ("b", "c")], [Lost, Lost, Counts]),
            (&[("b", "c"), ("a", "b")], [Lost, Lost, Counts]),
            (&[("a", "b"), ("a", "c")], [Lost, Open, Open]),
            (&[("a", "b"), ("a", "c"), ("b", "c")], [Lost, Lost, Counts]),
            (&[("a", "b"), ("a", "")], [Lost, Lost, Counts]),
            (&[("a", ""), ("c", "a")], [Lost, Counts, Lost]),
            (&[("a", "a")], [Lost, Counts, Counts]),
        ] {
            let losses = losses(of);
            let found = ["a", "b", "c"].map(|id| losses.standing(&entry(id)));
            assert_eq!(found, standings, "{of:?}");
        }
    }
}
