//! `safe.directory` from the environment. libgit2 reads it from git's configuration files alone; git also takes it
//! from `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_0`, `GIT_CONFIG_VALUE_0` …, which is the way to allow one folder for one
//! command.

use std::path::Path;

use crate::platform::Env;

/// No command needs more variables than this.
const MAX_PAIRS: usize = 1000;

/// Whether the environment declares a repository safe, by its git folder or the work tree around that.
pub(super) fn allowed(env: &Env, git_folder: &Path) -> bool {
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
            Some(value) => safe || names(Path::new(value), git_folder),
        };
    }
    safe
}

/// Whether a path names a repository.
fn names(path: &Path, git_folder: &Path) -> bool {
    let work_tree = git_folder.parent().filter(|_| git_folder.ends_with(".git"));
    let same =
        |folder: &Path| path == folder || folder.canonicalize().is_ok_and(|folder| folder == path);
    same(git_folder) || work_tree.is_some_and(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_allows_by_path() {
        let folder = Path::new("/srv/work/.git/");
        let with = |value| {
            Env::of([
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "safe.directory"),
                ("GIT_CONFIG_VALUE_0", value),
            ])
        };
        assert!(allowed(&with("/srv/work"), folder));
        assert!(allowed(&with("/srv/work/.git"), folder));
        assert!(allowed(&with("*"), folder));
        assert!(!allowed(&with("/srv"), folder));
        assert!(!allowed(&with(""), folder));
        assert!(!allowed(&Env::of([("GIT_CONFIG_COUNT", "1")]), folder));
        assert!(!allowed(&Env::default(), folder));
    }

    #[test]
    fn an_empty_value_takes_back() {
        let env = Env::of([
            ("GIT_CONFIG_COUNT", "2"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", "*"),
            ("GIT_CONFIG_KEY_1", "safe.directory"),
        ]);
        assert!(!allowed(&env, Path::new("/srv/work/.git")));
    }
}
