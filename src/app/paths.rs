//! Matching the paths of reports to the repository's files.
//!
//! Producers write absolute paths of another machine, paths relative to a package, or Windows separators. A path that
//! matches nothing is kept, counted and said: a coverage report whose files match nothing would otherwise make every
//! rule on files and components pass over nothing.

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

/// The repository's files, indexed for matching.
pub struct PathIndex {
    files: Vec<String>,
    exact: FxHashMap<String, usize>,
    /// The folders and names of each file from its end on, in lower case, sorted: those with the same end stand together.
    ends: Vec<(String, usize)>,
    extensions: FxHashSet<Option<String>>,
    /// The workspace's own absolute path with `/` separators and a final one.
    root: String,
    /// Beginnings of paths with what takes their place, the longest first.
    replaced: Vec<(String, String)>,
}

/// Folders of other people's work, and of the system: what is below them is not the repository's, whatever its end is
/// like.
const FOREIGN: &[&str] = &[
    "node_modules",
    "bower_components",
    "site-packages",
    "dist-packages",
    "vendor",
    "third_party",
    ".cargo",
    ".rustup",
    "rustc",
    ".m2",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "include",
];

/// What became of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// The repository's file.
    File(String),
    /// No file, or several equally good ones: the path as written, with `/` separators.
    Unmatched(String),
}

impl PathIndex {
    /// Indexes `files`, which are relative to the workspace at `root`. In paths, the beginnings `replaced` stand for
    /// folders of the workspace.
    pub fn new(root: &Path, files: Vec<String>, replaced: &BTreeMap<String, String>) -> PathIndex {
        let mut exact = FxHashMap::default();
        let mut ends = Vec::new();
        for (index, file) in files.iter().enumerate() {
            exact.insert(file.clone(), index);
            ends.push((from_the_end(file), index));
        }
        ends.sort_unstable();
        let extensions = files.iter().map(|file| extension(file)).collect();
        let mut root = tidy(&root.to_string_lossy());
        root.push('/');
        let tidied = |(from, to): (&String, &String)| (tidy(from), tidy(to));
        let mut replaced: Vec<_> = replaced.iter().map(tidied).collect();
        replaced.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        PathIndex {
            files,
            exact,
            ends,
            extensions,
            root,
            replaced,
        }
    }

    /// Whether there is anything to match against.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether the repository has a file with the same extension: if it has none, the report is of other sources, and
    /// a failure to match says nothing about the paths.
    pub fn knows_extension(&self, path: &str) -> bool {
        self.extensions.contains(&extension(path))
    }

    /// The repository's file that `path`, written in the report at `report`, means.
    pub fn find(&self, path: &str, report: &str) -> Match {
        let tidied = tidy(path);
        let tidied = self.replacement(&tidied).unwrap_or(tidied);
        let relative = tidied.strip_prefix(&self.root).unwrap_or(&tidied);
        if self.files.is_empty() || self.exact.contains_key(relative) {
            return Match::File(relative.to_owned());
        }
        match self.by_suffix(relative, report) {
            Some(file) => Match::File(file.to_owned()),
            None => Match::Unmatched(relative.to_owned()),
        }
    }

    /// Whether the policy says where a path belongs.
    pub fn replaces(&self, path: &str) -> bool {
        self.replacement(&tidy(path)).is_some()
    }

    fn replacement(&self, path: &str) -> Option<String> {
        self.replaced.iter().find_map(|(from, to)| {
            let rest = after(path, from)?;
            Some(match (to.as_str(), rest) {
                ("", rest) => rest.to_owned(),
                (to, "") => to.to_owned(),
                (to, rest) => format!("{to}/{rest}"),
            })
        })
    }

    /// The files that are the end of a path, and those of which it is the end; the path is given from its end on. So few
    /// are looked at that the time does not grow with files of the same name.
    fn candidates<'a, 'b>(
        &'a self,
        wanted: &'b str,
    ) -> impl Iterator<Item = &'a String> + use<'a, 'b> {
        let parts = wanted.match_indices('/').map(|(at, _)| at + 1);
        let parts = parts.filter_map(move |end| wanted.get(..end).filter(|part| *part != wanted));
        let within =
            parts.flat_map(|part| self.since(part).take_while(move |(end, _)| end == part));
        let around = self
            .since(wanted)
            .take_while(move |(end, _)| end.starts_with(wanted));
        within
            .chain(around)
            .filter_map(|(_, index)| self.files.get(*index))
    }

    /// The ends from this one on.
    fn since<'a>(&'a self, wanted: &str) -> impl Iterator<Item = &'a (String, usize)> + use<'a> {
        let first = self.ends.partition_point(|(end, _)| end.as_str() < wanted);
        self.ends.iter().skip(first)
    }

    /// The file that shares most folders with the end of `path`; among equals, the one spelt the same, then the one
    /// nearest to the report.
    fn by_suffix<'a>(&'a self, path: &str, report: &'a str) -> Option<&'a str> {
        let wanted = from_the_end(path);
        let folder = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // A member of an archive lies where the archive lies, and where it lay when it was packed.
        let (archive, member) = report.split_once('!').unwrap_or((report, ""));
        let folders = [folder(archive), folder(member)];
        let mut best: Option<((usize, bool, usize), &str)> = None;
        let mut tie = false;
        for file in self.candidates(&wanted) {
            let shared = shared(path.rsplit('/'), file.rsplit('/'));
            // The whole of one of the two has to be the end of the other: `b/x.py` is not `a/x.py`.
            let count = path.split('/').count();
            if shared < count.min(file.split('/').count()) {
                continue;
            }
            let mut before = path.split('/').take(count - shared);
            if before.any(|folder| FOREIGN.contains(&folder)) {
                continue;
            }
            let alike = path.ends_with(file.as_str()) || file.ends_with(path);
            let near = folders.map(|folder| shared_folders(folder, file));
            let near = near.into_iter().max().unwrap_or_default();
            let rank = (shared, alike, near);
            match best {
                Some((highest, _)) if rank < highest => {}
                Some((highest, _)) if rank == highest => tie = true,
                _ => (best, tie) = (Some((rank, file.as_str())), false),
            }
        }
        best.filter(|_| !tie).map(|(_, file)| file)
    }
}

/// `src/A.py` as `a.py/src/`.
fn from_the_end(path: &str) -> String {
    let mut turned = String::with_capacity(path.len() + 1);
    for part in path.rsplit('/') {
        turned.push_str(&part.to_lowercase());
        turned.push('/');
    }
    turned
}

fn extension(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, end)| end.to_lowercase())
}

fn shared<'a>(left: impl Iterator<Item = &'a str>, right: impl Iterator<Item = &'a str>) -> usize {
    left.zip(right).take_while(|(a, b)| same(a, b)).count()
}

/// Whether two names are one where upper and lower case are.
fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || !left.is_ascii() && left.to_lowercase() == right.to_lowercase()
}

/// What follows the folders `beginning` in `path`.
fn after<'a>(path: &'a str, beginning: &str) -> Option<&'a str> {
    let (start, rest) = path.split_at_checked(beginning.len())?;
    if beginning.is_empty() || !same(start, beginning) {
        return None;
    }
    rest.strip_prefix('/').or(rest.is_empty().then_some(""))
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
        PathIndex::new(Path::new("/build/demo"), files, &BTreeMap::new())
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
    fn the_roots_of_containers_and_runners_do_not_matter() {
        let index = index(&["main.py", "src/a.py", "src/b/a.py", "lib/x.js"]);
        for root in [
            "/app",
            "/src",
            "/workspace",
            "/usr/src/app",
            "/home/runner/work/demo/demo",
            "/builds/group/demo",
            "/__w/demo/demo",
            "/github/workspace",
            "/bitbucket/pipelines/agent/build",
            "/var/lib/jenkins/workspace/demo_main@2",
            "/home/vsts/work/1/s",
            "C:/projects/demo",
            r"D:\a\demo\demo",
            "file:///app",
        ] {
            for file in ["main.py", "src/a.py", "src/b/a.py"] {
                let path = format!("{root}/{file}");
                assert_eq!(
                    found(&index, &path, "c.xml").as_deref(),
                    Some(file),
                    "{path}"
                );
            }
        }
    }

    #[test]
    fn the_longest_end_counts() {
        let index = index(&["a.py", "b/a.py", "c/b/a.py", "d/b/a.py"]);
        for (path, file) in [
            ("/x/a.py", Some("a.py")),
            ("/x/b/a.py", Some("b/a.py")),
            ("/x/c/b/a.py", Some("c/b/a.py")),
            ("/x/d/b/a.py", Some("d/b/a.py")),
        ] {
            assert_eq!(found(&index, path, "c.xml").as_deref(), file, "{path}");
        }
    }

    #[test]
    fn case_is_folded_unless_it_tells_two_files_apart() {
        let files = index(&["src/Main.java", "src/straße/ÄPFEL.kt"]);
        for (path, file) in [
            ("SRC/main.JAVA", "src/Main.java"),
            (r"C:\W\Src\Main.java", "src/Main.java"),
            ("/w/src/Straße/äpfel.kt", "src/straße/ÄPFEL.kt"),
        ] {
            assert_eq!(
                found(&files, path, "c.xml").as_deref(),
                Some(file),
                "{path}"
            );
        }
        let two = index(&["src/A.py", "src/a.py"]);
        for file in ["src/A.py", "src/a.py"] {
            assert_eq!(
                found(&two, &format!("/w/{file}"), "c.xml").as_deref(),
                Some(file)
            );
        }
        assert_eq!(found(&two, "/w/SRC/a.PY", "c.xml"), None);
    }

    #[test]
    fn the_policy_says_what_a_beginning_stands_for() {
        let files = ["core/src/com/x/A.java", "app/src/com/x/A.java", "a.c"];
        let files = files.map(str::to_owned).to_vec();
        let replaced = [
            ("com/x", "core/src/com/x"),
            ("com/x/special", "app/src/com/x"),
            ("/opt/build", ""),
            (r"C:\build\", "./"),
            ("gen.c", "a.c"),
        ];
        let replaced = replaced.map(|(from, to)| (from.to_owned(), to.to_owned()));
        let index = PathIndex::new(Path::new("/w"), files, &BTreeMap::from(replaced));
        for (path, file) in [
            ("com/x/A.java", Some("core/src/com/x/A.java")),
            ("Com/X/A.java", Some("core/src/com/x/A.java")),
            ("com/x/special/A.java", Some("app/src/com/x/A.java")),
            ("com/xy/A.java", None),
            ("/opt/build/a.c", Some("a.c")),
            (
                "/opt/build/app/src/com/x/A.java",
                Some("app/src/com/x/A.java"),
            ),
            (r"c:\build\a.c", Some("a.c")),
            ("gen.c", Some("a.c")),
        ] {
            assert_eq!(found(&index, path, "c.xml").as_deref(), file, "{path}");
        }
        assert!(index.replaces("com/x/A.java") && !index.replaces("a.c"));
    }

    #[test]
    fn other_peoples_files_are_not_the_repositorys() {
        let index = index(&["index.js", "src/index.js", "vendor/x/y.go", "setup.py"]);
        for path in [
            "/app/node_modules/x/index.js",
            "node_modules/x/src/index.js",
            "/usr/lib/python3/dist-packages/setup.py",
            "/root/.cargo/registry/src/index.js",
        ] {
            assert_eq!(found(&index, path, "c.xml"), None, "{path}");
        }
        // What is tracked is the repository's, wherever it stands.
        let vendored = found(&index, "/app/vendor/x/y.go", "c.xml");
        assert_eq!(vendored.as_deref(), Some("vendor/x/y.go"));
    }

    #[test]
    fn thousands_of_files_of_one_name_cost_no_more_than_others() {
        let files: Vec<String> = (0..20_000)
            .map(|at| format!("p{at}/src/index.js"))
            .collect();
        let index = PathIndex::new(Path::new("/w"), files.clone(), &BTreeMap::new());
        // A look at each file for each path would take minutes.
        for file in &files {
            let path = format!("/app/{}", file.to_uppercase());
            assert_eq!(found(&index, &path, "c.xml").as_ref(), Some(file));
        }
        assert_eq!(found(&index, "src/index.js", "c.xml"), None);
        let near = found(&index, "src/index.js", "p7/coverage/c.xml");
        assert_eq!(near.as_deref(), Some("p7/src/index.js"));
        assert!(index.knows_extension("x.JS") && !index.knows_extension("x.ts"));
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
        for report in ["out/a.zip!web/coverage.xml", "web/a.zip!coverage.xml"] {
            let near = found(&index, "src/a.py", report);
            assert_eq!(near.as_deref(), Some("web/src/a.py"), "{report}");
        }
    }

    #[test]
    fn without_a_repository_paths_are_only_tidied() {
        let index = index(&[]);
        let tidied = found(&index, "/build/demo/./src/a.py", "coverage.xml");
        assert_eq!(tidied.as_deref(), Some("src/a.py"));
    }
}
