//! Events in, questions, events out, by the command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

mod asking;
mod entry;
mod export;
mod identity;
mod persons;
#[path = "../project/mod.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::andon;

/// After every event here.
const NOW: (&str, &str) = ("SOURCE_DATE_EPOCH", "1798761600");
/// Of whoever hides what is personal.
const KEY: (&str, &str) = ("ANDON_HASH_KEY", "0123456789abcdef0123456789abcdef");

fn run(folder: &Path, line: &str) -> (i32, String, String) {
    let words: Vec<&str> = line.split_whitespace().collect();
    andon(folder, &words, &[NOW, KEY])
}

/// What a command prints that has to succeed.
fn done(folder: &Path, line: &str) -> String {
    let (code, out, told) = run(folder, line);
    assert_eq!(code, 0, "{line}: {out}{told}");
    out
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn rows(folder: &Path, line: &str) -> Vec<Value> {
    let out = done(folder, &format!("query --format jsonl {line}"));
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path],
        })
        .collect()
}

/// The names of the documents of a history, which their content is part of.
fn documents(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for month in fs::read_dir(folder.join(".andon/history")).unwrap() {
        let month = month.unwrap().path();
        if month.is_dir() {
            let files = fs::read_dir(month).unwrap();
            names.extend(files.map(|file| file.unwrap().file_name().into_string().unwrap()));
        }
    }
    names.sort();
    names
}
