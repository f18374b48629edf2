//! `radon raw -j`: lines of files by kind.

use serde::Deserialize;

use super::super::{Format, Head, Kind};
use super::radon::{self, Entry};
use crate::domain::catalogue::SIZE_COUNTED;
use crate::domain::report::{Code, FileMeasure};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "radon_raw",
    title: "radon raw JSON",
    kind: Kind::Complexity,
    producers: &["radon raw -j"],
    default_paths: &["**/radon*.json", "**/*radon*raw*.json"],
    sniff,
    parse: radon::read::<Sizes>,
    reads: "Lines, lines of code, comments and blank lines by file.",
    omits: "Logical lines and docstrings by themselves.",
    supplies: &[SIZE_COUNTED],
};

fn sniff(head: &Head) -> bool {
    radon::holds(head, 2, &["loc", "lloc", "sloc"])
}

#[derive(Deserialize)]
struct Sizes {
    error: Option<String>,
    loc: Option<u64>,
    sloc: Option<u64>,
    comments: Option<u64>,
    blank: Option<u64>,
}

impl Entry for Sizes {
    fn add(self, path: &str, code: &mut Code) -> Result<(), &'static str> {
        match (self.loc, self.error) {
            (Some(lines), _) => code.files.push(FileMeasure {
                path: path.to_owned(),
                lines: Some(lines),
                code: self.sloc,
                comments: self.comments,
                blank: self.blank,
                ..FileMeasure::default()
            }),
            (None, Some(message)) => code.failed.push((path.to_owned(), message)),
            (None, None) => return Err("holds neither sizes nor an error"),
        }
        Ok(())
    }
}
