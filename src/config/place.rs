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
    if word == "file" {
        stray("ref", "git");
        stray("branch", "git");
        let Some(path) = node.get("path") else {
            return Some(HistoryPlace::Folder(HistoryPlace::FOLDER.to_owned()));
        };
        return match path.text().map(HistoryPlace::folder)? {
            Ok(place) => Some(place),
            Err(why) => {
                d.error(path.span, why)
                    .help("name a folder inside the workspace: `.andon/history`");
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
        let path = path.trim_end_matches('/');
        let inside = path
            .split(['/', '\\'])
            .all(|part| !part.is_empty() && part != "..");
        match inside && !path.contains(':') && path != "." {
            true => Ok(HistoryPlace::Folder(path.to_owned())),
            false => Err(format!("`{path}` does not lie inside the workspace")),
        }
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
    use crate::config::{Loader, Origin, WorkTree};
    use crate::platform::{Env, Files};

    fn load(text: &str, env: &Env) -> Result<Option<HistoryPlace>, String> {
        let folder = tempfile::tempdir().unwrap();
        let loader = Loader {
            source: &WorkTree {
                files: Files,
                root: folder.path(),
            },
            env,
        };
        let name = "andon.yaml";
        match loader.load(Origin::Text { name, text }) {
            Ok(config) => Ok(config.history),
            Err(diagnostics) => Err(diagnostics.to_string()),
        }
    }

    #[test]
    fn a_place_is_a_word_or_a_map() {
        let git = |name: &str| Some(HistoryPlace::Git(name.to_owned()));
        let folder = |path: &str| Some(HistoryPlace::Folder(path.to_owned()));
        for (text, expected) in [
            ("gates: []", None),
            ("history: git", git("refs/andon/history")),
            ("history: file", folder(".andon/history")),
            ("history: { in: git }", git("refs/andon/history")),
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
    fn nonsense_is_told() {
        for (text, expected) in [
            ("history: sqlite", "`sqlite` is no value of `history`"),
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
