//! The names of files in a diff.

use super::{PatchError, wrong};

/// What stands after `---` or `+++`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// `/dev/null`: there is no file on this side.
    Nothing,
    /// A path, perhaps with a prefix.
    Path(Vec<u8>),
}

impl Name {
    /// A name, up to the tab before a time.
    pub(super) fn read(at: usize, text: &[u8]) -> Result<Name, PatchError> {
        let path = if text.starts_with(b"\"") {
            unquoted(at, text)?.0
        } else {
            text.split(|&byte| byte == b'\t')
                .next()
                .unwrap_or_default()
                .to_vec()
        };
        if path.is_empty() {
            return Err(wrong(at, "names no file"));
        }
        Ok(if path == b"/dev/null" {
            Name::Nothing
        } else {
            Name::Path(path)
        })
    }
}

/// The one path in `a/PATH b/PATH`, and whether there are such prefixes; `None` if the two names differ, as they do for
/// renames.
pub(super) fn common(at: usize, names: &[u8]) -> Result<Option<(Vec<u8>, bool)>, PatchError> {
    let (old, new) = if names.starts_with(b"\"") {
        let (old, rest) = unquoted(at, names)?;
        (old, second(at, rest)?)
    } else if let Some(quote) = memchr::memmem::find(names, b" \"") {
        let (old, rest) = names.split_at(quote);
        (old.to_vec(), second(at, rest)?)
    } else {
        // Unquoted names can hold spaces; equally long ones part in the middle.
        let (old, rest) = names.split_at(names.len() / 2);
        (
            old.to_vec(),
            rest.strip_prefix(b" ").unwrap_or_default().to_vec(),
        )
    };
    Ok(same(&old, &new))
}

/// The path that two names share: as it is, or without the first folder of each.
pub(super) fn same(old: &[u8], new: &[u8]) -> Option<(Vec<u8>, bool)> {
    if old == new {
        return Some((new.to_vec(), false));
    }
    let (old, new) = (without_first(old)?, without_first(new)?);
    (old == new).then(|| (new.to_vec(), true))
}

/// A path without its first folder.
pub(super) fn without_first(path: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b'/', path)?;
    path.get(end + 1..).filter(|rest| !rest.is_empty())
}

/// A path after `rename from` and the like.
pub(super) fn exact(at: usize, text: &[u8]) -> Result<Vec<u8>, PatchError> {
    if text.starts_with(b"\"") {
        return Ok(unquoted(at, text)?.0);
    }
    Ok(text.to_vec())
}

fn second(at: usize, rest: &[u8]) -> Result<Vec<u8>, PatchError> {
    exact(at, rest.strip_prefix(b" ").unwrap_or(rest))
}

/// A path that git quoted, and what comes after it.
fn unquoted(at: usize, text: &[u8]) -> Result<(Vec<u8>, &[u8]), PatchError> {
    let open = || {
        wrong(
            at,
            "the quoted path has no end, or an escape in it is malformed",
        )
    };
    let mut bytes = text.iter().copied().enumerate().skip(1);
    let mut path = Vec::new();
    let mut next = || bytes.next().ok_or_else(open);
    loop {
        let (end, byte) = next()?;
        match byte {
            b'"' => return Ok((path, text.get(end + 1..).unwrap_or_default())),
            b'\\' => path.push(match next()?.1 {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                same @ (b'"' | b'\\') => same,
                first @ b'0'..=b'3' => {
                    let mut value = first - b'0';
                    for _ in 0..2 {
                        match next()?.1 {
                            digit @ b'0'..=b'7' => value = (value << 3) | (digit - b'0'),
                            _ => return Err(open()),
                        }
                    }
                    value
                }
                _ => return Err(open()),
            }),
            byte => path.push(byte),
        }
    }
}
