//! Limits on hostile input.

/// What a report may cost. Everything beyond is a problem of the report, never a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a report that is streamed.
    pub streamed_bytes: u64,
    /// Bytes of a report that has to be held as a whole (JSON documents).
    pub held_bytes: u64,
    /// Bytes of one tag, text or line.
    pub token_bytes: u64,
    /// Nesting of XML elements.
    pub depth: u32,
    /// Bytes kept of a message or a name.
    pub text_bytes: usize,
    /// Test cases kept by name, whatever their outcome; 0 keeps no roll. With more cases than that, none is kept.
    pub roll: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            streamed_bytes: 8 << 30,
            held_bytes: 1 << 30,
            token_bytes: 64 << 20,
            depth: 1024,
            text_bytes: 4096,
            roll: 0,
        }
    }
}

impl Limits {
    /// A message or a name, cut between characters to what is kept of it.
    pub fn cap(&self, mut text: String) -> String {
        text.truncate(cut(&text, self.text_bytes).len());
        text
    }
}

/// The longest beginning of at most so many bytes.
pub(in crate::formats) fn cut(text: &str, cap: usize) -> &str {
    let mut end = cap.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
