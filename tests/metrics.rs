//! The examples of docs/metrics.md, run one after the other on the file that they speak of.
//! `UPDATE_EXAMPLES=1 cargo test --test metrics` writes what is printed now; read it before it is committed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::andon;

/// A day after the last event, and a width.
const SETTING: [(&str, &str); 2] = [("SOURCE_DATE_EPOCH", "1795478400"), ("COLUMNS", "100")];

#[test]
fn examples_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("docs/metrics.md");
    let text = fs::read_to_string(&page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let events = root.join("tests/demo/events.jsonl");
    fs::copy(events, folder.path().join("events.jsonl")).unwrap();
    let mut written = String::new();
    let mut examples = 0;
    let mut pieces = text.split("```console\n");
    written.push_str(pieces.next().unwrap());
    for piece in pieces {
        let (example, prose) = piece.split_once("```\n").unwrap();
        let command = example.lines().next().unwrap();
        let words = command.strip_prefix("$ andon ").unwrap();
        let words: Vec<&str> = words.split_whitespace().collect();
        let (_, out, told) = andon(folder.path(), &words, &SETTING);
        written.push_str(&format!("```console\n{command}\n{out}{told}```\n{prose}"));
        examples += 1;
    }
    assert!(examples > 5);
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        fs::write(&page, written).unwrap();
    } else {
        assert_eq!(written, text);
    }
}
