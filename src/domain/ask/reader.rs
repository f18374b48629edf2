//! Where one is in a question.

use super::words::Word;

/// The words that are still to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    words: &'a [Word],
}

impl<'a> Reader<'a> {
    pub(super) fn new(words: &'a [Word]) -> Reader<'a> {
        Reader { words }
    }

    /// The word so many places ahead, in lower case; `None` for one in quotes, which is a value.
    pub(super) fn word(&self, ahead: usize) -> Option<&'a str> {
        let word = self.words.get(ahead)?;
        (!word.quoted).then_some(word.folded.as_str())
    }

    /// The same as it was written, whether in quotes or not.
    pub(super) fn written(&self, ahead: usize) -> Option<&'a str> {
        self.words.get(ahead).map(|word| word.text.as_str())
    }

    /// The next so many words in lower case; `None` if there are fewer or one is in quotes.
    pub(super) fn phrase(&self, length: usize) -> Option<Vec<&'a str>> {
        (0..length).map(|ahead| self.word(ahead)).collect()
    }

    /// The words after so many.
    pub(super) fn after(&self, count: usize) -> Reader<'a> {
        Reader {
            words: self.words.get(count..).unwrap_or_default(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the next words are these.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        (0..)
            .zip(words)
            .all(|(ahead, word)| self.word(ahead) == Some(word))
    }
}
