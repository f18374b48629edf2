//! Where the policy file is.

use std::io;
use std::path::Path;

use super::diagnostics::Diagnostics;
use super::extends;
use super::tree::Source;

/// The policy file's possible places, relative to the repository's root.
pub const NAMES: [&str; 6] = [
    "andon.yaml",
    "andon.yml",
    ".andon.yaml",
    ".andon.yml",
    ".github/andon.yaml",
    ".github/andon.yml",
];

/// The policy file of a workspace, if it has one. Two at once are a mistake: which of them counts would be a guess.
pub(in crate::config) fn find(source: &dyn Source, d: &mut Diagnostics) -> Option<&'static str> {
    let mut there = |name: &&'static str| match source.real(Path::new(name)) {
        Ok(_) => true,
        Err(error) if is_absent(&error) => false,
        // What cannot be told is not taken for a workspace without a policy.
        Err(error) => {
            let reason = extends::reason(&error);
            d.error_without_place(format!("the policy {name} cannot be read: {reason}"));
            false
        }
    };
    let found: Vec<&str> = NAMES.into_iter().filter(|name| there(name)).collect();
    let mut found = found.into_iter();
    let first = found.next()?;
    if let Some(second) = found.next() {
        d.error_without_place(format!("there are two policies: {first} and {second}"))
            .help("keep one of them, or name one with `--config`");
    }
    Some(first)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use crate::config::{Loader, NAMES, Origin, WorkTree};
    use crate::platform::{Env, Files};

    #[test]
    fn the_policy_is_found_in_each_place_and_never_guessed() {
        let env = Env::default();
        let empty = tempfile::tempdir().unwrap();
        let load = |folder: &std::path::Path| {
            let loader = Loader {
                source: &WorkTree {
                    files: Files,
                    root: folder,
                },
                env: &env,
            };
            loader.load(Origin::Lookup)
        };
        let config = load(empty.path()).unwrap();
        assert!(config.files.is_empty() && !config.policy.gates.is_empty());
        for name in NAMES {
            let folder = tempfile::tempdir().unwrap();
            let policy = b"gates: [{ metric: tests.failed, require: '== 0' }]";
            Files.write(&folder.path().join(name), policy).unwrap();
            let config = load(folder.path()).unwrap();
            assert_eq!(config.files, [name]);
            assert_eq!(config.policy.gates[0].origin, format!("{name}:1"));
        }
        let both = tempfile::tempdir().unwrap();
        for name in ["andon.yaml", ".github/andon.yml"] {
            Files.write(&both.path().join(name), b"version: 1").unwrap();
        }
        let told = load(both.path()).unwrap_err().to_string();
        assert!(
            told.contains("two policies: andon.yaml and .github/andon.yml"),
            "{told}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_does_not_lead_out_of_the_repository() {
        let outside = tempfile::tempdir().unwrap();
        Files
            .write(&outside.path().join("rules.yaml"), b"on_problem: warn")
            .unwrap();
        let inside = tempfile::tempdir().unwrap();
        Files
            .write(
                &inside.path().join("andon.yaml"),
                b"extends: [link/rules.yaml]",
            )
            .unwrap();
        std::os::unix::fs::symlink(outside.path(), inside.path().join("link")).unwrap();
        let env = Env::default();
        let loader = Loader {
            source: &WorkTree {
                files: Files,
                root: inside.path(),
            },
            env: &env,
        };
        let told = loader.load(Origin::Lookup).unwrap_err().to_string();
        assert!(told.contains("leads out of the repository"), "{told}");
    }
}
