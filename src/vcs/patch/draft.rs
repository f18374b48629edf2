//! What a diff says of one file, before its path is known.

use super::name::{self, Name};
use super::{PatchError, hunk, wrong};
use crate::domain::change::{ChangedFile, Hunk, Kind};

/// What a diff says of one file.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Where it starts.
    pub(super) line: usize,
    /// What follows `diff --git`.
    git: Option<Vec<u8>>,
    /// What follows `---` and `+++`.
    pub(super) names: Option<(Name, Name)>,
    /// What follows `rename from` or `copy from`, and `to`.
    from: Option<Vec<u8>>,
    to: Option<Vec<u8>>,
    kind: Option<Kind>,
    opaque: bool,
    /// Whether the content's name before and after is given, and differs.
    differs: bool,
    /// Whether something else than lines is said to change: the mode, or Subversion's properties.
    beside: bool,
    /// Whether the first hunk starts from, or leads to, a file without lines.
    pub(super) from_nothing: bool,
    pub(super) to_nothing: bool,
    pub(super) hunks: Vec<Hunk>,
}

/// A path, the old one of a moved file, and what happens.
type Told = (Vec<u8>, Option<Vec<u8>>, Kind);

impl Draft {
    /// A file after `diff --git`.
    pub(super) fn of_git(line: usize, names: &[u8]) -> Draft {
        let git = Some(names.to_vec());
        Draft {
            line,
            git,
            ..Draft::default()
        }
    }

    /// A file that starts with its names.
    pub(super) fn plain(line: usize, names: (Name, Name)) -> Draft {
        let names = Some(names);
        Draft {
            line,
            names,
            ..Draft::default()
        }
    }

    /// Whether `---` and `+++` may still come.
    pub(super) fn waits_for_names(&self) -> bool {
        self.git.is_some() && self.names.is_none()
    }

    /// One of the lines between `diff --git` and the first hunk; any other line is passed over.
    pub(super) fn header(&mut self, at: usize, line: &[u8]) -> Result<(), PatchError> {
        if line.starts_with(b"Binary files ") || line.starts_with(b"GIT binary patch") {
            self.opaque = true;
        }
        self.beside |= line.starts_with(b"Property changes on: ");
        if !self.waits_for_names() {
            return Ok(());
        }
        let mode_of = |index: &[u8]| {
            index
                .rsplit(|&byte| byte == b' ')
                .next()
                .is_some_and(has_no_lines)
        };
        for (start, kind) in [
            ("new file mode ", Kind::Added),
            ("deleted file mode ", Kind::Deleted),
        ] {
            if let Some(mode) = line.strip_prefix(start.as_bytes()) {
                self.kind = Some(kind);
                self.opaque |= has_no_lines(mode);
            }
        }
        if let Some(index) = line.strip_prefix(b"index ") {
            self.opaque |= mode_of(index);
            self.differs |= contents_differ(index);
        }
        self.beside |= line.starts_with(b"old mode ");
        for (verb, kind) in [("rename ", Kind::Renamed), ("copy ", Kind::Copied)] {
            let Some(rest) = line.strip_prefix(verb.as_bytes()) else {
                continue;
            };
            if let Some(path) = rest.strip_prefix(b"from ") {
                (self.kind, self.from) = (Some(kind), Some(name::exact(at, path)?));
            } else if let Some(path) = rest.strip_prefix(b"to ") {
                (self.kind, self.to) = (Some(kind), Some(name::exact(at, path)?));
            }
        }
        Ok(())
    }

    /// Whether a hunk comes after those that there are.
    pub(super) fn is_after(&self, at: usize, next: &hunk::Header) -> Result<(), PatchError> {
        let fits = |last: &Hunk| last.old.end <= next.old.start && last.new.end <= next.new.start;
        if self.hunks.last().is_none_or(fits) {
            return Ok(());
        }
        Err(wrong(
            at,
            "the hunk overlaps the one before, or stands before it",
        ))
    }

    /// Whether paths have a prefix such as `a/` here; `None` if this file does not tell.
    pub(super) fn is_prefixed(&self) -> Option<bool> {
        let git = self
            .git
            .as_deref()
            .and_then(|names| name::common(self.line, names).ok()?);
        git.or_else(|| match &self.names {
            Some((Name::Path(old), Name::Path(new))) => name::same(old, new),
            _ => None,
        })
        .map(|(_, prefixed)| prefixed)
    }

    /// The file, in a diff whose other paths have a prefix or not.
    pub(super) fn file(self, prefixed: Option<bool>) -> Result<ChangedFile, PatchError> {
        let line = self.line;
        if self.is_cut() {
            return Err(wrong(
                line,
                "the file has no hunk, though its header says that its lines change: the diff is cut off or malformed",
            ));
        }
        let (path, old_path, kind) = self.paths(prefixed)?;
        if path.is_empty() {
            return Err(wrong(line, "the file's path cannot be told"));
        }
        let text = |path: Vec<u8>| String::from_utf8_lossy(&path).into_owned();
        Ok(ChangedFile {
            path: text(path),
            old_path: old_path.map(text),
            kind,
            opaque: self.opaque,
            hunks: if self.opaque { Vec::new() } else { self.hunks },
        })
    }

    /// Whether hunks have to come that do not.
    fn is_cut(&self) -> bool {
        let promised = self.names.is_some() && !self.beside;
        let explained = self.kind.is_some() || self.beside;
        self.hunks.is_empty() && !self.opaque && (promised || self.differs && !explained)
    }

    /// The path, the old one of a moved file, and what happens.
    fn paths(&self, prefixed: Option<bool>) -> Result<Told, PatchError> {
        let kind = self.kind.unwrap_or(Kind::Modified);
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            return Ok((to.clone(), Some(from.clone()), kind));
        }
        if let Some(names) = &self.git
            && let Some((path, _)) = name::common(self.line, names)?
        {
            return Ok((path, None, kind));
        }
        let one = |path: &[u8], prefix: &[u8]| {
            let strip = prefixed.unwrap_or_else(|| path.starts_with(prefix));
            let shorter = name::without_first(path).filter(|_| strip);
            shorter.unwrap_or(path).to_vec()
        };
        match &self.names {
            Some((Name::Nothing, Name::Path(new))) => Ok((one(new, b"b/"), None, Kind::Added)),
            Some((Name::Path(old), Name::Nothing)) => Ok((one(old, b"a/"), None, Kind::Deleted)),
            Some((Name::Path(old), Name::Path(new))) => {
                let path = name::same(old, new).map_or_else(|| new.clone(), |(path, _)| path);
                let kind = match self.kind {
                    Some(kind) => kind,
                    None if self.from_nothing => Kind::Added,
                    None if self.to_nothing => Kind::Deleted,
                    None => Kind::Modified,
                };
                Ok((path, None, kind))
            }
            _ => Err(wrong(
                self.line,
                "the file's path cannot be told: the two names differ, and no `---` and `+++` follow",
            )),
        }
    }
}

/// Whether `OLD..NEW MODE` names two contents.
fn contents_differ(index: &[u8]) -> bool {
    let ids = index.split(|&byte| byte == b' ').next().unwrap_or_default();
    let dots = memchr::memmem::find(ids, b"..");
    let ends = dots.and_then(|at| Some((ids.get(..at)?, ids.get(at + 2..)?)));
    ends.is_some_and(|(old, new)| old != new)
}

/// Whether a mode is that of a symbolic link or a submodule.
fn has_no_lines(mode: &[u8]) -> bool {
    mode == b"120000" || mode == b"160000"
}
