//! Finding reports without configuration: in the places where tools write them, ignored folders included.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::formats::{Format, registry};

/// Folders that hold other people's work, tools' caches, or input of tests: no build writes its reports there.
const PASSED_OVER: &[&str] = &[
    // version control
    ".git",
    ".hg",
    ".svn",
    ".jj",
    // vendored dependencies
    "node_modules",
    "bower_components",
    "site-packages",
    "vendor",
    "third_party",
    "Pods",
    ".cargo",
    ".m2",
    ".yarn",
    ".pnpm-store",
    // environments and caches
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".terraform",
    ".idea",
    ".vscode",
    // a compiler's intermediate files
    "incremental",
    ".fingerprint",
    "deps",
    "CMakeFiles",
    // what tests read, not what they write
    "fixtures",
    "__fixtures__",
    "testdata",
    "test-data",
    "test_data",
    "__snapshots__",
    "snapshots",
];

/// The default places of every format, as one matcher.
pub struct Places(GlobSet);

impl Places {
    /// Where the registry's formats are written by default, compressed or not.
    ///
    /// # Errors
    /// When a format's glob does not parse, which its tests would have shown.
    pub fn of_registry() -> Result<Places, globset::Error> {
        let globs: Vec<String> = registry()
            .flat_map(|format: &Format| format.default_paths)
            .map(|glob| format!("{glob}{{,.gz,.zst}}"))
            .collect();
        Places::of(globs.iter().map(String::as_str))
    }

    /// The places that these globs name.
    ///
    /// # Errors
    /// When one of them does not parse.
    pub fn of<'a>(globs: impl IntoIterator<Item = &'a str>) -> Result<Places, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let glob = glob.strip_prefix("./").unwrap_or(glob);
            // A folder's `*` stays in the folder; `**` crosses folders.
            let glob = GlobBuilder::new(glob)
                .literal_separator(true)
                .empty_alternates(true)
                .build()?;
            set.add(glob);
        }
        Ok(Places(set.build()?))
    }

    /// Whether a path is one of these places.
    pub fn has(&self, path: &Path) -> bool {
        self.0.is_match(path)
    }
}

/// The files below `root` that stand in these places, sorted, relative to `root`. Links are not followed. With
/// `everywhere`, folders of other people's work are looked into as well: a policy may name a report there.
pub fn find(root: &Path, places: &Places, everywhere: bool) -> Vec<PathBuf> {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false)
        .filter_entry(move |entry| enter(entry, everywhere));
    let mut found = walked(&walk, root, usize::MAX, |file| places.0.is_match(file));
    found.sort_unstable();
    found
}

/// The most files that a project without git may have.
const MOST: usize = 200_000;

/// The project's own files as they stand on disk, relative to `root` and with `/`: neither ignored ones nor other
/// people's work. None at all where there are too many to look through.
pub fn files(root: &Path) -> Vec<String> {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false)
        .git_ignore(true)
        .require_git(false)
        .filter_entry(|entry| enter(entry, false));
    let found = walked(&walk, root, MOST, |_| true);
    if found.len() >= MOST {
        // Which of them were met first differs from run to run.
        return Vec::new();
    }
    let mut files: Vec<String> = found
        .iter()
        .map(|file| file.to_string_lossy().replace('\\', "/"))
        .collect();
    files.sort_unstable();
    files
}

/// The files that a walk meets and that are wanted, at most so many, in any order. Links are not followed.
fn walked(
    walk: &WalkBuilder,
    root: &Path,
    most: usize,
    wanted: impl Fn(&Path) -> bool + Sync,
) -> Vec<PathBuf> {
    let found = Mutex::new(Vec::new());
    let wanted = &wanted;
    walk.build_parallel().run(|| {
        Box::new(|entry| {
            let Ok(entry) = entry else {
                // A folder that cannot be read holds no report that could be read.
                return WalkState::Continue;
            };
            let file = entry.file_type().is_some_and(|kind| kind.is_file());
            if let Ok(relative) = entry.path().strip_prefix(root)
                && file
                && wanted(relative)
                && let Ok(mut found) = found.lock()
            {
                if found.len() >= most {
                    return WalkState::Quit;
                }
                found.push(relative.to_owned());
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_default()
}

fn enter(entry: &DirEntry, everywhere: bool) -> bool {
    let folder = entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
    if !folder {
        return true;
    }
    let name = entry.file_name();
    if everywhere {
        return name != ".git";
    }
    !PASSED_OVER.iter().any(|passed| name == *passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            crate::platform::Files
                .write(&folder.path().join(file), b"x")
                .unwrap();
        }
        folder
    }

    #[test]
    fn reports_are_found_in_ignored_folders_and_not_in_vendored_ones() {
        let folder = tree(&[
            "coverage/lcov.info",
            "target/nextest/junit.xml",
            "node_modules/x/coverage/lcov.info",
            ".venv/lib/junit.xml",
            "tests/fixtures/junit.xml",
            "lcov.info",
        ]);
        crate::platform::Files
            .write(&folder.path().join(".gitignore"), b"target\ncoverage\n")
            .unwrap();
        let places = Places::of(["**/lcov.info", "**/junit.xml"]).unwrap();
        let found = find(folder.path(), &places, false);
        let expected = [
            "coverage/lcov.info",
            "lcov.info",
            "target/nextest/junit.xml",
        ];
        assert_eq!(found, expected.map(PathBuf::from));
        assert_eq!(find(folder.path(), &places, true).len(), 6);
    }
}
