//! Delivery metrics of real repositories, made with git in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::Path;
use std::process::Command;

use andon::app::dora::{Delivery, DoraError, report};
use andon::domain::dora::{Clock, DoraReport, Options, Reach, Until, Why};
use andon::domain::measurement::Cause;
use andon::platform::Env;
use jiff::Timestamp;

const DAY: i64 = 86_400;
/// Where the histories begin: 2026-01-01.
const START: i64 = 1_767_225_600;

struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    fn new() -> Repo {
        let repo = Repo {
            folder: tempfile::tempdir().unwrap(),
        };
        repo.git(0, &["init", "-q", "-b", "main"]);
        repo
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git at a fixed time, without the machine's configuration or the caller's `GIT_` variables.
    fn git(&self, at: i64, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let time = format!("{} +0000", START + at);
        let output = command
            .current_dir(self.path())
            .envs([
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ])
            .envs([
                ("GIT_AUTHOR_NAME", "A"),
                ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ])
            .envs([
                ("GIT_COMMITTER_NAME", "C"),
                ("GIT_COMMITTER_EMAIL", "c@example.org"),
            ])
            .envs([("GIT_AUTHOR_DATE", &time), ("GIT_COMMITTER_DATE", &time)])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits and returns the id.
    fn commit(&self, at: i64, message: &str) -> String {
        self.git(at, &["commit", "-q", "--allow-empty", "-m", message]);
        self.git(at, &["rev-parse", "HEAD"])
    }

    /// Commits what `git revert` would, without a change to take back.
    fn undo(&self, at: i64, id: &str) {
        self.commit(at, &format!("Undo\n\nThis reverts commit {id}."));
    }

    /// Commits and tags the commit.
    fn release(&self, at: i64, tag: &str) -> String {
        let id = self.commit(at, &format!("Release {tag}"));
        self.git(at, &["tag", tag]);
        id
    }

    fn measure(&self, options: &Options) -> DoraReport {
        self.try_measure(options).unwrap()
    }

    fn try_measure(&self, options: &Options) -> Result<DoraReport, DoraError> {
        report(self.path(), options, &Env::default(), now())
    }
}

/// Day 80, unless the test looks from the newest deployment.
fn now() -> Timestamp {
    Timestamp::from_second(START + 80 * DAY).unwrap()
}

fn names(report: &DoraReport) -> Vec<&str> {
    report
        .deployments
        .iter()
        .map(|deployment| deployment.name.as_str())
        .collect()
}

fn failed(report: &DoraReport) -> Vec<&str> {
    let failed = report
        .deployments
        .iter()
        .filter(|deployment| deployment.failed);
    failed.map(|deployment| deployment.name.as_str()).collect()
}

#[test]
fn lead_times_run_from_commit_to_the_first_deployment() {
    let repo = Repo::new();
    repo.commit(0, "First");
    repo.release(DAY, "v1.0.0");
    repo.commit(2 * DAY, "Second");
    repo.commit(3 * DAY, "Third");
    repo.release(5 * DAY, "v1.1.0");
    let report = repo.measure(&Options::default());
    assert_eq!(
        (report.deployment_count, report.shipped_commits),
        (2, Some(3))
    );
    let lead = report.lead_time_seconds.as_ref().unwrap();
    // 3, 2 and 0 days; the first deployment has no boundary before it, and its commits do not count.
    assert_eq!((lead.count, lead.p50, lead.p75), (3, 172_800.0, 216_000.0));
    assert_eq!(report.deployments[0].shipped_commits, None);
    assert!((report.deployments_per_week.unwrap() - 2.0 / (90.0 / 7.0)).abs() < 1e-12);
    // Two deployments make no rate, and fewer than six commits no interval and no band.
    assert!(
        report.change_fail_rate.is_none() && report.insufficient.contains_key("change_fail_rate")
    );
    assert!(lead.low.is_none() && report.bands["lead_time_seconds"].band.is_none());
}

#[test]
fn nothing_deployed_is_no_figure_and_never_elite() {
    let repo = Repo::new();
    let empty = repo.measure(&Options::default());
    assert_eq!(empty.deployment_count, 0);
    repo.commit(0, "First");
    repo.release(DAY, "v1.0.0");
    let outside = repo.measure(&Options {
        window: 7 * DAY,
        ..Options::default()
    });
    for report in [empty, outside] {
        assert!(report.deployments_per_week.is_none() && report.lead_time_seconds.is_none());
        assert!(report.change_fail_rate.is_none() && report.rework_rate.is_none());
        assert!(report.bands.is_empty());
        let delivery = Delivery::of(&report);
        assert!(delivery.measurements.is_empty());
        assert_eq!(delivery.absences.len(), 7);
        assert!(
            delivery
                .absences
                .iter()
                .all(|a| a.cause == Cause::Empty && !a.reason.is_empty())
        );
    }
}

#[test]
fn pre_releases_floating_tags_and_other_products_are_no_deployments() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    repo.release(DAY, "v1.1.0-rc.1");
    repo.release(2 * DAY, "v1.1.0");
    repo.git(2 * DAY, &["tag", "v1"]);
    repo.git(2 * DAY, &["tag", "v1.1"]);
    repo.git(2 * DAY, &["tag", "1.1.0"]);
    repo.release(3 * DAY, "lib-0.3.0");
    repo.release(4 * DAY, "lib-0.3.1");
    let report = repo.measure(&Options::default());
    assert_eq!(names(&report), ["v1.0.0", "1.1.0"]);
    assert_eq!(report.deployments[1].tags, ["1.1.0", "v1.1.0"]);
    let prefixed = Options {
        tag_prefix: Some("lib-".to_owned()),
        ..Options::default()
    };
    assert_eq!(names(&repo.measure(&prefixed)), ["lib-0.3.0", "lib-0.3.1"]);
    let pattern = andon::domain::dora::TagPattern::new(r"v\d+\.\d+").unwrap();
    let two_parts = Options {
        tag_pattern: Some(pattern),
        ..Options::default()
    };
    assert_eq!(names(&repo.measure(&two_parts)), ["v1.1"]);
}

#[test]
fn tags_on_trees_are_skipped_and_said() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    let tree = repo.git(0, &["rev-parse", "HEAD^{tree}"]);
    repo.git(0, &["tag", "v1.1.0", &tree]);
    repo.git(0, &["tag", "-a", "-m", "tree", "v1.2.0", &tree]);
    repo.git(0, &["tag", "-a", "-m", "nested", "v1.0.0+nested", "v1.0.0"]);
    let report = repo.measure(&Options::default());
    assert_eq!(names(&report), ["v1.0.0"]);
    assert_eq!(report.deployments[0].tags, ["v1.0.0", "v1.0.0+nested"]);
    assert_eq!(
        report
            .notes
            .iter()
            .filter(|note| note.contains("a tree"))
            .count(),
        2
    );
}

#[test]
fn skewed_clocks_do_not_move_commits_between_deployments() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    // A clock that is 60 days slow and one that is fast: dates say that neither belongs to v1.1.0.
    repo.commit(-60 * DAY, "Slow");
    repo.commit(30 * DAY, "Fast");
    repo.release(10 * DAY, "v1.1.0");
    let report = repo.measure(&Options::default());
    assert_eq!(report.deployments[1].shipped_commits, Some(3));
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("1 of 3 commits are dated after")),
        "{:?}",
        report.notes
    );
    assert_eq!(report.lead_time_seconds.unwrap().p50, 0.0);
}

#[test]
fn merges_are_not_counted_but_what_they_bring_is() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    for branch in ["a", "b", "c"] {
        repo.git(0, &["checkout", "-q", "-b", branch, "v1.0.0"]);
        repo.commit(DAY, &format!("Work on {branch}"));
    }
    repo.git(DAY, &["checkout", "-q", "main"]);
    repo.commit(DAY, "Work on main");
    repo.git(
        2 * DAY,
        &[
            "merge", "-q", "--no-ff", "-s", "ours", "-m", "Octopus", "a", "b", "c",
        ],
    );
    repo.git(2 * DAY, &["tag", "v1.1.0"]);
    let report = repo.measure(&Options::default());
    assert_eq!(report.shipped_commits, Some(4));
    assert_eq!(report.lead_time_seconds.unwrap().p90, 86_400.0);
}

#[test]
fn a_shipped_commit_reverted_later_fails_its_deployment() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    let bad = repo.commit(DAY, "Bad idea");
    repo.release(2 * DAY, "v1.1.0");
    repo.undo(3 * DAY, &bad);
    repo.git(4 * DAY, &["tag", "v1.2.0"]);
    let report = repo.measure(&Options::default());
    assert_eq!(failed(&report), ["v1.1.0"]);
    let rate = report.change_fail_rate.as_ref().unwrap();
    assert_eq!((rate.part, rate.whole), (1, 3));
    assert!(rate.low > 0.06 && rate.high < 0.80);
    let deployment = &report.deployments[1];
    assert!(
        matches!(&deployment.why[0], Why::Reverted { commit, fixed_in, .. }
        if commit.to_string() == bad && fixed_in == "v1.2.0")
    );
    // The revert is all that v1.2.0 ships, so it exists only for that; its commit is the deployment's.
    assert!(report.deployments[2].rework);
    assert_eq!(deployment.recovery_seconds, Some(86_400.0));
}

/// Ships a change, then what `undo` commits, in later deployments.
fn after_undoing(undo: &[&str]) -> Vec<String> {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    repo.commit(DAY, "Add it (#7)");
    repo.release(2 * DAY, "v1.1.0");
    for (at, message) in undo.iter().enumerate() {
        let day = 3 + 2 * i64::try_from(at).unwrap();
        repo.commit(day * DAY, message);
        repo.release((day + 1) * DAY, &format!("v1.{}.0", at + 2));
    }
    failed(&repo.measure(&Options::default()))
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn reverts_are_matched_by_subject_and_number_and_cancel_each_other() {
    assert_eq!(after_undoing(&["Revert \"Add it (#7)\" (#8)"]), ["v1.1.0"]);
    assert_eq!(after_undoing(&["Revert \"Add it\" (#8)"]), ["v1.1.0"]);
    assert_eq!(
        after_undoing(&["Take it out (#8)\n\nReverts acme/web#7"]),
        ["v1.1.0"]
    );
    assert_eq!(
        after_undoing(&["Revert \"Add it\"", "Reapply \"Add it\""]),
        [""; 0]
    );
    assert_eq!(
        after_undoing(&["Revert \"Add it\"", "Revert \"Revert \"Add it\"\""]),
        [""; 0]
    );
    // Put back and taken out once more: both what shipped it first and what shipped it again failed.
    let thrice = [
        "Revert \"Add it\"",
        "Reapply \"Add it\"",
        "Revert \"Reapply \"Add it\"\"",
    ];
    assert_eq!(after_undoing(&thrice), ["v1.1.0", "v1.3.0"]);
}

#[test]
fn reverts_of_what_was_never_shipped_fail_nothing() {
    assert_eq!(after_undoing(&["Revert \"Something else\""]), [""; 0]);
    let unknown = "Undo\n\nThis reverts commit 0123456789012345678901234567890123456789.";
    assert_eq!(after_undoing(&[unknown]), [""; 0]);
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    let bad = repo.commit(DAY, "Bad idea");
    repo.undo(DAY, &bad);
    repo.release(2 * DAY, "v1.1.0");
    repo.release(3 * DAY, "v1.2.0");
    assert_eq!(failed(&repo.measure(&Options::default())), [""; 0]);
}

#[test]
fn a_patch_release_unusually_soon_is_a_repair() {
    let repo = Repo::new();
    for week in 0..6 {
        repo.release(week * 7 * DAY, &format!("v1.{week}.0"));
    }
    repo.release(35 * DAY + 3600, "v1.5.1");
    repo.release(42 * DAY, "v1.5.2");
    let report = repo.measure(&Options::default());
    assert_eq!(report.rules.patch_within_seconds, Some(DAY));
    assert_eq!(failed(&report), ["v1.5.0"]);
    let rework: Vec<bool> = report
        .deployments
        .iter()
        .map(|deployment| deployment.rework)
        .collect();
    assert_eq!(
        rework,
        [false, false, false, false, false, false, true, false]
    );
    assert_eq!(report.recovery_time_seconds.unwrap().p50, 3600.0);
}

#[test]
fn a_cherry_pick_is_the_change_it_copies() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    let fix = repo.commit(DAY, "Fix it");
    repo.git(2 * DAY, &["checkout", "-q", "-b", "stable", "v1.0.0"]);
    repo.commit(
        2 * DAY,
        &format!("Fix it\n\n(cherry picked from commit {fix})"),
    );
    repo.git(2 * DAY, &["tag", "v1.0.1"]);
    repo.git(2 * DAY, &["checkout", "-q", "main"]);
    repo.release(5 * DAY, "v1.1.0");
    let report = repo.measure(&Options {
        reach: Reach::All,
        ..Options::default()
    });
    let shipped: Vec<_> = report
        .deployments
        .iter()
        .map(|d| d.shipped_commits)
        .collect();
    // v1.0.1 ships the fix, a day after it was made; v1.1.0 ships only its own commit.
    assert_eq!(shipped, [None, Some(1), Some(1)]);
    assert_eq!(report.deployments[1].lead_time_p50_seconds, Some(86_400.0));
}

#[test]
fn far_newer_tags_outside_head_are_used_and_said() {
    let repo = Repo::new();
    repo.release(0, "v1.0.0");
    repo.git(0, &["checkout", "-q", "-b", "release"]);
    repo.release(10 * DAY, "v1.1.0");
    repo.git(0, &["checkout", "-q", "main"]);
    assert_eq!(names(&repo.measure(&Options::default())), ["v1.0.0"]);
    repo.git(0, &["checkout", "-q", "release"]);
    repo.release(40 * DAY, "v1.2.0");
    repo.git(0, &["checkout", "-q", "main"]);
    let report = repo.measure(&Options::default());
    assert_eq!(names(&report), ["v1.0.0", "v1.1.0", "v1.2.0"]);
    assert!(report.rules.all_tags && report.notes.iter().any(|note| note.contains("--reachable")));
    let reachable = Options {
        reach: Reach::Head,
        ..Options::default()
    };
    assert_eq!(names(&repo.measure(&reachable)), ["v1.0.0"]);
}

#[test]
fn the_tagger_clock_dates_deployments_by_their_tags() {
    let repo = Repo::new();
    repo.commit(0, "First");
    repo.git(0, &["tag", "v1.0.0"]);
    repo.commit(DAY, "Second");
    repo.git(9 * DAY, &["tag", "-a", "-m", "late", "v1.1.0"]);
    let report = repo.measure(&Options {
        clock: Clock::Tagger,
        ..Options::default()
    });
    assert_eq!(report.lead_time_seconds.unwrap().p50, 8.0 * 86_400.0);
}

#[test]
fn a_shallow_clone_that_ends_in_the_window_is_refused() {
    let repo = Repo::new();
    for day in 0..12 {
        repo.release(day * DAY, &format!("v1.{day}.0"));
    }
    let clone = Repo {
        folder: tempfile::tempdir().unwrap(),
    };
    let url = format!("file://{}", repo.path().display());
    clone.git(0, &["clone", "-q", "--depth", "5", &url, "."]);
    clone.git(0, &["fetch", "-q", "--tags", "--depth", "5"]);
    let error = clone.try_measure(&Options::default()).unwrap_err();
    assert!(
        error.to_string().contains("git fetch --unshallow"),
        "{error}"
    );
    assert_eq!(Delivery::refused(&error).absences[0].cause, Cause::Shallow);
    // A window after the boundary needs nothing beyond it.
    let newest = Options {
        until: Until::Newest,
        window: 2 * DAY,
        ..Options::default()
    };
    assert_eq!(names(&clone.measure(&newest)), ["v1.10.0", "v1.11.0"]);
}

#[test]
fn a_folder_outside_a_repository_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = report(folder.path(), &Options::default(), &Env::default(), now()).unwrap_err();
    assert!(
        error.to_string().contains("is not in a git repository"),
        "{error}"
    );
}

#[test]
fn the_repository_is_found_from_below_and_lists_its_files() {
    let repo = Repo::new();
    std::fs::create_dir(repo.path().join("src")).unwrap();
    std::fs::write(repo.path().join("src/a.rs"), "").unwrap();
    std::fs::write(repo.path().join("ignored"), "").unwrap();
    repo.git(0, &["add", "src"]);
    let id = repo.commit(0, "First");
    let found =
        andon::vcs::Repository::discover(&repo.path().join("src"), &Env::default()).unwrap();
    let head = found.head().unwrap();
    assert_eq!(head.commit.map(|commit| commit.to_string()), Some(id));
    assert_eq!(head.branch.as_deref(), Some("main"));
    assert_eq!(found.tracked_files().unwrap(), ["src/a.rs"]);
    assert_eq!(
        found.root().canonicalize().unwrap(),
        repo.path().canonicalize().unwrap()
    );
}
