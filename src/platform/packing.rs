//! Compressed files, told by their first bytes, as bounded streams.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
    /// A zip archive.
    Zip,
}

impl Packing {
    /// What a file is that begins like this; `None` if it is not packed.
    pub fn of(head: &[u8]) -> Option<Packing> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Packing::Gzip),
            // The second one is a frame to be skipped, with which some writers begin.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Some(Packing::Zstd)
            }
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Packing::Zip),
            _ => None,
        }
    }

    /// The word for it in messages.
    pub fn word(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
            Packing::Zip => "zip",
        }
    }

    /// What a compressed stream holds. Whatever stands after it, a wrong checksum and a missing end are errors when it
    /// is read that far.
    ///
    /// # Errors
    /// When there is no memory for it, or it is an archive, which is no stream.
    pub fn open<'a>(self, packed: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Packing::Zstd => Box::new(zstd::Decoder::new(packed)?),
            Packing::Zip => return Err(io::Error::other("an archive is no stream")),
        })
    }
}

/// How many bytes may still come out of an archive, over all that reads from it.
#[derive(Debug, Clone)]
pub struct Budget(Arc<AtomicU64>);

impl Budget {
    /// So many bytes.
    pub fn new(bytes: u64) -> Budget {
        Budget(Arc::new(AtomicU64::new(bytes)))
    }

    fn spend(&self, bytes: u64) -> bool {
        let spent = |left: u64| left.checked_sub(bytes);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent)
            .is_ok()
    }
}

/// How many times larger than its packed form a file may be …
const RATIO: u64 = 200;
/// … once it is larger than this.
const SMALL: u64 = 64 << 20;

/// A stream out of so many packed bytes, which breaks off when far more than any tool's report comes out, or the whole
/// archive's budget is spent.
pub struct Bounded<R> {
    content: R,
    left: u64,
    budget: Budget,
}

impl<R> Bounded<R> {
    /// Bounds a stream.
    pub fn new(content: R, packed: u64, budget: Budget) -> Bounded<R> {
        let left = packed.saturating_mul(RATIO).max(SMALL);
        Bounded {
            content,
            left,
            budget,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        let bytes = count as u64;
        let Some(left) = self.left.checked_sub(bytes) else {
            let message =
                format!("it unpacks to more than {RATIO} times its size, as no report does");
            return Err(io::Error::other(message));
        };
        self.left = left;
        if !self.budget.spend(bytes) {
            return Err(io::Error::other("it unpacks to more than a report may be"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn zstd(content: &[u8]) -> Vec<u8> {
        let mut writer = zstd::Encoder::new(Vec::new(), 3).unwrap();
        writer.include_checksum(true).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn content(packed: &[u8]) -> io::Result<Vec<u8>> {
        let packing = Packing::of(packed).unwrap();
        let mut content = Vec::new();
        packing.open(packed)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn one_stream_or_several_are_read() {
        for pack in [gzip, zstd] {
            assert_eq!(content(&pack(b"text")).unwrap(), b"text");
            assert_eq!(content(&pack(b"")).unwrap(), b"");
            let two = [pack(b"one "), pack(b"two")].concat();
            assert_eq!(content(&two).unwrap(), b"one two");
        }
    }

    #[test]
    fn what_is_cut_off_damaged_or_followed_by_something_is_an_error() {
        let text =
            b"a text that is long enough to be damaged somewhere in the middle of it".repeat(3);
        for pack in [gzip, zstd] {
            let whole = pack(&text);
            for end in 4..whole.len() {
                assert!(content(&whole[..end]).is_err(), "{end}");
            }
            for garbage in [&b"garbage"[..], b"\0\0\0\0\0\0\0\0", b"x", b"<report/>"] {
                assert!(content(&[&whole, garbage].concat()).is_err());
            }
            let mut wrong = whole.clone();
            // The checksum: of gzip before the length, of zstd at the very end.
            let at = whole.len() - if whole[0] == 0x1f { 8 } else { 4 };
            wrong[at] ^= 1;
            assert!(content(&wrong).is_err());
        }
    }

    #[test]
    fn a_bomb_breaks_off() {
        let read = |mut stream: Bounded<io::Repeat>| io::copy(&mut stream, &mut io::sink());
        let error = read(Bounded::new(io::repeat(0), 1 << 10, Budget::new(1 << 40)));
        assert!(error.unwrap_err().to_string().contains("200 times"));
        let budget = Budget::new(100 << 20);
        let within = Bounded::new(io::repeat(0).take(60 << 20), 1 << 10, budget.clone());
        assert!(io::copy(&mut { within }, &mut io::sink()).is_ok());
        let beyond = Bounded::new(io::repeat(0).take(60 << 20), 1 << 10, budget);
        let error = io::copy(&mut { beyond }, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("more than a report may be"));
    }
}
