//! Places to look at.

use std::collections::{BTreeMap, BTreeSet};

use super::change::lists;
use super::{joined, lines};
use crate::render::json::v1::{self, Document};

/// A place with what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file; empty where none is known.
    pub path: String,
    /// First line; 0 if unknown.
    pub line: u32,
    /// Last line; 0 if unknown or the same.
    pub end_line: u32,
    /// What is judged there, by its name: a function, a component, the file; empty where only the text says it.
    pub name: String,
    /// What is there.
    pub text: String,
    /// Whether the change did it: it is on a changed line, or is a test or a finding that is new.
    pub changed: bool,
    /// The waiver that covers it: reason and end.
    pub waiver: Option<String>,
}

impl Place {
    /// Whether the path leads to a file inside the repository.
    pub fn is_inside(&self) -> bool {
        is_inside(&self.path)
    }

    /// The lines, if they are known: the first and the last.
    pub fn run(&self) -> Option<(u32, u32)> {
        (self.line > 0).then_some((self.line, self.end_line.max(self.line)))
    }

    /// The same place with its path from the top of the repository, where the judged folder is `folder`.
    pub(in crate::render) fn seen_from_top(&self, folder: &str) -> Place {
        let mut place = self.clone();
        if !folder.is_empty() {
            place.path = format!("{folder}/{}", self.path);
        }
        place
    }

    /// The place in short: `src/x.py:40–71`; empty where none is known.
    pub fn location(&self) -> String {
        match self.run() {
            _ if self.path.is_empty() => String::new(),
            None => self.path.clone(),
            Some(run) => format!("{}:{}", self.path, lines(run)),
        }
    }
}

/// Whether a path leads to a file inside the repository.
pub(in crate::render) fn is_inside(path: &str) -> bool {
    !path
        .split(['/', '\\'])
        .any(|part| matches!(part, "" | "." | ".."))
}

/// What the change touches and what it brought about.
#[derive(Default)]
pub(super) struct Changed<'a> {
    lines: BTreeMap<&'a str, &'a [(u32, u32)]>,
    spots: BTreeSet<(&'a str, u32)>,
    tests: Vec<String>,
}

impl<'a> Changed<'a> {
    /// What a document says of it.
    pub(super) fn of(document: &'a Document) -> Changed<'a> {
        let Some(change) = &document.change else {
            return Changed::default();
        };
        let findings = &change.findings.new.items;
        let tests = &change.tests;
        Changed {
            lines: change
                .files
                .items
                .iter()
                .map(|file| (file.path.as_str(), file.added.runs.as_slice()))
                .collect(),
            spots: findings
                .iter()
                .map(|finding| (finding.path.as_str(), finding.line))
                .collect(),
            tests: (tests.broken.items.iter().map(lists::title))
                .filter(|title| !title.is_empty())
                .collect(),
        }
    }

    fn did(&self, place: &Place) -> bool {
        let last = place.end_line.max(place.line);
        let runs = self.lines.get(place.path.as_str()).copied();
        let touched = place.line > 0
            && runs
                .unwrap_or_default()
                .iter()
                .any(|(from, to)| *from <= last && place.line <= *to);
        let new = self.spots.contains(&(place.path.as_str(), place.line));
        let tells = |title: &String| {
            let rest = place.text.strip_prefix(title.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        touched || new || self.tests.iter().any(tells)
    }
}

/// What misses the requirement, then the other places to look at; what the change did stands before what was there. A gate's own subject is no place.
pub(super) fn places(gate: &v1::Gate, change: &Changed<'_>) -> (Vec<Place>, usize) {
    let mut places: Vec<Place> = gate.offenders.iter().filter_map(offender).collect();
    let offenders = places.len();
    let new = |pointer: &&v1::Pointer| {
        offenders == 0
            || !places
                .iter()
                .any(|place| place.path == pointer.path && place.line == pointer.line)
    };
    let pointers: Vec<Place> = gate
        .pointers
        .iter()
        .filter(new)
        .map(|pointer| Place {
            path: pointer.path.clone(),
            line: pointer.line,
            end_line: pointer.end_line,
            text: pointer.text.clone(),
            ..Place::default()
        })
        .collect();
    let unlisted = usize::try_from(gate.pointers_total)
        .unwrap_or(usize::MAX)
        .saturating_sub(gate.pointers.len());
    // Pointers that only repeat offenders are cut with them: what is unlisted then says nothing new.
    let unlisted = if pointers.is_empty() && offenders > 0 {
        0
    } else {
        unlisted
    };
    places.extend(pointers);
    for place in &mut places {
        place.changed = !gate.subset.is_whole() || change.did(place);
    }
    places.sort_by_key(|place| !place.changed);
    let total = places.len().saturating_add(unlisted);
    (places, total)
}

fn offender(offender: &v1::Offender) -> Option<Place> {
    let (path, line, name) = match &offender.scope {
        v1::Scope::Project => return None,
        v1::Scope::Component { name } | v1::Scope::Benchmark { name } => ("", 0, name.as_str()),
        v1::Scope::File { path } => (path.as_str(), 0, ""),
        v1::Scope::Function { path, name, line } => (path.as_str(), *line, name.as_str()),
    };
    let mut text = joined([
        name.to_owned(),
        offender.amount.display.clone(),
        offender.distance.clone(),
    ]);
    if offender.waiver.is_some() {
        text.push_str(" (waived)");
    }
    Some(Place {
        path: path.to_owned(),
        line,
        name: match name {
            "" => path.to_owned(),
            name => name.to_owned(),
        },
        text,
        waiver: offender.waiver.clone(),
        ..Place::default()
    })
}
