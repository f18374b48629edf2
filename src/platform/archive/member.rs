//! A file of an archive, and its content as a stream.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::bytes::two;

/// Methods of compression (APPNOTE.TXT, 4.4.5).
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ZSTD: u16 = 93;

/// The bytes of a member's header before its name.
const HEADER: u64 = 30;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path in the archive; unless that is its fault, it leads nowhere else. A foreign string all the same.
    pub name: String,
    /// Its bytes, as the archive claims: more never come out.
    pub size: u64,
    /// Its bytes in the archive.
    pub packed: u64,
    /// Why it is not to be read, if something speaks against it.
    pub fault: Option<Fault>,
    pub(super) method: u16,
    pub(super) checksum: u32,
    pub(super) header: u64,
}

/// What speaks against reading a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An absolute name, one with `..` or `\`, …
    #[error("has a name that leads elsewhere or cannot be trusted")]
    Name,
    /// A link or a device.
    #[error("is no regular file")]
    Irregular,
    /// Encrypted.
    #[error("is encrypted")]
    Encrypted,
    /// Compressed in another way.
    #[error("is compressed in a way other than deflate or zstd")]
    Compression,
    /// Another member has the same name.
    #[error("stands there more than once")]
    Duplicate,
}

impl Member {
    /// Whether it is a folder: has no content.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    pub(super) fn is_known(&self) -> bool {
        matches!(self.method, STORED | DEFLATED | ZSTD)
    }

    /// From where to where it stands in the archive, at least.
    pub(super) fn span(&self) -> (u64, u64) {
        let end = self
            .header
            .saturating_add(HEADER)
            .saturating_add(self.packed);
        (self.header, end)
    }

    /// Its content. What is not the length or has not the checksum that the archive states is an error at the end.
    ///
    /// # Errors
    /// When it is not where the directory says, or cannot be unpacked.
    pub fn open<'a>(
        &self,
        mut archive: impl Read + Seek + Send + 'a,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        archive.seek(SeekFrom::Start(self.header))?;
        let mut header = [0; HEADER as usize];
        archive.read_exact(&mut header)?;
        let lengths = two(&header, 26).zip(two(&header, 28));
        let (Some((name, extra)), true) = (lengths, header.starts_with(b"PK\x03\x04")) else {
            return Err(io::Error::other("it is not where the directory says"));
        };
        archive.seek(SeekFrom::Current(i64::from(name) + i64::from(extra)))?;
        let packed = archive.take(self.packed);
        Ok(match self.method {
            STORED => Box::new(self.checked(packed)),
            DEFLATED => Box::new(self.checked(DeflateDecoder::new(packed))),
            ZSTD => Box::new(self.checked(zstd::Decoder::new(packed)?)),
            _ => return Err(io::Error::other(Fault::Compression)),
        })
    }

    fn checked<R: Read>(&self, content: R) -> Checked<R> {
        Checked {
            content,
            so_far: Crc::new(),
            checksum: self.checksum,
            left: self.size,
        }
    }
}

/// A stream that has to be of a length and a checksum.
struct Checked<R> {
    content: R,
    so_far: Crc,
    checksum: u32,
    left: u64,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        self.so_far.update(read);
        let left = self.left.checked_sub(count as u64);
        self.left = left.ok_or_else(|| io::Error::other("it is longer than the archive says"))?;
        if count == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return Err(io::Error::other("it is shorter than the archive says"));
            }
            if self.so_far.sum() != self.checksum {
                return Err(io::Error::other("its checksum is wrong: it is damaged"));
            }
        }
        Ok(count)
    }
}
