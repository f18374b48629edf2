//! Numbers in an XML document, by a path of elements.

use super::super::input::Input;
use super::super::xml::{Element, Node, Xml};
use super::{Finds, unusable};
use crate::domain::report::Problem;

/// Steps that a path has at the most.
const STEPS: usize = 64;

/// A path: a part of XPath that can be followed while the document is read.
pub(super) struct Path {
    steps: Vec<Step>,
    /// The attribute that holds the number; none for the element's text.
    attribute: Option<String>,
}

struct Step {
    /// The element's local name; `*` is any.
    name: String,
    /// Whether other elements may stand between it and the one before: `//`.
    anywhere: bool,
    /// Attributes that it has to have, and their values.
    has: Vec<(String, String)>,
}

impl Step {
    fn new(text: &str, anywhere: bool) -> Result<Step, String> {
        let (name, mut rest) = match text.find('[') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let mut has = Vec::new();
        while let Some(inner) = rest.strip_prefix("[@") {
            let wrong = || format!("`{rest}` is no condition such as `[@name='value']`");
            let (key, after) = inner.split_once('=').ok_or_else(wrong)?;
            let quote = after
                .chars()
                .next()
                .filter(|c| matches!(c, '\'' | '"'))
                .ok_or_else(wrong)?;
            let value = after.get(1..).unwrap_or_default();
            let (value, after) = value.split_once(quote).ok_or_else(wrong)?;
            has.push((key.trim().to_owned(), value.to_owned()));
            rest = after.strip_prefix(']').ok_or_else(wrong)?;
        }
        let lawful = |c: char| c.is_alphanumeric() || "_-.:*".contains(c);
        if name.is_empty() || !name.chars().all(lawful) || !rest.is_empty() {
            return Err(format!(
                "`{text}` is no step of a path: write an element's name, `*`, or `name[@key='value']`"
            ));
        }
        Ok(Step {
            name: name.rsplit(':').next().unwrap_or(name).to_owned(),
            anywhere,
            has,
        })
    }

    fn fits(&self, element: &Element<'_>) -> bool {
        let named = self.name == "*" || self.name == element.name();
        let has = |(key, value): &(String, String)| {
            element.attribute(key).is_some_and(|own| own == *value)
        };
        named && self.has.iter().all(has)
    }
}

impl Path {
    pub(super) fn new(text: &str) -> Result<Path, String> {
        let mut rest = text;
        let mut path = Path {
            steps: Vec::new(),
            attribute: None,
        };
        while !rest.is_empty() {
            let anywhere = rest.starts_with("//");
            rest = rest.trim_start_matches('/');
            let (step, after) = rest.split_at(end_of_step(rest));
            rest = after;
            match step.strip_prefix('@') {
                Some(name) if rest.is_empty() && !name.is_empty() => {
                    path.attribute = Some(name.to_owned())
                }
                _ if step == "text()" && rest.is_empty() => {}
                _ => path.steps.push(Step::new(step, anywhere)?),
            }
        }
        if path.steps.is_empty() || path.steps.len() > STEPS {
            return Err(format!(
                "a path names 1 to {STEPS} elements: `/report/summary/@total`"
            ));
        }
        Ok(path)
    }

    /// Which steps may be next inside `element`, given those that may be next around it; and whether it is the one.
    fn follow(&self, around: &[usize], element: &Element<'_>) -> (Vec<usize>, bool) {
        let (mut next, mut found) = (Vec::new(), false);
        for &at in around {
            let Some(step) = self.steps.get(at) else {
                continue;
            };
            if step.anywhere && !next.contains(&at) {
                next.push(at);
            }
            if step.fits(element) {
                found |= at + 1 == self.steps.len();
                if !next.contains(&(at + 1)) {
                    next.push(at + 1);
                }
            }
        }
        (next, found)
    }
}

/// Where a step ends: at the next `/` outside of a condition.
fn end_of_step(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            ('/', None) => return at,
            _ => {}
        }
    }
    text.len()
}

pub(super) fn read(path: &str, input: &mut Input<'_>, finds: &mut Finds) -> Result<(), Problem> {
    let path = Path::new(path).map_err(unusable)?;
    let text_limit = input.source.limits().text_bytes;
    let mut xml = Xml::new(input.source);
    // The steps that may be next, at each depth.
    let mut open: Vec<Vec<usize>> = vec![vec![0]];
    // The text of the elements that were found and are open, with their depth.
    let mut texts: Vec<(usize, String)> = Vec::new();
    loop {
        let line = xml.line();
        match xml.next()? {
            None => return Ok(()),
            Some(Node::Open(element)) => {
                let around = open.last().map_or(&[][..], Vec::as_slice);
                let (next, found) = path.follow(around, &element);
                open.push(next);
                match (&path.attribute, found) {
                    (_, false) => {}
                    (None, true) => texts.push((open.len(), String::new())),
                    (Some(name), true) => {
                        if let Some(value) = element.attribute(name) {
                            finds.add(&value, "", line)?;
                        }
                    }
                }
            }
            Some(Node::Text(text)) => {
                if let Some((depth, kept)) = texts.last_mut()
                    && *depth == open.len()
                    && kept.len() + text.len() <= text_limit
                {
                    kept.push_str(&text);
                }
            }
            Some(Node::Close(_)) => {
                if let Some((_, text)) = texts.pop_if(|(depth, _)| *depth == open.len()) {
                    finds.add(&text, "", line)?;
                }
                open.pop();
            }
        }
    }
}
