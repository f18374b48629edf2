//! How alike two files are, counted as git does to tell renames: the share of the larger file's bytes that stand, in
//! pieces of a line or 64 bytes, in the other file too.

use rustc_hash::FxHashMap;

use super::content::is_binary;

/// What two equal files reach.
pub(super) const WHOLE: u64 = 60_000;
/// From here on a file is taken for another one's new form: one half.
pub(super) const ENOUGH: u64 = WHOLE / 2;
/// How many different pieces are told apart.
const PIECES: u32 = 107_927;
/// A longer line is more than one piece.
const LONGEST: u32 = 64;

/// What a file is made of: how many bytes of each piece there are, sorted by piece.
#[derive(Debug, Default)]
pub(super) struct Likeness {
    size: u64,
    pieces: Vec<(u32, u32)>,
}

impl Likeness {
    /// Takes a file to pieces.
    pub(super) fn of(content: &[u8]) -> Likeness {
        let text = !is_binary(content);
        let mut bytes_of: FxHashMap<u32, u32> = FxHashMap::default();
        let (mut high, mut low, mut length) = (0_u32, 0_u32, 0_u32);
        let mut next = content.iter().skip(1);
        let mut put = |high: u32, low: u32, length: u32| {
            let piece = high.wrapping_add(low.wrapping_mul(0x61)) % PIECES;
            let bytes = bytes_of.entry(piece).or_default();
            *bytes = bytes.saturating_add(length);
        };
        for &byte in content {
            let following = next.next();
            if text && byte == b'\r' && following == Some(&b'\n') {
                continue;
            }
            let before = high;
            high = ((high << 7) ^ (low >> 25)).wrapping_add(u32::from(byte));
            low = (low << 7) ^ (before >> 25);
            length += 1;
            if length == LONGEST || byte == b'\n' {
                put(high, low, length);
                (high, low, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            put(high, low, length);
        }
        let mut pieces: Vec<(u32, u32)> = bytes_of.into_iter().collect();
        pieces.sort_unstable();
        Likeness {
            size: content.len() as u64,
            pieces,
        }
    }

    /// How much of the new file comes from this one, out of [`WHOLE`]; 0 where the sizes alone tell that it is not
    /// enough.
    pub(super) fn score(&self, new: &Likeness) -> u64 {
        let (larger, smaller) = (self.size.max(new.size), self.size.min(new.size));
        if larger == 0 || larger * (WHOLE - ENOUGH) < (larger - smaller) * WHOLE {
            return 0;
        }
        let mut others = new.pieces.iter().peekable();
        let mut shared = 0;
        for (piece, bytes) in &self.pieces {
            while others.next_if(|other| other.0 < *piece).is_some() {}
            if let Some(other) = others.next_if(|other| other.0 == *piece) {
                shared += u64::from(*bytes.min(&other.1));
            }
        }
        shared * WHOLE / larger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(old: &str, new: &str) -> u64 {
        Likeness::of(old.as_bytes()).score(&Likeness::of(new.as_bytes()))
    }

    #[test]
    fn shared_bytes_count() {
        assert_eq!(score("a\nb\nc\nd\n", "a\nb\nc\nd\n"), WHOLE);
        assert_eq!(score("a\nb\nc\nd\n", "b\na\nx\ny\n"), ENOUGH);
        assert_eq!(score("a\nb\nc\nd\n", "a\nx\ny\nz\n"), WHOLE / 4);
        assert_eq!(score("", ""), 0);
        assert_eq!(score("a\n", "a\nb\nc\n"), 0);
    }

    #[test]
    fn line_ends_of_text_do_not_count_as_pieces() {
        assert!(score("one\ntwo\nthree\n", "one\r\ntwo\r\nthree\r\n") > ENOUGH);
    }
}
