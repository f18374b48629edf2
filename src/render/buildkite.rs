//! Buildkite: the body of an annotation, for `buildkite-agent annotate`, which takes markdown with GitHub's extensions.

use super::markdown::{self, Limit, Links};
use super::view::View;

/// The most that the agent takes is 1 MiB.
const MOST: usize = 1_048_576 - 1_024;

/// The page. Its style, the colour at its edge, is given to the agent and is not in it.
pub fn render(view: &View, links: &Links) -> String {
    markdown::render(view, links, Limit::bytes(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn it_fits() {
        for (name, document) in fixtures::all() {
            let page = render(&View::new(&document), &Links::none());
            assert!(page.len() <= 1_048_576, "{name}");
            assert!(page.starts_with("**"), "{name}");
        }
    }

    #[test]
    fn no_emoji_is_foreign() {
        let mut view = fixtures::view("red");
        view.gates[0].title = "a :boom: b".to_owned();
        let page = render(&view, &Links::none());
        assert!(!page.contains(":boom:") && page.contains("boom"));
    }
}
