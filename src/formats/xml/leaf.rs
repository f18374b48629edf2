//! Empty elements, which is what large reports consist of: a line, a counter, a test that passed. Such a tag is read where
//! it stands in memory, in one pass that finds its attributes too; quick-xml would copy it first. What is not as plain as
//! that is left to quick-xml.

use std::io::BufRead;
use std::ops::Range;

use super::attributes::{MOST, end_of_value};
use super::{Element, Tag, Xml};

/// A tag `<name key="value" …/>` where it stands in memory.
pub(super) struct Leaf<'b> {
    tag: &'b [u8],
    parts: &'b Parts,
}

impl<'b> Leaf<'b> {
    /// The name without its prefix.
    #[inline]
    pub(super) fn name(&self) -> &'b [u8] {
        self.tag.get(self.parts.name.clone()).unwrap_or_default()
    }

    /// What stands behind the name.
    pub(super) fn behind_name(&self) -> &'b [u8] {
        let end = self.tag.len().saturating_sub(2);
        self.tag.get(self.parts.name.end..end).unwrap_or_default()
    }

    /// The bytes of the name and of what stands behind it.
    #[inline]
    pub(super) fn bytes(&self) -> usize {
        self.tag.len().saturating_sub(3)
    }

    /// Names without prefixes and values, as they are written.
    #[inline]
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'b [u8], &'b [u8])> {
        let part = |from, to| self.tag.get(from..to).unwrap_or_default();
        let attributes = self.parts.attributes.iter();
        attributes.map(move |at| (part(at.name, at.equals), part(at.equals + 2, at.end)))
    }
}

/// Where the parts of a tag stand in it.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The name without its prefix.
    name: Range<usize>,
    attributes: Vec<Attribute>,
}

/// Where an attribute's name begins, and where its `=` and its closing quote stand.
#[derive(Debug)]
struct Attribute {
    name: usize,
    equals: usize,
    end: usize,
}

impl Parts {
    /// Finds the parts of the empty element with which the text begins, and says how long its tag is. `None` if that is
    /// no empty element, not whole, or not as nearly all are written.
    #[inline]
    fn find(&mut self, text: &[u8]) -> Option<usize> {
        let mut rest = text.strip_prefix(b"<")?;
        let (local, length) = name(rest);
        self.name = 1 + local..1 + length;
        self.attributes.clear();
        let mut at = 1 + length;
        rest = rest.get(length..).filter(|_| local < length)?;
        loop {
            let space = space_before(rest);
            rest = rest.get(space..)?;
            at += space;
            if rest.starts_with(b"/>") {
                return Some(at + 2);
            }
            if space == 0 || self.attributes.len() == MOST {
                return None;
            }
            let (local, length) = name(rest);
            let [b'=', b'"', value @ ..] = rest.get(length..).filter(|_| local < length)? else {
                return None;
            };
            let end = end_of_value(value, b'"')?;
            let equals = at + length;
            self.attributes.push(Attribute {
                name: at + local,
                equals,
                end: equals + 2 + end,
            });
            rest = value.get(end + 1..)?;
            at = equals + end + 3;
        }
    }
}

/// How much space the text begins with.
#[inline]
fn space_before(text: &[u8]) -> usize {
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
    text.iter().take_while(is_space).count()
}

/// The name with which the text begins: where it begins without its prefix, and where it ends.
#[inline]
fn name(text: &[u8]) -> (usize, usize) {
    let mut local = 0;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            // Letters come first, as in most names.
            b'@'.. | b'-' | b'.' | b'0'..=b'9' => {}
            b':' => local = at + 1,
            _ => return (local, at),
        }
    }
    (local, text.len())
}

impl Xml<'_> {
    /// The empty element that stands next, if it is plain and nothing but space stands before it. It has neither a `Close`
    /// nor a text to be asked for. Where there is none, [`Xml::next_tag`] tells what there is instead.
    #[inline]
    pub(in crate::formats) fn leaf(&mut self) -> Option<Element<'_>> {
        self.leaf_if(|_| true)
    }

    /// The same if its name, without prefix, is wanted.
    #[inline]
    pub(in crate::formats) fn leaf_if(
        &mut self,
        wanted: impl FnOnce(&[u8]) -> bool,
    ) -> Option<Element<'_>> {
        let space = space_before(self.reader.get_mut().peek(1).ok()?);
        let length = self.leaf_ahead(space)?;
        let source = self.reader.get_mut();
        let tag = source.peek(1).ok()?.get(space..)?;
        if !wanted(tag.get(self.parts.name.clone())?) {
            return None;
        }
        source.consume(space);
        Some(self.take_leaf(length))
    }

    /// The length of the plain empty element that stands behind so much space.
    #[inline]
    pub(super) fn leaf_ahead(&mut self, space: usize) -> Option<usize> {
        // Limits, a second root and the end of a text are told in one place, by `next`.
        let within = self.depth > 0 && self.depth < self.max_depth;
        if !within || self.before_tag || self.empty.is_some() {
            return None;
        }
        let ahead = self.reader.get_mut().peek(1).ok()?;
        self.parts.find(ahead.get(space..)?)
    }

    /// Reads it.
    #[inline]
    fn take_leaf(&mut self, length: usize) -> Element<'_> {
        let source = self.reader.get_mut();
        source.begin_token();
        let (tag, parts) = (source.take(length), &self.parts);
        Element(Tag::Leaf(Leaf { tag, parts }))
    }

    /// The same for one whose `Close` is to come.
    #[inline]
    pub(super) fn open_leaf(&mut self, length: usize) -> Element<'_> {
        let name = self.parts.name.end;
        self.depth += 1;
        self.empty = Some(name.saturating_sub(1));
        self.buffer.clear();
        let ahead = self.reader.get_mut().peek(1).unwrap_or_default();
        let begin = ahead.get(..name).unwrap_or_default();
        self.buffer.extend_from_slice(begin);
        self.take_leaf(length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::report::Problem;
    use crate::formats::limits::Limits;
    use crate::formats::source::Source;
    use crate::formats::xml::Node;

    fn found(text: &str) -> Option<(usize, String)> {
        let mut parts = Parts::default();
        let length = parts.find(text.as_bytes())?;
        let tag = &text.as_bytes()[..length];
        let leaf = Leaf { tag, parts: &parts };
        let show = |bytes| String::from_utf8_lossy(bytes);
        let mut shown = show(leaf.name()).into_owned();
        for (name, value) in leaf.attributes() {
            shown += &format!(" {}={}", show(name), show(value));
        }
        Some((length, shown))
    }

    #[test]
    fn only_a_whole_and_plain_tag_is_read_in_place() {
        for (text, length, parts) in [
            ("<a/><b/>", 4, "a"),
            ("<line n=\"1\"\th=\"2\"/>\n", 19, "line n=1 h=2"),
            ("<a b=\"\" c-1.d=\"'/>é\" />", 24, "a b= c-1.d='/>é"),
            ("<x:a\nx:b=\"123456789\"/>", 22, "a b=123456789"),
        ] {
            let found = found(text);
            assert_eq!(found, Some((length, parts.to_owned())), "{text}");
        }
        for other in [
            "",
            "<",
            "<a",
            "<a/",
            "<a>",
            "<a b=\"1\">",
            "<a b=\"1\"",
            "<a b=\"1",
            "<a b='1'/>",
            "<a b='\"/>\"'/>",
            "<a b=\"1\"c=\"2\"/>",
            "<a b=\"1\" > <c d=\"2\"/>",
            "<a b = \"1\"/>",
            "<a b/>",
            "<a =\"1\"/>",
            "<a x:=\"1\"/>",
            "<a/ b=\"1\"/>",
            "</a/>",
            "<?a/>",
            "<!-- />",
            "< a/>",
            "text <a/>",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    /// Every tag of a document with its attributes: event by event as quick-xml reads it, or the leaves in place.
    fn tags(document: &str, in_place: bool) -> Result<Vec<String>, Problem> {
        fn open(element: &Element<'_>) -> String {
            let mut shown = format!("<{}", element.name());
            element.each_attribute(|name, value| shown += &format!(" {name:?}={value:?}"));
            shown
        }
        let bytes = std::io::Cursor::new(document.to_owned());
        let mut source = Source::new(Box::new(bytes), Limits::default()).unwrap();
        let (mut xml, mut tags) = (Xml::new(&mut source), Vec::new());
        loop {
            while in_place && let Some(leaf) = xml.leaf() {
                assert_eq!(leaf.name().as_bytes(), leaf.name_raw());
                tags.extend([open(&leaf), format!("/{}", leaf.name())]);
            }
            let node = if in_place {
                xml.next_tag()?
            } else {
                xml.next()?
            };
            match node {
                Some(Node::Open(element)) => tags.push(open(&element)),
                Some(Node::Close(name)) => tags.push(format!("/{}", name.local())),
                Some(Node::Text(_)) => {}
                None => return Ok(tags),
            }
        }
    }

    proptest! {
        #[test]
        fn leaves_in_place_are_what_quick_xml_reads(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<a/>", "<a b=\"1\"/>", "<x:a x:b=\"1\" c=\"12345678\"/>", "<a b='\"' c=\"/>\"/>", "<a b=\"'/>\"/>", "<a >", "</a>",
                "<a", "<é", "/", ">", "=", "\"", "'", " ", "\n", "b", "b=\"é\"", " c=\"&lt;\"", "<!-- ", "-->", "<?a", "?>", "text",
            ]), 0..30),
        ) {
            let document = format!("<r>{}</r>", pieces.concat());
            let (fast, slow) = (tags(&document, true), tags(&document, false));
            prop_assert_eq!(fast.ok(), slow.ok(), "{}", document);
        }
    }
}
