//! What is said beside lines of the code, in the order of its importance: the one list for every output that marks
//! places.

use std::collections::BTreeSet;

use super::{Group, Mark, Place, ProblemRow, Relaxed, Row, View};
use crate::render::json::v1::Word;
use crate::text::fit;

/// How many a document lists that has no narrower limit: more than anybody reads, and what GitHub's code scanning shows.
pub const MOST: usize = 5_000;

/// The longest part of a message, in characters: more than any service takes of the whole. A result that was made
/// elsewhere may hold longer ones, which would be repeated for each place.
const PART: usize = 5_000;

/// How urgent an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It fails the build.
    Error,
    /// It warns.
    Warning,
    /// It is of no consequence.
    Notice,
}

impl Level {
    /// Every level, the most urgent first.
    pub const ALL: [Level; 3] = [Level::Error, Level::Warning, Level::Notice];
}

/// What an annotation is about. Its words are made when they are asked for: there may be many more places than any
/// service takes, and each repeats its gate's words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum About<'a> {
    /// A gate, and one of its places.
    Gate(&'a Row, Option<&'a Place>),
    /// A report that cannot be read as it should.
    Problem(&'a ProblemRow),
    /// A policy that demands less than that of the base.
    Relaxed(&'a Relaxed),
}

/// One remark. All text is raw, and may be foreign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Annotation<'a> {
    /// How urgent it is.
    pub level: Level,
    /// What it is about.
    pub about: About<'a>,
    folder: &'a str,
}

impl<'a> Annotation<'a> {
    /// What it is about, on one line: `Line coverage: fail`.
    pub fn title(&self) -> String {
        match self.about {
            About::Gate(gate, _) => format!("{}: {}", gate.subject(), gate.mark.word()),
            About::Problem(_) => "Report problem".to_owned(),
            About::Relaxed(_) => "The policy is relaxed".to_owned(),
        }
    }

    /// What is the matter and what to do about it, on several lines.
    pub fn message(&self) -> String {
        let (gate, place) = match self.about {
            About::Gate(gate, place) => (gate, place),
            About::Problem(problem) => return format!("{}: {}", problem.location, problem.message),
            About::Relaxed(relaxed) => {
                return format!("{}:\n{}", relaxed.headline, relaxed.items.join("\n"));
            }
        };
        let mut message = fit::cut(&gate.judgement(), PART).into_owned();
        let parts = [place.map_or("", |place| &place.text), &gate.remedy]
            .into_iter()
            .chain(gate.notes.iter().map(String::as_str));
        for part in parts.filter(|part| !part.is_empty()) {
            if message.len() > 4 * PART {
                break;
            }
            message.push('\n');
            message.push_str(&fit::cut(part, PART));
        }
        message
    }

    /// Where, with the path from the top of the repository; none where no file inside it is known.
    pub fn place(&self) -> Option<Place> {
        let place = self.raw_place().filter(|place| place.is_inside())?;
        Some(place.seen_from_top(self.folder))
    }

    /// Where a service is to show it that knows only files: its place, or else the line of the policy that holds the
    /// rule. None where neither is known: no file is made up.
    pub fn anchor(&self) -> Option<Place> {
        let rule = || match self.about {
            About::Gate(gate, _) => gate.written(),
            About::Problem(_) | About::Relaxed(_) => None,
        };
        let rule = || rule().map(|place| place.seen_from_top(self.folder));
        self.place().or_else(rule)
    }

    /// A short name for what it is about: the gate's id, `report` or `policy`.
    pub fn code(&self) -> &'a str {
        match self.about {
            About::Gate(gate, _) => &gate.id,
            About::Problem(_) => "report",
            About::Relaxed(_) => "policy",
        }
    }

    /// The gate it is about.
    pub fn gate(&self) -> Option<&'a Row> {
        match self.about {
            About::Gate(gate, _) => Some(gate),
            About::Problem(_) | About::Relaxed(_) => None,
        }
    }

    /// The waiver that covers it.
    pub fn waiver(&self) -> Option<&'a str> {
        self.raw_place()?.waiver.as_deref()
    }

    /// What tells it from the others however its line and its value move: the gate, the file, and the name of what is
    /// there or else the words before a colon, without figures and the plural that hangs on them.
    pub fn identity(&self) -> String {
        let (id, what, path) = match self.about {
            About::Problem(problem) => ("", problem.message.as_str(), problem.location.as_str()),
            About::Relaxed(_) => ("", "relaxed", ""),
            About::Gate(gate, place) => {
                let named = place.filter(|place| !place.name.is_empty());
                let text = place.map_or("", |place| &place.text);
                let path = place.map_or("", |place| &place.path);
                if let Some(place) = named {
                    return identity([&gate.id, self.folder, path, &place.name]);
                }
                (gate.id.as_str(), text, path)
            }
        };
        let words = what.split(": ").next().unwrap_or_default();
        let figure = |c: &char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let words: String = words.chars().filter(|c| !figure(c)).collect();
        identity([id, self.folder, path, words.trim_end_matches('s')])
    }

    /// Whether the change did it.
    pub fn changed(&self) -> bool {
        match self.about {
            About::Gate(_, place) => place.is_some_and(|place| place.changed),
            About::Problem(_) | About::Relaxed(_) => true,
        }
    }

    fn raw_place(&self) -> Option<&'a Place> {
        match self.about {
            About::Gate(_, place) => place,
            About::Problem(_) | About::Relaxed(_) => None,
        }
    }
}

impl View {
    /// All annotations: errors, warnings, notices; among them what the change did first, then the first place of each
    /// gate before the second of any, so that one gate with many places does not crowd out the others. A block of code
    /// that several gates need mended and name in the same words is there once.
    pub fn annotations(&self) -> Vec<Annotation<'_>> {
        let annotation = |level, about| Annotation {
            level,
            about,
            folder: &self.folder,
        };
        let problems = self.problems.iter().map(|problem| {
            let fails = problem.error && self.word == Word::Fail;
            let level = if fails { Level::Error } else { Level::Warning };
            (0, annotation(level, About::Problem(problem)))
        });
        let relaxed = self.relaxed.iter();
        let relaxed = relaxed.map(|it| (0, annotation(Level::Warning, About::Relaxed(it))));
        let gates = self
            .gates
            .iter()
            .filter_map(|gate| Some((level(gate)?, gate)));
        let gates = gates.flat_map(|(level, gate)| {
            let rounds = match level {
                Level::Notice => 1,
                Level::Error | Level::Warning => gate.places.len().max(1),
            };
            (0..rounds).map(move |round| {
                let about = About::Gate(gate, gate.places.get(round));
                (round, annotation(level, about))
            })
        });
        let mut list: Vec<(usize, Annotation<'_>)> = problems.chain(relaxed).chain(gates).collect();
        list.sort_by_key(|(round, it)| (it.level, !it.changed(), *round));
        let mut named = BTreeSet::new();
        let mut list: Vec<Annotation<'_>> = list.into_iter().map(|(_, it)| it).collect();
        list.retain(|it| match it.about {
            About::Gate(gate, Some(place)) if place.line > 0 && it.level != Level::Notice => named
                .insert((
                    &gate.title,
                    &place.path,
                    place.line,
                    place.end_line,
                    &place.text,
                )),
            _ => true,
        });
        list
    }

    /// How many more places there are of this level than the view holds.
    pub fn unlisted(&self, of: Level) -> usize {
        let gates = self.gates.iter().filter(|gate| level(gate) == Some(of));
        match of {
            Level::Notice => 0,
            Level::Error | Level::Warning => gates
                .map(|gate| gate.places_total.saturating_sub(gate.places.len()))
                .sum(),
        }
    }
}

fn identity(parts: [&str; 4]) -> String {
    parts.map(|part| fit::cut(part, PART)).join("\0")
}

fn level(gate: &Row) -> Option<Level> {
    match gate.group {
        Group::Failing => Some(Level::Error),
        Group::Warning => Some(Level::Warning),
        Group::Noted if gate.mark != Mark::NotJudged => Some(Level::Notice),
        Group::Noted | Group::Passing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn what_the_change_did_comes_first_and_every_gate_has_its_turn() {
        for (name, document) in fixtures::all() {
            let view = View::new(&document);
            let list = view.annotations();
            let keys: Vec<_> = list.iter().map(|it| (it.level, !it.changed())).collect();
            assert!(keys.is_sorted(), "{name}");
        }
        let view = fixtures::view("huge");
        let gates: Vec<&str> = view
            .annotations()
            .iter()
            .take(2)
            .map(|it| match it.about {
                About::Gate(gate, _) => gate.title.as_str(),
                About::Problem(_) | About::Relaxed(_) => "",
            })
            .collect();
        assert_ne!(gates.first(), gates.last());
    }

    #[test]
    fn a_block_named_twice_in_the_same_words_is_there_once() {
        let mut view = fixtures::view("red");
        let before = view.annotations().len();
        let mut again = view.gates[0].clone();
        again.scope = "changed lines".to_owned();
        view.gates.push(again);
        assert_eq!(view.annotations().len(), before);
        view.gates.last_mut().unwrap().title = "Branch coverage".to_owned();
        assert_eq!(view.annotations().len(), before + 2);
    }

    #[test]
    fn paths_are_seen_from_the_top() {
        let mut view = fixtures::view("red");
        view.folder = "services/api".to_owned();
        let places: Vec<String> = view
            .annotations()
            .iter()
            .filter_map(|it| it.place())
            .map(|place| place.path)
            .collect();
        assert!(
            places.contains(&"services/api/src/login.py".to_owned()),
            "{places:?}"
        );
    }
}
