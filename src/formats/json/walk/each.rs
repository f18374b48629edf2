//! The elements of a large array, read by two threads.
//!
//! Where an element begins is known once all that stands before it is read. But it can be guessed, since the objects of an
//! array nearly always begin with the same member, and a second thread reads ahead from there. What it read counts as soon
//! as the first thread arrives at that very place; if it passes it, the guess was wrong, and what came of it is forgotten.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use memchr::memmem;
use serde::de::DeserializeOwned;

use super::Walk;
use crate::domain::report::Problem;

/// Bytes of a document that stand before the first guess: a smaller one is not worth a thread.
const LARGE: u64 = 1 << 20;
/// Bytes that each of the two reads before they meet.
const PART: usize = 512 << 10;
/// After so many wrong guesses one after the other no more is made.
const WRONG: u32 = 3;

/// A piece of text, and the elements with which it begins, with where each of them ends.
struct Part<T> {
    text: String,
    elements: Vec<(T, usize)>,
}

/// The second thread: where parts are handed to it, and where they come back.
struct Second<T> {
    parts: Sender<Part<T>>,
    read: Receiver<Part<T>>,
}

/// What is read ahead.
struct Ahead<T> {
    second: Option<Second<T>>,
    /// Where the second thread began, counted in bytes of the document.
    guess: Option<u64>,
    /// Memory for the next part.
    spare: Option<Part<T>>,
    /// No guess is made before this place is reached.
    next: u64,
    wrong: u32,
}

impl Walk<'_, '_> {
    /// Reads the elements of the array that is next, and hands over each in its turn. One that is no such thing is noted and
    /// passed over. `null` has no elements.
    ///
    /// # Errors
    /// When it is no array, or `take` fails.
    pub(in crate::formats) fn each<T: DeserializeOwned + Send + 'static>(
        &mut self,
        mut take: impl FnMut(&mut Self, T) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut ahead = Ahead::new();
        self.array(|walk| {
            let Some(mut part) = ahead.arrive(walk) else {
                let value = walk.read_or_warn()?;
                return value.map_or(Ok(()), |value| take(walk, value));
            };
            let begin = walk.at;
            walk.offered = false;
            for (value, end) in part.elements.drain(..) {
                walk.at = begin + end;
                take(walk, value)?;
            }
            ahead.spare = Some(part);
            Ok(())
        })
    }
}

impl<T: DeserializeOwned + Send + 'static> Ahead<T> {
    fn new() -> Ahead<T> {
        Ahead {
            second: None,
            guess: None,
            spare: None,
            next: LARGE,
            wrong: 0,
        }
    }

    /// What the second thread read from here on, if anything. Lets it begin at the next place.
    fn arrive(&mut self, walk: &mut Walk<'_, '_>) -> Option<Part<T>> {
        let here = walk.passed + walk.at as u64;
        if self.guess.is_none() && here < self.next {
            return None;
        }
        let mut found = None;
        if let Some(guess) = self.guess.take_if(|guess| *guess <= here) {
            let part = self.second.as_ref()?.read.recv().ok()?;
            if guess == here && !part.elements.is_empty() {
                self.wrong = 0;
                found = Some(part);
            } else {
                self.wrong += 1;
                self.spare = Some(part);
            }
        }
        if self.guess.is_none() && self.wrong < WRONG {
            let read = found.as_ref().and_then(|part| part.elements.last());
            self.begin(walk, read.map_or(0, |(_, end)| *end));
        }
        found
    }

    /// Lets the second thread read from a place ahead where an element may begin. The first `read` bytes are read.
    fn begin(&mut self, walk: &mut Walk<'_, '_>, read: usize) -> Option<()> {
        walk.read_ahead(read + 2 * PART);
        let from = walk.at + read + PART;
        self.next = walk.passed + from as u64;
        let text = walk.text.as_str();
        let beginning = beginning(text.get(walk.at..)?)?;
        let at = memmem::find_iter(text.as_bytes().get(from..)?, beginning)
            .map(|at| from + at)
            .find(|at| follows_an_object(text.get(..*at).unwrap_or_default()))?;
        let part = text.get(at..)?;
        let part = crate::formats::limits::cut(part, PART);
        let mut spare = self.spare.take().unwrap_or_else(Part::new);
        spare.text.clear();
        spare.text.push_str(part);
        self.second
            .get_or_insert_with(Second::new)
            .parts
            .send(spare)
            .ok()?;
        self.guess = Some(walk.passed + at as u64);
        Some(())
    }
}

/// The beginning of an object up to the name of its first member.
fn beginning(object: &str) -> Option<&[u8]> {
    let name = object.strip_prefix('{')?.trim_start().strip_prefix('"')?;
    let behind = name.get(memchr::memchr2(b'"', b'\\', name.as_bytes())?..)?;
    object.as_bytes().get(..=object.len() - behind.len())
}

/// Whether an object and a comma stand at the end of a text.
fn follows_an_object(text: &str) -> bool {
    let before = text.trim_ascii_end().strip_suffix(',');
    before.is_some_and(|before| before.trim_ascii_end().ends_with('}'))
}

impl<T: DeserializeOwned> Part<T> {
    fn new() -> Part<T> {
        Part {
            text: String::new(),
            elements: Vec::new(),
        }
    }

    /// Reads elements as far as they are whole, and nothing is wrong with them.
    fn read(&mut self) {
        self.elements.clear();
        let mut at = 0;
        while let Some(rest) = self.text.get(at..).filter(|rest| !rest.is_empty()) {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter();
            let (Some(Ok(value)), length) = (values.next(), values.byte_offset()) else {
                return;
            };
            let behind = rest.get(length..).unwrap_or_default();
            // What ends with the text may go on.
            if behind.is_empty() {
                return;
            }
            self.elements.push((value, at + length));
            let Some(next) = behind.trim_ascii_start().strip_prefix(',') else {
                return;
            };
            at = self.text.len() - next.len();
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Second<T> {
    fn new() -> Second<T> {
        let (parts, received) = channel::<Part<T>>();
        let (back, read) = channel();
        thread::spawn(move || {
            for mut part in received {
                part.read();
                // A reader that gave up wants no more.
                if back.send(part).is_err() {
                    return;
                }
            }
        });
        Second { parts, read }
    }
}
