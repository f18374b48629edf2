//! A commit object's bytes. Only as much is parsed as delivery metrics need.

use memchr::{memchr, memmem, memrchr};

use crate::domain::dora::{Commit, CommitId, Message};

/// Reads a commit and appends its parents to `parents`; `None` if it is not what git writes.
pub(super) fn parse(id: CommitId, data: &[u8], parents: &mut Vec<CommitId>) -> Option<Commit> {
    let mut rest = data;
    let mut line = next_line(&mut rest)?;
    if line.starts_with(b"tree ") {
        line = next_line(&mut rest)?;
    }
    while let Some(hex) = line.strip_prefix(b"parent ") {
        parents.push(CommitId::from_hex(hex)?);
        line = next_line(&mut rest)?;
    }
    let author = line.strip_prefix(b"author ")?;
    let committer = next_line(&mut rest)?.strip_prefix(b"committer ")?;
    // Further headers, such as signatures, end at the first empty line.
    let message = if rest.starts_with(b"\n") {
        rest.get(1..)
    } else {
        memmem::find(rest, b"\n\n").and_then(|end| rest.get(end + 2..))
    };
    Some(Commit {
        id,
        committed: signature_time(committer).unwrap_or(0),
        authored: signature_time(author).unwrap_or(0),
        bot: memmem::find(author, b"[bot]").is_some(),
        message: Message::read(message.unwrap_or_default()),
    })
}

/// Cuts the first line off.
fn next_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = memchr(b'\n', rest)?;
    let line = rest.get(..end)?;
    *rest = rest.get(end + 1..)?;
    Some(line)
}

/// What follows `key` in the header line that starts with it.
pub(super) fn line_with<'a>(data: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let header = data
        .split(|&byte| byte == b'\n')
        .take_while(|line| !line.is_empty());
    header.into_iter().find_map(|line| line.strip_prefix(key))
}

/// The time in `Name <mail> 1700000000 +0100`; `None` if there is no number after the mail address.
pub(super) fn signature_time(signature: &[u8]) -> Option<i64> {
    let after = signature
        .get(memrchr(b'>', signature)? + 1..)?
        .trim_ascii_start();
    let number = after.split(|&byte| byte == b' ').next()?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &[u8] = b"0123456789abcdef0123456789abcdef01234567";

    fn read(text: &str) -> Option<(Commit, Vec<CommitId>)> {
        let mut parents = Vec::new();
        let commit = parse(CommitId::from_hex(ID)?, text.as_bytes(), &mut parents)?;
        Some((commit, parents))
    }

    #[test]
    fn times_parents_and_message_are_read() {
        let hex = std::str::from_utf8(ID).unwrap();
        let text = format!(
            "tree {hex}\nparent {hex}\nparent {hex}\nauthor A <a@b> 100 +0200\n\
             committer B > <b@c> 200 -0700\ngpgsig -----BEGIN\n \n abc\n\nRevert \"x\"\n\nBody\n"
        );
        let (commit, parents) = read(&text).unwrap();
        assert_eq!(
            (commit.authored, commit.committed, parents.len()),
            (100, 200, 2)
        );
        assert_eq!(commit.message, Message::read(b"Revert \"x\"\n\nBody\n"));
    }

    #[test]
    fn odd_commits_are_read_as_far_as_they_go() {
        let (commit, _) = read("tree 1\nauthor x[bot] <> \ncommitter y <\n").unwrap();
        assert_eq!(
            (commit.authored, commit.committed, commit.bot),
            (0, 0, true)
        );
        assert!(read("tree 1\nparent zz\nauthor a\ncommitter b\n\n").is_none());
        assert!(read("").is_none());
    }
}
