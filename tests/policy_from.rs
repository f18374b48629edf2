//! By whose policy a change is judged, in real repositories: what a change does to the policy has no effect where the base's
//! counts, and is told where its own does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

#[allow(dead_code, reason = "other tests need more of it")]
mod project;

use project::{andon, git};

const STRICT: &str = "gates: [{ metric: coverage.line, require: '>= 80%' }]\n";
const WEAK: &str = "gates: [{ metric: coverage.line, require: '>= 10%' }]\n";
const BASE: [&str; 2] = ["--policy-from", "base"];

/// Half of ten lines covered.
const REPORT: &str = "TN:\nSF:a.py\nDA:1,1\nDA:2,1\nDA:3,1\nDA:4,1\nDA:5,1\nDA:6,0\nDA:7,0\nDA:8,0\nDA:9,0\nDA:10,0\nLF:10\nLH:5\nend_of_record\n";

/// A repository on `main` with these files, and a branch `topic` checked out.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "-q"]);
    fs::write(path.join(".git/info/exclude"), "lcov.info\nevent.json\n").unwrap();
    write(path, "a.py", &"x\n".repeat(10));
    for (name, content) in files {
        write(path, name, content);
    }
    commit(path);
    git(path, &["checkout", "-qb", "topic"]);
    folder
}

fn write(folder: &Path, name: &str, content: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn commit(folder: &Path) -> String {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "x", "--allow-empty"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// What a check says, with variables: the exit code, the result (null without one), and standard error.
fn check(folder: &Path, more: &[&str], variables: &[(&str, &str)]) -> (i32, Value, String) {
    fs::write(folder.join("lcov.info"), REPORT).unwrap();
    let arguments = [&["check", "--format", "json", "lcov.info"], more].concat();
    let (code, out, err) = andon(folder, &arguments, variables);
    (code, serde_json::from_str(&out).unwrap_or_default(), err)
}

fn relaxed(result: &Value) -> Vec<&str> {
    let relaxed = result["policy"]["relaxed"]
        .as_array()
        .expect("not compared");
    relaxed.iter().map(|text| text.as_str().unwrap()).collect()
}

/// Whether any note speaks of this.
fn noted(result: &Value, of: &str) -> bool {
    let notes = result["notes"].as_array().unwrap();
    notes.iter().any(|note| note.as_str().unwrap().contains(of))
}

/// In GitHub Actions, at an event with this payload; its `sha` and `ref` are what the variables say.
fn on_github(folder: &Path, event: &str, payload: &Value, more: &[&str]) -> (i32, Value, String) {
    let path = folder.join("event.json");
    fs::write(&path, payload.to_string()).unwrap();
    let text = |key: &str| payload[key].as_str().unwrap_or_default();
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", path.to_str().unwrap()),
        ("GITHUB_SHA", text("sha")),
        ("GITHUB_REF", text("ref")),
    ];
    check(folder, more, &variables)
}

fn pull_request(base: &str, head: &str) -> Value {
    json!({ "pull_request": {
        "number": 7,
        "base": { "sha": base, "ref": "main" },
        "head": { "sha": head, "ref": "topic" },
    }, "repository": { "default_branch": "main" } })
}

#[test]
fn the_policy_of_the_base_counts_and_what_the_change_relaxes_is_told() {
    let repository = repository(&[("andon.yaml", STRICT)]);
    let path = repository.path();
    write(path, "andon.yaml", WEAK);
    commit(path);
    let main = git(path, &["rev-parse", "main"]);
    let told = ["`coverage.line`: required >= 80%, now >= 10%"];

    let (code, result, _) = check(path, &[], &[]);
    assert_eq!((code, relaxed(&result)), (0, told.to_vec()));
    assert_eq!(result["policy"]["from"], "head");
    assert_eq!(result["policy"]["commit"], *main);
    assert_eq!(result["policy"]["files"], json!(["andon.yaml"]));

    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!((code, relaxed(&result)), (1, told.to_vec()));
    assert_eq!(result["policy"]["from"], "base");
    assert_eq!(result["policy"]["commit"], *main);

    // Not committed, it is part of the change all the same.
    git(path, &["checkout", "-q", "main"]);
    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!((code, relaxed(&result)), (1, vec![]));
    write(path, "andon.yaml", WEAK);
    let (code, result, _) = check(path, &[], &[]);
    assert_eq!((code, relaxed(&result)), (0, told.to_vec()));
    let (code, _, _) = check(path, &BASE, &[]);
    assert_eq!(code, 1);
}

#[test]
fn readers_see_it_in_every_output() {
    let repository = repository(&[("andon.yaml", STRICT)]);
    let path = repository.path();
    write(path, "andon.yaml", WEAK);
    commit(path);
    fs::write(path.join("lcov.info"), REPORT).unwrap();
    for format in ["terminal", "markdown", "annotations"] {
        for (whose, counted) in [
            ("head", "the relaxed policy counted"),
            ("base", "no effect"),
        ] {
            let arguments = ["check", "-f", format, "--policy-from", whose, "lcov.info"];
            let (_, out, _) = andon(path, &arguments, &[]);
            let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                text.contains("This change relaxes the policy"),
                "{format}: {out}"
            );
            assert!(text.contains(counted), "{format}: {out}");
        }
    }
}

#[test]
fn strangers_code_with_the_targets_rights_is_judged_by_the_base() {
    let repository = repository(&[("andon.yaml", STRICT)]);
    let path = repository.path();
    write(path, "andon.yaml", WEAK);
    let head = commit(path);
    let main = git(path, &["rev-parse", "main"]);
    let request = pull_request(&main, &head);
    let verdict = |event, payload: &Value, more: &[&str]| {
        let (code, result, err) = on_github(path, event, payload, more);
        let from = result["policy"]["from"].as_str();
        (code, from.map(str::to_owned).unwrap_or(err))
    };
    let said = |code, from: &str| (code, from.to_owned());
    assert_eq!(
        verdict("pull_request_target", &request, &[]),
        said(1, "base")
    );
    assert_eq!(verdict("pull_request", &request, &[]), said(0, "head"));
    assert_eq!(verdict("pull_request", &request, &BASE), said(1, "base"));
    let head_of = ["--policy-from", "head"];
    assert_eq!(
        verdict("pull_request_target", &request, &head_of),
        said(0, "head")
    );
    let run = |event: &str| {
        let run = json!({ "event": event, "head_sha": head, "pull_requests": [] });
        json!({ "workflow_run": run, "sha": main })
    };
    assert_eq!(
        verdict("workflow_run", &run("pull_request"), &[]),
        said(1, "base")
    );
    assert_eq!(verdict("workflow_run", &run("push"), &[]), said(0, "head"));
    let comment = json!({ "issue": { "pull_request": { "url": "x" } }, "sha": main });
    assert_eq!(verdict("issue_comment", &comment, &[]), said(1, "base"));
    let group = json!({ "merge_group": { "base_sha": main, "base_ref": "refs/heads/main", "head_sha": head } });
    assert_eq!(verdict("merge_group", &group, &[]), said(0, "head"));
    assert_eq!(verdict("merge_group", &group, &BASE), said(1, "base"));
    let push = |name: &str| {
        let default = json!({ "default_branch": "main" });
        json!({ "before": main, "after": head, "ref": format!("refs/heads/{name}"), "repository": default })
    };
    assert_eq!(verdict("push", &push("main"), &BASE), said(1, "base"));
    // A push to another branch than the default one is judged by that one's, as the remote has it.
    let (code, err) = verdict("push", &push("topic"), &BASE);
    assert!(
        code == 2 && err.contains("the branch main of the remote"),
        "{err}"
    );
    git(path, &["update-ref", "refs/remotes/origin/main", &main]);
    assert_eq!(verdict("push", &push("topic"), &BASE), said(1, "base"));
    let mut first = push("main");
    first["before"] = json!("0".repeat(40));
    let (code, err) = verdict("push", &first, &BASE);
    assert!(
        code == 2 && err.contains("no commit before the push"),
        "{err}"
    );
}

#[test]
fn the_target_counts_and_no_older_commit_that_the_author_branched_off() {
    let repository = repository(&[("andon.yaml", WEAK)]);
    let path = repository.path();
    git(path, &["checkout", "-q", "main"]);
    write(path, "andon.yaml", STRICT);
    let main = commit(path);
    git(path, &["checkout", "-q", "topic"]);
    write(path, "b.py", "x\n");
    let head = commit(path);
    let request = pull_request(&main, &head);
    let (code, result, _) = on_github(path, "pull_request_target", &request, &[]);
    assert_eq!((code, &result["policy"]["from"]), (1, &json!("base")));
    assert_eq!(relaxed(&result), Vec::<&str>::new());
    // The change did not relax it, but it is said that it demands less.
    let (code, result, _) = on_github(path, "pull_request", &request, &[]);
    assert_eq!((code, relaxed(&result)), (0, vec![]));
    assert!(noted(&result, "older than that of the base"), "{result}");
    assert!(noted(&result, "required >= 80%, now >= 10%"), "{result}");
}

#[test]
fn a_branch_of_the_checkout_is_no_base_in_ci() {
    let repository = repository(&[("andon.yaml", STRICT)]);
    let path = repository.path();
    // The author's own branch is called `main`, and is what the job checked out.
    let main = git(path, &["rev-parse", "main"]);
    git(path, &["update-ref", "refs/remotes/origin/main", &main]);
    git(path, &["checkout", "-q", "main"]);
    write(path, "andon.yaml", WEAK);
    commit(path);
    let variables = [
        ("BUILDKITE", "true"),
        ("BUILDKITE_PULL_REQUEST", "7"),
        ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
    ];
    let (code, result, err) = check(path, &BASE, &variables);
    assert_eq!(
        (code, &result["policy"]["commit"]),
        (1, &json!(main)),
        "{err}"
    );
    let (code, _, _) = check(
        path,
        &["--policy-from", "base", "--base", "main"],
        &variables,
    );
    assert_eq!(code, 1);
    git(path, &["update-ref", "-d", "refs/remotes/origin/main"]);
    for base in [&BASE[..], &["--policy-from", "base", "--base", "main"]] {
        let (code, _, err) = check(path, base, &variables);
        assert!(code == 2 && err.contains("origin"), "{code} {err}");
    }
}

#[test]
fn what_a_base_extends_is_read_from_the_base() {
    let files = [
        ("andon.yaml", "extends: [ci/one.yaml]\n"),
        ("ci/one.yaml", "extends: [deep/two.yaml]\n"),
        ("ci/deep/two.yaml", STRICT),
    ];
    let repository = repository(&files);
    let path = repository.path();
    write(path, "ci/deep/two.yaml", WEAK);
    commit(path);
    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!((code, relaxed(&result).len()), (1, 1));
    let files = json!(["andon.yaml", "ci/one.yaml", "ci/deep/two.yaml"]);
    assert_eq!(result["policy"]["files"], files);
    // What leads out of the repository is no more followed than in a work tree.
    git(path, &["checkout", "-q", "main"]);
    write(path, "andon.yaml", "extends: [../../etc/x.yaml]\n");
    commit(path);
    git(path, &["checkout", "-q", "topic"]);
    let (code, _, err) = check(path, &BASE, &[]);
    assert!(
        code == 2 && err.contains("leads out of the repository"),
        "{err}"
    );
}

#[test]
fn to_delete_rename_or_break_the_policy_changes_nothing() {
    let repository = repository(&[("andon.yaml", STRICT)]);
    let path = repository.path();
    fs::remove_file(path.join("andon.yaml")).unwrap();
    commit(path);
    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!((code, &result["policy"]["from"]), (1, &json!("base")));
    assert!(relaxed(&result)[0].contains("is gone"), "{result}");
    let (_, result, _) = check(path, &[], &[]);
    assert_eq!(result["policy"]["from"], "default");
    assert!(
        relaxed(&result)[0].contains("andon.yaml is gone"),
        "{result}"
    );

    // Renamed, it is the same policy.
    write(path, ".github/andon.yml", STRICT);
    commit(path);
    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!((code, relaxed(&result)), (1, vec![]));
    assert_eq!(result["policy"]["files"], json!(["andon.yaml"]));

    write(path, ".github/andon.yml", "gates: [{ metric: nonsense }]\n");
    commit(path);
    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!((code, &result["policy"]["relaxed"]), (1, &Value::Null));
    assert!(
        noted(&result, "cannot be used, and does not count"),
        "{result}"
    );
    assert!(noted(&result, "nonsense"), "{result}");
    assert_eq!(check(path, &[], &[]).0, 2);
}

#[test]
fn a_second_policy_that_the_change_adds_does_not_count() {
    let repository = repository(&[(".andon.yaml", STRICT)]);
    let path = repository.path();
    write(path, "andon.yaml", WEAK);
    commit(path);
    let (code, result, _) = check(path, &BASE, &[]);
    assert_eq!(
        (code, &result["policy"]["files"]),
        (1, &json!([".andon.yaml"]))
    );
    assert!(noted(&result, "two policies"), "{result}");
}

#[test]
fn links_lead_to_the_bases_files_or_nowhere() {
    let repository = repository(&[("ci/strict.yaml", STRICT), ("ci/weak.yaml", WEAK)]);
    let path = repository.path();
    let link = |to: &str| {
        let _ = fs::remove_file(path.join("andon.yaml"));
        std::os::unix::fs::symlink(to, path.join("andon.yaml")).unwrap();
        commit(path)
    };
    git(path, &["checkout", "-q", "main"]);
    link("ci/../ci/strict.yaml");
    git(path, &["checkout", "-q", "-B", "topic"]);
    link("ci/weak.yaml");
    let (code, result, err) = check(path, &BASE, &[]);
    assert_eq!((code, relaxed(&result).len()), (1, 1), "{err}");
    for bad in ["/etc/passwd", "../outside.yaml", "andon.yaml"] {
        git(path, &["checkout", "-q", "main"]);
        link(bad);
        git(path, &["checkout", "-q", "-B", "topic"]);
        let _ = fs::remove_file(path.join("andon.yaml"));
        write(path, "andon.yaml", WEAK);
        commit(path);
        let (code, _, err) = check(path, &BASE, &[]);
        assert!(
            code == 2 && err.contains("andon.yaml cannot be read"),
            "{bad}: {err}"
        );
        // What the base has cannot be compared with, and that is said.
        let (code, result, _) = check(path, &[], &[]);
        assert!(
            code == 0 && noted(&result, "not known whether"),
            "{bad}: {result}"
        );
    }
}

#[test]
fn a_huge_policy_is_refused() {
    let repository = repository(&[("andon.yaml", &"# x\n".repeat(300_000))]);
    let path = repository.path();
    let (code, _, err) = check(path, &BASE, &[]);
    assert!(code == 2 && err.contains("larger than 1 MiB"), "{err}");
}

#[test]
fn a_named_policy_is_looked_up_in_the_base() {
    let repository = repository(&[("ci/gate.yaml", STRICT), ("weak/gate.yaml", WEAK)]);
    let path = repository.path();
    fs::remove_dir_all(path.join("ci")).unwrap();
    std::os::unix::fs::symlink("weak", path.join("ci")).unwrap();
    write(path, "new.yaml", WEAK);
    commit(path);
    let absolute = path.join("ci/gate.yaml");
    for name in ["ci/gate.yaml", "./ci/gate.yaml", absolute.to_str().unwrap()] {
        let more = ["--config", name, "--policy-from", "base"];
        let (code, result, err) = check(path, &more, &[]);
        assert_eq!((code, relaxed(&result).len()), (1, 1), "{name}: {err}");
        let (code, result, _) = check(path, &["--config", name], &[]);
        assert_eq!((code, relaxed(&result).len()), (0, 1), "{name}");
    }
    let (_, result, _) = check(
        path,
        &["--config", "new.yaml", "--policy-from", "base"],
        &[],
    );
    assert_eq!(result["policy"]["from"], "default");
    assert!(
        noted(
            &result,
            "has no new.yaml, so the preset `recommended` counts"
        ),
        "{result}"
    );
    let outside = tempfile::NamedTempFile::new().unwrap();
    let name = outside.path().to_str().unwrap();
    let (code, _, err) = check(path, &["--config", name, "--policy-from", "base"], &[]);
    assert!(
        code == 2 && err.contains("does not lie in the workspace"),
        "{err}"
    );
}

#[test]
fn a_first_policy_is_judged_by_the_default() {
    let repository = repository(&[]);
    let path = repository.path();
    write(path, "andon.yaml", WEAK);
    commit(path);
    let (_, result, _) = check(path, &BASE, &[]);
    assert_eq!(result["policy"]["from"], "default");
    assert_eq!(result["policy"]["relaxed"], Value::Null);
    assert!(
        noted(&result, "has no policy, so the preset `recommended` counts"),
        "{result}"
    );
    let (code, result, _) = check(path, &[], &[]);
    assert_eq!((code, &result["policy"]["from"]), (0, &json!("head")));
    assert_eq!(result["policy"]["relaxed"], Value::Null);
}

#[test]
fn a_workspace_below_the_top_has_a_policy_of_its_own() {
    let repository = repository(&[
        ("andon.yaml", WEAK),
        ("sub/andon.yaml", "extends: [more.yaml]\n"),
        ("sub/more.yaml", STRICT),
        ("sub/a.py", "x\n"),
    ]);
    let path = repository.path();
    write(path, "sub/more.yaml", WEAK);
    commit(path);
    fs::write(path.join("sub/lcov.info"), REPORT).unwrap();
    let check = |more: &[&str]| {
        let arguments = [&["-C", "sub", "check", "-f", "json", "lcov.info"], more].concat();
        let (code, out, err) = andon(path, &arguments, &[]);
        let result: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
        (code, result)
    };
    let (code, result) = check(&BASE);
    assert_eq!((code, relaxed(&result).len()), (1, 1));
    assert_eq!(
        result["policy"]["files"],
        json!(["andon.yaml", "more.yaml"])
    );
    let (code, result) = check(&["--policy-from", "base", "--config", "../andon.yaml"]);
    assert_eq!(
        (code, &result["policy"]["files"]),
        (0, &json!(["../andon.yaml"]))
    );
}

#[test]
fn a_repository_that_the_change_brings_is_not_asked() {
    let repository = repository(&[("sub/andon.yaml", STRICT)]);
    let path = repository.path();
    let sub = path.join("sub");
    write(path, "sub/andon.yaml", WEAK);
    commit(path);
    git(path, &["clone", "-q", "--bare", ".", "sub/bare"]);
    for part in ["HEAD", "objects", "refs", "packed-refs", "config"] {
        fs::rename(sub.join("bare").join(part), sub.join(part)).unwrap();
    }
    fs::remove_dir_all(sub.join("bare")).unwrap();
    git(path, &["add", "-A"]);
    fs::write(sub.join("lcov.info"), REPORT).unwrap();
    for bare in ["true", "false"] {
        git(&sub, &["config", "-f", "config", "core.bare", bare]);
        let (code, _, err) = check(&sub, &["--policy-from", "base", "--base", "topic"], &[]);
        assert!(
            code == 2 && err.contains("the change may have brought"),
            "{bare}: {err}"
        );
    }
}

#[test]
fn a_base_that_is_not_in_the_clone_is_an_error_with_a_remedy() {
    let origin = repository(&[("andon.yaml", STRICT)]);
    let main = git(origin.path(), &["rev-parse", "main"]);
    write(origin.path(), "andon.yaml", WEAK);
    let head = commit(origin.path());
    let clone = tempfile::tempdir().unwrap();
    let path = clone.path();
    let url = format!("file://{}", origin.path().display());
    git(
        path,
        &["clone", "-q", "--depth=1", "--branch=topic", &url, "."],
    );
    let exclude = path.join(".git/info/exclude");
    fs::write(exclude, "lcov.info\nevent.json\n").unwrap();
    let request = pull_request(&main, &head);
    for (event, more) in [("pull_request", &BASE[..]), ("pull_request_target", &[])] {
        let (code, result, err) = on_github(path, event, &request, more);
        assert!(code == 2 && result.is_null(), "{event}: {result}");
        assert!(
            err.contains("fetch-depth: 0") && err.contains(&main),
            "{err}"
        );
    }
    let (code, result, _) = on_github(path, "pull_request", &request, &[]);
    assert_eq!((code, &result["policy"]["relaxed"]), (0, &Value::Null));
    git(path, &["fetch", "-q", "--depth=1", "origin", &main]);
    let (code, result, _) = on_github(path, "pull_request_target", &request, &[]);
    assert_eq!((code, relaxed(&result).len()), (1, 1));
    // Outside of any repository there is no base.
    let nowhere = tempfile::tempdir().unwrap();
    let (code, _, err) = check(nowhere.path(), &BASE, &[]);
    assert!(
        code == 2 && err.contains("not in a git repository"),
        "{err}"
    );
}
