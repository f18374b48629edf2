//! Passing over text without holding it. quick-xml hands out each text as a whole, which for the output of a test run
//! can be hundreds of megabytes; so what stands between tags is read from the source itself, and only tags are left to
//! quick-xml. That works because quick-xml keeps no input of its own: between two tags the source stands where the
//! document does.

use std::io::BufRead;

use memchr::memmem;

use super::decode::{LONGEST_REFERENCE, append, decoded, sanitised};
use super::{Node, TRUNCATED, Xml};
use crate::domain::report::Problem;
use crate::formats::input::unreadable;
use crate::formats::source::Source;

impl Xml<'_> {
    /// The next tag: like [`Xml::next`], but text of any length is passed over and never held.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub(in crate::formats) fn next_tag(&mut self) -> Result<Option<Node<'_>>, Problem> {
        self.next_tag_keeping(0, &mut String::new())
    }

    /// The next tag, and at most `cap` bytes of the text before it.
    pub(super) fn next_tag_keeping(
        &mut self,
        cap: usize,
        kept: &mut String,
    ) -> Result<Option<Node<'_>>, Problem> {
        if self.empty.is_none() {
            let mut text = Text::new(cap);
            while text.pass(self.reader.get_mut())? == Ahead::Other {
                self.next()?;
            }
            *kept = text.kept;
            if let Some(length) = self.leaf_ahead(0) {
                return Ok(Some(Node::Open(self.open_leaf(length))));
            }
        }
        self.next()
    }

    /// Reads the element that was opened last to its end and returns the text in it and in the elements within: at most
    /// `cap` bytes, whatever its length. Its `Close` is consumed. Valid only right after an `Open`.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub(in crate::formats) fn text(&mut self, cap: usize) -> Result<String, Problem> {
        let outside = self.depth.saturating_sub(1);
        if self.empty.take().is_some() {
            self.depth = outside;
            return Ok(String::new());
        }
        let mut text = Text::new(cap);
        while self.depth > outside {
            if self.empty.is_none() {
                text.pass(self.reader.get_mut())?;
            }
            self.next()?;
        }
        Ok(text.kept)
    }

    /// Passes over the element that was opened last, to its end. Its `Close` is consumed. Valid only right after an
    /// `Open`.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub(in crate::formats) fn skip(&mut self) -> Result<(), Problem> {
        self.text(0).map(drop)
    }
}

/// What stands in the source behind a text.
#[derive(PartialEq, Eq)]
enum Ahead {
    /// A tag, or the end of the file.
    Tag,
    /// A processing instruction, a document type.
    Other,
}

/// The beginning of a text, decoded.
struct Text {
    kept: String,
    cap: usize,
    full: bool,
}

impl Text {
    fn new(cap: usize) -> Text {
        Text {
            kept: String::new(),
            cap,
            full: cap == 0,
        }
    }

    /// Reads text, CDATA sections and comments.
    #[inline]
    fn pass(&mut self, source: &mut Source) -> Result<Ahead, Problem> {
        loop {
            self.run(source)?;
            let ahead = source.peek(9).map_err(unreadable)?;
            match ahead.get(1) {
                Some(b'!') if ahead.starts_with(b"<![CDATA[") => {
                    self.section(source, 9, b"]]>", true)?;
                }
                Some(b'!') if ahead.starts_with(b"<!--") => {
                    self.section(source, 4, b"-->", false)?;
                }
                Some(b'!' | b'?') => return Ok(Ahead::Other),
                _ => return Ok(Ahead::Tag),
            }
        }
    }

    /// Reads to the next `<`.
    #[inline]
    fn run(&mut self, source: &mut Source) -> Result<(), Problem> {
        let mut raw = Vec::new();
        loop {
            source.begin_token();
            let available = source.fill_buf().map_err(unreadable)?;
            let end = memchr::memchr(b'<', available).unwrap_or(available.len());
            let (last, none) = (end < available.len(), available.is_empty());
            self.hold(&mut raw, available, end);
            source.consume(end);
            if last || none {
                self.keep(&raw, true);
                return Ok(());
            }
        }
    }

    /// Reads a section that begins here with so many bytes of its own, to its end.
    fn section(
        &mut self,
        source: &mut Source,
        begin: usize,
        end: &[u8],
        is_text: bool,
    ) -> Result<(), Problem> {
        let first = source.line();
        let mut raw = Vec::new();
        source.consume(begin);
        loop {
            source.begin_token();
            // The end may lie across the end of what is in memory.
            let available = source.peek(end.len()).map_err(unreadable)?;
            if available.len() < end.len() {
                return Err(Problem::error(TRUNCATED).at_line(first));
            }
            let at = memmem::find(available, end);
            let used = at.unwrap_or(available.len() + 1 - end.len());
            if is_text {
                self.hold(&mut raw, available, used);
            }
            source.consume(used);
            if at.is_some() {
                source.consume(end.len());
                self.keep(&raw, false);
                return Ok(());
            }
        }
    }

    /// Holds as much raw text as can matter.
    #[inline]
    fn hold(&self, raw: &mut Vec<u8>, available: &[u8], end: usize) {
        if !self.full {
            let enough = (self.cap + 1 - self.kept.len()) * LONGEST_REFERENCE;
            let room = enough.saturating_sub(raw.len()).min(end);
            raw.extend_from_slice(available.get(..room).unwrap_or_default());
        }
    }

    #[inline]
    fn keep(&mut self, raw: &[u8], references: bool) {
        if self.full || raw.is_empty() {
            return;
        }
        // Only a character that was cut off at the end can be bad here.
        let raw = match std::str::from_utf8(raw) {
            Ok(raw) => raw,
            Err(error) => raw
                .get(..error.valid_up_to())
                .and_then(|valid| std::str::from_utf8(valid).ok())
                .unwrap_or_default(),
        };
        let text = if references {
            decoded(raw)
        } else {
            sanitised(raw)
        };
        self.full = !append(&mut self.kept, &text, self.cap);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;
    use crate::formats::limits::Limits;

    fn source(document: &str, step: usize) -> Source {
        struct Drip(Vec<u8>, usize);
        impl Read for Drip {
            fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
                let count = self.1.min(target.len()).min(self.0.len());
                target[..count].copy_from_slice(&self.0[..count]);
                self.0.drain(..count);
                Ok(count)
            }
        }
        // The first filling takes 64 KiB: what is to be cut stands behind.
        let document = format!("{}{document}", " ".repeat(1 << 16));
        Source::new(
            Box::new(Drip(document.into_bytes(), step)),
            Limits::default(),
        )
        .unwrap()
    }

    /// The texts of the elements `t`, each read by quick-xml event by event.
    fn naive(document: &str, cap: usize) -> Result<(Vec<String>, Vec<String>), Problem> {
        let mut source = source(document, 1 << 16);
        let mut xml = Xml::new(&mut source);
        let (mut texts, mut tags, mut inside) = (Vec::<String>::new(), Vec::new(), 0);
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(element) if inside > 0 || element.name() == "t" => {
                    if inside == 0 {
                        texts.push(String::new());
                    }
                    inside += 1;
                }
                Node::Open(element) => tags.push(element.name().to_owned()),
                Node::Close(_) if inside > 0 => inside -= 1,
                Node::Close(name) => tags.push(format!("/{}", name.local())),
                Node::Text(text) if inside > 0 => texts.last_mut().unwrap().push_str(&text),
                Node::Text(_) => {}
            }
        }
        for text in &mut texts {
            text.truncate(
                (0..=cap.min(text.len()))
                    .rev()
                    .find(|&at| text.is_char_boundary(at))
                    .unwrap(),
            );
        }
        Ok((texts, tags))
    }

    fn streamed(
        document: &str,
        cap: usize,
        step: usize,
    ) -> Result<(Vec<String>, Vec<String>), Problem> {
        let mut source = source(document, step);
        let mut xml = Xml::new(&mut source);
        let (mut texts, mut tags) = (Vec::new(), Vec::new());
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) if element.name() == "t" => {
                    texts.push(xml.text(cap)?);
                }
                Node::Open(element) => tags.push(element.name().to_owned()),
                Node::Close(name) => tags.push(format!("/{}", name.local())),
                Node::Text(_) => {}
            }
        }
        Ok((texts, tags))
    }

    #[test]
    fn text_is_read_through_sections_comments_and_elements() {
        let document = "<?xml version='1.0'?><!DOCTYPE r><!-- a --><r>x<t>a&lt;<![CDATA[&lt;<b>]]]><!-- c > --><u v='>'>d</u><?pi?>e&#27;</t>\
            <t/><u/><t></t>y</r>";
        let expected = vec![
            "a<&lt;<b>]de\u{fffd}".to_owned(),
            String::new(),
            String::new(),
        ];
        let tags = ["r", "u", "/u", "/r"].map(str::to_owned).to_vec();
        for step in [1, 2, 3, 7, 1000] {
            assert_eq!(
                streamed(document, 4096, step).unwrap(),
                (expected.clone(), tags.clone())
            );
        }
        assert_eq!(naive(document, 4096).unwrap(), (expected, tags));
    }

    #[test]
    fn end_names_are_still_checked_after_a_text() {
        for document in [
            "<r><t>x</u></r>",
            "<r><t>x</t></s>",
            "<r><t>x<u></t></u></r>",
        ] {
            assert!(streamed(document, 10, 1).is_err(), "{document}");
            assert!(naive(document, 10).is_err());
        }
    }

    #[test]
    fn what_is_cut_off_is_an_error_and_says_where() {
        for document in [
            "<r><t>x",
            "<r>\n<t><![CDATA[x]]",
            "<r><t><!-- ",
            "<r><t",
            "<r><t>x</t>",
            "<r></r",
        ] {
            let problem = streamed(document, 10, 1).unwrap_err();
            assert!(
                problem.message.contains("truncated"),
                "{document}: {}",
                problem.message
            );
            assert!(problem.place.is_some(), "{document}");
        }
    }

    #[test]
    fn a_text_beyond_the_limit_of_tokens_is_passed_over() {
        let limits = Limits {
            token_bytes: 2 << 20,
            ..Limits::default()
        };
        let document = format!(
            "<r><t>{0}<![CDATA[{0}]]><!--{0}--></t>{0}</r>",
            "long ".repeat(800_000)
        );
        let mut source = Source::new(Box::new(std::io::Cursor::new(document)), limits).unwrap();
        let mut xml = Xml::new(&mut source);
        xml.next_tag().unwrap();
        xml.next_tag().unwrap();
        assert_eq!(xml.text(8).unwrap(), "long lon");
        assert!(matches!(xml.next_tag(), Ok(Some(Node::Close(_)))));
        assert!(matches!(xml.next_tag(), Ok(None)));
    }

    proptest! {
        #[test]
        fn capped_text_is_the_beginning_of_the_naive_reading(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "é", "🦀", "\n", "&lt;", "&#65;", "&#x1F980;", "&#0;", "&x;", "&", ";", "\u{1b}", "\u{85}", "]", "]]>", "-->",
                "<![CDATA[<&lt;é]]]>", "<![CDATA[]]>", "<!-- <t> -->", "<?pi <t>?>", "<u>", "</u>", "<u w='/>'/>", "<u w=\"/>\"/>", "<u w=\"é\" x=\"1\"/>", "<t>", "</t>", "<t/>", ">",
            ]), 0..40),
            cap in 0_usize..40,
            step in 1_usize..20,
        ) {
            let document = format!("<r><t>{}</t></r>", pieces.concat());
            match (naive(&document, cap), streamed(&document, cap, step)) {
                (Ok(expected), Ok(read)) => prop_assert_eq!(read, expected, "{}", document),
                (Err(_), Err(_)) => {}
                (left, right) => prop_assert!(false, "{}: {:?} {:?}", document, left, right),
            }
        }
    }
}
