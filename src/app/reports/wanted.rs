//! One file that is wanted, and the reports that come out of it: itself, or the members of an archive.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::broken;
use super::opening::{self, Archive, Opened};
use crate::app::Workspace;
use crate::app::discover::Places;
use crate::domain::measurement::Labels;
use crate::domain::report::{Problem, Report, Weight};
use crate::formats::{self, Format, Limits};
use crate::platform::archive::Member;

/// What could be a report by its name, compressed or not.
pub(super) const ANY: &str = "**/*.{xml,json,jsonl,ndjson,info,lcov,out,csv,txt}{,.gz,.zst}";

/// One file to read.
pub(super) struct Wanted {
    pub(super) path: PathBuf,
    pub(super) display: String,
    pub(super) format: Option<&'static Format>,
    pub(super) labels: Labels,
    /// Which members are meant if it is an archive, as a glob; all of them if it does not say.
    pub(super) members: Option<String>,
    /// The members that others have, as globs.
    pub(super) taken: Vec<String>,
    /// Found by looking around, not named by anyone: what no format claims is then somebody else's file.
    pub(super) by_chance: bool,
}

/// What became of a file.
pub(super) enum Read {
    /// It is a report, or should be one.
    Report(Box<Report>),
    /// No format claims it, and nobody said that one would.
    Stranger(String),
}

/// An archive and its members, as they are named together: `artifact.zip!coverage/lcov.info`.
pub(super) fn parted(path: &str) -> Option<(&str, &str)> {
    let bytes = path.as_bytes();
    // `[!a]` is a part of a pattern.
    let parts = |at: &usize| *at > 0 && bytes.get(at - 1) != Some(&b'[');
    let at = memchr::memchr_iter(b'!', bytes).find(parts)?;
    let (archive, members) = path.split_at(at);
    let members = members.strip_prefix('!')?;
    (!members.is_empty()).then_some((archive, members))
}

impl Wanted {
    /// A file that somebody named.
    pub(super) fn named(display: String, path: PathBuf) -> Wanted {
        Wanted {
            path,
            display,
            format: None,
            labels: Labels::new(),
            members: None,
            taken: Vec::new(),
            by_chance: false,
        }
    }

    /// Reads it. Whatever goes wrong is a problem of a report.
    pub(super) fn read(&self, workspace: &Workspace, limits: &Limits) -> Vec<Read> {
        match opening::open(&workspace.files, &self.path, limits.streamed_bytes) {
            Ok(Opened::Plain(_)) if self.members.is_some() => {
                let problem = Problem::error("is no zip archive, and so has no members");
                vec![self.broken(self.display.clone(), problem)]
            }
            Ok(Opened::Plain(stream)) => {
                let report = self.parse(&self.display, stream, limits);
                let empty = || workspace.files.size(&self.path).is_ok_and(|size| size == 0);
                vec![self.told(report, self.by_chance, &self.display, empty)]
            }
            // Programs and documents are archives too.
            Ok(Opened::Archive(_)) | Err(_) if self.by_chance && !self.looks_like_one() => {
                vec![Read::Stranger(self.display.clone())]
            }
            Ok(Opened::Archive(archive)) => self.all(workspace, &archive, limits),
            Err(problem) => vec![self.broken(self.display.clone(), problem)],
        }
    }

    /// Whether its name is one of a report, or of an archive of them.
    fn looks_like_one(&self) -> bool {
        let places = Places::of([ANY, "**/*.zip"]);
        places.is_ok_and(|places| places.has(Path::new(&self.display)))
    }

    /// The members of an archive.
    fn all(&self, workspace: &Workspace, archive: &Archive, limits: &Limits) -> Vec<Read> {
        let places = |globs: &[String]| Places::of(globs.iter().map(String::as_str));
        let all = [self.members.clone().unwrap_or_else(|| "**".to_owned())];
        let (wanted, taken) = match (places(&all), places(&self.taken)) {
            (Ok(wanted), Ok(taken)) => (wanted, taken),
            (Err(error), _) | (_, Err(error)) => {
                let problem = Problem::error(format!("its members are named by no glob: {error}"));
                return vec![self.broken(self.display.clone(), problem)];
            }
        };
        let mut meant: Vec<&Member> = archive.members.iter().collect();
        meant.retain(|member| wanted.has(Path::new(&member.name)));
        let named = meant.len();
        meant.retain(|member| !taken.has(Path::new(&member.name)));
        if meant.is_empty() && named > 0 {
            return Vec::new();
        }
        let mut read: Vec<Read> = meant
            .into_par_iter()
            .map(|member| self.member(workspace, archive, member, limits))
            .collect();
        let none = !read.iter().any(|read| matches!(read, Read::Report(_)));
        // Of an archive with reports in it, what looks like one; of any other, only that it was looked into.
        let files = Places::of([ANY]);
        read.retain(|read| match read {
            Read::Report(_) => true,
            Read::Stranger(path) => {
                let named = files.as_ref().is_ok_and(|files| files.has(Path::new(path)));
                named && !none
            }
        });
        if none && self.by_chance {
            read.push(Read::Stranger(self.display.clone()));
        } else if none {
            read.push(self.broken(self.display.clone(), self.nothing_in(archive)));
        }
        read
    }

    fn nothing_in(&self, archive: &Archive) -> Problem {
        let first: Vec<&str> = (archive.members.iter().take(3))
            .map(|member| member.name.as_str())
            .collect();
        let holds = match first.len() {
            0 => "it is empty".to_owned(),
            _ => format!("it begins with {}", first.join(", ")),
        };
        Problem::error(match &self.members {
            Some(glob) => format!("no file of this archive is named {glob}; {holds}"),
            None => format!(
                "no file of this archive is a report ({holds}); `andon formats` lists those that are read"
            ),
        })
    }

    fn member(
        &self,
        workspace: &Workspace,
        archive: &Archive,
        member: &Member,
        limits: &Limits,
    ) -> Read {
        let display = format!("{}!{}", self.display, member.name);
        // Whoever says what the members are like, or which ones are meant, means reports.
        let by_chance = self.members.is_none() && self.format.is_none();
        match archive.open(&workspace.files, member) {
            Ok(stream) => {
                let report = self.parse(&display, stream, limits);
                self.told(report, by_chance, &member.name, || member.size == 0)
            }
            // An archive in the archive.
            Err(problem) if by_chance && problem.weight == Weight::Warning => {
                match member.name.ends_with(".zip") {
                    true => self.broken(
                        display,
                        Problem {
                            weight: Weight::Error,
                            ..problem
                        },
                    ),
                    false => Read::Stranger(display),
                }
            }
            Err(problem) => {
                let weight = Weight::Error;
                self.broken(display, Problem { weight, ..problem })
            }
        }
    }

    fn parse(&self, display: &str, stream: opening::Stream, limits: &Limits) -> Report {
        formats::read(display, stream, self.format, self.labels.clone(), limits)
    }

    /// An empty file in a report's place is a report that was not written; any other stranger is not ours.
    fn told(&self, report: Report, by_chance: bool, path: &str, empty: impl Fn() -> bool) -> Read {
        let unwritten = || {
            let places = Places::of_registry();
            empty() && places.is_ok_and(|places| places.has(Path::new(path)))
        };
        if by_chance && report.format.is_empty() && !unwritten() {
            Read::Stranger(report.path)
        } else {
            Read::Report(Box::new(report))
        }
    }

    fn broken(&self, path: String, problem: Problem) -> Read {
        Read::Report(Box::new(broken(path, self.labels.clone(), problem)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_named_after_its_archive() {
        for (path, parts) in [
            ("a.zip!b/c.xml", Some(("a.zip", "b/c.xml"))),
            ("out/*.zip!**/[!a].xml", Some(("out/*.zip", "**/[!a].xml"))),
            ("report[!0-9].xml", None),
            ("report[!0-9].zip!x", Some(("report[!0-9].zip", "x"))),
            ("!a.zip", None),
            ("a.zip!", None),
            ("a.zip", None),
        ] {
            assert_eq!(parted(path), parts, "{path}");
        }
    }
}
