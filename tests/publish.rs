//! Publishing without a network: what is shown, and what is refused before anything is sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]
#![cfg(feature = "github")]

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use std::path::Path;

use project::{andon, commit, git, project};

const POLICY: &str = "gates: [{ metric: coverage.line, require: '>= 10%' }]\n";
/// Nobody listens there.
const NOWHERE: [(&str, &str); 2] = [
    ("GITHUB_API_URL", "http://127.0.0.1:9"),
    ("ANDON_GITHUB_DEADLINE", "1"),
];

/// A project with a result of its only commit.
fn judged() -> (tempfile::TempDir, String) {
    let folder = project(POLICY);
    let sha = commit(folder.path(), 5);
    let (code, _, err) = andon(folder.path(), &["check", "-o", "result.json"], &[]);
    assert_eq!(code, 0, "{err}");
    (folder, sha)
}

fn publish(folder: &Path, arguments: &[&str], more: &[(&str, &str)]) -> (i32, String, String) {
    let variables = [&NOWHERE[..], more].concat();
    andon(folder, &[&["publish"], arguments].concat(), &variables)
}

#[test]
fn a_dry_run_shows_the_comment_and_needs_neither_place_nor_token() {
    let (folder, _) = judged();
    let (code, out, err) = publish(folder.path(), &["result.json", "--dry-run"], &[]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("**✅ Passed**"), "{out}");
}

#[test]
fn by_hand_the_repository_is_that_of_origin_and_its_password_is_not_told() {
    let (folder, sha) = judged();
    let path = folder.path();
    let arguments = ["result.json", "--pull-request", "1", "--commit", &sha];
    let (code, _, err) = publish(path, &arguments, &[("GITHUB_TOKEN", "t0ken")]);
    assert!(code == 2 && err.contains("--repository"), "{err}");
    let origin = "https://me:pa55word@github.com/o/r.git";
    git(path, &["remote", "add", "origin", origin]);
    let (code, out, err) = publish(path, &arguments, &[]);
    assert!(code == 2 && err.contains("set GITHUB_TOKEN"), "{err}");
    assert!(!format!("{out}{err}").contains("pa55word"), "{out}{err}");
    let (code, out, err) = publish(path, &arguments, &[("GITHUB_TOKEN", "t0ken")]);
    assert!(code == 2 && err.contains("comment not published"), "{err}");
    assert!(!format!("{out}{err}").contains("t0ken"), "{out}{err}");
    // Which commit the author pushed is not to be guessed.
    let (code, _, err) = publish(path, &["result.json", "--pull-request", "1"], &[]);
    assert!(code == 2 && err.contains("--commit SHA"), "{err}");
}

#[test]
fn what_cannot_be_sent_changes_no_verdict() {
    let (folder, sha) = judged();
    let check = [
        "check",
        "--publish",
        "--repository",
        "o/r",
        "--commit",
        &sha,
    ];
    let variables = [&NOWHERE[..], &[("GITHUB_TOKEN", "t0ken")]].concat();
    let (code, out, err) = andon(folder.path(), &check, &variables);
    assert!(code == 0 && out.contains("PASS"), "{out}{err}");
    assert!(err.contains("not published"), "{err}");
}

#[test]
fn a_snapshot_is_told_from_a_result() {
    let (folder, _) = judged();
    let path = folder.path();
    andon(path, &["collect", "-o", "snapshot.json"], &[]);
    let (code, _, err) = publish(path, &["snapshot.json", "--dry-run"], &[]);
    assert!(code == 2 && err.contains("is a snapshot"), "{err}");
}

#[test]
fn a_mistake_in_what_is_typed_is_one_whatever_the_verdict() {
    let (folder, _) = judged();
    for wrong in [
        ["--commit", "abc1234"],
        ["--repository", "../x"],
        ["--publish=nonsense", "--offline"],
    ] {
        let arguments = [&["check"], &wrong[..]].concat();
        assert_eq!(andon(folder.path(), &arguments, &[]).0, 2, "{wrong:?}");
    }
}
