//! What changed between two sides, as a page.

use super::limit::Limit;
use super::links::Links;
use super::{blocks, change, foot, layout};
use crate::render::view::DiffView;

/// The view as markdown, within the limit.
pub fn render_diff(view: &DiffView, links: &Links, limit: Limit) -> String {
    let at = links.at(view.commit.as_deref(), &view.folder);
    let word = match view.worse {
        true => "🔴 Worse",
        false => "🟢 Same or better",
    };
    let head = format!(
        "**{word}**: {}\n{}",
        blocks::words(&view.headline),
        change::story(&view.change.story)
    );
    let mut page = vec![
        blocks::bullets(&view.change.notes),
        change::first_moved(&view.deltas),
        change::more_moved(&view.deltas),
        change::uncovered(&view.change, at.as_ref()),
        change::others(&view.change, at.as_ref()),
    ];
    page.retain(|block| !block.rows.is_empty());
    layout::page(&head, &page, "", &foot::full(links), limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_what_changed() {
        let links = Links::gitlab("https://gitlab.com/o/r");
        for name in ["change", "change_hostile"] {
            let view = DiffView::new(&fixtures::difference(name));
            insta::assert_snapshot!(
                format!("diff_{name}"),
                render_diff(&view, &links, Limit::NONE)
            );
        }
    }
}
