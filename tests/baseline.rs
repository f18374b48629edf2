//! What a check compares with, in real repositories: which entry of the history, and what is said where there is none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

mod project;

use project::{andon, commit, git, prepare, project};

const NO_DROP: &str =
    "history: git\ngates: [{ metric: coverage.line, versus: base, max_drop: 0pp }]\n";

/// Checks what is checked out, as if at that second; the exit code, and the result.
fn check(folder: &Path, more: &[&str], at: u32) -> (i32, Value) {
    let time = (1_767_225_600 + at).to_string();
    let arguments = [&["check", "--format", "json", "lcov.info"], more].concat();
    let (code, out, err) = andon(folder, &arguments, &[("SOURCE_DATE_EPOCH", &time)]);
    let result = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    (code, result)
}

/// Makes a commit and records it.
fn recorded(folder: &Path, covered: u32, at: u32) -> String {
    let id = commit(folder, covered);
    check(folder, &["--record"], at);
    id
}

/// How the baseline was come by, and its commit.
fn found(result: &Value) -> (Value, &str) {
    let baseline = &result["baseline"];
    let commit = baseline["commit"].as_str();
    (baseline["found"].clone(), commit.unwrap_or_default())
}

/// The gate that judges this part of the project.
fn gate<'a>(result: &'a Value, subset: &str) -> &'a Value {
    let gates = result["gates"].as_array().unwrap();
    // It is left out where it is the whole.
    let of = |gate: &Value| gate["subset"].as_str().unwrap_or("whole") == subset;
    gates.iter().find(|gate| of(gate)).unwrap()
}

/// The share that the only gate compares with.
fn before(result: &Value) -> &str {
    let before = &result["gates"][0]["observed"]["baseline"]["display"];
    before.as_str().unwrap_or_default()
}

#[test]
fn it_is_of_the_merge_base_itself() {
    let folder = project(NO_DROP);
    let folder = folder.path();
    recorded(folder, 9, 0);
    let base = recorded(folder, 5, 1);
    git(folder, &["checkout", "-qb", "topic"]);
    commit(folder, 4);
    let topic = commit(folder, 6);
    git(folder, &["checkout", "-q", "main"]);
    // What the target branch did meanwhile is nothing to the change.
    recorded(folder, 8, 2);
    git(folder, &["checkout", "-q", "topic"]);
    commit(folder, 6);
    let (code, result) = check(folder, &[], 3);
    assert_eq!(found(&result), (json!({"by": "merge_base"}), &*base));
    assert_eq!((code, before(&result)), (0, "50%"));
    assert_ne!(result["subject"]["commit"], json!(topic));
    // Its own runs are none of its baselines, even the best of them.
    check(folder, &["--record"], 4);
    let (_, result) = check(folder, &[], 5);
    assert_eq!(found(&result).1, base);
}

#[test]
fn it_is_of_the_nearest_recorded_ancestor_and_how_far_back_is_said() {
    let folder = project(NO_DROP);
    let folder = folder.path();
    recorded(folder, 9, 0);
    let ancestor = recorded(folder, 5, 1);
    // A side branch is no first parent, however new its entry.
    git(folder, &["checkout", "-qb", "side"]);
    let side = recorded(folder, 1, 2);
    git(folder, &["checkout", "-q", "main"]);
    git(
        folder,
        &["merge", "-q", "--no-ff", "-s", "ours", "-m", "x", "side"],
    );
    commit(folder, 5);
    git(folder, &["checkout", "-qb", "topic"]);
    commit(folder, 6);
    let (code, result) = check(folder, &[], 3);
    let expected = (json!({"by": "ancestor", "commits": 2}), &*ancestor);
    assert_eq!(found(&result), expected, "side {side}");
    assert_eq!((code, before(&result)), (0, "50%"));
    for format in ["terminal", "markdown"] {
        let arguments = ["check", "--format", format, "lcov.info"];
        let (_, out, _) = andon(folder, &arguments, &[]);
        let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("2 commits before the merge base, which is not recorded"),
            "{out}"
        );
    }
}

#[test]
fn it_may_be_of_an_ancestor_far_back() {
    let folder = project(NO_DROP);
    let folder = folder.path();
    let ancestor = recorded(folder, 5, 0);
    for _ in 0..40 {
        git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
    }
    git(folder, &["checkout", "-qb", "topic"]);
    commit(folder, 6);
    let (_, result) = check(folder, &[], 1);
    let expected = (json!({"by": "ancestor", "commits": 40}), &*ancestor);
    assert_eq!(found(&result), expected);
}

#[test]
fn it_is_the_newest_of_the_target_branch_where_no_ancestor_was_recorded() {
    let folder = project(NO_DROP);
    let folder = folder.path();
    commit(folder, 9);
    git(folder, &["checkout", "-qb", "topic"]);
    commit(folder, 6);
    git(folder, &["checkout", "-q", "main"]);
    recorded(folder, 3, 1);
    let newest = recorded(folder, 5, 9);
    // A later commit that was recorded before, and another branch's, are not the newest.
    recorded(folder, 2, 2);
    git(folder, &["checkout", "-qb", "other"]);
    recorded(folder, 1, 10);
    git(folder, &["checkout", "-q", "topic"]);
    commit(folder, 6);
    let (code, result) = check(folder, &[], 11);
    let expected = (json!({"by": "newest", "branch": "main"}), &*newest);
    assert_eq!(found(&result), expected);
    assert_eq!((code, before(&result)), (0, "50%"));
}

#[test]
fn it_is_never_of_the_judged_commit_and_where_there_is_none_the_gate_is_missing() {
    let folder = project(NO_DROP);
    let folder = folder.path();
    commit(folder, 9);
    let judged = recorded(folder, 5, 0);
    for more in [&[][..], &["--record"], &["--base", "HEAD~1"]] {
        let (code, result) = check(folder, more, 1);
        assert_eq!((code, &result["baseline"]), (1, &Value::Null), "{judged}");
        assert_eq!(result["gates"][0]["outcome"], "missing");
        let reason = result["no_baseline"].as_str().unwrap();
        assert!(reason.contains("andon check --record"), "{reason}");
    }
    let (code, result) = check(folder, &["--history", "none"], 1);
    assert_eq!(
        (code, &result["gates"][0]["outcome"]),
        (1, &json!("missing"))
    );
}

#[test]
fn of_several_runs_of_a_commit_it_is_the_one_that_answers_most_then_the_newest() {
    let folder = project(NO_DROP);
    let folder = folder.path();
    let base = recorded(folder, 3, 0);
    let report = fs::read_to_string(folder.join("lcov.info")).unwrap();
    // Another job of the commit measured no coverage, and a later run covered more.
    let junit = "<testsuite name='s'><testcase name='a'/></testsuite>";
    fs::write(folder.join("junit.xml"), junit).unwrap();
    let job = ["check", "--record", "junit.xml"];
    andon(folder, &job, &[("SOURCE_DATE_EPOCH", "1767225700")]);
    let more = report
        .replace("DA:4,0\nDA:5,0", "DA:4,1\nDA:5,1")
        .replace("LH:3", "LH:5");
    fs::write(folder.join("lcov.info"), more).unwrap();
    check(folder, &["--record"], 9);
    git(folder, &["checkout", "-qb", "topic"]);
    commit(folder, 4);
    let (code, result) = check(folder, &[], 200);
    assert_eq!(found(&result), (json!({"by": "merge_base"}), &*base));
    assert_eq!((code, before(&result)), (1, "50%"));
}

const CHANGE: &str = "history: git
gates:
  - { metric: coverage.line, scope: changed, require: '>= 75%' }
  - { metric: coverage.line, versus: base, max_drop: 0pp }
";

/// A forge with a branch and a pull request, and what GitHub Actions would say of it.
struct Forge {
    folder: TempDir,
    url: String,
    /// The tip of `main`, which the pull request was merged with for the sake of its checks.
    base: String,
    /// The author's commit.
    head: String,
}

impl Forge {
    fn new(policy: &str) -> Forge {
        let folder = tempfile::tempdir().unwrap();
        let bare = folder.path().join("bare");
        fs::create_dir_all(&bare).unwrap();
        git(&bare, &["init", "-q", "--bare"]);
        let mut forge = Forge {
            url: format!("file://{}", bare.display()),
            folder,
            base: String::new(),
            head: String::new(),
        };
        let work = forge.folder.path().join("work");
        fs::create_dir_all(&work).unwrap();
        git(&work, &["init", "-q"]);
        git(&work, &["remote", "add", "origin", &forge.url]);
        prepare(&work, policy);
        let first = forge.push(&work, 5, &"0".repeat(40));
        git(&work, &["checkout", "-qb", "topic"]);
        fs::write(work.join("b.py"), "# b\n".repeat(5)).unwrap();
        git(&work, &["add", "b.py"]);
        git(&work, &["commit", "-qm", "x"]);
        forge.head = git(&work, &["rev-parse", "HEAD"]);
        git(&work, &["checkout", "-q", "main"]);
        forge.base = forge.push(&work, 6, &first);
        git(&work, &["merge", "-q", "--no-ff", "-m", "x", "topic"]);
        git(&work, &["push", "-q", "origin", "HEAD:refs/pull/7/merge"]);
        forge
    }

    /// Commits to `main`, pushes, and runs the workflow of that push, which records. Returns the commit.
    fn push(&self, work: &Path, covered: u32, before: &str) -> String {
        let after = commit(work, covered);
        git(work, &["push", "-q", "origin", "HEAD:refs/heads/main"]);
        let payload = json!({
            "before": before, "after": after, "repository": {"default_branch": "main"},
        });
        let (_, out, err) = self.run(work, "push", &payload, &["--record"]);
        assert!(!err.contains("warning"), "{out}{err}");
        after
    }

    /// What `actions/checkout` leaves of the pull request, with the report of its tests: four of five new lines covered.
    fn checkout(&self, name: &str, depth: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        let (merge, depth) = ("refs/remotes/pull/7/merge", format!("--depth={depth}"));
        git(&folder, &["init", "-q"]);
        git(&folder, &["remote", "add", "origin", &self.url]);
        let wanted = format!("+refs/pull/7/merge:{merge}");
        git(
            &folder,
            &["fetch", "-q", "--no-tags", &depth, "origin", &wanted],
        );
        git(&folder, &["checkout", "-q", "--force", merge]);
        let work = self.folder.path().join("work");
        prepare(
            &folder,
            &fs::read_to_string(work.join("andon.yaml")).unwrap(),
        );
        let old = fs::read_to_string(work.join("lcov.info")).unwrap();
        let new = "SF:b.py\nDA:1,1\nDA:2,1\nDA:3,0\nDA:4,1\nDA:5,1\nLF:5\nLH:4\nend_of_record\n";
        fs::write(folder.join("lcov.info"), format!("{old}{new}")).unwrap();
        folder
    }

    /// Runs the workflow of the pull request.
    fn judge(&self, checkout: &Path, more: &[&str]) -> (i32, Value, String) {
        // GitHub's payload may name an older tip than the one that was merged.
        let request = json!({
            "number": 7,
            "base": {"ref": "main", "sha": git(&self.folder.path().join("work"), &["rev-parse", "main~2"])},
            "head": {"ref": "topic", "sha": self.head},
        });
        let payload = json!({"pull_request": request, "repository": {"default_branch": "main"}});
        let (code, out, err) = self.run(checkout, "pull_request", &payload, more);
        let result = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
        (code, result, err)
    }

    fn run(
        &self,
        work: &Path,
        event: &str,
        payload: &Value,
        more: &[&str],
    ) -> (i32, String, String) {
        let path = self.folder.path().join("event.json");
        fs::write(&path, payload.to_string()).unwrap();
        let (reference, sha) = match event {
            "push" => ("refs/heads/main", git(work, &["rev-parse", "HEAD"])),
            _ => ("refs/pull/7/merge", git(work, &["rev-parse", "HEAD"])),
        };
        // Each commit's run comes after those of the commits before it.
        let commits: u32 = git(work, &["rev-list", "--count", "HEAD"]).parse().unwrap();
        let time = (1_767_225_600 + commits).to_string();
        let arguments = [&["check", "--format", "json", "lcov.info"], more].concat();
        let variables = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_EVENT_PATH", path.to_str().unwrap()),
            ("GITHUB_REF", reference),
            ("GITHUB_SHA", &sha),
            ("GITHUB_RUN_ID", "7"),
            ("SOURCE_DATE_EPOCH", &time),
        ];
        andon(work, &arguments, &variables)
    }
}

#[test]
fn a_pull_request_is_compared_with_what_it_was_merged_with() {
    let forge = Forge::new(CHANGE);
    let checkout = forge.checkout("two", "2");
    assert_eq!(git(&checkout, &["for-each-ref", "refs/andon"]), "");
    let (code, result, err) = forge.judge(&checkout, &[]);
    assert_eq!((code, err.contains("warning")), (0, false), "{err}");
    assert_eq!(found(&result), (json!({"by": "merge_base"}), &*forge.base));
    assert_eq!(result["change"]["base"], json!(forge.base));
    let extent = json!({"files": 1, "added": 5, "removed": 0});
    assert_eq!(result["change"]["extent"], extent);
    let changed = &result["change"]["coverage"]["lines"];
    assert_eq!(
        (&changed["part"], &changed["whole"]),
        (&json!(4), &json!(5))
    );
    let observed = &gate(&result, "whole")["observed"];
    assert_eq!(
        (&observed["part"], &observed["whole"]),
        (&json!(10), &json!(15))
    );
    assert_eq!(observed["baseline"]["display"], "60%");
    // The history that was fetched is the whole of it.
    let (_, out, _) = andon(&checkout, &["history", "list", "--json"], &[]);
    let listed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
}

#[test]
fn a_clone_that_is_too_shallow_for_the_change_says_how_deep_and_still_finds_the_newest() {
    let forge = Forge::new(CHANGE);
    let (code, result, err) = forge.judge(&forge.checkout("one", "1"), &[]);
    assert_eq!((code, err.contains("warning")), (1, false), "{err}");
    let expected = (json!({"by": "newest", "branch": "main"}), &*forge.base);
    assert_eq!(found(&result), expected);
    let changed = gate(&result, "changed");
    assert_eq!(changed["outcome"], "missing");
    let said = changed.to_string();
    assert!(said.contains("`fetch-depth: 2`"), "{said}");
    assert_eq!(gate(&result, "whole")["outcome"], "pass");
}

#[test]
fn a_ratchet_whose_bar_cannot_be_fetched_is_missing() {
    let policy = "history: git\ngates: [{ metric: coverage.line, ratchet: true }]\n";
    let forge = Forge::new(policy);
    let checkout = forge.checkout("two", "2");
    let (code, result, _) = forge.judge(&checkout, &[]);
    assert_eq!((code, &result["gates"][0]["outcome"]), (0, &json!("pass")));
    // Neither without any history nor with one that others may have added to.
    for name in ["two", "never"] {
        let checkout = match name {
            "two" => checkout.clone(),
            _ => forge.checkout(name, "2"),
        };
        git(
            &checkout,
            &["remote", "set-url", "origin", "/nowhere/at/all"],
        );
        for more in [&[][..], &["--record"]] {
            let (code, result, err) = forge.judge(&checkout, more);
            assert!(err.contains("the history was not fetched"), "{err}");
            let outcome = &result["gates"][0]["outcome"];
            assert_eq!((code, outcome), (1, &json!("missing")), "{name} {more:?}");
        }
    }
}
