//! A history that several repositories, or several folders of one, share; and what is kept with the runs in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use tempfile::TempDir;

mod project;

use project::{andon, git, prepare, project};

const POLICY: &str = "version: 1
metrics: { lat: { unit: ms, better: lower } }
gates:
  - { metric: lat, stat: p95, require: \"<= 150ms\" }
alerts:
  - { name: slow, when: \"median(lat, 7d) > 150ms\" }
";

/// Records values one by one in a history, from a folder.
fn record(folder: &Path, history: &str, values: &[f64]) {
    for (number, value) in values.iter().enumerate() {
        let event = format!(
            "{{\"name\":\"lat\",\"value\":{value},\"unit\":\"ms\",\"id\":\"{value}/{number}\"}}\n"
        );
        fs::write(folder.join("lat.jsonl"), event).unwrap();
        let arguments = ["record", "lat.jsonl", "--history", history];
        let (code, _, told) = andon(folder, &arguments, &[]);
        assert_eq!(code, 0, "{told}");
    }
}

/// What andon says of a history from a folder: the output, and the notes.
fn said(folder: &Path, history: &str, arguments: &[&str]) -> (String, String) {
    let arguments = [arguments, &["--history", history]].concat();
    let (_, output, notes) = andon(folder, &arguments, &[]);
    (output, notes)
}

/// The verdict of a check, whatever the width.
fn checked(folder: &Path, history: &str) -> String {
    let (check, _) = said(folder, history, &["check"]);
    check.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A repository of this name in a folder.
fn repository(folder: &TempDir, name: &str) -> std::path::PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(&path).unwrap();
    git(&path, &["init", "-q"]);
    prepare(&path, POLICY);
    // Of two commits that say the same in one second nobody knows whose they are.
    git(&path, &["commit", "-qm", name, "--allow-empty"]);
    path
}

#[test]
fn of_two_repositories_that_share_a_history_each_is_watched_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (fast, slow) = (repository(&folder, "fast"), repository(&folder, "slow"));
    record(&fast, "../hist", &[100.0, 101.0, 102.0]);
    record(&slow, "../hist", &[500.0, 501.0, 502.0, 503.0]);
    let left_out = "4 points of repository slow were left out";

    let (trend, notes) = said(&fast, "../hist", &["trend", "--metric", "lat"]);
    assert!(
        trend.contains("3 runs") && notes.contains(left_out),
        "{trend}{notes}"
    );
    assert!(notes.contains("`--where repository=…` asks for one of them, `--everywhere` for all"));
    let (trend, notes) = said(
        &fast,
        "../hist",
        &["trend", "--metric", "lat", "--everywhere"],
    );
    assert!(
        trend.contains("7 runs") && notes.is_empty(),
        "{trend}{notes}"
    );
    let (trend, notes) = said(
        &fast,
        "../hist",
        &["trend", "--metric", "lat", "--where", "repository=slow"],
    );
    assert!(
        trend.contains("4 runs") && notes.is_empty(),
        "{trend}{notes}"
    );

    let (alerts, notes) = said(&fast, "../hist", &["alerts"]);
    assert!(alerts.contains("0 alerts firing"), "{alerts}");
    assert!(notes.contains(&format!("of `slow`, {left_out}")), "{notes}");
    let (alerts, _) = said(&fast, "../hist", &["alerts", "--everywhere"]);
    assert!(alerts.contains("median(lat, 7d) is 500 ms"), "{alerts}");
    let (alerts, _) = said(&slow, "../hist", &["alerts"]);
    assert!(alerts.contains("median(lat, 7d) is 502 ms"), "{alerts}");

    let (check, _) = said(&fast, "../hist", &["check"]);
    assert!(
        check.contains("pass") && check.contains(left_out),
        "{check}"
    );
    let (replayed, notes) = said(&fast, "../hist", &["backtest"]);
    assert!(replayed.contains("1 alert fired 0 times"), "{replayed}");
    assert!(notes.contains(left_out), "{notes}");

    let (_, notes) = said(&fast, "../hist", &["query", "--metric", "lat"]);
    let hint = "points of several repositories are put together: `--group-by repository`";
    assert!(notes.contains(hint), "{notes}");
    let grouped = ["query", "--metric", "lat", "--group-by", "repository"];
    let (_, notes) = said(&fast, "../hist", &grouped);
    assert!(!notes.contains("put together"), "{notes}");
}

#[test]
fn each_folder_of_a_monorepo_is_watched_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let top = repository(&folder, "mono");
    let (a, b) = (top.join("a"), top.join("b"));
    for place in [&a, &b] {
        fs::create_dir_all(place).unwrap();
        fs::write(place.join("andon.yaml"), POLICY).unwrap();
    }
    record(&a, "git", &[100.0, 101.0]);
    record(&b, "git", &[500.0, 501.0, 502.0]);
    let (alerts, notes) = said(&a, "git", &["alerts"]);
    assert!(alerts.contains("0 alerts firing"), "{alerts}");
    assert!(
        notes.contains("3 points of folder b were left out: `--where folder=…`"),
        "{notes}"
    );
    let (trend, _) = said(
        &a,
        "git",
        &["trend", "--metric", "lat", "--where", "folder=b"],
    );
    assert!(trend.contains("3 runs"), "{trend}");
    // That each folder has a past of its own goes without saying where it is judged.
    let (check, _) = said(&a, "git", &["check"]);
    assert!(
        check.contains("pass") && !check.contains("points of"),
        "{check}"
    );
}

#[test]
fn a_repository_is_known_by_its_commits_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let own = repository(&folder, "own");
    record(&own, "../hist", &[100.0, 101.0]);
    let other = repository(&folder, "other");
    record(&other, "../hist", &[500.0]);
    git(folder.path(), &["clone", "-q", "own", "copy"]);
    let copy = folder.path().join("copy");
    prepare(&copy, POLICY);
    // It is called by the address that it came from.
    record(&copy, "../hist", &[102.0]);
    let (trend, notes) = said(&copy, "../hist", &["trend", "--metric", "lat"]);
    assert!(trend.contains("3 runs"), "{trend}");
    assert!(
        notes.contains("1 point of repository other was left out"),
        "{notes}"
    );
}

#[test]
fn what_goes_on_under_another_name_is_another_repository() {
    let folder = tempfile::tempdir().unwrap();
    let own = repository(&folder, "own");
    git(folder.path(), &["clone", "-q", "own", "fork"]);
    let fork = folder.path().join("fork");
    prepare(&fork, POLICY);
    git(
        &fork,
        &[
            "remote",
            "set-url",
            "origin",
            "https://example.org/me/fork.git",
        ],
    );
    let before = r#"{"name":"lat","value":500,"unit":"ms","timestamp":"2026-01-01T00:00:00Z"}"#;
    fs::write(fork.join("before.jsonl"), before).unwrap();
    let (code, _, told) = andon(
        &fork,
        &["record", "before.jsonl", "--history", "../hist"],
        &[],
    );
    assert_eq!(code, 0, "{told}");
    record(&fork, "../hist", &[501.0]);
    record(&own, "../hist", &[100.0, 101.0]);
    let (trend, notes) = said(
        &fork,
        "../hist",
        &["trend", "--metric", "lat", "--days", "2000"],
    );
    assert!(trend.contains("2 runs"), "{trend}");
    assert!(notes.contains("2 points of repository"), "{notes}");
}

#[test]
fn a_ratchet_holds_what_its_own_repository_recorded() {
    let policy = "version: 1\ngates: [{ metric: coverage.line, ratchet: true }]\n";
    let folder = tempfile::tempdir().unwrap();
    let (high, low) = (repository(&folder, "high"), repository(&folder, "low"));
    for (place, covered) in [(&high, 9), (&low, 5)] {
        prepare(place, policy);
        project::commit(place, covered);
        let (_, output) = said(place, "../hist", &["check", "--record"]);
        assert!(output.contains("recorded"), "{output}");
    }
    project::commit(&low, 6);
    let (check, _) = said(&low, "../hist", &["check"]);
    assert!(check.contains("pass"), "{check}");
    project::commit(&low, 4);
    let (check, _) = said(&low, "../hist", &["check"]);
    assert!(check.contains("fail"), "{check}");
}

#[test]
fn what_others_recorded_is_no_past_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let (r1, r2, new) = (
        repository(&folder, "r1"),
        repository(&folder, "r2"),
        repository(&folder, "new"),
    );
    record(&r1, "../hist", &[100.0, 101.0]);
    record(&r2, "../hist", &[500.0]);
    let left_out = "2 points of repository r1 and 1 of repository r2 were left out";
    let check = checked(&new, "../hist");
    assert!(
        check.contains("no sample of it") && check.contains(left_out),
        "{check}"
    );
    let (alerts, notes) = said(&new, "../hist", &["alerts"]);
    assert!(
        alerts.contains("insufficient") || alerts.contains("undecided"),
        "{alerts}"
    );
    assert!(notes.contains(left_out), "{notes}");
    // A gate on the value as it is names what there is too.
    let plain = POLICY.replace("stat: p95, ", "");
    prepare(&new, &plain);
    let check = checked(&new, "../hist");
    assert!(
        check.contains("nothing of it is recorded here but elsewhere: 2 points of repository r1"),
        "{check}"
    );
    // Unless the policy wants all of them together.
    prepare(
        &new,
        &format!("{POLICY}history: {{ in: file, path: unused, everywhere: true }}\n"),
    );
    let check = checked(&new, "../hist");
    assert!(
        check.contains("3 samples") && check.contains("fail") && !check.contains("left out"),
        "{check}"
    );
    let (alerts, notes) = said(&new, "../hist", &["alerts"]);
    assert!(
        alerts.contains("0 alerts firing") && notes.is_empty(),
        "{alerts}{notes}"
    );
}

#[test]
fn a_fork_says_whose_past_it_has_before_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let own = repository(&folder, "own");
    record(&own, "../hist", &[100.0, 101.0]);
    git(folder.path(), &["clone", "-q", "own", "fork"]);
    let fork = folder.path().join("fork");
    prepare(&fork, POLICY);
    let address = "https://example.org/me/fork.git";
    git(&fork, &["remote", "set-url", "origin", address]);
    let whose = "nothing is recorded of me/fork itself: what is of own counts, whose commits this repository has";
    for question in [
        &["trend", "--metric", "lat"][..],
        &["alerts"],
        &["backtest"],
    ] {
        let (answer, notes) = said(&fork, "../hist", question);
        assert!(notes.contains(whose), "{question:?} {answer}{notes}");
    }
    let check = checked(&fork, "../hist");
    assert!(check.contains("pass") && check.contains(whose), "{check}");
    // Where the commits are not there, it is not known.
    let parent = format!("file://{}", own.display());
    git(
        folder.path(),
        &["clone", "-q", "--depth", "1", &parent, "cut"],
    );
    let cut = folder.path().join("cut");
    git(&cut, &["commit", "-qm", "x", "--allow-empty"]);
    prepare(&cut, POLICY);
    git(&cut, &["remote", "set-url", "origin", address]);
    git(&own, &["commit", "-qm", "y", "--allow-empty"]);
    fs::remove_dir_all(folder.path().join("hist")).unwrap();
    record(&own, "../hist", &[100.0]);
    let check = checked(&cut, "../hist");
    assert!(
        check.contains("no sample of it") && check.contains("which this shallow clone lacks"),
        "{check}"
    );
    // What the bar was is not known either.
    prepare(
        &cut,
        "version: 1\ngates: [{ metric: coverage.line, ratchet: true }]\n",
    );
    prepare(
        &own,
        "version: 1\ngates: [{ metric: coverage.line, ratchet: true }]\n",
    );
    project::commit(&own, 9);
    let (output, _) = said(&own, "../hist", &["check", "--record"]);
    project::commit(&cut, 4);
    let check = checked(&cut, "../hist");
    assert!(
        check.contains("no bar is known") && check.contains("fetch-depth: 0"),
        "{output}{check}"
    );
}

#[test]
fn a_folder_that_was_moved_is_told_where_its_past_is() {
    let folder = tempfile::tempdir().unwrap();
    let top = repository(&folder, "mono");
    let (api, backend) = (top.join("api"), top.join("backend"));
    for place in [&api, &backend] {
        fs::create_dir_all(place).unwrap();
        fs::write(place.join("andon.yaml"), POLICY).unwrap();
    }
    record(&api, "git", &[100.0, 101.0]);
    let check = checked(&backend, "git");
    assert!(
        check.contains("no sample of it") && check.contains("2 points of folder api were left out"),
        "{check}"
    );
    let plain = POLICY.replace("stat: p95, ", "");
    fs::write(backend.join("andon.yaml"), plain).unwrap();
    let check = checked(&backend, "git");
    assert!(
        check.contains("nothing of it is recorded here but elsewhere: 2 points of folder api"),
        "{check}"
    );
    // A filter that nothing fits says what there is.
    for question in ["trend", "query"] {
        let arguments = [question, "--metric", "lat", "--where", "folder=./api/"];
        let (answer, notes) = said(&api, "git", &arguments);
        assert!(
            notes.contains("`folder` is one of `api`"),
            "{answer}{notes}"
        );
        assert!(!notes.contains("--all-branches"), "{notes}");
    }
}

#[test]
fn a_recorded_comparison_of_the_commit_is_judged() {
    let folder = project(
        "version: 1\nhistory: git\nmetrics: { own.time: { unit: ms, better: lower } }\n\
         gates: [{ metric: own.time, regression: interleaved }]\n",
    );
    let root = folder.path();
    git(root, &["commit", "-qm", "x", "--allow-empty"]);
    let mut events = String::new();
    for number in 0..12 {
        for (side, value) in [("base", 100), ("head", 130)] {
            events += &format!(
                "{{\"name\":\"own.time\",\"value\":{}.{number},\"unit\":\"ms\",\"dimensions\":{{\"side\":\"{side}\"}}}}\n",
                value
            );
        }
    }
    fs::write(root.join("sides.jsonl"), events).unwrap();
    let none = "no command was run side by side with its base";
    let (code, check, _) = andon(root, &["check"], &[]);
    assert!(
        code == 1 && check.replace("\n    ", " ").contains(none),
        "{check}"
    );
    let (code, _, told) = andon(root, &["record", "sides.jsonl"], &[]);
    assert_eq!(code, 0, "{told}");
    let (code, check, _) = andon(root, &["check"], &[]);
    assert!(
        code == 1 && check.contains("worse than the base's 100 ms"),
        "{check}"
    );
    // Of another commit it says nothing, and is not passed over in silence.
    let before = git(root, &["rev-parse", "--short=10", "HEAD"]);
    git(root, &["commit", "-qm", "y", "--allow-empty"]);
    let (_, check, _) = andon(root, &["check"], &[]);
    let check = check.replace("\n    ", " ");
    let told = format!("the newest recorded comparison of `own.time` is of {before}");
    assert!(check.contains(&told) && !check.contains(none), "{check}");
}

#[test]
fn a_check_on_a_hosted_runner_is_replayed_as_it_was() {
    let folder = project(
        "version: 1\nhistory: git\nmetrics: { lat: { unit: ms, better: lower } }\n\
         gates: [{ metric: lat, regression: { method: andon, repetitions: 1 } }]\n",
    );
    let root = folder.path();
    let hosted = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REF_NAME", "main"),
        ("RUNNER_ENVIRONMENT", "github-hosted"),
        ("ImageOS", "ubuntu24"),
    ];
    let steady = [100.0, 100.5, 99.5].repeat(4);
    let values = [steady.as_slice(), &[107.0, 107.5, 112.0, 112.5]].concat();
    let mut failed = Vec::new();
    for (number, value) in values.iter().enumerate() {
        git(
            root,
            &["commit", "-qm", &number.to_string(), "--allow-empty"],
        );
        let event = format!("{{\"name\":\"lat\",\"value\":{value},\"unit\":\"ms\"}}\n");
        fs::write(root.join("lat.events.jsonl"), event).unwrap();
        let arguments = ["check", "lat.events.jsonl", "--record", "--offline"];
        let (code, check, told) = andon(root, &arguments, &hosted);
        assert!(told.contains("recorded"), "{check}{told}");
        if code == 1 {
            failed.push(*value);
        }
    }
    assert_eq!(failed, [112.5]);
    // At a desk, where 5 % count.
    let (_, replayed, notes) = andon(root, &["backtest", "--format", "json"], &[]);
    let replayed: serde_json::Value = serde_json::from_str(&replayed).unwrap();
    let gate = &replayed["gates"][0];
    assert_eq!(gate["missed"], 1, "{gate:#}");
    assert!(!notes.contains("no check noted"), "{notes}");
    // What no check noted is judged as here, and said.
    let event = "{\"name\":\"lat\",\"value\":100,\"unit\":\"ms\"}\n";
    fs::write(root.join("lat.jsonl"), event).unwrap();
    git(root, &["commit", "-qm", "z", "--allow-empty"]);
    andon(root, &["record", "lat.jsonl", "--offline"], &hosted);
    let (_, _, notes) = andon(root, &["backtest"], &[]);
    let told = "of 1 run on ubuntu24-x86_64 no check noted whether that is a hosted runner";
    assert!(notes.contains(told), "{notes}");
}
