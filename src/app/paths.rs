//! Matching the paths of reports to the repository's files.
//!
//! Producers write absolute paths of another machine, paths relative to a package, or Windows separators. A path that
//! matches nothing is kept, counted and said: a coverage report whose files match nothing would otherwise make every
//! rule on files and components pass over nothing.

use std::path::Path;

use rustc_hash::FxHashMap;

/// The repository's files, indexed for matching.
pub struct PathIndex {
    files: Vec<String>,
    exact: FxHashMap<String, usize>,
    by_name: FxHashMap<String, Vec<usize>>,
    /// The workspace's own absolute path with `/` separators and a final one.
    root: String,
}

/// What became of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// The repository's file.
    File(String),
    /// No file, or several equally good ones: the path as written, with `/` separators.
    Unmatched(String),
}

impl PathIndex {
    /// Indexes `files`, which are relative to the workspace at `root`.
    pub fn new(root: &Path, files: Vec<String>) -> PathIndex {
        let mut exact = FxHashMap::default();
        let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, file) in files.iter().enumerate() {
            exact.insert(file.clone(), index);
            let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
            by_name.entry(name).or_default().push(index);
        }
        let mut root = tidy(&root.to_string_lossy());
        root.push('/');
        PathIndex {
            files,
            exact,
            by_name,
            root,
        }
    }

    /// Whether there is anything to match against.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether the repository has a file with the same extension: if it has none, the report is of other sources, and
    /// a failure to match says nothing about the paths.
    pub fn knows_extension(&self, path: &str) -> bool {
        let extension = |path: &str| {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            name.rsplit_once('.').map(|(_, end)| end.to_lowercase())
        };
        let wanted = extension(path);
        self.files.iter().any(|file| extension(file) == wanted)
    }

    /// The repository's file that `path`, written in the report at `report`, means.
    pub fn find(&self, path: &str, report: &str) -> Match {
        let tidied = tidy(path);
        let relative = tidied.strip_prefix(&self.root).unwrap_or(&tidied);
        if self.files.is_empty() || self.exact.contains_key(relative) {
            return Match::File(relative.to_owned());
        }
        match self.by_suffix(relative, report) {
            Some(file) => Match::File(file.to_owned()),
            None => Match::Unmatched(relative.to_owned()),
        }
    }

    /// The file that shares most folders with the end of `path`; among equals, the one nearest to the report.
    fn by_suffix(&self, path: &str, report: &str) -> Option<&str> {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let candidates = self.by_name.get(&name)?;
        let folder = report.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut best: Option<(usize, usize, &str)> = None;
        let mut tie = false;
        for file in candidates.iter().filter_map(|&index| self.files.get(index)) {
            let shared = shared(path.rsplit('/'), file.rsplit('/'));
            // The whole of one of the two has to be the end of the other: `b/x.py` is not `a/x.py`.
            if shared < path.split('/').count().min(file.split('/').count()) {
                continue;
            }
            let near = shared_folders(folder, file);
            let rank = (shared, near, file.as_str());
            match best {
                Some((most, nearest, _)) if (shared, near) < (most, nearest) => {}
                Some((most, nearest, _)) if (shared, near) == (most, nearest) => tie = true,
                _ => (best, tie) = (Some(rank), false),
            }
        }
        best.filter(|_| !tie).map(|(_, _, file)| file)
    }
}

fn shared<'a>(left: impl Iterator<Item = &'a str>, right: impl Iterator<Item = &'a str>) -> usize {
    left.zip(right)
        .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
        .count()
}

fn shared_folders(folder: &str, file: &str) -> usize {
    if folder.is_empty() {
        return 0;
    }
    shared(folder.split('/'), file.split('/'))
}

/// `/` separators, no `.` and no inner `..`, no drive letter.
fn tidy(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("file://").unwrap_or(&path);
    let drive = path.as_bytes().get(1) == Some(&b':')
        && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let path = if drive {
        path.get(2..).unwrap_or_default()
    } else {
        path
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') {
        format!("/{joined}")
    } else {
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(files: &[&str]) -> PathIndex {
        let files = files.iter().map(|&file| file.to_owned()).collect();
        PathIndex::new(Path::new("/build/demo"), files)
    }

    fn found(index: &PathIndex, path: &str, report: &str) -> Option<String> {
        match index.find(path, report) {
            Match::File(file) => Some(file),
            Match::Unmatched(_) => None,
        }
    }

    #[test]
    fn paths_of_other_machines_are_matched_by_their_end() {
        let index = index(&["src/a.py", "src/b/a.py", "lib/x.js"]);
        for (path, file) in [
            ("src/a.py", "src/a.py"),
            ("./src/../src/a.py", "src/a.py"),
            ("/build/demo/src/a.py", "src/a.py"),
            ("/home/runner/work/demo/demo/src/b/a.py", "src/b/a.py"),
            (r"C:\agent\_work\1\s\src\a.py", "src/a.py"),
            (r"D:\A\LIB\X.JS", "lib/x.js"),
            ("b/a.py", "src/b/a.py"),
            ("x.js", "lib/x.js"),
        ] {
            assert_eq!(
                found(&index, path, "coverage.xml").as_deref(),
                Some(file),
                "{path}"
            );
        }
    }

    #[test]
    fn what_could_be_several_files_or_none_stays_unmatched() {
        let index = index(&["src/a.py", "src/b/a.py", "lib/x.js"]);
        for path in ["a.py", "other/x.js", "y.js", "src/c/a.py"] {
            assert_eq!(found(&index, path, "coverage.xml"), None, "{path}");
        }
    }

    #[test]
    fn among_equals_the_file_near_the_report_is_meant() {
        let index = index(&["api/src/a.py", "web/src/a.py"]);
        assert_eq!(found(&index, "src/a.py", "coverage.xml"), None);
        let near = found(&index, "src/a.py", "web/coverage/coverage.xml");
        assert_eq!(near.as_deref(), Some("web/src/a.py"));
    }

    #[test]
    fn without_a_repository_paths_are_only_tidied() {
        let index = index(&[]);
        let tidied = found(&index, "/build/demo/./src/a.py", "coverage.xml");
        assert_eq!(tidied.as_deref(), Some("src/a.py"));
    }
}
