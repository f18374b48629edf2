//! The directory of a zip archive (APPNOTE.TXT, 4.3.12 to 4.3.16).

use std::io::{self, Read, Seek, SeekFrom};

use super::bytes::{eight, four, two};
use super::member::{Fault, Member};

/// The bytes of the record at the end, without the archive's comment.
const END: u64 = 22;
/// The bytes of the pointer to the record with 64-bit numbers, which stands right before.
const LOCATOR: u64 = 20;
/// The bytes of that record.
const END_64: u64 = 56;
/// The longest comment of an archive.
const COMMENT: u64 = u16::MAX as u64;
/// The bytes of a member's record before its name.
const RECORD: usize = 46;
/// The longest name, in bytes.
const NAME: usize = 1024;

/// Where the directory is.
pub(super) struct End {
    pub(super) members: u64,
    pub(super) directory: u64,
    pub(super) size: u64,
}

impl End {
    /// Finds the record at the end; `None` if it is not there, or does not agree with where it is.
    pub(super) fn find(file: &mut (impl Read + Seek)) -> io::Result<Option<End>> {
        let length = file.seek(SeekFrom::End(0))?;
        let from = length.saturating_sub(END + COMMENT);
        let tail = read(file, from, length - from)?;
        let Some(at) = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").find(|at| {
            let rest = tail.len() - at;
            two(&tail, at + 20).is_some_and(|comment| rest == 22 + usize::from(comment))
        }) else {
            return Ok(None);
        };
        let record = tail.get(at..).unwrap_or_default();
        let start = from + at as u64;
        let plain = || {
            Some(End {
                members: two(record, 10)?.into(),
                directory: four(record, 16)?.into(),
                size: four(record, 12)?.into(),
            })
        };
        let Some(end) = plain() else { return Ok(None) };
        let one_disk = (two(record, 4), two(record, 6)) == (Some(0), Some(0))
            && two(record, 8) == two(record, 10);
        let small = end.members < 0xffff && end.directory.max(end.size) < 0xffff_ffff;
        if small {
            return Ok((one_disk && end.directory + end.size == start).then_some(end));
        }
        let Some(located) = start.checked_sub(LOCATOR) else {
            return Ok(None);
        };
        let locator = read(file, located, LOCATOR)?;
        let place = eight(&locator, 8).filter(|_| locator.starts_with(b"PK\x06\x07"));
        // Without room for what is added to the record, which nobody does.
        let Some(place) = place.filter(|at| at.checked_add(END_64) == Some(located)) else {
            // Exactly 65 535 members, without larger numbers.
            return Ok((one_disk && end.directory + end.size == start).then_some(end));
        };
        let record = read(file, place, END_64)?;
        let wide = || {
            Some(End {
                members: eight(&record, 32)?,
                directory: eight(&record, 48)?,
                size: eight(&record, 40)?,
            })
        };
        let whole = record.starts_with(b"PK\x06\x06") && eight(&record, 24) == eight(&record, 32);
        Ok(wide().filter(|end| whole && end.directory.checked_add(end.size) == Some(place)))
    }
}

/// The members that a directory lists, if it is just that many; `start` is where the directory is.
pub(super) fn members(mut directory: &[u8], count: u64, start: u64) -> Option<Vec<Member>> {
    let mut members = Vec::new();
    while !directory.is_empty() {
        let (member, rest) = member(directory)?;
        if member.span().1 > start {
            return None;
        }
        members.push(member);
        directory = rest;
    }
    (members.len() as u64 == count).then_some(members)
}

fn member(record: &[u8]) -> Option<(Member, &[u8])> {
    if !record.starts_with(b"PK\x01\x02") {
        return None;
    }
    let name_end = RECORD + usize::from(two(record, 28)?);
    let extra_end = name_end + usize::from(two(record, 30)?);
    let end = extra_end + usize::from(two(record, 32)?);
    let name = record.get(RECORD..name_end)?;
    let extra = record.get(name_end..extra_end)?;
    let rest = record.get(end..)?;
    let mut wide = Wide(extra_field(extra, 1).unwrap_or_default());
    // In this order, and only those that do not fit.
    let size = wide.or(four(record, 24)?)?;
    let packed = wide.or(four(record, 20)?)?;
    let header = wide.or(four(record, 42)?)?;
    let mut member = Member {
        name: String::from_utf8_lossy(name).into_owned(),
        size,
        packed,
        fault: None,
        method: two(record, 10)?,
        checksum: four(record, 16)?,
        header,
    };
    let mode = (four(record, 38)? >> 16) & 0o170_000;
    member.fault = fault(&member, two(record, 8)?, mode);
    Some((member, rest))
}

/// What speaks against a member. The upper bits of a Unix mode tell what kind of thing it is; none if the archive does
/// not say.
fn fault(member: &Member, flags: u16, mode: u32) -> Option<Fault> {
    let expected = match member.is_folder() {
        true => 0o040_000,
        false => 0o100_000,
    };
    if !is_sound(&member.name) {
        Some(Fault::Name)
    } else if mode != 0 && mode != expected {
        Some(Fault::Irregular)
    } else if flags & 1 != 0 || member.method == 99 {
        Some(Fault::Encrypted)
    } else if !member.is_known() {
        Some(Fault::Compression)
    } else {
        None
    }
}

/// A relative path with `/` between its parts, none of which leads up or elsewhere.
pub(super) fn is_sound(name: &str) -> bool {
    let name = name.strip_suffix('/').unwrap_or(name);
    name.len() <= NAME
        && !name.contains(['\\', ':'])
        && !name.contains(char::is_control)
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Numbers of 64 bits that did not fit.
struct Wide<'a>(&'a [u8]);

impl Wide<'_> {
    fn or(&mut self, narrow: u32) -> Option<u64> {
        if narrow != u32::MAX {
            return Some(narrow.into());
        }
        let number = eight(self.0, 0)?;
        self.0 = self.0.get(8..)?;
        Some(number)
    }
}

fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (id, length) = (two(extra, 0)?, usize::from(two(extra, 2)?));
        let field = extra.get(4..4 + length)?;
        if id == wanted {
            return Some(field);
        }
        extra = extra.get(4 + length..)?;
    }
}

fn read(file: &mut (impl Read + Seek), from: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
