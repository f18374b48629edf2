//! A badge as a picture, in the flat form that readers know from shields.io.

use super::face::Face;
use super::width;
use crate::render::view::View;
use crate::text::escape::markup::xml;

/// Room on each side of a text, in tenths of a pixel.
const PADDING: u32 = 50;

/// The badge of the verdict, or of a metric.
pub fn render(view: &View, metric: Option<&str>) -> String {
    let face = Face::of(view, metric);
    let (label, message) = (xml(&face.label), xml(&face.message));
    let (label_text, message_text) = (width::of(&face.label), width::of(&face.message));
    // Whole pixels, so that the edge between the halves is sharp.
    let whole = |text: u32| (text + 2 * PADDING).div_ceil(10);
    let (left, right) = (whole(label_text), whole(message_text));
    let total = left + right;
    let (label_at, message_at) = (left * 5, left * 10 + right * 5);
    let code = face.colour.code;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" aria-label="{label}: {message}">
  <title>{label}: {message}</title>
  <linearGradient id="s" x2="0" y2="100%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/></linearGradient>
  <clipPath id="r"><rect width="{total}" height="20" rx="3" fill="#fff"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#555"/>
    <rect x="{left}" width="{right}" height="20" fill="{code}"/>
    <rect width="{total}" height="20" fill="url(#s)"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" text-rendering="geometricPrecision" font-size="110">
    <text aria-hidden="true" x="{label_at}" y="150" fill="#010101" fill-opacity=".3" transform="scale(.1)" textLength="{label_text}">{label}</text>
    <text x="{label_at}" y="140" transform="scale(.1)" textLength="{label_text}">{label}</text>
    <text aria-hidden="true" x="{message_at}" y="150" fill="#010101" fill-opacity=".3" transform="scale(.1)" textLength="{message_text}">{message}</text>
    <text x="{message_at}" y="140" transform="scale(.1)" textLength="{message_text}">{message}</text>
  </g>
</svg>
"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_each_kind() {
        for name in ["green", "red", "nothing_judged"] {
            insta::assert_snapshot!(name, render(&fixtures::view(name), None));
        }
        let coverage = render(&fixtures::view("red"), Some("coverage.line"));
        insta::assert_snapshot!("coverage", coverage);
    }

    #[test]
    fn foreign_text_is_text() {
        let mut view = fixtures::view("green");
        for fact in view
            .overview
            .iter_mut()
            .flat_map(|family| &mut family.facts)
        {
            fact.shown = "</text><script>alert(1)</script>&\"'\u{202E}".to_owned();
        }
        let svg = render(&view, Some("coverage.line"));
        assert!(!svg.contains("<script") && !svg.contains('\u{202E}'));
        let mut reader = quick_xml::Reader::from_str(&svg);
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) => {
                    tag.attributes().for_each(|it| assert!(it.is_ok()));
                    names.push(tag.name().as_ref().to_owned());
                }
                _ => {}
            }
        }
        names.sort();
        names.dedup();
        assert_eq!(
            names,
            ["clipPath", "g", "linearGradient", "svg", "text", "title"]
        );
    }
}
