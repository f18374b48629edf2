//! The paths of an entry's documents:
//! `<2 digits>/<38 digits>.<time>.<branch>.<folder>.<run>.<id>.<part>.jsonl`. All that a list shows stands in the name.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::document::Part;
use crate::domain::past::Entry;

const TIME: &str = "%Y%m%dT%H%M%SZ";
const ENDING: &str = ".jsonl";

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
    let time = entry.taken_at.strftime(TIME);
    let [branch, folder, run] = [&entry.branch, &entry.folder, &entry.run].map(|text| encode(text));
    let (id, part) = (&entry.id, part.word());
    format!("{shard}/{rest}.{time}.{branch}.{folder}.{run}.{id}.{part}{ENDING}")
}

/// The entry that a path names; `None` if it names none.
pub(super) fn parse(path: &str) -> Option<(Entry, Part)> {
    let (shard, name) = path.split_once('/')?;
    let mut fields = name.strip_suffix(ENDING)?.split('.');
    let mut next = || fields.next();
    let commit = format!("{shard}{}", next()?);
    let lawful = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let taken_at = jiff::civil::DateTime::strptime(TIME, next()?).ok()?;
    let (branch, folder, run) = (decode(next()?)?, decode(next()?)?, decode(next()?)?);
    let id = next()?;
    let part = Part::of_word(next()?)?;
    let whole = next().is_none() && shard.len() == 2 && matches!(commit.len(), 40 | 64);
    if !whole || !lawful(&commit) || !lawful(id) || id.is_empty() {
        return None;
    }
    let entry = Entry {
        commit,
        taken_at: taken_at.to_zoned(TimeZone::UTC).ok()?.timestamp(),
        branch,
        folder,
        run,
        id: id.to_owned(),
    };
    Some((entry, part))
}

/// The time that a name can hold: without fractions of seconds.
pub(super) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
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
            "01/23456789abcdef0123456789abcdef01234567.20260101T000000Z.feature%2F%C3%A4%2Eb..12%2E1%2Ebuild.00ff00ff00.values.jsonl"
        );
        assert_eq!(parse(&path), Some((entry, Part::Values)));
        for (from, to) in [
            ("01/", "0/"),
            ("01/2", "01/X"),
            ("T00", "T99"),
            ("%C3", "%FF"),
            (".values", ".other"),
            (".values", ".values.values"),
            ("01/", ""),
            (".jsonl", ".json"),
        ] {
            assert_eq!(parse(&path.replacen(from, to, 1)), None, "{from} → {to}");
        }
    }
}
