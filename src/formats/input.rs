//! A report file as its parser sees it: decoded, bounded, with a line count.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::head::Head;
use super::limits::Limits;
use crate::domain::report::Problem;

const RAW: usize = 64 << 10;

/// The most that [`Source::peek`] can be asked for.
const AHEAD: usize = 16;

/// A stream of valid UTF-8, whatever the file's encoding: UTF-16 and the encoding of an XML declaration are
/// transcoded, a byte-order mark is dropped, bad bytes become U+FFFD. It counts lines and enforces limits.
pub struct Source {
    inner: Box<dyn Read + Send>,
    /// How to transcode; UTF-8 is only checked, in place.
    transcoding: Option<Transcoding>,
    /// `start..end` is text to be handed out; `end..filled` is the beginning of a character whose rest is not read yet.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    filled: usize,
    finished: bool,
    /// The line at `counted`: newlines are counted when somebody asks, or when the buffer is filled again.
    line: u64,
    counted: usize,
    /// Where the token began, while that is still in the buffer, and its line once it is not.
    mark: usize,
    mark_line: Option<u64>,
    bytes: u64,
    token: u64,
    limits: Limits,
}

struct Transcoding {
    decoder: Decoder,
    raw: Vec<u8>,
    range: (usize, usize),
}

impl Source {
    /// Wraps a file.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn new(mut inner: Box<dyn Read + Send>, limits: Limits) -> io::Result<Source> {
        let mut head = vec![0; RAW];
        let filled = read_full(&mut inner, &mut head)?;
        head.truncate(filled);
        let encoding = encoding_of(&head);
        let mut begin = io::Cursor::new(head);
        let transcoding = if encoding == UTF_8 {
            if begin.get_ref().starts_with(b"\xef\xbb\xbf") {
                begin.set_position(3);
            }
            None
        } else {
            Some(Transcoding {
                decoder: encoding.new_decoder(),
                raw: vec![0; RAW],
                range: (0, 0),
            })
        };
        Ok(Source {
            inner: Box::new(begin.chain(inner)),
            transcoding,
            // A bad byte becomes three.
            buffer: vec![0; RAW * 3 + 2 * AHEAD],
            start: 0,
            end: 0,
            filled: 0,
            finished: false,
            line: 1,
            counted: 0,
            mark: 0,
            mark_line: None,
            bytes: 0,
            token: 0,
            limits,
        })
    }

    /// The beginning of the file; nothing is consumed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn head(&mut self) -> io::Result<Head> {
        let bytes = self.fill_buf()?;
        let end = bytes.len().min(Head::BYTES);
        let text = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
        Ok(Head::new(text.into_owned()))
    }

    /// The line that is being read, from 1.
    pub fn line(&self) -> u64 {
        self.line_at(self.start)
    }

    /// The line on which the current tag, text or line began.
    pub fn token_line(&self) -> u64 {
        self.mark_line.unwrap_or_else(|| self.line_at(self.mark))
    }

    fn line_at(&self, at: usize) -> u64 {
        let since = self.buffer.get(self.counted..at).unwrap_or_default();
        self.line + memchr::memchr_iter(b'\n', since).count() as u64
    }

    /// Says that a new tag, text or line begins.
    #[inline]
    pub fn begin_token(&mut self) {
        self.token = 0;
        self.mark = self.start;
        self.mark_line = None;
    }

    /// Consumes `amount` bytes that are whole lines, none of them longer than the buffer.
    fn consume_lines(&mut self, amount: usize) {
        if amount > 0 {
            self.start = (self.start + amount).min(self.end);
            self.begin_token();
        }
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The next `count` bytes (at most 16) and whatever follows them in memory; fewer only at the end of the file.
    /// Nothing is consumed.
    ///
    /// # Errors
    /// When the file cannot be read.
    #[inline]
    pub(in crate::formats) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.end - self.start < count.min(AHEAD) && !self.finished {
            self.refill()?;
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    /// Reads more behind what is left, which moves to the front.
    #[cold]
    fn refill(&mut self) -> io::Result<()> {
        if self.mark_line.is_none() {
            self.mark_line = Some(self.line_at(self.mark));
        }
        self.line = self.line_at(self.start);
        self.counted = 0;
        self.buffer.copy_within(self.start..self.filled, 0);
        self.end -= self.start;
        self.filled -= self.start;
        self.start = 0;
        let before = self.end;
        if self.transcoding.is_some() {
            self.transcode()?;
        } else {
            self.check()?;
        }
        self.bytes += (self.end - before) as u64;
        if self.bytes > self.limits.streamed_bytes {
            self.poison("the file is larger than a report may be");
        }
        Ok(())
    }

    fn transcode(&mut self) -> io::Result<()> {
        let Some(Transcoding {
            decoder,
            raw,
            range,
        }) = &mut self.transcoding
        else {
            return Ok(());
        };
        if range.0 == range.1 {
            *range = (0, read_some(&mut self.inner, raw)?);
        }
        let last = range.0 == range.1;
        let source = raw.get(range.0..range.1).unwrap_or_default();
        let target = self.buffer.get_mut(self.end..).unwrap_or_default();
        let (result, read, written, _) = decoder.decode_to_utf8(source, target, last);
        range.0 += read;
        self.end += written;
        self.filled = self.end;
        self.finished = last && result == CoderResult::InputEmpty;
        Ok(())
    }

    fn check(&mut self) -> io::Result<()> {
        let room = self.buffer.get_mut(self.filled..self.filled + RAW);
        let count = read_some(&mut self.inner, room.unwrap_or_default())?;
        self.filled += count;
        self.finished = count == 0;
        let fresh = self.buffer.get(self.end..self.filled).unwrap_or_default();
        // Nearly all of it is ASCII, which is told several times faster than UTF-8.
        if fresh.is_ascii() {
            self.end = self.filled;
            return Ok(());
        }
        match std::str::from_utf8(fresh) {
            Ok(_) => self.end = self.filled,
            Err(error) if error.error_len().is_none() && !self.finished => {
                self.end += error.valid_up_to();
            }
            Err(_) => {
                let fresh = fresh.to_vec();
                for chunk in fresh.utf8_chunks() {
                    self.append(chunk.valid().as_bytes());
                    match chunk.invalid() {
                        [] => {}
                        rest if !self.finished && incomplete(rest, &fresh) => {
                            let end = self.end;
                            self.append(rest);
                            self.end = end;
                            return Ok(());
                        }
                        _ => self.append("\u{fffd}".as_bytes()),
                    }
                }
            }
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) {
        let to = self.end + bytes.len();
        if let Some(room) = self.buffer.get_mut(self.end..to) {
            room.copy_from_slice(bytes);
            self.end = to;
            self.filled = to;
        }
    }

    /// Neither `consume` nor a buffer in use can fail: the next read does.
    #[cold]
    fn poison(&mut self, message: &'static str) {
        self.inner = Box::new(Poisoned(message));
        self.transcoding = None;
        self.finished = false;
        self.end = self.start;
        self.filled = self.start;
    }
}

/// Whether these bytes, which are no character, stand at the very end and could become one.
fn incomplete(bytes: &[u8], whole: &[u8]) -> bool {
    bytes.as_ptr_range().end == whole.as_ptr_range().end
        && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

impl BufRead for Source {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.start = (self.start + amount).min(self.end);
        self.token += amount as u64;
        if self.token > self.limits.token_bytes {
            self.poison("a single tag, text or line is longer than a report may have");
        }
    }
}

impl Read for Source {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(target.len());
        if let (Some(to), Some(from)) = (target.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

/// What is left of a file that broke a limit: an error at every read.
struct Poisoned(&'static str);

impl Read for Poisoned {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(self.0))
    }
}

fn read_some(inner: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn read_full(inner: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read_some(inner, rest)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
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

/// A report being parsed.
pub struct Input<'a> {
    /// The report's path, for messages.
    pub path: &'a str,
    /// The stream; its lines are counted.
    pub source: &'a mut Source,
    /// Warnings so far.
    pub problems: &'a mut Vec<Problem>,
}

impl Input<'_> {
    /// Notes a problem that does not end the reading.
    pub fn warn(&mut self, problem: Problem) {
        // A hostile file could warn on every line.
        if self.problems.len() < 100 {
            self.problems.push(problem);
        }
    }

    /// Reads the whole report, for formats that cannot be streamed.
    ///
    /// # Errors
    /// When it cannot be read or is larger than such a report may be.
    pub fn text(&mut self) -> Result<String, Problem> {
        let limit = self.source.limits().held_bytes;
        let mut text = String::new();
        loop {
            self.source.begin_token();
            let chunk = self.source.fill_buf().map_err(unreadable)?;
            if chunk.is_empty() {
                return Ok(text);
            }
            // The decoder never splits a character between two fillings.
            text.push_str(&String::from_utf8_lossy(chunk));
            let count = chunk.len();
            self.source.consume(count);
            if text.len() as u64 > limit {
                return Err(Problem::error(format!(
                    "the report is larger than {limit} bytes"
                )));
            }
        }
    }

    /// Calls `each` with every line and its number, without line ends. A line is borrowed from the buffer unless it
    /// crosses the end of one.
    ///
    /// # Errors
    /// When the file cannot be read, a line is longer than a line may be, or `each` fails.
    pub fn each_line(
        &mut self,
        mut each: impl FnMut(&mut Vec<Problem>, u64, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut carried = String::new();
        self.source.begin_token();
        loop {
            let mut number = self.source.line();
            let chunk = self
                .source
                .fill_buf()
                .map_err(|error| unreadable(error).at_line(number))?;
            if chunk.is_empty() {
                return if carried.is_empty() {
                    Ok(())
                } else {
                    each(self.problems, number, without_end(&carried))
                };
            }
            // The decoder never splits a character between two fillings.
            let chunk = std::str::from_utf8(chunk)
                .map_err(|error| unreadable(io::Error::other(error)).at_line(number))?;
            let whole = memchr::memrchr(b'\n', chunk.as_bytes()).map_or(0, |at| at + 1);
            let (mut lines, rest) = chunk.split_at(whole);
            while let Some(at) = memchr::memchr(b'\n', lines.as_bytes()) {
                let (line, following) = lines.split_at(at + 1);
                if carried.is_empty() {
                    each(self.problems, number, without_end(line))?;
                } else {
                    carried.push_str(line);
                    each(self.problems, number, without_end(&carried))?;
                    carried.clear();
                }
                number += 1;
                lines = following;
            }
            carried.push_str(rest);
            let rest = rest.len();
            self.source.consume_lines(whole);
            self.source.consume(rest);
        }
    }
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// The problem that an unreadable file is.
pub(in crate::formats) fn unreadable(error: io::Error) -> Problem {
    Problem::error(format!("cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &'static [u8]) -> String {
        let mut source = Source::new(Box::new(bytes), Limits::default()).unwrap();
        let mut text = String::new();
        source.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings_are_told_and_bad_bytes_replaced() {
        assert_eq!(decoded(b"\xef\xbb\xbf<a/>"), "<a/>");
        assert_eq!(decoded(b"\xff\xfe<\0a\0/\0>\0"), "<a/>");
        assert_eq!(decoded(b"\0<\0a\0/\0>"), "<a/>");
        assert_eq!(
            decoded(b"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe9'/>"),
            "<?xml version='1.0' encoding='ISO-8859-1'?><a b='é'/>"
        );
        assert_eq!(
            decoded(b"<?xml version='1.0' encoding='utf-16'?><a/>"),
            "<?xml version='1.0' encoding='utf-16'?><a/>"
        );
        assert_eq!(decoded(b"a\xffb"), "a\u{fffd}b");
        assert_eq!(decoded(b""), "");
    }

    /// A reader that gives few bytes at a time, so that characters are cut anywhere.
    struct Drip(Vec<u8>, usize);

    impl Read for Drip {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(target.len()).min(self.0.len());
            target[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    #[test]
    fn bad_and_cut_characters_read_the_same_whatever_the_chunks() {
        // The first filling takes 64 KiB: what is cut stands behind.
        let mut bytes = vec![b'a'; RAW - 2];
        bytes.extend_from_slice("é\n€\n🦀".as_bytes());
        bytes.extend_from_slice(b"\xff\xe2\x82x\n\xf0\x9f\xa6");
        let expected = String::from_utf8_lossy(&bytes).into_owned();
        for step in 1..8 {
            let drip = Drip(bytes.clone(), step);
            let mut source = Source::new(Box::new(drip), Limits::default()).unwrap();
            let mut text = String::new();
            source.read_to_string(&mut text).unwrap();
            assert_eq!(text, expected, "{step}");
            assert_eq!(source.line(), 4);
        }
    }

    #[test]
    fn looking_ahead_crosses_fillings_and_consumes_nothing() {
        let mut bytes = vec![b'\n'; RAW - 1];
        bytes.extend_from_slice(b"<![CDATA[");
        let mut source = Source::new(Box::new(Drip(bytes, RAW)), Limits::default()).unwrap();
        source.fill_buf().unwrap();
        source.consume(RAW - 1);
        source.begin_token();
        assert_eq!(source.peek(9).unwrap(), b"<![CDATA[");
        assert_eq!(
            (source.line(), source.token_line()),
            (RAW as u64, RAW as u64)
        );
        source.consume(9);
        assert_eq!(source.peek(9).unwrap(), b"");
    }

    #[test]
    fn a_file_beyond_the_limit_is_an_error() {
        let limits = Limits {
            streamed_bytes: 100_000,
            ..Limits::default()
        };
        let mut source = Source::new(Box::new(io::repeat(b'\n')), limits).unwrap();
        let error = io::copy(&mut source, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("larger"), "{error}");
    }

    fn lines(bytes: impl Read + Send + 'static) -> Result<Vec<(u64, String)>, Problem> {
        let mut source = Source::new(Box::new(bytes), Limits::default()).unwrap();
        let mut lines = Vec::new();
        let mut input = Input {
            path: "",
            source: &mut source,
            problems: &mut Vec::new(),
        };
        input.each_line(|_, number, line| {
            lines.push((number, line.to_owned()));
            Ok(())
        })?;
        Ok(lines)
    }

    #[test]
    fn lines_are_whole_and_numbered_wherever_the_buffer_ends() {
        for width in [1, 7, 1000, RAW - 1, RAW, RAW + 1, 3 * RAW + 5] {
            let text: String = (0..300_000 / width + 3)
                .map(|at| format!("{at}é{}\r\n", "x".repeat(width)))
                .collect();
            let expected: Vec<(u64, String)> = (1..).zip(text.lines().map(str::to_owned)).collect();
            let read = lines(io::Cursor::new(text)).unwrap();
            assert!(read == expected, "lines of {width} bytes");
        }
        let last = lines(&b"a\n\nb"[..]).unwrap();
        assert_eq!(last, [(1, "a".into()), (2, String::new()), (3, "b".into())]);
    }

    #[test]
    fn a_line_without_an_end_is_an_error_and_not_a_memory_bomb() {
        let limits = Limits {
            token_bytes: 100_000,
            ..Limits::default()
        };
        let mut source = Source::new(Box::new(io::repeat(b'x')), limits.clone()).unwrap();
        let mut input = Input {
            path: "",
            source: &mut source,
            problems: &mut Vec::new(),
        };
        let error = input.each_line(|_, _, _| Ok(())).unwrap_err();
        assert!(error.message.contains("longer"), "{}", error.message);

        // The limit is on one line, not on the lines of a filling.
        let many = io::Cursor::new("line\n".repeat(100_000));
        let mut source = Source::new(Box::new(many), limits).unwrap();
        let mut input = Input {
            path: "",
            source: &mut source,
            problems: &mut Vec::new(),
        };
        assert!(input.each_line(|_, _, _| Ok(())).is_ok());
    }

    #[test]
    fn a_token_beyond_the_limit_is_an_error_and_not_a_memory_bomb() {
        let limits = Limits {
            token_bytes: 100_000,
            ..Limits::default()
        };
        let mut source = Source::new(Box::new(io::repeat(b'x')), limits).unwrap();
        let mut line = Vec::new();
        let error = source.read_until(b'\n', &mut line).unwrap_err();
        assert!(error.to_string().contains("longer"), "{error}");
        assert!(line.len() < 400_000);
    }
}
