//! Which findings of clippy stand on changed lines, of real changes, beside what `diff-quality` says of the same run.

use std::collections::BTreeMap;

use andon::domain::lines::Lines;
use serde::Deserialize;

use super::project::{Project, says};

/// What diff-quality says of a range of commits.
#[derive(Deserialize)]
struct Says {
    base: String,
    head: String,
    report: String,
    /// By path: the changed lines on which a finding begins.
    files: BTreeMap<String, Lines>,
}

#[test]
fn bytes() {
    agrees("bytes");
}

#[test]
fn either() {
    agrees("either");
}

#[test]
fn fastrand() {
    agrees("fastrand");
}

#[test]
fn humantime() {
    agrees("humantime");
}

fn agrees(name: &str) {
    let project = Project::unpack(name);
    let said: Vec<Says> = says(name, "quality.json");
    assert!(
        said.iter().any(|says| !says.files.is_empty()),
        "nothing is compared"
    );
    for says in said {
        let report = project.report(&says.head, &says.report);
        let judged = project.judge(&says.base, &says.head, &report);
        assert_eq!(
            judged.findings(),
            says.files,
            "{}..{}",
            says.base,
            says.head
        );
    }
}
