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
    pub fn cap(&self, text: String) -> String {
        match cut(&text, self.text_bytes) {
            kept if kept.len() == text.len() => text,
            // Not cut off in place, which would hold the room of all of it.
            kept => kept.to_owned(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_that_is_cut_no_more_room_is_held_than_is_kept() {
        let capped = Limits::default().cap("x".repeat(1 << 20));
        assert_eq!((capped.len(), capped.capacity()), (4096, 4096));
    }
}
