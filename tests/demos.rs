//! The demo projects, each in a folder of its own without git.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test's own files are read directly, and where they are not there it has to fail"
)]

use std::path::Path;

use andon::app::Workspace;
use andon::app::check::Options;
use andon::app::collect::{Collecting, collect};
use andon::app::reports::Where;
use andon::app::{check, init, policy};
use andon::domain::measurement::Scope;
use andon::domain::value::Value;
use andon::platform::Env;
use andon::render::json::v1::Word;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// A demo project in a temporary folder, without its policy.
fn demo(name: &str) -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let demos = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo");
    copy(&demos.join(name), folder.path());
    std::fs::remove_file(folder.path().join("andon.yaml")).unwrap();
    let workspace = Workspace::open(folder.path(), Env::of([("", ""); 0])).unwrap();
    (folder, workspace)
}

#[test]
fn two_reports_of_the_same_files_are_united_without_git() {
    let (_folder, workspace) = demo("javascript");
    let config = policy::default(&workspace).unwrap();
    let snapshot = collect(&workspace, &config, Where::Usual, Collecting::default())
        .unwrap()
        .snapshot;
    let lines = snapshot
        .measurements
        .iter()
        .find(|measured| measured.metric == "coverage.line" && measured.scope == Scope::Project);
    let whole = match lines.map(|lines| lines.value) {
        Some(Value::Ratio { whole, .. }) => whole,
        _ => 0,
    };
    assert_eq!(whole, 131);
}

#[test]
fn a_drafted_policy_holds_on_the_day_it_is_made() {
    for name in ["javascript", "python", "rust"] {
        let (_folder, workspace) = demo(name);
        let draft = init::draft(&workspace).unwrap();
        assert!(draft.gates > 3, "{name}");
        assert_eq!(draft.doubts, [""; 0], "{name}");
        let config = policy::of_text(&workspace, "andon.yaml", &draft.policy).unwrap();
        let checked = check::check(&workspace, &config, Where::Usual, &Options::default()).unwrap();
        assert_eq!(checked.document.verdict, Word::Pass, "{name}");
        assert_eq!(checked.document.judged, draft.gates as u64, "{name}");
    }
}

#[test]
fn a_failure_of_today_is_allowed_for_and_named() {
    let (_folder, workspace) = demo("javascript");
    let draft = init::draft(&workspace).unwrap().policy;
    assert!(
        draft.contains("# Tests failed: 1 today: bring it down to 0."),
        "{draft}"
    );
    assert!(draft.contains("require: \"<= 1\""), "{draft}");
}

#[test]
fn a_report_that_cannot_be_trusted_is_named() {
    let (folder, workspace) = demo("python");
    let text = "<testsuite><testcase name='a'/>";
    std::fs::write(folder.path().join("junit.xml"), text).unwrap();
    let doubts = init::draft(&workspace).unwrap().doubts;
    assert!(
        doubts
            .iter()
            .any(|doubt| doubt.starts_with("junit.xml cannot be trusted")),
        "{doubts:?}"
    );
}
