//! An annotation of a check run: a message beside lines of a file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::fit;

/// The longest title, in characters.
const TITLE: usize = 255;
/// The longest message, in bytes: GitHub's 64 KB, read as the smaller of its two meanings.
const MESSAGE: usize = 64_000;
/// The last line that GitHub's 32-bit numbers can name.
const LAST: u64 = i32::MAX as u64;

/// How much an annotation matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// To be known.
    Notice,
    /// To be looked at.
    Warning,
    /// What fails a gate.
    Failure,
}

/// A message beside lines of a file, within GitHub's limits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Annotation {
    path: String,
    start_line: u64,
    end_line: u64,
    annotation_level: Level,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    message: String,
}

impl Annotation {
    /// An annotation of a file of the repository, by its path from the repository's top, and of the lines from `first`
    /// (the top of the file if it is none) to `last`. What is too long is cut. `None` for a path that is not inside the
    /// repository: GitHub would refuse the whole request.
    pub fn new(
        path: &str,
        first: u64,
        last: u64,
        level: Level,
        title: &str,
        message: &str,
    ) -> Option<Annotation> {
        let first = first.clamp(1, LAST);
        is_inside(path).then(|| Annotation {
            path: path.to_owned(),
            start_line: first,
            end_line: last.clamp(first, LAST),
            annotation_level: level,
            title: fit::cut(title, TITLE).into_owned(),
            message: match message.trim() {
                // GitHub refuses an annotation that says nothing.
                "" => "(no message)".to_owned(),
                _ => shortened(message).into_owned(),
            },
        })
    }

    /// What is compared with the annotations that GitHub has.
    pub(super) fn as_listed(&self) -> Listed {
        let level = match self.annotation_level {
            Level::Notice => "notice",
            Level::Warning => "warning",
            Level::Failure => "failure",
        };
        Listed {
            path: self.path.clone(),
            start_line: self.start_line,
            end_line: self.end_line,
            annotation_level: Some(level.to_owned()),
            title: Some(self.title.clone()),
            message: Some(self.message.clone()),
        }
        .plain()
    }
}

/// An annotation as GitHub lists it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Listed {
    path: String,
    start_line: u64,
    end_line: u64,
    annotation_level: Option<String>,
    title: Option<String>,
    message: Option<String>,
}

impl Listed {
    /// Without the differences that GitHub may make: an empty title or none, space around the message, line ends.
    pub(super) fn plain(mut self) -> Listed {
        let tidy = |text: String| text.replace("\r\n", "\n").trim().to_owned();
        self.title = self.title.map(tidy).filter(|title| !title.is_empty());
        self.message = self.message.map(tidy);
        self
    }
}

fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains('\\')
        && path.as_bytes().get(1) != Some(&b':')
        && !path.contains(char::is_control)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn shortened(message: &str) -> Cow<'_, str> {
    if message.len() <= MESSAGE {
        return Cow::Borrowed(message);
    }
    let most = MESSAGE - '…'.len_utf8();
    let end = (0..=most).rev().find(|at| message.is_char_boundary(*at));
    let end = end.unwrap_or_default();
    Cow::Owned(format!("{}…", message.get(..end).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Option<Annotation> {
        Annotation::new(path, 3, 5, Level::Warning, "title", "message")
    }

    #[test]
    fn only_paths_inside_the_repository_are_annotated() {
        for path in ["src/lib.rs", "a", "ü/..x", ".github/a b.yml", "..."] {
            assert!(at(path).is_some(), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a/..",
            "./a",
            "a//b",
            "a/",
            "C:/a",
            "a\\b",
            "a\nb",
            "a\0",
            "https://example.com/a",
        ] {
            assert!(at(path).is_none(), "{path}");
        }
    }

    #[test]
    fn lines_begin_at_one_and_do_not_run_backwards() {
        let lines = |first, last| {
            let one = Annotation::new("a", first, last, Level::Notice, "", "m").unwrap();
            (one.start_line, one.end_line)
        };
        assert_eq!(lines(0, 0), (1, 1));
        assert_eq!(lines(7, 3), (7, 7));
        assert_eq!(lines(7, 9), (7, 9));
        assert_eq!(lines(u64::MAX, u64::MAX), (LAST, LAST));
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = "ü".repeat(100_000);
        let one = Annotation::new("a", 1, 1, Level::Failure, &long, &long).unwrap();
        assert_eq!(one.title.chars().count(), 255);
        assert!(one.message.len() <= MESSAGE && one.message.ends_with('…'));
        let empty = Annotation::new("a", 1, 1, Level::Failure, "", " \n").unwrap();
        assert_eq!(empty.message, "(no message)");
    }
}
