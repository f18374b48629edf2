//! `safe.directory` from the environment. libgit2 reads it from git's configuration files alone; git also takes it
//! from `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_0`, `GIT_CONFIG_VALUE_0` …, which is the way to allow one folder for one
//! command.

use std::path::{Path, PathBuf};

use crate::platform::Env;

/// No command needs more variables than this.
const MAX_PAIRS: usize = 1000;

/// Whether the environment declares a repository safe, by one of its folders: its own, or that with the files.
pub(super) fn allowed(env: &Env, folders: [&PathBuf; 2]) -> bool {
    let count = env
        .get("GIT_CONFIG_COUNT")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let mut safe = false;
    for number in 0..usize::min(count, MAX_PAIRS) {
        let key = env
            .get(&format!("GIT_CONFIG_KEY_{number}"))
            .unwrap_or_default();
        if !key.eq_ignore_ascii_case("safe.directory") {
            continue;
        }
        safe = match env.get(&format!("GIT_CONFIG_VALUE_{number}")) {
            // An empty value takes back the ones before it, as in git.
            None => false,
            Some("*") => true,
            Some(value) => safe || folders.iter().any(|folder| names(value, folder)),
        };
    }
    safe
}

/// Whether a value names a folder.
fn names(value: &str, folder: &Path) -> bool {
    let value = Path::new(value);
    folder == value || folder.canonicalize().is_ok_and(|folder| folder == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_allows_by_path() {
        let folders = [&"/srv/work/.git/".into(), &"/srv/work".into()];
        let with = |value| {
            Env::of([
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "safe.directory"),
                ("GIT_CONFIG_VALUE_0", value),
            ])
        };
        assert!(allowed(&with("/srv/work"), folders));
        assert!(allowed(&with("/srv/work/.git"), folders));
        assert!(allowed(&with("*"), folders));
        assert!(!allowed(&with("/srv"), folders));
        assert!(!allowed(&with(""), folders));
        assert!(!allowed(&Env::of([("GIT_CONFIG_COUNT", "1")]), folders));
        assert!(!allowed(&Env::default(), folders));
    }

    #[test]
    fn an_empty_value_takes_back() {
        let env = Env::of([
            ("GIT_CONFIG_COUNT", "2"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", "*"),
            ("GIT_CONFIG_KEY_1", "safe.directory"),
        ]);
        assert!(!allowed(
            &env,
            [&"/srv/work/.git".into(), &"/srv/work".into()]
        ));
    }
}
