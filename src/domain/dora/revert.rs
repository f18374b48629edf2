//! Reverts of shipped commits. A revert that was itself undone (a revert of the revert, a `Reapply`) counts for
//! nothing: the change it took back turned out to be wanted.

use rustc_hash::FxHashMap;

use super::copies::Copies;
use super::history::{History, Node};
use super::message::Note;
use super::shipped::Shipped;

/// A shipped commit that a later deployment took back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Revert {
    /// What was taken back.
    pub(super) commit: Node,
    /// The deployment that had shipped it first.
    pub(super) shipped: usize,
    /// The commit that took it back.
    pub(super) by: Node,
    /// The deployment that shipped that one.
    pub(super) fixed: usize,
}

/// A place in the order of events: deployment, depth, then position.
type Moment = (usize, u32, Node);

/// A commit that undoes others.
struct Undo {
    moment: Moment,
    node: Node,
    targets: Vec<Node>,
    /// Whether it takes a change back, rather than putting one back.
    takes_back: bool,
    /// Whether nothing undid it.
    stands: bool,
}

/// Finds the reverts that count: of a shipped commit, by a later deployment, and not undone since.
pub(super) fn find(history: &History, shipped: &Shipped, copies: &Copies) -> Vec<Revert> {
    let mut undos = read(history, shipped, copies);
    let places: FxHashMap<Node, usize> = undos
        .iter()
        .enumerate()
        .map(|(place, undo)| (undo.node, place))
        .collect();
    // Targets come before what undoes them, so that one pass up settles who takes back, and one down who stands.
    for place in 0..undos.len() {
        let Some(undo) = undos.get(place) else {
            continue;
        };
        let of_undo = undo
            .targets
            .iter()
            .find_map(|target| undos.get(*places.get(target)?));
        let takes_back = of_undo.is_none_or(|target| !target.takes_back);
        if let Some(undo) = undos.get_mut(place) {
            undo.takes_back = takes_back;
        }
    }
    for place in (0..undos.len()).rev() {
        let Some(undo) = undos.get(place).filter(|undo| undo.stands) else {
            continue;
        };
        for target in undo.targets.clone() {
            if let Some(undone) = places.get(&target).and_then(|&at| undos.get_mut(at)) {
                undone.stands = false;
            }
        }
    }
    let mut found = Vec::new();
    for undo in undos.iter().filter(|undo| undo.stands && undo.takes_back) {
        let fixed = undo.moment.0;
        found.extend(undo.targets.iter().filter_map(|&commit| {
            let shipped = shipped.first(commit).filter(|&first| first < fixed)?;
            Some(Revert {
                commit,
                shipped,
                by: undo.node,
                fixed,
            })
        }));
    }
    found
}

/// All shipped commits that undo others, in the order of events, with what they undo.
fn read(history: &History, shipped: &Shipped, copies: &Copies) -> Vec<Undo> {
    let moment = |node: Node| Some((shipped.first(node)?, history.depth(node), node));
    let notes = || {
        let shipped_notes = history.commits().filter_map(|(node, _)| {
            let note = history.note(node).filter(|note| note.undoes())?;
            Some((moment(node)?, node, note))
        });
        shipped_notes.filter(|&(_, node, _)| copies.shipped_as(node) == node)
    };
    let index = Index::of(history, notes().map(|(_, _, note)| note), moment);
    let mut undos: Vec<Undo> = notes()
        .map(|(moment, node, note)| Undo {
            moment,
            node,
            targets: index
                .targets(history, note, moment)
                .into_iter()
                .map(|target| copies.shipped_as(target))
                .filter(|&target| shipped.first(target).is_some() && target != node)
                .collect(),
            takes_back: true,
            stands: true,
        })
        .collect();
    undos.sort_by_key(|undo| undo.moment);
    undos
}

/// Shipped commits by subject and by pull request, of those that some message names.
#[derive(Default)]
struct Index {
    subjects: FxHashMap<u64, Vec<Moment>>,
    pulls: FxHashMap<u32, Vec<Moment>>,
}

impl Index {
    fn of<'a>(
        history: &History,
        notes: impl Iterator<Item = &'a Note>,
        moment: impl Fn(Node) -> Option<Moment>,
    ) -> Index {
        let mut index = Index::default();
        for note in notes {
            index
                .subjects
                .extend(note.undoes_subject.map(|key| (key, Vec::new())));
            index
                .pulls
                .extend(note.undoes_pulls.iter().map(|&pull| (pull, Vec::new())));
        }
        for (node, commit) in history.commits() {
            let subject = index.subjects.get_mut(&commit.message.subject_key);
            let pull = index.pulls.get_mut(&commit.message.pull);
            if subject.is_none() && pull.is_none() {
                continue;
            }
            if let Some(moment) = moment(node) {
                subject
                    .into_iter()
                    .chain(pull)
                    .for_each(|moments| moments.push(moment));
            }
        }
        let lists = index.subjects.values_mut().chain(index.pulls.values_mut());
        lists.for_each(|moments| moments.sort_unstable());
        index
    }

    /// What a message undoes, by the surest of what it names: ids, then pull requests, then the subject.
    fn targets(&self, history: &History, note: &Note, before: Moment) -> Vec<Node> {
        let by_id: Vec<Node> = note
            .undoes_ids
            .iter()
            .filter_map(|id| history.find_prefix(id))
            .collect();
        if !by_id.is_empty() {
            return by_id;
        }
        let latest = |moments: &Vec<Moment>| {
            let end = moments.partition_point(|&moment| moment < before);
            moments.get(end.checked_sub(1)?).map(|&(_, _, node)| node)
        };
        let pulls = note.undoes_pulls.iter();
        let by_pull: Vec<Node> = pulls
            .filter_map(|pull| self.pulls.get(pull).and_then(latest))
            .collect();
        if !by_pull.is_empty() {
            return by_pull;
        }
        let subject = note.undoes_subject.and_then(|key| self.subjects.get(&key));
        subject.and_then(latest).into_iter().collect()
    }
}
