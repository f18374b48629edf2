//! What changed between two sides, on a terminal.

use super::{Page, STRONG};
use crate::render::json::v1::Trend;
use crate::render::view::DiffView;
use crate::text::escape::workflow::stdout_safe;

/// The view as text, no line of it wider than `width` columns; in colour if asked.
pub fn render_diff(view: &DiffView, width: usize, colour: bool) -> String {
    let mut page = Page {
        text: String::new(),
        width,
        colour,
    };
    let (word, trend) = match view.worse {
        true => ("WORSE", Trend::Worse),
        false => ("SAME OR BETTER", Trend::Better),
    };
    page.wrapped(
        (super::change::look(trend).bold(), word),
        STRONG,
        &view.headline,
    );
    page.story(&view.change.story);
    page.deltas(&view.deltas, usize::MAX);
    page.lists(&view.change, false, true);
    page.remarks(&view.change.notes);
    stdout_safe(&page.text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_what_changed() {
        for name in ["change", "change_hostile"] {
            let view = DiffView::new(&fixtures::difference(name));
            insta::assert_snapshot!(format!("diff_{name}"), render_diff(&view, 80, false));
        }
    }
}
