//! A report file as a stream of text: decoded, bounded, with a line count.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

use super::decoding::{Chunk, Decoding, ROOM};
use super::head::Head;
use super::limits::Limits;

/// From so many bytes on, a file is read and decoded by a thread of its own while its parser works.
const LARGE: u64 = 1 << 20;
/// Chunks that wait for the parser at the most.
const WAITING: usize = 4;

/// A stream of valid UTF-8, whatever the file's encoding: UTF-16 and the encoding of an XML declaration are
/// transcoded, a byte-order mark is dropped, bad bytes become U+FFFD. It counts lines and enforces limits.
pub struct Source {
    feed: Feed,
    /// `start..` is text to be handed out.
    buffer: Vec<u8>,
    start: usize,
    finished: bool,
    /// Whether the last line that was read had no end: set by the reader of lines.
    pub(in crate::formats) unended: bool,
    /// The line at `counted`, and the newlines from there to the end of the buffer.
    line: u64,
    counted: usize,
    newlines: u64,
    /// Where the token began, while that is still in the buffer, and its line once it is not.
    mark: usize,
    mark_line: Option<u64>,
    bytes: u64,
    token: u64,
    limits: Limits,
}

/// Where the chunks come from.
enum Feed {
    /// They are decoded when they are wanted.
    Here(Box<Decoding>),
    /// They are decoded ahead; used ones go back.
    Ahead {
        chunks: Receiver<io::Result<Chunk>>,
        used: Sender<Vec<u8>>,
    },
    /// A limit was broken: every read is an error.
    Broken(&'static str),
}

impl Feed {
    fn next(&mut self, used: Vec<u8>) -> io::Result<Chunk> {
        match self {
            Feed::Here(decoding) => decoding.next(used),
            Feed::Ahead { chunks, used: back } => {
                // A reader that has come to the end takes nothing back.
                let _ = back.send(used);
                chunks
                    .recv()
                    .unwrap_or_else(|_| Err(io::Error::other("the file's reader stopped")))
            }
            Feed::Broken(message) => Err(io::Error::other(*message)),
        }
    }

    /// Lets a thread decode from here on.
    fn ahead(mut decoding: Box<Decoding>) -> Feed {
        decoding.for_another_thread();
        let (sender, chunks) = sync_channel(WAITING);
        let (used, back) = channel::<Vec<u8>>();
        thread::spawn(move || {
            loop {
                let chunk = decoding.next(back.try_recv().unwrap_or_default());
                let last = chunk.as_ref().map_or(true, |chunk| chunk.last);
                // A parser that gave up wants no more.
                if sender.send(chunk).is_err() || last {
                    return;
                }
            }
        });
        Feed::Ahead { chunks, used }
    }
}

impl Source {
    /// Wraps a file.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn new(inner: Box<dyn Read + Send>, limits: Limits) -> io::Result<Source> {
        Ok(Source {
            feed: Feed::Here(Box::new(Decoding::new(inner)?)),
            buffer: Vec::new(),
            start: 0,
            finished: false,
            unended: false,
            line: 1,
            counted: 0,
            newlines: 0,
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

    /// The line that is being read, from 1. What was counted is not counted again, so that asking for every piece of a
    /// file costs no more than reading it.
    pub fn line(&mut self) -> u64 {
        if self.mark_line.is_none() {
            self.mark_line = Some(self.line_at(self.mark));
        }
        let passed = self.newlines_in(self.counted, self.start);
        self.line += passed;
        self.newlines -= passed;
        self.counted = self.start;
        self.line
    }

    /// The line on which the current tag, text or line began.
    pub fn token_line(&self) -> u64 {
        self.mark_line.unwrap_or_else(|| self.line_at(self.mark))
    }

    fn line_at(&self, at: usize) -> u64 {
        self.line + self.newlines_in(self.counted, at)
    }

    fn newlines_in(&self, from: usize, to: usize) -> u64 {
        let bytes = self.buffer.get(from..to).unwrap_or_default();
        memchr::memchr_iter(b'\n', bytes).count() as u64
    }

    /// Says that a new tag, text or line begins.
    #[inline]
    pub fn begin_token(&mut self) {
        self.token = 0;
        self.mark = self.start;
        self.mark_line = None;
    }

    /// Consumes `amount` bytes that are whole lines, none of them longer than the buffer.
    pub(in crate::formats) fn consume_lines(&mut self, amount: usize) {
        if amount > 0 {
            self.start = (self.start + amount).min(self.buffer.len());
            self.begin_token();
        }
    }

    /// Consumes the next `amount` bytes, all of them in memory, and hands them out.
    #[inline]
    pub(in crate::formats) fn take(&mut self, amount: usize) -> &[u8] {
        let from = self.start;
        self.consume(amount);
        self.buffer.get(from..self.start).unwrap_or_default()
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
        while self.buffer.len() - self.start < count.min(ROOM) && !self.finished {
            self.refill()?;
        }
        Ok(self.buffer.get(self.start..).unwrap_or_default())
    }

    /// Takes the next chunk, and puts what is left of this one before it: less than [`ROOM`] bytes, which is what
    /// `peek` may have found too few.
    #[cold]
    fn refill(&mut self) -> io::Result<()> {
        let left: Vec<u8> = self.buffer.get(self.start..).unwrap_or_default().to_vec();
        let in_left = memchr::memchr_iter(b'\n', &left).count() as u64;
        // What was counted when the chunk was decoded need not be counted again.
        let line = self.line + self.newlines - in_left;
        if self.mark_line.is_none() {
            self.mark_line = Some(line - self.newlines_in(self.mark, self.start));
        }
        self.read_on_ahead();
        let used = std::mem::take(&mut self.buffer);
        (self.start, self.mark) = (0, 0);
        (self.line, self.counted, self.newlines) = (line, 0, 0);
        let chunk = self.feed.next(used)?;
        self.bytes += (chunk.bytes.len() - ROOM) as u64;
        self.finished = chunk.last;
        self.buffer = chunk.bytes;
        self.start = ROOM.saturating_sub(left.len());
        if let Some(room) = self.buffer.get_mut(self.start..ROOM) {
            room.copy_from_slice(&left);
        }
        self.counted = self.start;
        self.newlines = in_left + chunk.newlines;
        if self.bytes > self.limits.streamed_bytes {
            self.poison("the file is larger than a report may be");
        }
        Ok(())
    }

    /// A large file is worth a thread.
    fn read_on_ahead(&mut self) {
        if self.bytes < LARGE {
            return;
        }
        let feed = std::mem::replace(&mut self.feed, Feed::Broken("the file's reader stopped"));
        self.feed = match feed {
            Feed::Here(decoding) => Feed::ahead(decoding),
            other => other,
        };
    }

    /// Neither `consume` nor a buffer in use can fail: the next read does.
    #[cold]
    fn poison(&mut self, message: &'static str) {
        self.feed = Feed::Broken(message);
        self.finished = false;
        self.buffer.truncate(self.start);
    }
}

impl BufRead for Source {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.start = (self.start + amount).min(self.buffer.len());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::Problem;
    use crate::formats::input::Input;

    const RAW: usize = 64 << 10;

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

    #[test]
    fn a_large_file_reads_the_same_as_a_small_one() {
        // Beyond the size from which a thread reads ahead, with characters of every width across every chunk's end.
        let text: String = (0..400_000).map(|at| format!("{at} é€🦀\n")).collect();
        assert!(text.len() as u64 > 4 * LARGE);
        let read = lines(io::Cursor::new(text.clone())).unwrap();
        assert_eq!(read.len(), 400_000);
        assert!(read.iter().map(|(_, line)| line).eq(text.lines()));
        assert!(read.iter().map(|(number, _)| *number).eq(1..=400_000));
    }

    /// A reader that fails after so many bytes.
    struct Failing(usize);

    impl Read for Failing {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("the disk is gone"));
            }
            let count = self.0.min(target.len());
            target[..count].fill(b'\n');
            self.0 -= count;
            Ok(count)
        }
    }

    #[test]
    fn an_error_behind_a_large_part_is_told_and_stays() {
        for size in [10, 100_000, 3_000_000] {
            let mut source = match Source::new(Box::new(Failing(size)), Limits::default()) {
                Ok(source) => source,
                Err(error) => {
                    assert!(error.to_string().contains("disk"));
                    continue;
                }
            };
            let error = io::copy(&mut source, &mut io::sink()).unwrap_err();
            assert!(error.to_string().contains("disk"), "{size}: {error}");
            assert!(source.fill_buf().is_err(), "{size}");
            assert!(source.line() > 1);
        }
    }

    #[test]
    fn a_parser_may_give_up_on_a_large_file() {
        let mut source = Source::new(Box::new(io::repeat(b'\n')), Limits::default()).unwrap();
        while source.bytes < 2 * LARGE {
            let count = source.fill_buf().unwrap().len();
            source.consume(count);
        }
        drop(source);
    }
}
