//! A large tracefile, shared by two readers: records say nothing of one another, and what is read of them adds up in any
//! order.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::Reader;

/// Bytes of records that are handed over at once: a smaller file is not worth a thread.
const PART: usize = 1 << 20;
/// What a record ends with.
const END: &str = "end_of_record";

/// The second reader, and where the parts with the numbers of their first lines are handed to it.
struct Second<'scope> {
    sender: SyncSender<(u64, String)>,
    reader: ScopedJoinHandle<'scope, Reader>,
}

/// The two readers, and what neither of them has read yet.
pub(super) struct Shared<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    first: Reader,
    second: Option<Second<'scope>>,
    held: String,
    /// The number of the first line that is held.
    number: u64,
    /// Whether the next part is the second reader's.
    turn: bool,
}

impl<'scope, 'env> Shared<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>) -> Self {
        Shared {
            scope,
            first: Reader::default(),
            second: None,
            held: String::new(),
            number: 1,
            turn: true,
        }
    }

    /// Takes whole lines, the first of which has this number.
    pub(super) fn take(&mut self, number: u64, block: &str) {
        // A record that is larger than a part is read by one, as it comes.
        if self.first.open {
            return self.first.read(number, block);
        }
        if self.held.is_empty() {
            self.number = number;
        }
        self.held.push_str(block);
        if self.held.len() < PART {
            return;
        }
        let end = self.held.rfind(END).and_then(|at| {
            let line = self.held.get(at..)?.find('\n')?;
            Some(at + line + 1)
        });
        let rest = self.held.split_off(end.unwrap_or(self.held.len()));
        let part = std::mem::replace(&mut self.held, rest);
        let following = self.number + memchr::memchr_iter(b'\n', part.as_bytes()).count() as u64;
        match end.is_some() && self.turn {
            true => self.hand_over(part),
            false => self.first.read(self.number, &part),
        }
        self.turn = !self.turn;
        self.number = following;
    }

    fn hand_over(&mut self, part: String) {
        let scope = self.scope;
        let second = self.second.get_or_insert_with(|| {
            let (sender, parts) = sync_channel::<(u64, String)>(1);
            let reader = scope.spawn(move || {
                let mut reader = Reader::default();
                for (number, part) in parts {
                    reader.read(number, &part);
                }
                reader
            });
            Second { sender, reader }
        });
        if let Err(back) = second.sender.send((self.number, part)) {
            // It ended before its time: what it read is missed when it is joined.
            let (number, part) = back.0;
            self.first.read(number, &part);
        }
    }

    /// All that was read; `None` if a reader came to grief.
    pub(super) fn finish(mut self) -> Option<Reader> {
        self.first.read(self.number, &self.held);
        if let Some(Second { sender, reader }) = self.second {
            drop(sender);
            self.first.join(reader.join().ok()?);
        }
        Some(self.first)
    }
}
