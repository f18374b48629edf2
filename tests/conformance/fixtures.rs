//! Real reports, one folder per format.

use std::fs;
use std::path::{Path, PathBuf};

use andon::formats::{Head, Limits, Source};

/// A report of some tool, as the tool wrote it.
pub(crate) struct Fixture {
    /// The file's name.
    pub(crate) name: String,
    /// The file's content.
    pub(crate) bytes: Vec<u8>,
}

impl Fixture {
    /// Its beginning, as sniffers see it.
    pub(crate) fn head(&self) -> Head {
        head(self.bytes.clone())
    }
}

/// The beginning of a report.
pub(crate) fn head(bytes: Vec<u8>) -> Head {
    let file = Box::new(std::io::Cursor::new(bytes));
    let mut source = Source::new(file, Limits::default()).unwrap();
    source.head().unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Where the reports of a format lie.
pub(crate) fn folder(format: &str) -> PathBuf {
    root().join(format)
}

/// The formats that have a folder.
pub(crate) fn folders() -> Vec<String> {
    names(&root(), Path::is_dir)
}

/// The reports of a format by name. `says.yaml`, `README*` and the inputs of a run (`*.input.*`) are none.
pub(crate) fn of(format: &str) -> Vec<Fixture> {
    let folder = folder(format);
    names(&folder, Path::is_file)
        .into_iter()
        .filter(|name| {
            name != "says.yaml" && !name.starts_with("README") && !name.contains(".input.")
        })
        .map(|name| Fixture {
            bytes: fs::read(folder.join(&name)).unwrap(),
            name,
        })
        .collect()
}

/// The sorted names of what lies in a folder, if there is one.
pub(crate) fn names(folder: &Path, wanted: fn(&Path) -> bool) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| wanted(path))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
