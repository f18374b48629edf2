//! Several results, each known by a name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A name for the result in each file, as short as tells them apart: the file's name without its ending, the folder that
/// it is in, or the whole path.
pub fn names(files: &[PathBuf]) -> Vec<String> {
    let stem = |file: &Path| file.file_stem().map(Path::new).map(shown);
    let folder = |file: &Path| file.parent()?.file_name().map(Path::new).map(shown);
    apart(files, stem)
        .or_else(|| apart(files, folder))
        .unwrap_or_else(|| files.iter().map(|file| shown(file)).collect())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The names, if every file has one of its own.
fn apart(files: &[PathBuf], name: impl Fn(&Path) -> Option<String>) -> Option<Vec<String>> {
    let names: Vec<String> = files.iter().map(|file| name(file)).collect::<Option<_>>()?;
    let once: BTreeSet<&String> = names.iter().collect();
    (once.len() == files.len()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_short_as_tells_them_apart() {
        let names = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            names(&files)
        };
        assert_eq!(names(&["out/linux.json", "out/mac.json"]), ["linux", "mac"]);
        assert_eq!(names(&["api/andon.json", "web/andon.json"]), ["api", "web"]);
        let deep = ["a/x/andon.json", "b/x/andon.json"];
        assert_eq!(names(&deep), deep);
        assert_eq!(names(&["a.json", "a.json"]), ["a.json", "a.json"]);
    }
}
