//! One page from several results: the jobs of a matrix, the parts of a monorepo.

mod room;
mod section;

use std::collections::HashMap;

use super::blocks::{bullets, words};
use super::foot::{self, distinct};
use super::layout::{self, Block};
use super::limit::Limit;
use super::links::Links;
use super::page::{opening, sorted, symbol};
use super::{change, gates};
use crate::render::json::v1::Word;
use crate::render::view::{Row, View};
use crate::text::{number, plural};
use section::Section;

/// How many names the first line holds.
const NAMED: usize = 3;

/// A result with the name by which a reader knows it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The name: of a job, of a part. May be foreign.
    pub name: &'a str,
    /// The result.
    pub view: &'a View,
}

/// Several results as one page, within the limit: which of them need somebody, each of those in a section of its own,
/// the worst first, and the gates that hold folded together.
pub fn combined(results: &[Named<'_>], links: &Links, limit: Limit) -> String {
    if let [only] = results {
        return super::render(only.view, links, limit);
    }
    let mut results = results.to_vec();
    results.sort_by_key(|result| std::cmp::Reverse(result.view.word));
    let views: Vec<&View> = results.iter().map(|result| result.view).collect();
    let word = View::worst(views.iter().copied()).unwrap_or(Word::Warn);
    let told = told(&views);
    let opening = opening(word, &headline(&results, word)) + &change::story(&told);
    let foot = foot::foot(&views, links);
    let full = foot::full(links);
    let room = limit
        .less(&foot)
        .less(&layout::left_out(usize::MAX, &full))
        .less(&opening);

    // What is known of all stands first, but leaves half the room to the sections.
    let above = [table(&results), bullets(&remarks(&views))];
    let above = layout::fit("", &above, room.at_most(room.most() / 2)).unwrap_or_default();
    let mut pieces: Vec<(Word, Section)> = section::of(&results, &told, links)
        .into_iter()
        .map(|(result, section)| (result.view.word, section))
        .collect();
    pieces.push((Word::Pass, others(&results)));
    let (below, missing) = room::share(&pieces, room.less(&above.text));
    let left_out = layout::left_out(above.left_out + missing, &full);
    [opening, above.text, below, left_out, foot].concat()
}

fn headline(results: &[Named], word: Word) -> String {
    let total = plural::s(results.len() as u64, "result");
    let names: Vec<&str> = results
        .iter()
        .filter(|result| result.view.word == word)
        .map(|result| result.name)
        .collect();
    let mut shown: Vec<String> = (names.iter().take(NAMED))
        .map(|name| (*name).to_owned())
        .collect();
    if let Some(more) = names.len().checked_sub(NAMED).filter(|&more| more > 0) {
        shown.push(format!("{more} more"));
    }
    let count = names.len() as u64;
    let verb = match word {
        _ if results.is_empty() => return "there is no result".to_owned(),
        Word::Pass => return format!("all {total}"),
        Word::Fail => "failed",
        Word::Warn => plural::pick(count, "warns", "warn"),
    };
    let count = number::count(count);
    format!("{count} of {total} {verb}: {}", plural::list(&shown))
}

/// What every result says of the change.
fn told(views: &[&View]) -> Vec<String> {
    let first = views.first().map(|view| view.change.story.as_slice());
    let all = |line: &&String| views.iter().all(|view| view.change.story.contains(line));
    first
        .unwrap_or_default()
        .iter()
        .filter(all)
        .cloned()
        .collect()
}

/// The results, a row each.
fn table(results: &[Named]) -> Block {
    let rows = results.iter().map(|result| {
        let figures: Vec<String> = result.view.figures.iter().map(|it| words(it)).collect();
        format!(
            "| {}&nbsp;**{}** | {} | {} |\n",
            symbol(result.view.word),
            words(result.name),
            words(&result.view.headline),
            figures.join("<br>"),
        )
    });
    Block {
        head: "\n| Result | Gates | Figures |\n|:--|:--|:--|\n".to_owned(),
        rows: rows.collect(),
        ..Block::default()
    }
}

/// What a reader of all should know.
fn remarks(views: &[&View]) -> Vec<String> {
    let commits = distinct(views.iter().map(|view| match view.commit.as_deref() {
        Some(commit) => commit.chars().take(12).collect(),
        None => "an unknown one".to_owned(),
    }));
    match commits.len() > 1 {
        true => vec![format!(
            "The results are not of one commit: {}",
            plural::list(&commits)
        )],
        false => Vec::new(),
    }
}

/// The gates that need nobody, each with the results in which they stand like that.
fn others(results: &[Named]) -> Section {
    let quiet = |result: &Named<'_>| sorted(result.view).1.len();
    let mut alike: Vec<(&Row, Vec<&str>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for result in results {
        for gate in sorted(result.view).1 {
            let shown = gates::row(gate, Some(&[gates::todo(gate)]));
            let place = *places.entry(shown).or_insert_with(|| {
                alike.push((gate, Vec::new()));
                alike.len() - 1
            });
            if let Some((_, names)) = alike.get_mut(place) {
                names.push(result.name);
            }
        }
    }
    let rows: Vec<(&Row, String)> = alike
        .iter()
        .map(|(gate, names)| {
            let names = match names.len() == results.len() {
                true => "all".to_owned(),
                false => words(&plural::list(&distinct(
                    names.iter().map(|name| (*name).to_owned()),
                ))),
            };
            let told = [gates::todo(gate), names];
            let told: Vec<String> = told.into_iter().filter(|it| !it.is_empty()).collect();
            (*gate, told.join("<br>"))
        })
        .collect();
    let all = results.iter().flat_map(|result| sorted(result.view).1);
    let alone = results
        .iter()
        .all(|result| quiet(result) == result.view.gates.len());
    let all: Vec<&Row> = all.collect();
    let block = gates::quiet(&rows, Some("In"), all.iter().copied(), alone);
    Section::new(String::new(), vec![block])
}

#[cfg(test)]
mod tests;
