//! A YAML document as a tree in which everything knows where it was written.

use super::source::Span;

/// A part of a document.
#[derive(Debug, Clone)]
pub(in crate::config) struct Node {
    pub(in crate::config) value: Yaml,
    pub(in crate::config) span: Span,
}

/// What a part is.
#[derive(Debug, Clone)]
pub(in crate::config) enum Yaml {
    /// Nothing, or `null`: the key counts as not given.
    Null,
    /// Text; `plain` if it stands without quotes and may thus be a number or a truth value.
    Scalar { text: String, plain: bool },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written. Keys are unique.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(in crate::config) struct Entry {
    pub(in crate::config) key: String,
    pub(in crate::config) key_span: Span,
    pub(in crate::config) value: Node,
}

impl Node {
    pub(in crate::config) fn new(value: Yaml, span: Span) -> Node {
        Node { value, span }
    }

    /// A text as if it were written in quotes.
    pub(in crate::config) fn quoted(text: &str, span: Span) -> Node {
        let text = text.to_owned();
        Node::new(Yaml::Scalar { text, plain: false }, span)
    }

    /// The value under a key; `None` if it is not given or null.
    pub(in crate::config) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key)
            .map(|entry| &entry.value)
            .filter(|value| !matches!(value.value, Yaml::Null))
    }

    /// The entry under a key, null or not.
    pub(in crate::config) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The text under a key.
    pub(in crate::config) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Takes the value out from under a key; null stays in its place.
    pub(in crate::config) fn take(&mut self, key: &str) -> Option<Node> {
        let Yaml::Map(entries) = &mut self.value else {
            return None;
        };
        let entry = entries.iter_mut().find(|entry| entry.key == key)?;
        let null = Node::new(Yaml::Null, entry.value.span);
        Some(std::mem::replace(&mut entry.value, null))
    }

    /// Puts a value under a key; what is no map becomes one. `key_span` is where a new key was written.
    pub(in crate::config) fn set(&mut self, key: &str, key_span: Span, value: Node) {
        if !matches!(self.value, Yaml::Map(_)) {
            self.value = Yaml::Map(Vec::new());
        }
        if let Yaml::Map(entries) = &mut self.value {
            match entries.iter_mut().find(|entry| entry.key == key) {
                Some(entry) => entry.value = value,
                None => entries.push(Entry {
                    key: key.to_owned(),
                    key_span,
                    value,
                }),
            }
        }
    }

    /// The entries of a map; none of anything else.
    pub(in crate::config) fn entries(&self) -> &[Entry] {
        match &self.value {
            Yaml::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(in crate::config) fn items(&self) -> &[Node] {
        match &self.value {
            Yaml::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list, or the one thing that stands in its place.
    pub(in crate::config) fn one_or_many(&self) -> &[Node] {
        match &self.value {
            Yaml::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The items of the list under a key.
    pub(in crate::config) fn items_at(&self, key: &str) -> &[Node] {
        self.get(key).map_or(&[], Node::items)
    }

    /// The text of a scalar, as written.
    pub(in crate::config) fn text(&self) -> Option<&str> {
        match &self.value {
            Yaml::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// A truth value.
    pub(in crate::config) fn flag(&self) -> Option<bool> {
        match &self.value {
            Yaml::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number.
    pub(in crate::config) fn whole(&self) -> Option<u64> {
        match &self.value {
            Yaml::Scalar { text, plain: true } => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether YAML reads the scalar as a number.
    pub(in crate::config) fn is_number(&self) -> bool {
        match &self.value {
            Yaml::Scalar { text, plain: true } => {
                text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
                    && text.parse::<f64>().is_ok()
            }
            _ => false,
        }
    }

    /// What it is, for messages.
    pub(in crate::config) fn noun(&self) -> &'static str {
        match &self.value {
            Yaml::Null => "nothing",
            Yaml::List(_) => "a list",
            Yaml::Map(_) => "a map",
            Yaml::Scalar { .. } if self.flag().is_some() => "a truth value",
            Yaml::Scalar { .. } if self.is_number() => "a number",
            Yaml::Scalar { .. } => "a string",
        }
    }
}
