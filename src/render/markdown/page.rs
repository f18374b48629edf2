//! The page: one line that says it all, what the change did, what needs somebody, and the rest folded away.

use super::change;
use super::layout::{self, Block};
use super::limit::Limit;
use super::links::{AtCommit, Links};
use super::{blocks, foot, gates};
use crate::render::json::v1::Word;
use crate::render::view::{Group, Row, View};

/// The view as markdown, within the limit.
pub fn render(view: &View, links: &Links, limit: Limit) -> String {
    let at = links.at(view.commit.as_deref(), &view.folder);
    let head = format!(
        "{}{}",
        opening(view.word, &view.headline),
        change::story(&view.change.story)
    );
    let (urgent, quiet) = sorted(view);
    let mut page = body(view, &urgent, at.as_ref());
    page.push(gates::others(&quiet, urgent.is_empty()));
    page.push(blocks::measured(view));
    page.retain(|block| !block.rows.is_empty());
    let foot = foot::foot(&[view], links);
    layout::page(&head, &page, &foot, &foot::full(links), limit)
}

/// The first line.
pub(super) fn opening(word: Word, headline: &str) -> String {
    let told = match word {
        Word::Fail => "Failed",
        Word::Warn => "Warning",
        Word::Pass => "Passed",
    };
    format!("**{} {told}**: {}\n", symbol(word), blocks::words(headline))
}

/// A verdict as a symbol.
pub(super) fn symbol(word: Word) -> &'static str {
    match word {
        Word::Fail => "❌",
        Word::Warn => "⚠️",
        Word::Pass => "✅",
    }
}

/// The gates that need somebody, and the others.
pub(super) fn sorted(view: &View) -> (Vec<&Row>, Vec<&Row>) {
    view.gates
        .iter()
        .partition(|gate| gate.group <= Group::Warning)
}

/// What somebody needs, with these gates, and what the change did.
pub(super) fn body(view: &View, urgent: &[&Row], at: Option<&AtCommit>) -> Vec<Block> {
    vec![
        blocks::relaxed(view),
        gates::urgent(urgent, at),
        blocks::problems(view),
        blocks::bullets(&view.notes),
        blocks::bullets(&view.change.notes),
        change::uncovered(&view.change, at),
        gates::evidence(urgent, at),
        change::moved(&view.deltas),
        change::others(&view.change, at),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::v1::PolicyFrom;
    use crate::render::markdown::reading;
    use crate::render::view::DiffView;

    fn links() -> Links {
        Links::github("https://github.com/o/r")
            .with_report("https://github.com/o/r/actions/runs/7/attempts/1")
    }

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view, &links(), Limit::NONE));
        }
    }

    #[test]
    fn says_what_the_caller_knows_of_the_figures() {
        let mut view = fixtures::view("green");
        view.remark = Some("as reported by the run of @fork".to_owned());
        let page = render(&view, &links(), Limit::COMMENT);
        let last = page.lines().last().unwrap();
        let remark = " · as reported by the run of <code>&#64;<!-- -->fork</code></sub>";
        assert!(last.ends_with(remark), "{last}");
    }

    #[test]
    fn is_short_when_green() {
        let page = render(&fixtures::view("green"), &links(), Limit::NONE);
        let seen = reading::unfolded(&page);
        assert!(seen.lines().count() <= 6, "{seen}");
    }

    #[test]
    fn a_relaxed_policy_stands_near_the_top() {
        for (name, from) in [("base", PolicyFrom::Base), ("head", PolicyFrom::Head)] {
            let page = render(&View::new(&fixtures::relaxed(from)), &links(), Limit::NONE);
            let (top, _) = page.split_once("\n<details>").unwrap();
            insta::assert_snapshot!(format!("relaxed_{name}"), top);
        }
    }

    #[test]
    fn limits_hold_and_the_verdict_stays() {
        let marker = "<!-- andon:check:0123456789abcdef -->\n";
        for (name, document) in fixtures::all() {
            let view = View::new(&document);
            let page = |limit| render(&view, &links(), limit);
            let summary = page(Limit::JOB_SUMMARY);
            assert!(summary.len() <= 1_000_000, "{name}");
            let comment = marker.to_owned() + &page(Limit::COMMENT.less(marker));
            assert!(comment.chars().count() <= 65_536, "{name}");
            let check_run = page(Limit::CHECK_RUN);
            assert!(check_run.chars().count() <= 65_535, "{name}");
            let tight = page(Limit::characters(6_000));
            if !name.contains("hostile") {
                assert!(tight.chars().count() <= 6_000, "{name}");
            }
            for text in [summary, comment, check_run, tight] {
                let text = text.strip_prefix(marker).unwrap_or(&text);
                let first = text.lines().next().unwrap();
                let mut words = ["Failed", "Warning", "Passed"].iter();
                assert!(words.any(|word| first.contains(word)), "{name}");
                assert!(text.ends_with("</sub>\n"), "{name}");
                reading::is_balanced(text);
            }
        }
    }

    #[test]
    fn what_is_left_out_is_counted_and_has_an_address() {
        let view = fixtures::view("huge");
        let page = render(&view, &links(), Limit::COMMENT);
        let (start, end) = ("… and ", " more, left out for length");
        let cut = page.lines().find(|line| line.ends_with(end)).unwrap();
        let cut = cut.strip_prefix(start).unwrap().strip_suffix(end).unwrap();
        let cut: usize = cut.replace(',', "").parse().unwrap();
        let shown = page.lines().filter(|line| line.starts_with("| ❌")).count();
        let (urgent, _) = sorted(&view);
        assert_eq!(shown + cut, urgent.len());
        let address = "(https://github.com/o/r/actions/runs/7/attempts/1)";
        let said = format!("left out for length; [the full report]{address} has them");
        assert!(page.contains(&said));
    }

    #[test]
    fn foreign_text_adds_no_element() {
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
            reading::holds_only_known_elements(&page, "https://github.com/o/r/");
        }
    }
}
