//! From YAML text to a [`Node`]. Strict: one document, unique keys, no tags; aliases are bounded.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Stretch, StrInput};

use super::diagnostics::Diagnostics;
use super::node::{Entry, Node, Yaml};
use super::source::Span;

/// How deep a policy may nest, and how many parts it may have with its aliases written out.
const DEPTH: usize = 32;
const PARTS: usize = 50_000;

/// Reads the text of a source. `None` if it is no YAML or nests without end; an empty document is null.
pub(in crate::config) fn parse(text: &str, source: usize, d: &mut Diagnostics) -> Option<Node> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        lines: text.lines().map(|line| line.chars().count()).collect(),
        source,
        anchors: HashMap::new(),
        parts: 0,
    };
    match reader.document(d) {
        Ok(node) => Some(node),
        Err(Broken::Yaml(error)) => {
            reader.broken(text, &error, d);
            None
        }
        Err(Broken::Told) => None,
    }
}

/// Why reading cannot go on.
enum Broken {
    Yaml(ScanError),
    Told,
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    /// The length of each line, in characters.
    lines: Vec<usize>,
    source: usize,
    anchors: HashMap<usize, (Node, usize)>,
    parts: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self, d: &mut Diagnostics) -> Result<Node, Broken> {
        let mut document = None;
        loop {
            let (event, stretch) = self.next(d)?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart
                | Event::Nothing
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
                _ if document.is_some() => {
                    d.error(self.span(stretch), "a policy is one YAML document")
                        .label("a second document begins here")
                        .help("join the two, or let one extend the other with `extends:`");
                    return Err(Broken::Told);
                }
                event => document = Some(self.node(event, stretch, 0, d)?),
            }
        }
        let nowhere = Span {
            source: self.source,
            line: 1,
            column: 1,
            length: 1,
        };
        Ok(document.unwrap_or_else(|| Node::new(Yaml::Null, nowhere)))
    }

    fn next(&mut self, d: &mut Diagnostics) -> Result<(Event<'a>, Stretch), Broken> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(Broken::Yaml(error)),
            None => {
                d.error_without_place("the YAML ends too early");
                Err(Broken::Told)
            }
        }
    }

    fn node(
        &mut self,
        event: Event<'a>,
        stretch: Stretch,
        depth: usize,
        d: &mut Diagnostics,
    ) -> Result<Node, Broken> {
        let span = self.span(stretch);
        self.grow(1, span, d)?;
        if depth > DEPTH {
            d.error(span, format!("a policy nests at most {DEPTH} levels deep"));
            return Err(Broken::Told);
        }
        let before = self.parts;
        let (value, anchor, tag) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span, d),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                (scalar(&text, plain), anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => (self.list(depth, d)?, anchor, tag),
            Event::MappingStart(anchor, tag) => (self.map(depth, d)?, anchor, tag),
            _ => (Yaml::Null, 0, None),
        };
        if tag.is_some() {
            d.error(span, "a policy has no YAML tags")
                .help("leave out what begins with `!`");
        }
        let node = Node::new(value, span);
        if anchor != 0 {
            let size = self.parts - before + 1;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, span: Span, d: &mut Diagnostics) -> Result<Node, Broken> {
        let Some(size) = self.anchors.get(&anchor).map(|(_, size)| *size) else {
            d.error(span, "the alias stands inside of what it stands for");
            return Err(Broken::Told);
        };
        // Counted before it is copied: nested aliases grow exponentially.
        self.grow(size, span, d)?;
        let node = self.anchors.get(&anchor).map(|(node, _)| node.clone());
        Ok(node.unwrap_or_else(|| Node::new(Yaml::Null, span)))
    }

    fn grow(&mut self, by: usize, span: Span, d: &mut Diagnostics) -> Result<(), Broken> {
        self.parts = self.parts.saturating_add(by);
        if self.parts > PARTS {
            d.error(
                span,
                format!("the policy has more than {PARTS} parts with its aliases written out"),
            );
            return Err(Broken::Told);
        }
        Ok(())
    }

    fn list(&mut self, depth: usize, d: &mut Diagnostics) -> Result<Yaml, Broken> {
        let mut items = Vec::new();
        loop {
            match self.next(d)? {
                (Event::SequenceEnd, _) => return Ok(Yaml::List(items)),
                (event, stretch) => items.push(self.node(event, stretch, depth + 1, d)?),
            }
        }
    }

    fn map(&mut self, depth: usize, d: &mut Diagnostics) -> Result<Yaml, Broken> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        loop {
            let key = match self.next(d)? {
                (Event::MappingEnd, _) => return Ok(Yaml::Map(entries)),
                (event, stretch) => self.node(event, stretch, depth + 1, d)?,
            };
            let (event, stretch) = self.next(d)?;
            let value = self.node(event, stretch, depth + 1, d)?;
            let Some(text) = key.text() else {
                d.error(
                    key.span,
                    format!("a key is a string, this one is {}", key.noun()),
                );
                continue;
            };
            if let Some(first) = seen.get(text) {
                d.error_with(
                    key.span,
                    format!("`{text}` is given twice"),
                    *first,
                    "first given here",
                )
                .help("keep one of the two");
                continue;
            }
            if text == "<<" {
                d.error(key.span, "merge keys (`<<`) are not part of YAML 1.2")
                    .help("write the keys out, or share a file with `extends:`");
                continue;
            }
            seen.insert(text.to_owned(), key.span);
            entries.push(Entry {
                key: text.to_owned(),
                key_span: key.span,
                value,
            });
        }
    }

    fn span(&self, stretch: Stretch) -> Span {
        let (start, end) = (stretch.start, stretch.end);
        let line_length = self
            .lines
            .get(start.line().saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let last = if end.line() == start.line() {
            end.col()
        } else {
            line_length
        };
        Span {
            source: self.source,
            line: start.line(),
            column: start.col() + 1,
            length: last.saturating_sub(start.col()).max(1),
        }
    }

    fn broken(&self, text: &str, error: &ScanError, d: &mut Diagnostics) {
        let at = error.marker();
        let line = text.lines().nth(at.line().saturating_sub(1));
        let indent = line
            .unwrap_or_default()
            .chars()
            .take_while(|c| c.is_whitespace());
        if let Some(column) = indent.into_iter().position(|c| c == '\t') {
            let span = Span {
                source: self.source,
                line: at.line(),
                column: column + 1,
                length: 1,
            };
            d.error(span, "YAML cannot be indented with tabs")
                .label("a tab")
                .help("use spaces");
            return;
        }
        let span = self.span(Stretch::empty(*at));
        let rest: String = line.unwrap_or_default().chars().skip(at.col()).collect();
        if rest.starts_with('>') {
            d.error(span, "text that begins with `>` stands in quotes")
                .help(format!("write `\"{}\"`", rest.trim()));
            return;
        }
        d.error(span, format!("not valid YAML: {}", error.info()))
            .help("text that holds `: `, ` #` or begins with one of `>`, `@`, `*`, `&`, `!`, `%`, `[`, `{` stands in quotes");
    }
}

fn scalar(text: &str, plain: bool) -> Yaml {
    match text {
        "" | "~" | "null" | "Null" | "NULL" if plain => Yaml::Null,
        _ => Yaml::Scalar {
            text: text.to_owned(),
            plain,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source::Kind;

    fn read(text: &str) -> (Option<Node>, Diagnostics) {
        let mut d = Diagnostics::default();
        let source = d.sources.add(Kind::File, "andon.yaml", text);
        (parse(text, source, &mut d), d)
    }

    #[test]
    fn everything_knows_its_place() {
        let (node, d) = read("a: 1\nbé:\n  - \"q t\"\n  - {c: d}\n");
        let node = node.unwrap();
        assert!(d.is_empty(), "{d}");
        let list = node.entry("bé").unwrap();
        assert_eq!(
            (
                list.key_span.line,
                list.key_span.column,
                list.key_span.length
            ),
            (2, 1, 2)
        );
        let quoted = list.value.items()[0].span;
        assert_eq!((quoted.line, quoted.column, quoted.length), (3, 5, 5));
        let inner = list.value.items()[1].get("c").unwrap().span;
        assert_eq!((inner.line, inner.column, inner.length), (4, 9, 1));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused_and_a_plain_alias_works() {
        let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (this, last) in "bcdefghij".chars().zip("abcdefghi".chars()) {
            bomb += &format!(
                "{this}: &{this} [{}]\n",
                vec![format!("*{last}"); 10].join(", ")
            );
        }
        let (node, d) = read(&bomb);
        assert!(node.is_none() && d.to_string().contains("aliases"), "{d}");
        let (node, d) = read("a: &a {x: y}\nb: *a\n");
        assert!(d.is_empty(), "{d}");
        assert_eq!(node.unwrap().get("b").unwrap().text_at("x"), Some("y"));
        assert!(read("a: &a [*a]\n").1.has_errors());
    }

    #[test]
    fn depth_is_bounded() {
        let (node, d) = read(&"- ".repeat(2000));
        assert!(node.is_none() && d.has_errors());
        assert!(read(&"[".repeat(100_000)).1.has_errors());
        assert!(read(&"{a: ".repeat(100_000)).1.has_errors());
    }
}
