//! Damaged reports: cut off, and with bytes flipped, lost and added. Nothing may bring a parser down or hold it up.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use andon::domain::report::Weight;
use andon::formats::{Format, Head, Limits, identify};
use quick_xml::events::Event;
use serde::de::IgnoredAny;

use super::fixtures::{Fixture, head};
use super::read_bytes;

/// Files up to this size are cut at every byte.
const SMALL: usize = 1_000;
/// The larger files of a format are cut at this many places between them, and each at [`CUTS_EACH`] at least.
const CUTS: usize = 150;
const CUTS_EACH: usize = 30;
/// How many damaged reports each format gets, over all its fixtures.
const CORRUPTED: usize = 800;
/// Reading one of these reports takes milliseconds; a loaded machine may take long, but not this long.
const HANG: Duration = Duration::from_secs(60);

/// Cuts every report off early: XML and JSON must say so.
pub(crate) fn truncate(format: &'static Format, fixtures: &[Fixture]) -> Vec<String> {
    let large = fixtures
        .iter()
        .filter(|fixture| fixture.bytes.len() > SMALL)
        .count();
    let cuts = CUTS.div_ceil(large.max(1)).max(CUTS_EACH);
    let damaged = fixtures.iter().flat_map(|fixture| {
        let step = match fixture.bytes.len() {
            size if size <= SMALL => 1,
            size => (size / cuts).max(1),
        };
        let all = (0..fixture.bytes.len()).step_by(step);
        // The last bytes are where a reader is most tempted to think that all is well.
        let last = fixture.bytes.len().saturating_sub(40)..fixture.bytes.len();
        all.chain(last).map(move |end| {
            let bytes = fixture.bytes.get(..end).unwrap_or_default().to_vec();
            (format!("{} cut at byte {end}", fixture.name), bytes)
        })
    });
    survive(format, damaged, |bytes, sound| sound && !is_complete(bytes))
}

/// Flips, loses and adds bytes.
pub(crate) fn corrupt(format: &'static Format, fixtures: &[Fixture]) -> Vec<String> {
    // Small reports get most of it: a byte changed there is more likely to matter, and is cheaper to try.
    let weight = |fixture: &Fixture| 1.0 / (fixture.bytes.len() + 200) as f64;
    let whole: f64 = fixtures.iter().map(weight).sum();
    let damaged = fixtures.iter().enumerate().flat_map(|(index, fixture)| {
        let runs = (CORRUPTED as f64 * weight(fixture) / whole).ceil() as usize;
        (0..runs).map(move |run| {
            let seed = (index * CORRUPTED + run) as u64;
            let bytes = Dice(seed).damaged(&fixture.bytes);
            (format!("{} damaged with seed {seed}", fixture.name), bytes)
        })
    });
    survive(format, damaged, |_, _| false)
}

/// Reads every damaged report under a watchdog. `wrong` says which ones should not have been read without an error:
/// it gets the bytes, and whether they were.
fn survive(
    format: &'static Format,
    damaged: impl Iterator<Item = (String, Vec<u8>)>,
    wrong: fn(&[u8], bool) -> bool,
) -> Vec<String> {
    let (jobs, todo) = channel::<Vec<u8>>();
    let (done, results) = channel();
    let worker = thread::spawn(move || {
        for bytes in todo {
            // Sniffers see no more than the beginning: cuts behind it are all the same to them.
            if bytes.len() <= Head::BYTES {
                let _ = identify(&head(bytes.clone()));
            }
            let report = read_bytes("damaged", bytes.clone(), Some(format), &Limits::default());
            let errors = |weight: Weight| weight == Weight::Error;
            let sound = !report.problems.iter().any(|problem| errors(problem.weight));
            if done.send(wrong(&bytes, sound)).is_err() {
                return;
            }
        }
    });
    let mut found = Vec::new();
    for (what, bytes) in damaged {
        jobs.send(bytes).unwrap();
        match results.recv_timeout(HANG) {
            Ok(false) => {}
            Ok(true) => found.push(format!("{what} was read without an error")),
            Err(RecvTimeoutError::Timeout) => return vec![format!("{what} hangs")],
            Err(RecvTimeoutError::Disconnected) => return vec![format!("{what} panics")],
        }
    }
    drop(jobs);
    worker.join().unwrap();
    found
}

/// Whether this could be a whole document. Formats other than XML and JSON cannot be told from their beginning.
fn is_complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        Some('<') => is_complete_xml(text),
        Some('{' | '[') => serde_json::Deserializer::from_str(text)
            .into_iter::<IgnoredAny>()
            .all(|document| document.is_ok()),
        Some(_) => true,
        None => false,
    }
}

fn is_complete_xml(text: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0_u32;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) if depth == 1 => return true,
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Empty(_)) if depth == 0 => return true,
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// A small generator (splitmix64): the same seed, the same damage, on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }

    /// One to four wounds: bits flipped, bytes from the syntax put in or over others, pieces lost or doubled, numbers
    /// grown beyond every range.
    fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        const SYNTAX: &[u8] = b"\0\n\r\t \"'&<>/[]{}:;,.-+=@#%0919eE\xff\xc3";
        const NUMBERS: &[&[u8]] = &[
            b"-1",
            b"18446744073709551616",
            b"4294967296",
            b"1e999",
            b"NaN",
        ];
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.roll(4) {
            let at = self.roll(bytes.len());
            let length = self.roll(40).min(bytes.len() - at);
            let syntax = SYNTAX[self.roll(SYNTAX.len())];
            match self.roll(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.roll(8),
                1 if at < bytes.len() => bytes[at] = syntax,
                2 => bytes.insert(at, syntax),
                3 => drop(bytes.drain(at..at + length)),
                4 => {
                    let doubled = bytes[at..at + length].to_vec();
                    bytes.splice(at..at, doubled);
                }
                _ => {
                    let digit = bytes[at..].iter().position(u8::is_ascii_digit);
                    let at = digit.map_or(at, |digit| at + digit);
                    let digits = bytes[at..]
                        .iter()
                        .take_while(|b| b.is_ascii_digit())
                        .count();
                    let number = NUMBERS[self.roll(NUMBERS.len())];
                    bytes.splice(at..at + digits, number.iter().copied());
                }
            }
        }
        bytes
    }
}
