//! The names of the suites that are open.

use crate::formats::limits::cut;

/// The suites around what is being read, outer suites first.
#[derive(Debug)]
pub(super) struct Path {
    text: String,
    /// How long the text was before each suite that is open.
    before: Vec<usize>,
    cap: usize,
}

impl Path {
    /// No suite; the names together keep at most so many bytes.
    pub(super) fn new(cap: usize) -> Path {
        Path {
            text: String::new(),
            before: Vec::new(),
            cap,
        }
    }

    /// A suite begins; it may have no name.
    pub(super) fn push(&mut self, name: &str) {
        self.before.push(self.text.len());
        if name.is_empty() {
            return;
        }
        let mark = if self.text.is_empty() { "" } else { " > " };
        let room = self.cap.saturating_sub(self.text.len() + mark.len());
        let name = cut(name, room);
        if !name.is_empty() {
            self.text.push_str(mark);
            self.text.push_str(name);
        }
    }

    /// The innermost suite ends.
    pub(super) fn pop(&mut self) {
        if let Some(before) = self.before.pop() {
            self.text.truncate(before);
        }
    }

    /// How many suites are open.
    pub(super) fn depth(&self) -> usize {
        self.before.len()
    }

    /// The names, joined by ` > `.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    #[test]
    fn suites_nest_and_their_names_stay_short() {
        let mut path = Path::new(10);
        path.pop();
        path.push("");
        path.push("a");
        path.push("b");
        assert_eq!((path.as_str(), path.depth()), ("a > b", 3));
        path.push("ééé");
        assert_eq!(path.as_str(), "a > b > é");
        path.push("more");
        path.pop();
        path.pop();
        path.pop();
        assert_eq!(path.as_str(), "a");
    }
}
