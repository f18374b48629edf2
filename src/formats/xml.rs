//! Reading XML: local names, decoded text, no entities but the predefined ones, limits on depth and size.

mod attributes;
mod branch;
mod decode;
mod leaf;
mod passage;

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesEnd, BytesStart, Event};

use self::attributes::local;
use self::decode::{decoded, sanitised};
use self::leaf::{Leaf, Parts};
use super::input::unreadable;
use super::source::Source;
use crate::domain::report::Problem;

pub(in crate::formats) use self::attributes::attributes;
pub(in crate::formats) use self::branch::Branch;

/// One step through a document. An empty element is an `Open` and a `Close`.
pub(in crate::formats) enum Node<'b> {
    /// An element begins.
    Open(Element<'b>),
    /// An element ends.
    Close(Name<'b>),
    /// Text, CDATA or a resolved character reference; long text comes in pieces.
    Text(Cow<'b, str>),
}

/// The name of an element that ends.
pub(in crate::formats) struct Name<'b>(BytesEnd<'b>);

impl Name<'_> {
    /// The name without its prefix.
    pub(in crate::formats) fn local(&self) -> &str {
        local(self.0.name().into_inner())
    }
}

/// The beginning of an element.
pub(in crate::formats) struct Element<'b>(Tag<'b>);

/// How its tag was read.
enum Tag<'b> {
    /// By quick-xml.
    Open(BytesStart<'b>),
    /// By quick-xml, and nothing can stand in it.
    Empty(BytesStart<'b>),
    /// In place, and nothing can stand in it.
    Leaf(Leaf<'b>),
}

impl Element<'_> {
    /// The name without its prefix.
    pub(in crate::formats) fn name(&self) -> &str {
        match &self.0 {
            Tag::Open(start) | Tag::Empty(start) => local(start.name().into_inner()),
            Tag::Leaf(leaf) => text(leaf.name()),
        }
    }

    /// The same as it is written, for comparing it.
    #[inline]
    pub(in crate::formats) fn name_raw(&self) -> &[u8] {
        match &self.0 {
            Tag::Open(start) | Tag::Empty(start) => local(start.name().into_inner()).as_bytes(),
            Tag::Leaf(leaf) => leaf.name(),
        }
    }

    /// Whether nothing can stand in it: it is written `<name/>`.
    pub(in crate::formats) fn is_empty(&self) -> bool {
        !matches!(self.0, Tag::Open(_))
    }

    /// The bytes of its name and its attributes.
    #[inline]
    pub(in crate::formats) fn bytes(&self) -> usize {
        match &self.0 {
            Tag::Open(start) | Tag::Empty(start) => start.len(),
            Tag::Leaf(leaf) => leaf.bytes(),
        }
    }

    /// The attributes with local names; values are decoded. Malformed ones are passed over.
    pub(in crate::formats) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        attributes(self.attributes_raw()).map(|(key, value)| (key, value.decoded()))
    }

    /// The text that holds the attributes, for [`attributes`].
    pub(in crate::formats) fn attributes_raw(&self) -> &str {
        match &self.0 {
            Tag::Open(start) | Tag::Empty(start) => start.attributes_raw(),
            Tag::Leaf(leaf) => text(leaf.behind_name()),
        }
    }

    /// Shows `each` the attributes, local names and values as they are written: for numbers and keywords, where an element
    /// stands for one line of millions.
    #[inline]
    pub(in crate::formats) fn each_attribute<'t>(
        &'t self,
        mut each: impl FnMut(&'t [u8], &'t [u8]),
    ) {
        match &self.0 {
            Tag::Open(start) | Tag::Empty(start) => attributes(start.attributes_raw())
                .for_each(|(name, value)| each(name.as_bytes(), value.raw().as_bytes())),
            Tag::Leaf(leaf) => leaf
                .attributes()
                .for_each(|(name, value)| each(name, value)),
        }
    }

    /// One attribute's value.
    pub(in crate::formats) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        attributes(self.attributes_raw())
            .find_map(|(key, value)| (key == name).then(|| value.decoded()))
    }
}

/// What a source hands out is UTF-8, and names and values have their ends between characters.
fn text(raw: &[u8]) -> &str {
    std::str::from_utf8(raw).unwrap_or_default()
}

/// A document being read.
pub(in crate::formats) struct Xml<'a> {
    reader: Reader<&'a mut Source>,
    buffer: Vec<u8>,
    /// The length of the name of an empty element that was opened and is still to be closed; its tag is in the buffer.
    empty: Option<usize>,
    /// Where the parts of the tag stand that was read in place last.
    parts: Parts,
    /// Whether quick-xml has handed out a text and looks for a tag next, and for nothing else.
    before_tag: bool,
    depth: u32,
    max_depth: u32,
    roots: u32,
    /// The root that may stand behind the first one.
    second: Option<&'static str>,
}

impl<'a> Xml<'a> {
    /// Reads the document in `source`.
    pub(in crate::formats) fn new(source: &'a mut Source) -> Xml<'a> {
        let max_depth = source.limits().depth;
        let mut reader = Reader::from_reader(source);
        reader.config_mut().allow_dangling_amp = true;
        Xml {
            reader,
            buffer: Vec::new(),
            empty: None,
            parts: Parts::default(),
            before_tag: false,
            depth: 0,
            max_depth,
            roots: 0,
            second: None,
        }
    }

    /// Lets roots of this name stand behind the first one: some tools write two documents one after the other.
    pub(in crate::formats) fn then(mut self, second: &'static str) -> Xml<'a> {
        self.second = Some(second);
        self
    }

    /// The line being read.
    pub(in crate::formats) fn line(&mut self) -> u64 {
        self.reader.get_mut().line()
    }

    /// The next step; `None` at the end of a whole document.
    ///
    /// # Errors
    /// When the document is malformed, ends inside an element, has a second root or nests too deeply.
    pub(in crate::formats) fn next(&mut self) -> Result<Option<Node<'_>>, Problem> {
        if let Some(length) = self.empty.take() {
            self.depth = self.depth.saturating_sub(1);
            let name = self.buffer.get(1..=length).unwrap_or_default();
            let name = String::from_utf8_lossy(name);
            return Ok(Some(Node::Close(Name(BytesEnd::new(name)))));
        }
        self.buffer.clear();
        self.reader.get_mut().begin_token();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(broken(error).at_line(self.reader.get_mut().token_line())),
        };
        self.before_tag = matches!(event, Event::Text(_));
        let wrong = match &event {
            Event::Start(start) | Event::Empty(start) => {
                self.roots += u32::from(self.depth == 0);
                self.depth += 1;
                let name = start.name().into_inner();
                if self.depth == 1
                    && self.roots > 1
                    && self.second.map(str::as_bytes) != Some(name.as_ref())
                {
                    Some(format!(
                        "a second root element <{}> follows the first: several files were written into one",
                        sanitised(name)
                    ))
                } else if self.depth > self.max_depth {
                    Some(format!("elements nest more than {} deep", self.max_depth))
                } else {
                    None
                }
            }
            Event::Eof if self.depth > 0 => Some(TRUNCATED.to_owned()),
            Event::Eof if self.roots == 0 => Some("the file holds no XML element".to_owned()),
            _ => None,
        };
        if let Some(message) = wrong {
            return Err(Problem::error(message).at_line(self.reader.get_mut().token_line()));
        }
        Ok(Some(match event {
            Event::Start(start) => Node::Open(Element(Tag::Open(start))),
            Event::Empty(start) => {
                self.empty = Some(start.name().into_inner().len());
                Node::Open(Element(Tag::Empty(start)))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Name(end))
            }
            Event::Text(text) => Node::Text(clean(text.into_inner())),
            Event::CData(text) => Node::Text(clean(text.into_inner())),
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                Node::Text(Cow::Owned(decoded(&text).into_owned()))
            }
            Event::Eof => return Ok(None),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                Node::Text(Cow::Borrowed(""))
            }
        }))
    }
}

const TRUNCATED: &str = "the file ends inside an element: it is truncated, and only what stands before the end was read";

fn broken(error: quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Io(error) => unreadable(std::io::Error::other(error.to_string())),
        quick_xml::Error::Syntax(error) if !matches!(error, SyntaxError::InvalidBangMarkup) => {
            Problem::error(TRUNCATED)
        }
        other => Problem::error(format!(
            "malformed XML: {}; only what stands before was read",
            sanitised(&other.to_string())
        )),
    }
}

fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => sanitised(text),
        Cow::Owned(text) => Cow::Owned(sanitised(&text).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::limits::Limits;

    fn steps(document: &str) -> (Vec<String>, Option<String>) {
        let limits = Limits {
            depth: 10,
            ..Limits::default()
        };
        let bytes = std::io::Cursor::new(document.to_owned());
        let mut source = Source::new(Box::new(bytes), limits).unwrap();
        let mut xml = Xml::new(&mut source);
        let mut steps = Vec::new();
        loop {
            match xml.next() {
                Ok(Some(Node::Open(element))) => steps.push(format!(
                    "<{}{}",
                    element.name(),
                    element.attribute("a").unwrap_or_default()
                )),
                Ok(Some(Node::Close(name))) => steps.push(format!("/{}", name.local())),
                Ok(Some(Node::Text(text))) if text.is_empty() => {}
                Ok(Some(Node::Text(text))) => steps.push(text.into_owned()),
                Ok(None) => return (steps, None),
                Err(problem) => {
                    let line = problem.place.map_or(0, |place| place.line);
                    return (steps, Some(format!("{line}: {}", problem.message)));
                }
            }
        }
    }

    #[test]
    fn names_are_local_and_empty_elements_close() {
        let (steps, problem) =
            steps("<n:r a='1&amp;'><n:e x:a=\"2\"/>t&lt;<![CDATA[&lt;]]></n:r>\n");
        assert_eq!(problem, None);
        assert_eq!(steps, ["<r1&", "<e2", "/e", "t", "<", "&lt;", "/r", "\n"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (document, expected) in [
            ("<a>\n<b>", "2: the file ends inside"),
            ("<a>\n<b", "2: the file ends inside"),
            ("<a/>\n<b/>", "2: a second root element <b>"),
            ("<a>\n</b>", "2: malformed XML"),
            ("\n\n", "3: the file holds no XML element"),
            (&"<a>\n".repeat(11), "11: elements nest more than 10 deep"),
        ] {
            let (_, problem) = steps(document);
            let problem = problem.unwrap_or_default();
            assert!(problem.starts_with(expected), "{document}: {problem}");
        }
    }

    #[test]
    fn a_document_type_is_accepted_and_its_entities_never_expanded() {
        let (steps, problem) = steps(
            "<!DOCTYPE r [<!ENTITY e \"lol\"> <!ENTITY x SYSTEM \"file:///etc/passwd\">]><r a='&e;'>&e;&x;</r>",
        );
        assert_eq!(problem, None);
        assert_eq!(steps, ["<r&e;", "&e;", "&x;", "/r"]);
    }
}
