//! A result among others.

use std::collections::HashMap;

use super::Named;
use crate::render::json::v1::Word;
use crate::render::markdown::blocks::words;
use crate::render::markdown::layout::Block;
use crate::render::markdown::links::Links;
use crate::render::markdown::page::{body, sorted, symbol};
use crate::render::markdown::{change, gates};
use crate::render::view::{Row, View};
use crate::text::{number, plural};

/// How many things are named that are the same elsewhere.
const SAME: usize = 5;

/// A part of the page with a heading.
pub(super) struct Section {
    pub(super) head: String,
    pub(super) blocks: Vec<Block>,
}

impl Section {
    pub(super) fn new(head: String, mut blocks: Vec<Block>) -> Section {
        blocks.retain(|block| !block.rows.is_empty());
        Section { head, blocks }
    }
}

/// A section for each result that needs somebody. What stands in an earlier one already, word for word, is named and
/// not shown again; what was told of all is not either.
pub(super) fn of<'r, 'a>(
    results: &'r [Named<'a>],
    told: &[String],
    links: &Links,
) -> Vec<(&'r Named<'a>, Section)> {
    let mut seen = Seen {
        earlier: told.iter().map(|line| (line.clone(), "")).collect(),
        now: Vec::new(),
    };
    let urgent = results.iter().filter(|result| needs_somebody(result.view));
    urgent
        .map(|result| (result, section(result, links, &mut seen)))
        .collect()
}

/// Whether a result does not simply hold, or there is something to be said of it although it does.
fn needs_somebody(view: &View) -> bool {
    let quiet = view.problems.is_empty() && view.notes.is_empty() && view.relaxed.is_none();
    view.word > Word::Pass || !quiet
}

/// What was shown, with the name of the result in whose section it stands.
#[derive(Default)]
struct Seen<'a> {
    earlier: HashMap<String, &'a str>,
    now: Vec<String>,
}

impl<'a> Seen<'a> {
    /// Where this stands in an earlier section, if it does. Twice in one section is no repetition: two gates can look
    /// alike.
    fn before(&mut self, text: String) -> Option<&'a str> {
        let earlier = self.earlier.get(&text).copied();
        if earlier.is_none() {
            self.now.push(text);
        }
        earlier
    }

    /// Ends a section.
    fn end(&mut self, name: &'a str) {
        let now = self.now.drain(..).map(|text| (text, name));
        self.earlier.extend(now);
    }
}

fn section<'a>(result: &Named<'a>, links: &Links, seen: &mut Seen<'a>) -> Section {
    let view = result.view;
    let at = links.at(view.commit.as_deref(), &view.folder);
    let (urgent, _) = sorted(view);
    let mut same: Vec<(&str, String)> = Vec::new();
    let mut fresh: Vec<&Row> = Vec::new();
    for gate in urgent {
        let text = gates::urgent(&[gate], at.as_ref()).rows.concat();
        match seen.before(text) {
            Some(earlier) => same.push((earlier, words(&gate.subject()))),
            None => fresh.push(gate),
        }
    }
    let mut story = view.change.story.clone();
    story.retain(|line| seen.before(line.clone()).is_none());
    let mut blocks = body(view, &fresh, at.as_ref());
    blocks.retain(|block| {
        let text = block.head.clone() + &block.rows.concat();
        match seen.before(text) {
            Some(earlier) if !block.rows.is_empty() => {
                same.push((earlier, block.title.clone()));
                false
            }
            _ => true,
        }
    });
    seen.end(result.name);
    let head = format!(
        "\n#### {} {}\n{}{}",
        symbol(view.word),
        words(result.name),
        change::story(&story),
        alike(&same, blocks.iter().all(|block| block.rows.is_empty()))
    );
    Section::new(head, blocks)
}

/// What is the same in which earlier section; it may be the whole of this one.
fn alike(same: &[(&str, String)], whole: bool) -> String {
    let mut names: Vec<&str> = same.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    if let ([name], true) = (names.as_slice(), whole) {
        return format!("\nAll of it is the same as in **{}**\n", words(name));
    }
    let lines = names.iter().map(|name| {
        let of = same.iter().filter(|(earlier, _)| earlier == name);
        let of: Vec<String> = of.map(|(_, title)| title.clone()).collect();
        let mut told: Vec<String> = of.iter().take(SAME).cloned().collect();
        if of.len() > SAME {
            told.push(format!("{} more", number::count((of.len() - SAME) as u64)));
        }
        format!(
            "\nThe same as in **{}**: {}\n",
            words(name),
            plural::list(&told)
        )
    });
    lines.collect()
}
