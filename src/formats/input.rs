//! A report being parsed.

use std::io::{self, BufRead};

use super::plain::plain;
use super::source::Source;
use crate::domain::report::Problem;

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
            let chunk = std::str::from_utf8(chunk).map_err(io::Error::other);
            let chunk = chunk.map_err(unreadable)?;
            text.push_str(chunk);
            let count = chunk.len();
            self.source.consume(count);
            if text.len() as u64 > limit {
                return Err(Problem::error(format!(
                    "the report is larger than {limit} bytes"
                )));
            }
        }
    }

    /// Reads what no format wanted, to the end: the checksum of a compressed report comes last.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(in crate::formats) fn rest(&mut self) -> Result<(), Problem> {
        loop {
            self.source.begin_token();
            match self.source.fill_buf().map_err(unreadable)?.len() {
                0 => return Ok(()),
                count => self.source.consume(count),
            }
        }
    }

    /// Whether a report of lines is whole: one whose last line has no end and cannot be read was cut off in it.
    ///
    /// # Errors
    /// When it was.
    pub(in crate::formats) fn whole(
        &self,
        unreadable_last_line: Option<u64>,
    ) -> Result<(), Problem> {
        match unreadable_last_line {
            Some(line) if self.source.unended => Err(Problem::error(
                "the file ends inside a line: it is truncated, and only what stands before was read",
            )
            .at_line(line)),
            _ => Ok(()),
        }
    }

    /// Calls `each` with every line and its number, without line ends and without a terminal's colours. A line is borrowed
    /// from the buffer unless it crosses the end of one.
    ///
    /// # Errors
    /// When the file cannot be read, a line is longer than a line may be, or `each` fails.
    pub fn each_line(
        &mut self,
        mut each: impl FnMut(&mut Vec<Problem>, u64, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.each_block(|problems, mut number, mut block| {
            while !block.is_empty() {
                let (line, rest) = first_line(block);
                each(problems, number, line)?;
                number += 1;
                block = rest;
            }
            Ok(())
        })
    }

    /// Calls `each` with one block of whole lines after the other, and the number of its first line: for formats whose
    /// lines are so short that handing them out one by one would cost more than reading them.
    ///
    /// # Errors
    /// As [`Input::each_line`].
    pub(in crate::formats) fn each_block(
        &mut self,
        mut take: impl FnMut(&mut Vec<Problem>, u64, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut each = |problems: &mut Vec<Problem>, number, block: &str| {
            take(problems, number, &plain(block))
        };
        let mut carried = String::new();
        self.source.begin_token();
        loop {
            // Before the line is asked for: lines that lie behind need not be counted then.
            let filled = self.source.fill_buf().map(|_| ());
            let mut number = self.source.line();
            let chunk = filled
                .and_then(|()| self.source.fill_buf())
                .map_err(|error| unreadable(error).at_line(number))?;
            if chunk.is_empty() {
                if carried.is_empty() {
                    return Ok(());
                }
                self.source.unended = true;
                return each(self.problems, number, &carried);
            }
            // The decoder never splits a character between two fillings.
            let chunk = std::str::from_utf8(chunk)
                .map_err(|error| unreadable(io::Error::other(error)).at_line(number))?;
            let whole = memchr::memrchr(b'\n', chunk.as_bytes()).map_or(0, |at| at + 1);
            let (mut lines, rest) = chunk.split_at(whole);
            if !carried.is_empty()
                && let Some(at) = memchr::memchr(b'\n', lines.as_bytes())
            {
                let (line, following) = lines.split_at(at + 1);
                carried.push_str(line);
                each(self.problems, number, &carried)?;
                carried.clear();
                number += 1;
                lines = following;
            }
            if !lines.is_empty() {
                each(self.problems, number, lines)?;
            }
            carried.push_str(rest);
            let rest = rest.len();
            self.source.consume_lines(whole);
            self.source.consume(rest);
        }
    }
}

/// The first line of a block without its end, and what follows it.
#[inline]
pub(in crate::formats) fn first_line(block: &str) -> (&str, &str) {
    match memchr::memchr(b'\n', block.as_bytes()) {
        Some(at) => {
            let (line, rest) = block.split_at(at + 1);
            (without_end(line), rest)
        }
        None => (without_end(block), ""),
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
