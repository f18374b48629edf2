//! Decoding: from a file's bytes to chunks of valid UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes of a file that are looked at to tell its encoding.
const HEAD: usize = 64 << 10;
/// Bytes that are read at once.
const READ: usize = 64 << 10;
/// The same for a thread that reads ahead: handing a chunk over costs more than reading it.
const READ_AHEAD: usize = 512 << 10;

/// Room before the text of a chunk, for what is left of the chunk before it.
pub(super) const ROOM: usize = 16;

/// A piece of text that never ends inside a character.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// [`ROOM`] bytes, then the text.
    pub(super) bytes: Vec<u8>,
    /// Newlines in the text.
    pub(super) newlines: u64,
    /// Whether nothing follows.
    pub(super) last: bool,
}

/// A file being decoded.
pub(super) struct Decoding {
    inner: Box<dyn Read + Send>,
    /// How to transcode; UTF-8 is only checked.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// Bytes to read at once.
    read: usize,
    /// The beginning of a character whose rest is not read yet.
    tail: Vec<u8>,
}

impl Decoding {
    /// Tells the encoding of a file: by its byte-order mark, by its first characters, by an XML declaration.
    pub(super) fn new(mut inner: Box<dyn Read + Send>) -> io::Result<Decoding> {
        let mut head = vec![0; HEAD];
        let (filled, failed) = read_full(&mut inner, &mut head);
        head.truncate(filled);
        match failed {
            Some(error) if filled == 0 => return Err(error),
            // What stands before the damage tells what the file is; the damage is met where it stands.
            Some(error) => inner = Box::new(Damaged(Some(error))),
            None => {}
        }
        let encoding = encoding_of(&head);
        let mut begin = io::Cursor::new(head);
        let decoder = if encoding == UTF_8 {
            if begin.get_ref().starts_with(b"\xef\xbb\xbf") {
                begin.set_position(3);
            }
            None
        } else {
            Some(encoding.new_decoder())
        };
        Ok(Decoding {
            inner: Box::new(begin.chain(inner)),
            decoder,
            raw: Vec::new(),
            read: READ,
            tail: Vec::new(),
        })
    }

    /// Makes chunks as large as they should be for another thread.
    pub(super) fn for_another_thread(&mut self) {
        self.read = READ_AHEAD;
    }

    /// Decodes the next chunk, into the memory of a used one.
    pub(super) fn next(&mut self, mut used: Vec<u8>) -> io::Result<Chunk> {
        let last = if self.decoder.is_some() {
            self.transcode(&mut used)?
        } else {
            self.check(&mut used)?
        };
        let text = used.get(ROOM..).unwrap_or_default();
        Ok(Chunk {
            newlines: memchr::memchr_iter(b'\n', text).count() as u64,
            bytes: used,
            last,
        })
    }

    fn transcode(&mut self, chunk: &mut Vec<u8>) -> io::Result<bool> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(true);
        };
        chunk.resize(ROOM, 0);
        self.raw.resize(self.read, 0);
        let count = read_some(&mut self.inner, &mut self.raw)?;
        let mut source = self.raw.get(..count).unwrap_or_default();
        let last = count == 0;
        loop {
            let from = chunk.len();
            // A byte becomes three at the most; what does not fit is decoded in the next turn.
            chunk.resize(from + source.len() * 3 + ROOM, 0);
            let room = chunk.get_mut(from..).unwrap_or_default();
            let (result, read, written, _) = decoder.decode_to_utf8(source, room, last);
            chunk.truncate(from + written);
            source = source.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                return Ok(last);
            }
        }
    }

    fn check(&mut self, chunk: &mut Vec<u8>) -> io::Result<bool> {
        // Memory that was used before is as long as this already, and need not be cleared.
        let from = ROOM + self.tail.len();
        chunk.resize(from + self.read, 0);
        if let Some(room) = chunk.get_mut(ROOM..from) {
            room.copy_from_slice(&self.tail);
        }
        self.tail.clear();
        let count = read_some(&mut self.inner, chunk.get_mut(from..).unwrap_or_default())?;
        chunk.truncate(from + count);
        let last = count == 0;
        let text = chunk.get(ROOM..).unwrap_or_default();
        // Nearly all of it is ASCII, which is told several times faster than UTF-8.
        if text.is_ascii() {
            return Ok(last);
        }
        match std::str::from_utf8(text) {
            Ok(_) => {}
            Err(error) if error.error_len().is_none() && !last => {
                self.tail = chunk.split_off(ROOM + error.valid_up_to());
            }
            Err(_) => self.mend(chunk, last),
        }
        Ok(last)
    }

    /// Puts U+FFFD in the place of what is no character.
    fn mend(&mut self, chunk: &mut Vec<u8>, last: bool) {
        let broken = chunk.split_off(ROOM);
        for part in broken.utf8_chunks() {
            chunk.extend_from_slice(part.valid().as_bytes());
            match part.invalid() {
                [] => {}
                rest if !last && incomplete(rest, &broken) => self.tail = rest.to_vec(),
                _ => chunk.extend_from_slice("\u{fffd}".as_bytes()),
            }
        }
    }
}

/// Whether these bytes, which are no character, stand at the very end and could become one.
fn incomplete(bytes: &[u8], whole: &[u8]) -> bool {
    bytes.as_ptr_range().end == whole.as_ptr_range().end
        && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

fn read_some(inner: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Fills the buffer as far as the file goes: how much was read, and what ended it other than the end.
fn read_full(inner: &mut impl Read, buffer: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_some(inner, rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => return (filled, Some(error)),
        }
    }
    (filled, None)
}

/// A file whose next bytes could not be read.
struct Damaged(Option<io::Error>);

impl Read for Damaged {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self
            .0
            .take()
            .unwrap_or_else(|| io::Error::other("it is damaged")))
    }
}

fn encoding_of(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match head {
        [b'<' | b'{' | b'[', 0, ..] => return UTF_16LE,
        [0, b'<' | b'{' | b'[', ..] => return UTF_16BE,
        _ => {}
    }
    let declaration = head.get(..head.len().min(200)).unwrap_or_default();
    let text = String::from_utf8_lossy(declaration);
    let label = text
        .trim_start()
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .and_then(|(inside, _)| inside.split_once("encoding"))
        .and_then(|(_, value)| {
            let value = value.trim_start().strip_prefix('=')?.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            value.get(1..)?.split(quote).next()
        });
    // A declaration that can be read as ASCII is not in UTF-16, whatever it says.
    label
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .filter(|encoding| encoding.is_ascii_compatible())
        .unwrap_or(UTF_8)
}
