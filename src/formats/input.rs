//! A report file as its parser sees it: decoded, bounded, with a line count.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::head::Head;
use super::limits::Limits;
use crate::domain::report::Problem;

const RAW: usize = 64 << 10;

/// A stream of valid UTF-8, whatever the file's encoding: UTF-16 and the encoding of an XML declaration are
/// transcoded, a byte-order mark is dropped, bad bytes become U+FFFD. It counts lines and enforces limits.
pub struct Source {
    inner: Box<dyn Read + Send>,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_range: (usize, usize),
    decoded: Vec<u8>,
    decoded_range: (usize, usize),
    finished: bool,
    line: u64,
    bytes: u64,
    token: u64,
    limits: Limits,
}

impl Source {
    /// Wraps a file.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn new(mut inner: Box<dyn Read + Send>, limits: Limits) -> io::Result<Source> {
        let mut raw = vec![0; RAW];
        let filled = read_full(&mut inner, &mut raw)?;
        let encoding = encoding_of(raw.get(..filled).unwrap_or_default());
        Ok(Source {
            inner,
            decoder: encoding.new_decoder(),
            raw,
            raw_range: (0, filled),
            decoded: vec![0; RAW * 3 + 16],
            decoded_range: (0, 0),
            finished: false,
            line: 1,
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
        self.line
    }

    /// Says that a new tag, text or line begins.
    pub fn begin_token(&mut self) {
        self.token = 0;
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Consumes `amount` bytes that are so many whole lines, none of them longer than the buffer.
    fn consume_lines(&mut self, amount: usize, lines: u64) {
        self.line += lines;
        self.bytes += amount as u64;
        self.decoded_range.0 = (self.decoded_range.0 + amount).min(self.decoded_range.1);
        if lines > 0 {
            self.token = 0;
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        while self.decoded_range.0 == self.decoded_range.1 && !self.finished {
            if self.raw_range.0 == self.raw_range.1 {
                let filled = self.inner.read(&mut self.raw)?;
                self.raw_range = (0, filled);
            }
            let (start, end) = self.raw_range;
            let last = start == end;
            let source = self.raw.get(start..end).unwrap_or_default();
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(source, &mut self.decoded, last);
            self.raw_range.0 += read;
            self.decoded_range = (0, written);
            self.finished = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.decoded_range.0 == self.decoded_range.1 {
            self.decode_more()?;
        }
        let (start, end) = self.decoded_range;
        Ok(self.decoded.get(start..end).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let start = self.decoded_range.0;
        let end = (start + amount).min(self.decoded_range.1);
        let used = self.decoded.get(start..end).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', used).count() as u64;
        self.bytes += used.len() as u64;
        self.token += used.len() as u64;
        self.decoded_range.0 = end;
        if self.bytes > self.limits.streamed_bytes || self.token > self.limits.token_bytes {
            // `consume` cannot fail: the next read does, by `Read` and `fill_buf` finding a poisoned source.
            self.inner = Box::new(Poisoned(self.token > self.limits.token_bytes));
            self.decoded_range.0 = self.decoded_range.1;
            self.raw_range = (0, 0);
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
struct Poisoned(bool);

impl Read for Poisoned {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(if self.0 {
            "a single tag, text or line is longer than a report may have"
        } else {
            "the file is larger than a report may be"
        }))
    }
}

fn read_full(inner: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match inner.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
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
            let chunk = String::from_utf8_lossy(chunk);
            let whole = memchr::memrchr(b'\n', chunk.as_bytes()).map_or(0, |at| at + 1);
            let (mut lines, rest) = chunk.split_at(whole);
            let first = number;
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
            self.source.consume_lines(whole, number - first);
            self.source.consume(rest);
        }
    }
}

fn without_end(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r'])
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
            let expected: Vec<(u64, String)> = (1..)
                .zip(text.lines().map(str::to_owned))
                .collect();
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
