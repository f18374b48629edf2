//! An element with what stands in it: for the small parts of large documents, a test case or a finding.

use std::borrow::Cow;

use super::{Element, Node, Xml, attributes};
use crate::domain::report::Problem;

/// What may be held of one element, in bytes: far more than anybody reads of a test case.
const ROOM: usize = 4 << 20;

/// What an element costs beside its text.
const EACH: usize = 128;

/// An element with its attributes, its own text and the elements in it.
#[derive(Debug, Default)]
pub(in crate::formats) struct Branch {
    name: String,
    attributes: String,
    text: String,
    children: Vec<Branch>,
}

impl Branch {
    /// An element that was opened, still without what stands in it: see [`Xml::grow`].
    pub(in crate::formats) fn of(element: &Element<'_>) -> Branch {
        Branch {
            name: element.name().to_owned(),
            attributes: element.attributes_raw().to_owned(),
            ..Branch::default()
        }
    }

    /// The name without its prefix.
    pub(in crate::formats) fn name(&self) -> &str {
        &self.name
    }

    /// An attribute's value; empty if there is none.
    pub(in crate::formats) fn attribute(&self, name: &str) -> Cow<'_, str> {
        attributes(&self.attributes)
            .find_map(|(key, value)| (key == name).then(|| value.decoded()))
            .unwrap_or_default()
    }

    /// Its own text, without that of the elements in it and without the space around it.
    pub(in crate::formats) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The elements directly in it.
    pub(in crate::formats) fn children(&self) -> impl Iterator<Item = &Branch> {
        self.children.iter()
    }

    /// The first element directly in it of this name.
    pub(in crate::formats) fn child(&self, name: &str) -> Option<&Branch> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first element of this name in it, at any depth.
    pub(in crate::formats) fn find(&self, name: &str) -> Option<&Branch> {
        self.children.iter().find_map(|child| {
            (child.name == name)
                .then_some(child)
                .or_else(|| child.find(name))
        })
    }

    /// The text of the first element of this name in it, at any depth; empty if there is none.
    pub(in crate::formats) fn text_of(&self, name: &str) -> &str {
        self.find(name).map_or("", Branch::text)
    }
}

impl Xml<'_> {
    /// Reads the element that was opened last to its end, with the elements in it that are wanted by name. Its `Close` is
    /// consumed. Valid only right after an `Open`. Of each text as much is held as of a message.
    ///
    /// # Errors
    /// As [`Xml::next`], and if there is more in it than may be held.
    pub(in crate::formats) fn grow(
        &mut self,
        root: Branch,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Branch, Problem> {
        let cap = self.reader.get_mut().limits().text_bytes;
        let mut room = ROOM;
        let mut open = vec![root];
        loop {
            let mut text = String::new();
            let node = self.next_tag_keeping(cap.min(room), &mut text)?;
            let (child, closes) = match node {
                Some(Node::Open(element)) if wanted(element.name()) => {
                    (Some(Branch::of(&element)), false)
                }
                Some(Node::Open(_)) => (None, false),
                Some(Node::Close(_)) | None => (None, true),
                Some(Node::Text(_)) => continue,
            };
            let Some(top) = open.last_mut() else {
                return Ok(Branch::default());
            };
            if top.text.len() < cap {
                room = room.saturating_sub(text.len());
                top.text.push_str(&text);
            }
            match child {
                Some(child) => {
                    let cost = EACH + child.name.len() + child.attributes.len();
                    let Some(left) = room.checked_sub(cost) else {
                        let name = open.first().map_or("", Branch::name);
                        return Err(Problem::error(format!(
                            "<{name}> holds more than {ROOM} bytes; only what stands before was read"
                        ))
                        .at_line(self.line()));
                    };
                    room = left;
                    open.push(child);
                }
                None if !closes => self.skip()?,
                None => {
                    let done = open.pop().unwrap_or_default();
                    match open.last_mut() {
                        Some(outer) => outer.children.push(done),
                        None => return Ok(done),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::limits::Limits;
    use crate::formats::source::Source;

    fn grown(document: &str) -> Result<(Branch, Vec<String>), Problem> {
        let bytes = std::io::Cursor::new(document.to_owned());
        let mut source = Source::new(Box::new(bytes), Limits::default()).unwrap();
        let mut xml = Xml::new(&mut source);
        let (mut found, mut others) = (Branch::default(), Vec::new());
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) if element.name() == "case" => {
                    let case = Branch::of(&element);
                    found = xml.grow(case, |name| name != "output")?;
                }
                Node::Open(element) => others.push(element.name().to_owned()),
                _ => {}
            }
        }
        Ok((found, others))
    }

    #[test]
    fn an_element_is_read_with_all_that_is_wanted_and_nothing_behind_it() {
        let (case, others) = grown(
            "<r><case a='1&amp;'> x <?pi?><!-- c --><m at='2'><![CDATA[<t>]]><n>deep</n></m>y\
             <output><m>no</m></output><output/></case><after/></r>",
        )
        .unwrap();
        assert_eq!((case.name(), case.text()), ("case", "x y"));
        assert_eq!((&*case.attribute("a"), &*case.attribute("b")), ("1&", ""));
        assert_eq!(case.children().count(), 1);
        let message = case.child("m").unwrap();
        assert_eq!((message.text(), &*message.attribute("at")), ("<t>", "2"));
        assert_eq!((case.text_of("n"), case.text_of("z")), ("deep", ""));
        assert_eq!(others, ["r", "after"]);
        let (case, others) = grown("<r><case a='1'/><after/></r>").unwrap();
        assert_eq!((&*case.attribute("a"), others.len()), ("1", 2));
    }

    #[test]
    fn what_is_held_is_bounded() {
        let (case, _) = grown(&format!("<case><m>{}</m></case>", "é".repeat(9000))).unwrap();
        assert!(case.text_of("m").len() <= 4096 && case.text_of("m").len() > 4000);
        let many = grown(&format!("<case>{}</case>", "<m/>".repeat(99_000)));
        assert!(many.unwrap_err().message.contains("holds more than"));
        assert!(
            grown("<case><m>")
                .unwrap_err()
                .message
                .contains("truncated")
        );
    }
}
