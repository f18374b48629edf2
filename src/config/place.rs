//! Where the history is kept.

use super::diagnostics::Diagnostics;
use super::model::HistoryPlace;
use super::node::Node;

/// Refs that other things than a history stand under: a policy must not be able to have them overwritten.
const TAKEN: [&str; 8] = [
    "refs/heads/",
    "refs/tags/",
    "refs/remotes/",
    "refs/pull/",
    "refs/notes/",
    "refs/merge-requests/",
    "refs/andon/remotes/",
    "refs/andon/incoming/",
];

pub(in crate::config) fn read(document: &Node, d: &mut Diagnostics) -> Option<HistoryPlace> {
    let node = document.get("history")?;
    let word = node.text().or_else(|| node.text_at("in"))?;
    let mut stray = |key: &str, with: &str| {
        if let Some(value) = node.get(key) {
            d.error(
                value.span,
                format!("`{key}` says nothing with `in: {word}`"),
            )
            .help(format!("it belongs to `in: {with}`; leave it out"));
        }
    };
    if word != "git" {
        stray("ref", "git");
        stray("branch", "git");
        let make = match word {
            "sqlite" => HistoryPlace::database,
            _ => HistoryPlace::folder,
        };
        let usual = match word {
            "sqlite" => HistoryPlace::DATABASE,
            _ => HistoryPlace::FOLDER,
        };
        let Some(path) = node.get("path") else {
            return make(usual).ok();
        };
        return match path.text().map(make)? {
            Ok(place) => Some(place),
            Err(why) => {
                d.error(path.span, why)
                    .help(format!("name one inside the workspace: `{usual}`"));
                None
            }
        };
    }
    stray("path", "file");
    let (reference, branch) = (node.get("ref"), node.get("branch"));
    if let (Some(_), Some(branch)) = (reference, branch) {
        d.error(branch.span, "a history has either a `ref` or a `branch`")
            .help("leave one of them out");
        return None;
    }
    let (named, place) = match (reference, branch) {
        (Some(node), _) => (node, HistoryPlace::reference(node.text()?)),
        (_, Some(node)) => (node, HistoryPlace::branch(node.text()?)),
        _ => return Some(HistoryPlace::Git(HistoryPlace::REF.to_owned())),
    };
    match place {
        Ok(place) => Some(place),
        Err(why) => {
            d.error(named.span, why)
                .help("the usual ones are `ref: refs/andon/history` and `branch: andon-history`");
            None
        }
    }
}

impl HistoryPlace {
    /// A ref by its full name.
    ///
    /// # Errors
    /// When it is none that a history may stand under, as a sentence without a full stop.
    pub fn reference(name: &str) -> Result<HistoryPlace, String> {
        if let Some(taken) = TAKEN.iter().find(|taken| name.starts_with(**taken)) {
            return Err(format!(
                "`{name}` is no place for a history: {taken} is for other things"
            ));
        }
        match name.starts_with("refs/") && lawful(name) {
            true => Ok(HistoryPlace::Git(name.to_owned())),
            false => Err(format!("`{name}` is no full name of a ref")),
        }
    }

    /// A branch by its name.
    ///
    /// # Errors
    /// When it cannot be the name of one.
    pub fn branch(name: &str) -> Result<HistoryPlace, String> {
        let full = format!("refs/heads/{name}");
        match lawful(&full) && !name.starts_with(['-', '/']) && !name.starts_with("refs/") {
            true => Ok(HistoryPlace::Git(full)),
            false => Err(format!("`{name}` is no name of a branch")),
        }
    }

    /// A folder inside the workspace.
    ///
    /// # Errors
    /// When it lies outside.
    pub fn folder(path: &str) -> Result<HistoryPlace, String> {
        inside(path.trim_end_matches('/')).map(HistoryPlace::Folder)
    }

    /// An SQLite file inside the workspace.
    ///
    /// # Errors
    /// When it lies outside.
    pub fn database(path: &str) -> Result<HistoryPlace, String> {
        inside(path).map(HistoryPlace::Database)
    }

    /// Whether a path names an SQLite file.
    pub fn is_database(path: &str) -> bool {
        let name = path.to_ascii_lowercase();
        [".sqlite", ".sqlite3", ".db"]
            .iter()
            .any(|end| name.ends_with(end))
    }

    /// The place of one of several projects that share this one, each apart from the others.
    ///
    /// # Errors
    /// When the name has other characters than letters, digits, `_`, `-`, `.` and `/`, or is too long.
    pub fn of_project(&self, name: &str) -> Result<HistoryPlace, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        let parts = name
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.'));
        if !parts || name.len() > 100 || !name.chars().all(fits) || name.contains("..") {
            return Err(format!(
                "`{name}` is no name of a project: it has letters, digits, `_`, `-`, `.` and `/`, 100 at most"
            ));
        }
        // A name with its slashes would be a folder in another project's.
        let name = name.replace('/', "+");
        Ok(match self {
            HistoryPlace::Git(reference) => HistoryPlace::Git(format!("{reference}@{name}")),
            HistoryPlace::Folder(folder) => {
                HistoryPlace::Folder(format!("{folder}/{name}.project"))
            }
            HistoryPlace::Database(file) => {
                let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "sqlite"));
                HistoryPlace::Database(format!("{stem}@{name}.{ending}"))
            }
        })
    }
}

/// The path, if it lies inside the workspace.
fn inside(path: &str) -> Result<String, String> {
    let inside = path
        .split(['/', '\\'])
        .all(|part| !part.is_empty() && part != "..");
    match inside && !path.contains(':') && path != "." {
        true => Ok(path.to_owned()),
        false => Err(format!("`{path}` does not lie inside the workspace")),
    }
}

/// Whether git takes it as the name of a ref (`git check-ref-format`).
fn lawful(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let bad = |c: char| c.is_control() || " ~^:?*[\\\u{7f}".contains(c);
    name.len() <= 200
        && name.split('/').count() > 2
        && name.split('/').all(part)
        && !name.contains(bad)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing;
    use crate::platform::Env;

    fn load(text: &str, env: &Env) -> Result<Option<HistoryPlace>, String> {
        testing::load_under(text, env).map(|config| config.history)
    }

    #[test]
    fn a_place_is_a_word_or_a_map() {
        let git = |name: &str| Some(HistoryPlace::Git(name.to_owned()));
        let folder = |path: &str| Some(HistoryPlace::Folder(path.to_owned()));
        for (text, expected) in [
            ("gates: []", None),
            ("history: git", git("refs/andon/history")),
            ("history: file", folder(".andon/history")),
            (
                "history: sqlite",
                Some(HistoryPlace::Database(".andon/history.sqlite".to_owned())),
            ),
            (
                "history: { in: git, audit: true }",
                git("refs/andon/history"),
            ),
            (
                "history: { in: git, ref: refs/ci/past }",
                git("refs/ci/past"),
            ),
            ("history: { in: git, branch: a/b }", git("refs/heads/a/b")),
            ("history: { in: file, path: x/y/ }", folder("x/y")),
        ] {
            assert_eq!(load(text, &Env::default()), Ok(expected), "{text}");
        }
        let env = Env::of([("ANDON_HISTORY", "{ in: file, path: x }")]);
        assert_eq!(load("history: git", &env), Ok(folder("x")));
        let env = Env::of([("ANDON_HISTORY", "file")]);
        assert_eq!(load("history: git", &env), Ok(folder(".andon/history")));
    }

    #[test]
    fn projects_are_apart() {
        let of = |place: HistoryPlace| place.of_project("o/r");
        let git = HistoryPlace::Git("refs/andon/history".to_owned());
        let expected = "refs/andon/history@o+r";
        assert_eq!(of(git.clone()), Ok(HistoryPlace::Git(expected.to_owned())));
        assert!(lawful(expected));
        let folder = HistoryPlace::Folder("x".to_owned());
        assert_eq!(
            of(folder),
            Ok(HistoryPlace::Folder("x/o+r.project".to_owned()))
        );
        let file = HistoryPlace::Database("x/y.db".to_owned());
        assert_eq!(
            of(file),
            Ok(HistoryPlace::Database("x/y@o+r.db".to_owned()))
        );
        for name in ["", "a b", "../x", ".x", "a//b", "ä", "a/..b"] {
            assert!(git.of_project(name).is_err(), "{name}");
        }
    }

    #[test]
    fn nonsense_is_told() {
        for (text, expected) in [
            ("history: mysql", "`mysql` is no value of `history`"),
            ("keep: { events: soon }", "no span for which to keep"),
            ("sample: { a: 0 }", "no share to keep"),
            ("sample: { a: 101% }", "no share to keep"),
            ("keep: { rotate: hourly }", "`hourly` is no value"),
            ("history: { ref: refs/a/b }", "needs `in`"),
            ("history: { in: git, ref: main }", "no full name of a ref"),
            (
                "history: { in: git, ref: refs/heads/main }",
                "no place for a history",
            ),
            (
                "history: { in: git, ref: refs/tags/v1 }",
                "no place for a history",
            ),
            (
                "history: { in: git, ref: 'refs/a/b c' }",
                "no full name of a ref",
            ),
            ("history: { in: git, branch: '-x' }", "no name of a branch"),
            (
                "history: { in: git, ref: refs/a/b, branch: c }",
                "either a `ref` or a `branch`",
            ),
            (
                "history: { in: git, path: x }",
                "`path` says nothing with `in: git`",
            ),
            (
                "history: { in: file, branch: x }",
                "`branch` says nothing with `in: file`",
            ),
            ("history: { in: file, path: ../x }", "does not lie inside"),
            ("history: { in: file, path: /x }", "does not lie inside"),
            (
                "history: { in: file, path: 'C:\\x' }",
                "does not lie inside",
            ),
        ] {
            let error = load(text, &Env::default()).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
