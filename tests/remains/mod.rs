//! What is left of somebody in a folder or a repository.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

/// Every file under a folder whose bytes have a text, as they are, unpacked by zstd, or as an object of git.
pub(crate) fn traces(folder: &Path, text: &str) -> Vec<String> {
    let has = |bytes: &[u8]| {
        let mut windows = bytes.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(traces(&path, text));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let unpacked = zstd::decode_all(bytes.as_slice()).unwrap_or_default();
        let mut object = Vec::new();
        let _ = flate2::read::ZlibDecoder::new(bytes.as_slice()).read_to_end(&mut object);
        if has(&bytes) || has(&unpacked) || has(&object) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// All that the objects of a repository say, packed ones too, whether anything leads to them or not.
pub(crate) fn objects(folder: &Path) -> String {
    let all = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "--batch-all-objects", "--batch"])
        .output();
    String::from_utf8_lossy(&all.unwrap().stdout).into_owned()
}
