//! A large tracefile, shared by two readers: records say nothing of one another, and what is read of them adds up in any
//! order.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};

use memchr::memmem;

use super::Reader;

/// Bytes of records that are worth handing over. Only a large file comes in such blocks.
const PART: usize = 256 << 10;
/// Parts that the second reader has at the most: one that it reads and one that waits.
const PARTS: usize = 2;
/// The last line of a record.
const END: &str = "end_of_record";

/// The second reader, where the parts with the numbers of their first lines are handed to it, and where their memory comes
/// back: none there says that it has enough to do.
struct Second<'scope> {
    parts: Sender<(u64, String)>,
    used: Receiver<String>,
    reader: ScopedJoinHandle<'scope, Reader>,
}

/// The two readers, and what neither of them has read yet.
pub(super) struct Shared<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    first: Reader,
    second: Option<Second<'scope>>,
    /// The beginning of a record, of which the end is still to come.
    held: String,
}

impl<'scope, 'env> Shared<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>) -> Self {
        Shared {
            scope,
            first: Reader::default(),
            second: None,
            held: String::new(),
        }
    }

    /// Takes whole lines, the first of which has this number.
    pub(super) fn take(&mut self, mut number: u64, mut block: &str) {
        if self.first.open {
            // A record that is larger than a block: who began with it reads it to its end.
            let (rest, following) = block.split_at(first_end(block).unwrap_or(block.len()));
            self.first.read(number, rest);
            number += newlines(rest);
            block = following;
        }
        let Some(end) = last_end(block) else {
            self.read_held(number);
            return self.first.read(number, block);
        };
        let (records, rest) = block.split_at(end);
        match self.spare(records) {
            Some(part) => self.hand_over(number, part, records),
            None => {
                self.read_held(number);
                self.first.read(number, records);
            }
        }
        self.held.push_str(rest);
    }

    /// Lets the first reader read what is held, which ends before the line of this number.
    fn read_held(&mut self, number: u64) {
        let first = number.saturating_sub(newlines(&self.held));
        self.first.read(first, &self.held);
        self.held.clear();
    }

    /// Memory in which the second reader can be handed these records, if it is worth while.
    fn spare(&mut self, records: &str) -> Option<String> {
        if records.len() < PART {
            return None;
        }
        let scope = self.scope;
        let second = self.second.get_or_insert_with(|| {
            let (parts, received) = channel::<(u64, String)>();
            let (back, used) = channel();
            for _ in 0..PARTS {
                // The other end is at hand.
                let _ = back.send(String::new());
            }
            let reader = scope.spawn(move || {
                let mut reader = Reader::default();
                for (number, part) in received {
                    reader.read(number, &part);
                    // Once all is handed over, none is taken back.
                    let _ = back.send(part);
                }
                reader
            });
            Second {
                parts,
                used,
                reader,
            }
        });
        second.used.try_recv().ok()
    }

    /// Hands over what is held and the records behind it.
    fn hand_over(&mut self, number: u64, mut part: String, records: &str) {
        let first = number.saturating_sub(newlines(&self.held));
        part.clear();
        part.reserve(self.held.len() + records.len());
        part.push_str(&self.held);
        part.push_str(records);
        self.held.clear();
        let handed = self.second.as_ref().map(|it| it.parts.send((first, part)));
        if let Some(Err(back)) = handed {
            // It ended before its time: what it read is missed when it is joined.
            let (first, part) = back.0;
            self.first.read(first, &part);
        }
    }

    /// All that was read of a file that ends on the line of this number; `None` if a reader came to grief.
    pub(super) fn finish(mut self, number: u64) -> Option<Reader> {
        self.read_held(number);
        if let Some(Second { parts, reader, .. }) = self.second {
            drop(parts);
            self.first.join(reader.join().ok()?);
        }
        Some(self.first)
    }
}

/// Where the first record ends of which the end stands in a block.
fn first_end(block: &str) -> Option<usize> {
    end_at(block, memmem::find(block.as_bytes(), END.as_bytes())?)
}

/// Where the last one ends.
fn last_end(block: &str) -> Option<usize> {
    end_at(block, memmem::rfind(block.as_bytes(), END.as_bytes())?)
}

/// Where the line ends on which a record ends here, if this is no other line with these words.
fn end_at(block: &str, at: usize) -> Option<usize> {
    let (before, line) = block.split_at_checked(at)?;
    let length = line.find('\n')? + 1;
    let whole = before.is_empty() || before.ends_with('\n');
    (whole && line.get(..length)?.trim_end() == END).then_some(at + length)
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}
