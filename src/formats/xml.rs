//! Reading XML: local names, decoded text, no entities but the predefined ones, limits on depth and size.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::input::{Source, unreadable};
use crate::domain::report::Problem;

/// One step through a document. An empty element is an `Open` and a `Close`.
pub(in crate::formats) enum Node<'b> {
    /// An element begins.
    Open(Element<'b>),
    /// An element ends.
    Close(Name<'b>),
    /// Text, CDATA or a resolved character reference; long text comes in pieces.
    Text(Cow<'b, str>),
}

/// A local name.
pub(in crate::formats) struct Name<'b>(Cow<'b, str>);

impl Name<'_> {
    /// The name without its prefix.
    pub(in crate::formats) fn local(&self) -> &str {
        local(&self.0)
    }
}

/// The beginning of an element.
pub(in crate::formats) struct Element<'b>(BytesStart<'b>);

impl Element<'_> {
    /// The name without its prefix.
    pub(in crate::formats) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The attributes with local names; values are decoded. Malformed ones are passed over.
    pub(in crate::formats) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes
            .flatten()
            .take(1000)
            .map(|attribute| (local(attribute.key.into_inner()), decoded(attribute.value)))
    }

    /// One attribute's value.
    pub(in crate::formats) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes()
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A document being read.
pub(in crate::formats) struct Xml<'a> {
    reader: Reader<&'a mut Source>,
    buffer: Vec<u8>,
    depth: u32,
    max_depth: u32,
    roots: u32,
}

impl<'a> Xml<'a> {
    /// Reads the document in `source`.
    pub(in crate::formats) fn new(source: &'a mut Source) -> Xml<'a> {
        let max_depth = source.limits().depth;
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Xml {
            reader,
            buffer: Vec::new(),
            depth: 0,
            max_depth,
            roots: 0,
        }
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
        // Two loops would be clearer, but an event borrows the buffer that the next turn would clear.
        self.buffer.clear();
        self.reader.get_mut().begin_token();
        let line = self.reader.get_mut().line();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(broken(error).at_line(line)),
        };
        Ok(Some(match event {
            Event::Start(start) => {
                if self.depth == 0 {
                    self.roots += 1;
                    if self.roots > 1 {
                        return Err(Problem::error(format!(
                            "a second root element <{}> follows the first: several files were written into one",
                            start.name().into_inner()
                        ))
                        .at_line(line));
                    }
                }
                self.depth += 1;
                if self.depth > self.max_depth {
                    return Err(Problem::error(format!(
                        "elements nest more than {} deep",
                        self.max_depth
                    ))
                    .at_line(line));
                }
                Node::Open(Element(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Name(Cow::Owned(end.name().into_inner().to_owned())))
            }
            Event::Text(text) => Node::Text(sanitised(text.into_inner())),
            Event::CData(text) => Node::Text(sanitised(text.into_inner())),
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                Node::Text(Cow::Owned(decoded(Cow::Owned(text)).into_owned()))
            }
            Event::Eof if self.depth > 0 => {
                return Err(Problem::error(
                    "the file ends inside an element: it is truncated, and only what stands before the end was read",
                )
                .at_line(line));
            }
            Event::Eof if self.roots == 0 => {
                return Err(Problem::error("the file holds no XML element").at_line(line));
            }
            Event::Eof => return Ok(None),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => Node::Text(Cow::Borrowed("")),
        }))
    }
}

fn broken(error: quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Io(error) => unreadable(std::io::Error::other(error.to_string())),
        other => Problem::error(format!(
            "malformed XML: {other}; only what stands before was read"
        )),
    }
}

/// Resolves character references and the five predefined entities; others stay as they are written. Characters that
/// no output could carry become U+FFFD.
fn decoded(raw: Cow<'_, str>) -> Cow<'_, str> {
    if !raw.contains('&') {
        return sanitised(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = &*raw;
    while let Some(at) = rest.find('&') {
        text.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        match rest.find(';').filter(|&end| end <= 12) {
            Some(end) => {
                let reference = rest.get(1..end).unwrap_or_default();
                match resolve(reference) {
                    Some(c) => text.push(c),
                    None => text.push_str(rest.get(..=end).unwrap_or_default()),
                }
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            None => {
                text.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(sanitised(Cow::Owned(text)).into_owned())
}

fn resolve(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = reference.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            Some(char::from_u32(code).unwrap_or('\u{fffd}'))
        }
    }
}

fn sanitised(text: Cow<'_, str>) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.contains(bad) {
        Cow::Owned(text.replace(bad, "\u{fffd}"))
    } else {
        text
    }
}
