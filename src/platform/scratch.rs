//! Where SQLite puts what it needs for a moment: sorting, and lists that are too long for memory.

use std::path::{Path, PathBuf};

use super::env::Env;
use super::files::Files;

/// The variables that name the folder, the first one first.
const VARIABLES: [&str; 2] = ["SQLITE_TMPDIR", "TMPDIR"];
/// The folders that are tried besides.
const USUAL: [&str; 3] = ["/var/tmp", "/usr/tmp", "/tmp"];

impl Files {
    /// The folder of SQLite's temporary files: the first that is there of those that it tries, and what would name another
    /// one, as words for people.
    pub fn scratch(&self, env: &Env) -> (PathBuf, &'static str) {
        if cfg!(windows) {
            return (std::env::temp_dir(), "TMP");
        }
        let named = VARIABLES.into_iter().filter_map(|name| env.get(name));
        let mut tried = named.chain(USUAL).map(Path::new);
        let found = tried.find(|path| self.names(path).is_ok());
        (
            found.unwrap_or(Path::new(".")).to_owned(),
            "SQLITE_TMPDIR or TMPDIR",
        )
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_is_there_is_taken() {
        let of = |variables: &[(&'static str, &'static str)]| {
            let env = Env::of(variables.iter().copied());
            Files.scratch(&env).0
        };
        let nowhere = ("SQLITE_TMPDIR", "/there/is/no/such/folder");
        assert_eq!(of(&[("TMPDIR", "/"), nowhere]), Path::new("/"));
        assert_eq!(
            of(&[("TMPDIR", "/"), ("SQLITE_TMPDIR", "/usr")]),
            Path::new("/usr")
        );
        assert_eq!(of(&[nowhere]), of(&[]));
    }
}
