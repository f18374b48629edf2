//! The last line: what judged which commit, and what is to be known of the figures.

use super::blocks::words;
use super::links::Links;
use crate::render::view::View;
use crate::text::escape::markdown::code;
use crate::text::plural;

/// Characters of a commit's name.
const SHORT: usize = 12;

/// The foot below one result or several.
pub(super) fn foot(views: &[&View], links: &Links) -> String {
    let tools = distinct(views.iter().map(|view| words(&view.tool)));
    let commits = distinct(views.iter().filter_map(|view| {
        let commit = view.commit.as_deref()?;
        let name = code(&commit.chars().take(SHORT).collect::<String>());
        Some(match links.commit(commit) {
            Some(address) => format!("[{name}]({address})"),
            None => name,
        })
    }));
    let judged = match plural::list(&commits) {
        commits if commits.is_empty() => String::new(),
        commits => format!(" on {commits}"),
    };
    let reports = views.iter().map(|view| view.inputs.len() as u64).sum();
    let mut parts = vec![format!(
        "{}{judged}, {}",
        tools.join(", "),
        plural::s(reports, "report")
    )];
    parts.extend(
        links
            .report()
            .map(|address| format!("[full report]({address})")),
    );
    let remarks = views.iter().filter_map(|view| view.remark.as_deref());
    parts.extend(distinct(remarks.map(words)));
    format!("\n<sub>{}</sub>\n", parts.join(" · "))
}

/// Where all of it is, in a sentence.
pub(super) fn full(links: &Links) -> String {
    match links.report() {
        Some(address) => format!("[the full report]({address})"),
        None => "the full report".to_owned(),
    }
}

/// Each once, in order.
pub(super) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}
