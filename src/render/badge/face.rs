//! What a badge says.

use crate::render::json::v1::Word;
use crate::render::view::{Group, View};
use crate::text::escape::visible;
use crate::text::fit;

/// The longest text of one half, in characters.
const LONGEST: usize = 40;

/// A colour of shields.io by its name and by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) name: &'static str,
    pub(super) code: &'static str,
}

const fn colour(name: &'static str, code: &'static str) -> Colour {
    Colour { name, code }
}

const GREEN: Colour = colour("brightgreen", "#4c1");
const YELLOW: Colour = colour("yellow", "#dfb317");
const RED: Colour = colour("red", "#e05d44");
const BLUE: Colour = colour("blue", "#007ec6");
const GREY: Colour = colour("lightgrey", "#9f9f9f");

/// The two halves of a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Face {
    pub(super) label: String,
    pub(super) message: String,
    pub(super) colour: Colour,
}

impl Face {
    /// The verdict; or the figure of a metric, coloured as the gates on it of the whole project say, blue where there is
    /// none. A metric without a figure says `no data`.
    pub(super) fn of(view: &View, metric: Option<&str>) -> Face {
        let Some(metric) = metric else {
            let colour = match view.word {
                Word::Pass => GREEN,
                Word::Warn => YELLOW,
                Word::Fail => RED,
            };
            return face("andon", view.word.text(), colour);
        };
        let Some(fact) = view.figure(metric) else {
            return face(metric, "no data", GREY);
        };
        let gates = view.gates.iter();
        let gates = gates.filter(|gate| gate.metric == metric && gate.scope.is_empty());
        let colour = match gates.map(|gate| gate.group).min() {
            Some(Group::Failing) => RED,
            Some(Group::Warning) => YELLOW,
            Some(Group::Passing) => GREEN,
            Some(Group::Noted) | None => BLUE,
        };
        face(&fact.title.to_lowercase(), &fact.shown, colour)
    }
}

fn face(label: &str, message: &str, colour: Colour) -> Face {
    let half = |text: &str| fit::cut(&visible(text), LONGEST).into_owned();
    Face {
        label: half(label),
        message: half(message),
        colour,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    fn says(fixture: &str, metric: Option<&str>) -> (String, &'static str) {
        let face = Face::of(&fixtures::view(fixture), metric);
        (format!("{} {}", face.label, face.message), face.colour.name)
    }

    #[test]
    fn a_badge_says_the_verdict_or_a_figure() {
        assert_eq!(
            says("green", None),
            ("andon pass".to_owned(), "brightgreen")
        );
        assert_eq!(
            says("nothing_judged", None),
            ("andon warn".to_owned(), "yellow")
        );
        assert_eq!(says("red", None), ("andon fail".to_owned(), "red"));
        let line = Some("coverage.line");
        let shown = "line coverage 87.7%".to_owned();
        assert_eq!(says("green", line), (shown.clone(), "brightgreen"));
        assert_eq!(says("red", line), (shown.clone(), "red"));
        assert_eq!(says("missing", line), (shown, "blue"));
        let none = ("no.such.metric no data".to_owned(), "lightgrey");
        assert_eq!(says("green", Some("no.such.metric")), none);
    }
}
