//! The paths of an entry's documents: `<2 digits>/<38 digits>.<branch>.<folder>.<run>.<id>.<part>.<time>`. All that a list
//! shows stands in the name.
//!
//! The time comes last and is written backwards in base 4, because git, when it packs, seeks what resembles a document
//! among those whose names hash alike, and its hash weighs the last sixteen characters, each four times as much as the
//! one before: thus documents taken one after the other become neighbours, and are stored as what differs. Measured on
//! 1,000 snapshots of 300 files: 10 KB an entry.

use jiff::Timestamp;

use super::document::Part;
use crate::domain::past::Entry;

/// Digits of a time: enough for the seconds up to the year 2106.
const DIGITS: u32 = 16;

/// The folder that a commit's entries lie in.
pub(super) fn shard(commit: &str) -> &str {
    commit.get(..2).unwrap_or(commit)
}

/// The path of one document of an entry.
pub(super) fn path(entry: &Entry, part: Part) -> String {
    let (shard, rest) = entry
        .commit
        .split_at_checked(2)
        .unwrap_or((&entry.commit, ""));
    let [branch, folder, run] = [&entry.branch, &entry.folder, &entry.run].map(|text| encode(text));
    let (id, part, time) = (&entry.id, part.word(), digits(entry.taken_at));
    format!("{shard}/{rest}.{branch}.{folder}.{run}.{id}.{part}.{time}")
}

/// The entry that a path names; `None` if it names none.
pub(super) fn parse(path: &str) -> Option<(Entry, Part)> {
    let (shard, name) = path.split_once('/')?;
    let mut fields = name.split('.');
    let mut next = || fields.next();
    let commit = format!("{shard}{}", next()?);
    let lawful = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let (branch, folder, run) = (decode(next()?)?, decode(next()?)?, decode(next()?)?);
    let id = next()?;
    let part = Part::of_word(next()?)?;
    let taken_at = time(next()?)?;
    let whole = next().is_none() && shard.len() == 2 && matches!(commit.len(), 40 | 64);
    if !whole || !lawful(&commit) || !lawful(id) || id.is_empty() {
        return None;
    }
    let entry = Entry {
        commit,
        taken_at,
        branch,
        folder,
        run,
        id: id.to_owned(),
    };
    // Another spelling of a name would be another document of the same entry.
    (self::path(&entry, part) == path).then_some((entry, part))
}

/// By what the points of a snapshot are known as what was recorded together.
pub(super) fn part(commit: &str, id: &str) -> String {
    format!("{}{id}", commit.get(..6).unwrap_or(commit))
}

/// The time that a name can hold: whole seconds.
pub(super) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(i64::from(seconds(time))).unwrap_or(time)
}

fn seconds(time: Timestamp) -> u32 {
    let held = time.as_second().clamp(0, i64::from(u32::MAX));
    u32::try_from(held).unwrap_or(0)
}

/// The seconds in base 4, the last digit first.
pub(super) fn digits(time: Timestamp) -> String {
    let seconds = seconds(time);
    let digit = |at| char::from_digit((seconds >> (2 * at)) & 3, 4);
    (0..DIGITS).filter_map(digit).collect()
}

/// The time with these digits.
pub(super) fn time(digits: &str) -> Option<Timestamp> {
    if digits.len() != DIGITS as usize || !digits.bytes().all(|byte| matches!(byte, b'0'..=b'3')) {
        return None;
    }
    let forwards: String = digits.chars().rev().collect();
    let seconds = u32::from_str_radix(&forwards, 4).ok()?;
    Timestamp::from_second(i64::from(seconds)).ok()
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_the_entry_is() {
        let entry = Entry {
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            taken_at: Timestamp::from_second(1_767_225_600).unwrap(),
            branch: "feature/ä.b".to_owned(),
            folder: String::new(),
            run: "12.1.build".to_owned(),
            id: "00ff00ff00".to_owned(),
        };
        let path = path(&entry, Part::Values);
        assert_eq!(
            path,
            "01/23456789abcdef0123456789abcdef01234567.feature%2F%C3%A4%2Eb..12%2E1%2Ebuild.00ff00ff00.values.0000123211111221"
        );
        assert_eq!(parse(&path), Some((entry, Part::Values)));
        for (from, to) in [
            ("01/", "0/"),
            ("01/2", "01/X"),
            ("values.0", "values.4"),
            ("values.0", "values."),
            ("%C3", "%FF"),
            (".values", ".other"),
            (".values", ".values.values"),
            ("01/", ""),
        ] {
            assert_eq!(parse(&path.replacen(from, to, 1)), None, "{from} → {to}");
        }
    }
}
