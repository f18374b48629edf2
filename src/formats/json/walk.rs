//! Walking through a JSON document that is never held as a whole.
//!
//! A format goes down the members and elements on the way to what it wants, and reads that piece by piece, each as a type
//! of its own. What it does not ask for is passed over. In memory is the piece at hand: one file's coverage, one finding.

mod each;
mod longer;

use serde::de::{DeserializeOwned, IgnoredAny};

pub(in crate::formats) use self::longer::{walk_each, walk_then};

use super::super::input::{Input, unreadable};
use super::lenient::reading;
use crate::domain::report::Problem;
use crate::formats::Limits;
use std::io::{self, BufRead};

/// What is passed over as a whole if it is not larger; else member by member.
const WHOLE: usize = 1 << 20;

/// What a value is, told from its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Shape {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    Text,
    /// A number, `true` or `false`.
    Plain,
    /// `null`
    Null,
}

/// A place in a JSON document: the value that is next.
pub(in crate::formats) struct Walk<'w, 'i> {
    input: &'w mut Input<'i>,
    /// What was read and not passed yet begins at `at`.
    text: String,
    at: usize,
    /// Bytes of the document before `text`.
    passed: u64,
    /// Whether all of the file is in `text`.
    ended: bool,
    /// What is wrong behind `text`, if that is known already.
    broken: Option<Problem>,
    /// Line and column, from 1, of the first character of `text`.
    line: u64,
    column: u64,
    depth: u32,
    /// Whether the value that is next was offered to a callback and has not been taken.
    offered: bool,
}

/// Walks through a report that is one JSON document.
///
/// # Errors
/// When it cannot be read, is no JSON, holds more than one document, or `visit` fails; the problem names the place. What
/// was visited before stays visited.
pub(in crate::formats) fn walk<'i>(
    input: &mut Input<'i>,
    visit: impl FnOnce(&mut Walk<'_, 'i>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut walk = Walk::new(input);
    walk.offer(visit)?;
    match walk.next_byte()? {
        None => Ok(()),
        Some(_) => Err(walk.wrong("something follows the end of the document")),
    }
}

impl<'w, 'i> Walk<'w, 'i> {
    fn new(input: &'w mut Input<'i>) -> Walk<'w, 'i> {
        Walk {
            input,
            text: String::new(),
            at: 0,
            passed: 0,
            ended: false,
            broken: None,
            line: 1,
            column: 1,
            depth: 0,
            offered: false,
        }
    }

    /// The limits in force.
    pub(in crate::formats) fn limits(&self) -> &Limits {
        self.input.source.limits()
    }

    /// Notes a problem that does not end the reading.
    pub(in crate::formats) fn warn(&mut self, problem: Problem) {
        self.input.warn(problem);
    }

    /// What the next value is.
    ///
    /// # Errors
    /// When there is none.
    pub(in crate::formats) fn shape(&mut self) -> Result<Shape, Problem> {
        match self.next_byte()? {
            Some(b'{') => Ok(Shape::Object),
            Some(b'[') => Ok(Shape::Array),
            Some(b'"') => Ok(Shape::Text),
            Some(b'n') => Ok(Shape::Null),
            Some(b't' | b'f' | b'-' | b'0'..=b'9') => Ok(Shape::Plain),
            Some(_) => Err(self.wrong("expected value")),
            None => Err(self.cut()),
        }
    }

    /// Visits the members of the object that is next. What `each` does not take of a member is passed over. `null` has no
    /// members.
    ///
    /// # Errors
    /// When it is no object, or `each` fails.
    pub(in crate::formats) fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        if !self.enter(Shape::Object, "an object")? {
            return Ok(());
        }
        let mut key = String::new();
        let mut first = true;
        while self.another(b'}', first)? {
            first = false;
            self.key(&mut key)?;
            if self.next_byte()? != Some(b':') {
                return Err(self.expected("`:`"));
            }
            self.at += 1;
            self.offer(|walk| each(walk, &key))?;
        }
        Ok(())
    }

    /// Visits the elements of the array that is next; an element that `each` does not take is passed over. `null` has no
    /// elements.
    ///
    /// # Errors
    /// When it is no array, or `each` fails.
    pub(in crate::formats) fn array(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        if !self.enter(Shape::Array, "an array")? {
            return Ok(());
        }
        let mut first = true;
        while self.another(b']', first)? {
            first = false;
            self.offer(&mut each)?;
        }
        Ok(())
    }

    /// Reads the value that is next.
    ///
    /// # Errors
    /// When it is no such thing; it is then still next, and can be passed over unless it is no JSON at all.
    pub(in crate::formats) fn read<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        self.read_up_to(usize::MAX)
    }

    /// Reads the value that is next, if it has no more than so many bytes.
    ///
    /// # Errors
    /// As [`read`](Walk::read).
    pub(in crate::formats) fn read_up_to<T: DeserializeOwned>(
        &mut self,
        most: usize,
    ) -> Result<T, Problem> {
        let most = most.min(self.token_bytes());
        match self.attempt(most)? {
            Some(value) => Ok(value),
            None => Err(self.wrong(&format!("a value is larger than {most} bytes"))),
        }
    }

    fn token_bytes(&self) -> usize {
        usize::try_from(self.limits().token_bytes).unwrap_or(usize::MAX)
    }

    /// The line of the value that is next, or of the end of the one just read.
    pub(in crate::formats) fn line(&self) -> u64 {
        self.place(self.at).0
    }

    /// Reads the value that is next, or notes that it is not such a thing and passes over it.
    ///
    /// # Errors
    /// When it is no JSON.
    pub(in crate::formats) fn read_or_warn<T: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<T>, Problem> {
        match self.read() {
            Ok(value) => Ok(Some(value)),
            Err(problem) => {
                self.skip()?;
                self.warn(problem);
                Ok(None)
            }
        }
    }

    /// Passes over the value that is next.
    ///
    /// # Errors
    /// When it is no JSON.
    pub(in crate::formats) fn skip(&mut self) -> Result<(), Problem> {
        match self.attempt(WHOLE.min(self.token_bytes()))? {
            Some(IgnoredAny) => Ok(()),
            None => self.skip_large(),
        }
    }

    /// Passes over the value that is next, bracket by bracket: nothing is held, and nothing recurses.
    fn skip_large(&mut self) -> Result<(), Problem> {
        let most = self.limits().depth;
        let mut open = Vec::new();
        loop {
            let end = match self.next_byte()? {
                Some(b'{') => Some(b'}'),
                Some(b'[') => Some(b']'),
                _ => None,
            };
            match (end, self.next_byte()?) {
                (Some(end), _) => {
                    if open.len() as u64 >= most.into() {
                        return Err(self.wrong("it is nested deeper than a report may be"));
                    }
                    open.push(end);
                    self.at += 1;
                }
                (None, Some(b',' | b':')) if !open.is_empty() => self.at += 1,
                (None, Some(byte @ (b'}' | b']'))) => {
                    if open.pop() != Some(byte) {
                        return Err(self.wrong("a bracket does not fit"));
                    }
                    self.at += 1;
                }
                _ => self.read::<IgnoredAny>().map(drop)?,
            }
            if open.is_empty() {
                self.offered = false;
                return Ok(());
            }
        }
    }

    /// A problem at this place.
    pub(in crate::formats) fn wrong(&self, what: &str) -> Problem {
        let (line, column) = self.place(self.at);
        Problem::error(format!("not the JSON this format has: {what}")).at(line, column)
    }

    fn expected(&self, what: &str) -> Problem {
        if self.ended && self.at >= self.text.len() {
            return self.cut();
        }
        self.wrong(&format!("expected {what}"))
    }

    fn cut(&self) -> Problem {
        let (line, column) = self.place(self.at);
        Problem::error("the JSON ends too early: the report is truncated").at(line, column)
    }

    /// Lets `visit` take the value that is next, and passes over it if it is not taken.
    fn offer(
        &mut self,
        visit: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.offered = true;
        visit(self)?;
        if self.offered { self.skip() } else { Ok(()) }
    }

    /// Goes into an object or an array; `false` for `null`.
    fn enter(&mut self, wanted: Shape, name: &str) -> Result<bool, Problem> {
        let shape = self.shape()?;
        if shape == Shape::Null {
            return self.read::<()>().map(|()| false);
        }
        if shape != wanted {
            return Err(self.wrong(&format!("expected {name}")));
        }
        if self.depth >= self.limits().depth {
            return Err(self.wrong("it is nested deeper than a report may be"));
        }
        self.depth += 1;
        self.at += 1;
        self.offered = false;
        Ok(true)
    }

    /// Whether another member or element follows; leaves the object or array if not.
    fn another(&mut self, end: u8, first: bool) -> Result<bool, Problem> {
        match self.next_byte()? {
            Some(byte) if byte == end => {
                self.depth -= 1;
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if first => Ok(true),
            _ => Err(self.expected(if end == b'}' {
                "`,` or `}`"
            } else {
                "`,` or `]`"
            })),
        }
    }

    fn key(&mut self, key: &mut String) -> Result<(), Problem> {
        if self.next_byte()? != Some(b'"') {
            return Err(self.expected("a member's name"));
        }
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let end = memchr::memchr2(b'"', b'\\', rest.as_bytes());
        let simple = end.filter(|end| rest.as_bytes().get(*end) == Some(&b'"'));
        if let Some(plain) = simple.and_then(|end| rest.get(..end))
            && !plain.bytes().any(|byte| byte < b' ')
        {
            key.clear();
            key.push_str(plain);
            self.at += plain.len() + 2;
            return Ok(());
        }
        *key = self.read()?;
        Ok(())
    }

    /// Reads the value that is next if it is not larger than `most` bytes.
    fn attempt<T: DeserializeOwned>(&mut self, most: usize) -> Result<Option<T>, Problem> {
        self.next_byte()?;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let size = rest.len();
            let mut read = 0;
            let value = reading(|| {
                let mut values = serde_json::Deserializer::from_str(rest).into_iter::<T>();
                let value = values.next().transpose();
                read = values.byte_offset();
                value
            });
            // What ends with the text read so far may go on: a number does not say where it ends.
            let whole = self.ended || read < size;
            match value.transpose() {
                Some(Ok(value)) if whole => {
                    self.at += read;
                    self.offered = false;
                    return Ok(Some(value));
                }
                Some(Err(error)) if self.ended || !is_unfinished(&error, rest) => {
                    let mut problem = super::problem(&error);
                    if let Some(place) = &mut problem.place {
                        let (line, column) = self.place(self.at);
                        if place.line <= 1 {
                            place.column = place.column.map(|at| at + column - 1);
                        }
                        place.line += line - 1;
                    }
                    return Err(problem);
                }
                Some(_) => {}
                None if self.ended => return Err(self.cut()),
                None => {}
            }
            if size > most {
                return Ok(None);
            }
            // Twice as much each time, so that what is read again is no more than what is read.
            while !self.ended && self.text.len() - self.at < size.saturating_mul(2).max(1) {
                self.fill()?;
            }
        }
    }

    /// The next byte that is not white space; it is not passed.
    fn next_byte(&mut self) -> Result<Option<u8>, Problem> {
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            if let Some(ahead) = rest.iter().position(|byte| !blank(byte)) {
                self.at += ahead;
                return Ok(rest.get(ahead).copied());
            }
            self.at = self.text.len();
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// Forgets what was passed, and reads on.
    fn fill(&mut self) -> Result<(), Problem> {
        self.forget();
        let read = match self.broken.take() {
            Some(problem) => Err(problem),
            None => self.more(),
        };
        read.map_err(|problem| problem.at(self.line, self.column))
    }

    /// Reads on until so many bytes follow, if there are so many. What is wrong with the file is met when all that stands
    /// before it is passed.
    fn read_ahead(&mut self, bytes: usize) {
        self.forget();
        while !self.ended && self.broken.is_none() && self.text.len() < bytes {
            self.broken = self.more().err();
        }
    }

    fn forget(&mut self) {
        (self.line, self.column) = self.place(self.at);
        self.text.drain(..self.at);
        self.passed += self.at as u64;
        self.at = 0;
    }

    fn more(&mut self) -> Result<(), Problem> {
        self.input.source.begin_token();
        let chunk = self.input.source.fill_buf().map_err(unreadable)?;
        if chunk.is_empty() {
            self.ended = true;
            return Ok(());
        }
        // The decoder never splits a character between two fillings.
        let chunk = std::str::from_utf8(chunk).map_err(io::Error::other);
        let chunk = chunk.map_err(unreadable)?;
        self.text.push_str(chunk);
        let size = chunk.len();
        self.input.source.consume(size);
        Ok(())
    }

    /// Line and column of a byte of `text`.
    fn place(&self, at: usize) -> (u64, u64) {
        let passed = self.text.as_bytes().get(..at).unwrap_or_default();
        match memchr::memrchr(b'\n', passed) {
            None => (self.line, self.column + at as u64),
            Some(last) => {
                let lines = memchr::memchr_iter(b'\n', passed).count() as u64;
                (self.line + lines, (at - last) as u64)
            }
        }
    }
}

/// Whether an error may only mean that the text was not read far enough. A number that breaks off behind its sign or its
/// `e` is told as a wrong one, at the end of the text.
fn is_unfinished(error: &serde_json::Error, text: &str) -> bool {
    if error.is_eof() {
        return true;
    }
    let last = memchr::memrchr(b'\n', text.as_bytes()).map_or(0, |at| at + 1);
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
    error.is_syntax() && error.line() == lines && error.column() + 1 >= text.len() - last
}

#[cfg(test)]
mod tests;
