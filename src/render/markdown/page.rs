//! The page: one line that says it all, what needs somebody, and the rest folded away.

use super::limit::{Limit, assemble};
use super::links::Links;
use super::{blocks, change};
use crate::render::json::v1::Word;
use crate::render::view::{Group, Row, View};
use crate::text::escape::markdown::code;
use crate::text::plural;

/// The view as markdown, within the limit.
pub fn render(view: &View, links: &Links, limit: Limit) -> String {
    let links = links.at(view.commit.as_deref(), &view.folder);
    let word = match view.word {
        Word::Fail => "❌ Failed",
        Word::Warn => "⚠️ Warning",
        Word::Pass => "✅ Passed",
    };
    let head = format!(
        "**{word}**: {}\n{}",
        blocks::words(&view.headline),
        change::story(&view.change.story)
    );
    let (urgent, quiet): (Vec<&Row>, Vec<&Row>) = view
        .gates
        .iter()
        .partition(|gate| gate.group <= Group::Warning);
    let mut page = vec![
        blocks::relaxed(view),
        blocks::urgent(&urgent),
        blocks::problems(view),
        blocks::bullets(&view.notes),
        blocks::bullets(&view.change.notes),
        change::uncovered(&view.change, view.shows_uncovered(), links.as_ref()),
    ];
    page.extend(
        urgent
            .iter()
            .filter_map(|gate| blocks::evidence(gate, links.as_ref())),
    );
    page.push(change::deltas(&view.deltas));
    page.push(change::more_deltas(&view.deltas));
    page.extend(change::groups(&view.change, links.as_ref()));
    page.push(blocks::quiet(&quiet));
    page.push(blocks::overview(view));
    page.push(blocks::reports(view));
    page.retain(|block| !block.rows.is_empty());
    assemble(&head, &page, &foot(view), limit)
}

fn foot(view: &View) -> String {
    let commit = match &view.commit {
        Some(commit) => format!(" on {}", code(&commit.chars().take(12).collect::<String>())),
        None => String::new(),
    };
    let reports = plural::s(view.inputs.len() as u64, "report");
    format!(
        "\n<sub>{}{commit}, {reports}</sub>\n",
        blocks::words(&view.tool)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::v1::PolicyFrom;
    use crate::render::view::DiffView;

    fn links() -> Links {
        Links::github("https://github.com/o/r")
    }

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view, &links(), Limit::NONE));
        }
    }

    #[test]
    fn a_relaxed_policy_stands_near_the_top() {
        for (name, from) in [("base", PolicyFrom::Base), ("head", PolicyFrom::Head)] {
            let page = render(&View::new(&fixtures::relaxed(from)), &links(), Limit::NONE);
            let top: Vec<&str> = page.lines().take(18).collect();
            insta::assert_snapshot!(format!("relaxed_{name}"), top.join("\n"));
        }
    }

    #[test]
    fn limits_hold_and_the_verdict_stays() {
        for (name, document) in fixtures::all() {
            let view = View::new(&document);
            let summary = render(&view, &links(), Limit::JOB_SUMMARY);
            assert!(summary.len() <= 1_000_000, "{name}");
            let comment = render(&view, &links(), Limit::characters(65_000));
            assert!(comment.chars().count() <= 65_000, "{name}");
            for text in [summary, comment] {
                let first = text.lines().next().unwrap();
                assert!(
                    ["Failed", "Warning", "Passed"]
                        .iter()
                        .any(|word| first.contains(word)),
                    "{name}"
                );
                assert_eq!(
                    text.matches("<details").count(),
                    text.matches("</details>").count(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn foreign_text_adds_no_element() {
        let mut gfm = comrak::Options::default();
        gfm.extension.autolink = true;
        gfm.extension.table = true;
        gfm.extension.strikethrough = true;
        gfm.render.r#unsafe = true;
        let diff = DiffView::new(&fixtures::difference("change_hostile"));
        let pages = [
            render(&fixtures::view("hostile"), &links(), Limit::NONE),
            render(&fixtures::view("change_hostile"), &links(), Limit::NONE),
            render(
                &View::new(&fixtures::relaxed(PolicyFrom::Head)),
                &links(),
                Limit::NONE,
            ),
            crate::render::markdown::render_diff(&diff, &links(), Limit::NONE),
        ];
        for page in pages {
            holds_only_known_elements(&comrak::markdown_to_html(&page, &gfm));
        }
    }

    fn holds_only_known_elements(html: &str) {
        let known = [
            "p",
            "strong",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "code",
            "br",
            "br /",
            "details",
            "details open=\"\"",
            "details open",
            "summary",
            "ul",
            "li",
            "sub",
            "!-- --",
        ];
        for tag in html.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let name = tag.trim_start_matches('/');
            let aligned = name == "th align=\"left\""
                || name == "td align=\"left\""
                || name == "th align=\"right\""
                || name == "td align=\"right\"";
            let linked = name == "a"
                || name.starts_with("a href=\"https://github.com/o/r/blob/2f1c9a7d0b3e4f5a");
            assert!(known.contains(&name) || aligned || linked, "<{tag}>");
        }
        // Pieces of hostile text in several kinds of table, none of which may add a cell.
        for row in html.split("<tr>").skip(1) {
            let cells = row.matches("<td").count() + row.matches("<th ").count();
            assert!([3, 4, 5].contains(&cells), "{row}");
        }
    }
}
