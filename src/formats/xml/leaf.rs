//! Empty elements, which is what large reports consist of: a line, a counter, a test that passed. Such a tag is read where
//! it stands in memory; quick-xml would copy it first. What is not as simple as that is left to quick-xml.

use quick_xml::events::BytesStart;

use super::{Element, Xml};

/// A tag `<name attributes/>` that stands next, whole and in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Bytes of the tag.
    tag: usize,
    /// Bytes of its name.
    name: usize,
}

impl Leaf {
    /// The tag with which the text begins.
    fn at_start_of(text: &[u8]) -> Option<Leaf> {
        let [b'<', first, ..] = text else { return None };
        if matches!(first, b'/' | b'!' | b'?') {
            return None;
        }
        let end = memchr::memchr(b'>', text)?;
        let inside = text.get(1..end)?.strip_suffix(b"/")?;
        // Were the `>` part of a value, a quote would be open before it.
        let doubles = memchr::memchr_iter(b'"', inside).count();
        if !doubles.is_multiple_of(2) || memchr::memchr(b'\'', inside).is_some() {
            return None;
        }
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
        let name = inside.iter().position(is_space).unwrap_or(inside.len());
        Some(Leaf { tag: end + 1, name })
    }
}

impl Xml<'_> {
    /// The empty element that stands next. Valid only where text has been passed over.
    #[inline]
    pub(super) fn leaf_ahead(&mut self) -> Option<Leaf> {
        // Limits, a second root and the end of a text are told in one place, by `next`.
        if self.depth == 0 || self.depth >= self.max_depth || self.before_tag {
            return None;
        }
        Leaf::at_start_of(self.reader.get_mut().peek(1).ok()?)
    }

    /// Reads it.
    #[inline]
    pub(super) fn take_leaf(&mut self, leaf: Leaf) -> Element<'_> {
        self.depth += 1;
        self.empty = Some(leaf.name);
        let source = self.reader.get_mut();
        source.begin_token();
        let tag = source.take(leaf.tag);
        // For its `Close`.
        self.buffer.clear();
        let begin = tag.get(..=leaf.name).unwrap_or_default();
        self.buffer.extend_from_slice(begin);
        // The source gives UTF-8, and a tag has its ends in it between characters.
        let inside = tag.get(1..leaf.tag - 2).unwrap_or_default();
        let inside = std::str::from_utf8(inside).unwrap_or_default();
        Element {
            start: BytesStart::from_content(inside, leaf.name.min(inside.len())),
            is_empty: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_and_plain_tag_is_read_in_place() {
        let leaf =
            |text: &str| Leaf::at_start_of(text.as_bytes()).map(|leaf| (leaf.tag, leaf.name));
        assert_eq!(leaf("<a/><b/>"), Some((4, 1)));
        assert_eq!(leaf("<line n=\"1\"\th=\"2\"/>\n"), Some((19, 4)));
        for other in [
            "",
            "<",
            "<a",
            "<a/",
            "<a>",
            "<a b=\"/>\"/>",
            "<a b='\"/>\"'/>",
            "</a/>",
            "<?a/>",
            "<!-- />",
            "text <a/>",
        ] {
            assert_eq!(leaf(other), None, "{other}");
        }
    }
}
