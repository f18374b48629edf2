//! Bringing a file of the work tree into the form that a commit would have: line ends as `.gitattributes` and
//! `core.autocrlf` say, so that a checkout with CRLF is not one big change. See gitattributes(5).

use std::path::Path;

use git2::{AttrCheckFlags, AttrValue, Index, Repository};
use memchr::memmem;

/// What git does to a file's line ends when it is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// Nothing.
    Kept,
    /// CRLF becomes LF.
    Text,
    /// CRLF becomes LF if the content looks like text.
    Guessed,
    /// It goes through a filter or a change of encoding that only git itself can run.
    Filtered,
}

impl LineEnds {
    /// What holds for a path.
    pub(super) fn of(
        git: &Repository,
        index: &Index,
        path: &Path,
    ) -> Result<LineEnds, git2::Error> {
        let ask = |name| -> Result<Said, git2::Error> {
            let flags = AttrCheckFlags::FILE_THEN_INDEX;
            let value = git.get_attr_bytes(path, name, flags)?;
            Ok(Said::of(&AttrValue::from_bytes(value)))
        };
        if ask("filter")? == Said::Other || ask("working-tree-encoding")? == Said::Other {
            return Ok(LineEnds::Filtered);
        }
        let text = match ask("text")? {
            // The old name of the attribute.
            Said::Nothing => ask("crlf")?,
            said => said,
        };
        let ends = match text {
            Said::No => LineEnds::Kept,
            Said::Yes | Said::Input => LineEnds::Text,
            Said::Auto => LineEnds::Guessed,
            Said::Nothing | Said::Other => match ask("eol")? {
                Said::Other => LineEnds::Text,
                _ if converts(git)? => LineEnds::Guessed,
                _ => LineEnds::Kept,
            },
        };
        let kept = ends == LineEnds::Guessed && has_crlf(git, index, path);
        Ok(if kept { LineEnds::Kept } else { ends })
    }

    /// What a commit of the content would hold.
    pub(super) fn committed(self, bytes: Vec<u8>) -> Vec<u8> {
        let converts = match self {
            LineEnds::Kept | LineEnds::Filtered => false,
            LineEnds::Text => true,
            LineEnds::Guessed => !looks_binary(&bytes),
        };
        if !converts || memmem::find(&bytes, b"\r\n").is_none() {
            return bytes;
        }
        let mut next = bytes.iter().skip(1);
        let kept = bytes.iter().filter(|byte| {
            let following = next.next();
            **byte != b'\r' || following != Some(&b'\n')
        });
        kept.copied().collect()
    }
}

/// What an attribute says, as far as line ends go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Yes,
    No,
    Auto,
    Input,
    Other,
}

impl Said {
    fn of(value: &AttrValue<'_>) -> Said {
        match value {
            AttrValue::Unspecified => Said::Nothing,
            AttrValue::True => Said::Yes,
            AttrValue::False => Said::No,
            AttrValue::String("auto") => Said::Auto,
            AttrValue::String("input") => Said::Input,
            _ => Said::Other,
        }
    }
}

/// Whether `core.autocrlf` asks for it.
fn converts(git: &Repository) -> Result<bool, git2::Error> {
    let config = git.config()?;
    Ok(match config.get_bool("core.autocrlf") {
        Ok(on) => on,
        Err(_) => config
            .get_string("core.autocrlf")
            .is_ok_and(|value| value == "input"),
    })
}

/// Whether the content that was last staged has CRLF: what is guessed then leaves it alone.
fn has_crlf(git: &Repository, index: &Index, path: &Path) -> bool {
    index
        .get_path(path, 0)
        .and_then(|entry| git.find_blob(entry.id).ok())
        .is_some_and(|blob| {
            let content = blob.content();
            memmem::find(content, b"\r\n").is_some() && !looks_binary(content)
        })
}

/// Git's guess: a NUL, a CR alone, or more than one unprintable byte in 128.
fn looks_binary(bytes: &[u8]) -> bool {
    let (mut printable, mut odd) = (0_usize, 0_usize);
    let mut next = bytes.iter().skip(1);
    // A final Ctrl-Z is an old end-of-file mark.
    let bytes_without_mark = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    for &byte in bytes_without_mark {
        let following = next.next();
        match byte {
            0 => return true,
            b'\r' if following != Some(&b'\n') => return true,
            b'\r' | b'\n' => {}
            8 | 9 | 12 | 27 | 32..=126 | 128.. => printable += 1,
            _ => odd += 1,
        }
    }
    printable >> 7 < odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crlf_of_text_is_converted() {
        let text = |ends: LineEnds, bytes: &[u8]| ends.committed(bytes.to_vec());
        assert_eq!(text(LineEnds::Text, b"a\r\nb\rc\r\r\n\r"), b"a\nb\rc\r\n\r");
        assert_eq!(text(LineEnds::Guessed, b"a\r\nb\r\n"), b"a\nb\n");
        assert_eq!(text(LineEnds::Guessed, b"a\r\nb\rc"), b"a\r\nb\rc");
        assert_eq!(text(LineEnds::Guessed, b"a\r\n\0"), b"a\r\n\0");
        assert_eq!(text(LineEnds::Kept, b"a\r\n"), b"a\r\n");
    }
}
