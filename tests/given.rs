//! Events among the reports of a check: percentiles without a history, and none counted twice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, git, prepare, project};

/// Noon of the day of the events.
const NOW: (&str, &str) = ("SOURCE_DATE_EPOCH", "1795348800");
const AT: &str = "2026-11-22T11:00:00Z";
/// In a job of a CI system, which names its run.
const CI: [(&str, &str); 6] = [
    NOW,
    ("CI", "true"),
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_RUN_ID", "77"),
    ("GITHUB_RUN_ATTEMPT", "1"),
    ("GITHUB_JOB", "perf"),
];

const GATES: &str = "version: 1
gates:
  - { metric: response_time, stat: p95, per: operation, require: '<= 500ms' }
metrics:
  response_time: { unit: s, better: lower }
";

/// Twenty timings of each operation, 1 to 20 times its step, in milliseconds.
fn timings(ids: bool) -> String {
    let mut text = String::new();
    for (operation, step) in [("install", 30), ("list", 5)] {
        for n in 1..=20 {
            let id = match ids {
                true => format!("\"id\":\"{operation}-{n}\","),
                false => String::new(),
            };
            text += &format!(
                "{{{id}\"timestamp\":\"{AT}\",\"name\":\"response_time\",\"value\":{},\"unit\":\"ms\",\
                 \"dimensions\":{{\"operation\":\"{operation}\"}}}}\n",
                n * step
            );
        }
    }
    text
}

fn check(folder: &Path, env: &[(&str, &str)], more: &[&str]) -> (i32, Value, String) {
    let mut words = vec!["check", "--format", "json"];
    words.extend(more);
    let (code, out, told) = andon(folder, &words, env);
    let result = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{told}"));
    (code, result, told)
}

/// Name, count and figure of each group.
fn groups(result: &Value) -> Vec<(String, u64, f64)> {
    let groups = result["gates"][0]["samples"].as_array().unwrap();
    let of = |group: &Value| {
        (
            group["name"].as_str().unwrap().to_owned(),
            group["count"].as_u64().unwrap(),
            (group["figure"]["value"].as_f64().unwrap() * 1e6).round() / 1e6,
        )
    };
    groups.iter().map(of).collect()
}

#[test]
fn percentiles_are_judged_without_any_history() {
    let folder = project(GATES);
    let folder = folder.path();
    fs::write(folder.join("perf.events.jsonl"), timings(true)).unwrap();
    let (code, result, told) = check(folder, &[NOW], &[]);
    // 19.05th of 30, 60, … 600 ms and of 5, 10, … 100 ms.
    let expected = [
        ("install".to_owned(), 20, 0.5715),
        ("list".to_owned(), 20, 0.09525),
    ];
    assert_eq!((code, groups(&result)), (1, expected.to_vec()), "{told}");
    let inputs = &result["inputs"];
    let found = inputs.as_array().unwrap().iter();
    let formats: Vec<&str> = found.filter_map(|it| it["format"].as_str()).collect();
    assert!(formats.contains(&"events"), "{inputs}");
    prepare(folder, &GATES.replace("500ms", "600ms"));
    let (code, result, _) = check(folder, &[NOW], &["perf.events.jsonl"]);
    assert_eq!(
        (code, &result["verdict"]),
        (0, &json!("pass")),
        "{result:#}"
    );
    let (_, terminal, _) = andon(folder, &["check"], &[NOW]);
    assert!(terminal.contains("all 2 targets met"), "{terminal}");
    // As CSV, named by the policy.
    fs::remove_file(folder.join("perf.events.jsonl")).unwrap();
    let table = format!("timestamp,name,value,unit,operation\n{AT},response_time,700,ms,install\n");
    fs::create_dir(folder.join("out")).unwrap();
    fs::write(folder.join("out/t.csv"), table).unwrap();
    prepare(
        folder,
        &format!("{GATES}reports: [{{ path: out/t.csv }}]\n"),
    );
    let (code, result, _) = check(folder, &[NOW], &[]);
    assert_eq!(
        (code, groups(&result)),
        (1, vec![("install".to_owned(), 1, 0.7)])
    );
}

#[test]
fn what_is_no_event_is_a_problem_of_its_file() {
    let folder = project(&GATES.replace("500ms", "600ms"));
    let folder = folder.path();
    let text = timings(true)
        + "{\"name\":\"response_time\",\"value\":\"1\"}\n{\"name\":\"response_time\",\"value\":1,\"unit\":\"kB\"}\n";
    fs::write(folder.join("events.jsonl"), text).unwrap();
    let (code, result, told) = check(folder, &[NOW], &[]);
    assert_eq!((code, groups(&result).len()), (1, 2), "{told}");
    let problems = result["problems"].to_string() + &result["inputs"].to_string();
    for part in ["`value` is a text", "`unit` is `kB`"] {
        assert!(problems.contains(part), "{part} in {result:#}");
    }
}

#[test]
fn what_was_recorded_before_counts_once() {
    for (ids, env) in [(true, &[NOW][..]), (false, &CI[..])] {
        let folder = project(&format!("{GATES}history: file\n"));
        let folder = folder.path();
        fs::write(folder.join("events.jsonl"), timings(ids)).unwrap();
        git(folder, &["add", "."]);
        git(folder, &["commit", "-qm", "events"]);
        let counts = |result: &Value| -> Vec<u64> {
            groups(result).into_iter().map(|group| group.1).collect()
        };
        let (code, _, told) = andon(
            folder,
            &["record", "events.jsonl", "--history", "file"],
            env,
        );
        assert_eq!(code, 0, "{told}");
        let (_, result, told) = check(folder, env, &["--record"]);
        assert_eq!(counts(&result), [20, 20], "{told}");
        assert!(!told.contains("40 events"), "{told}");
        // What is new is recorded, once.
        let more = timings(ids)
            .lines()
            .next()
            .unwrap()
            .replace("-1\"", "-21\"")
            .replace(":30,", ":31,");
        let path = folder.join("events.jsonl");
        fs::write(&path, timings(ids) + &more + "\n").unwrap();
        git(folder, &["commit", "-qam", "more"]);
        let expected = match ids {
            // Another commit is another run, where nothing but the run tells.
            false => continue,
            true => [21, 20],
        };
        let (_, result, told) = check(folder, env, &["--record"]);
        assert_eq!(counts(&result), expected, "{told}");
        assert!(told.contains("and 1 event in"), "{told}");
        let (_, result, told) = check(folder, env, &["--record"]);
        assert_eq!(counts(&result), expected, "{told}");
        assert!(!told.contains("event in"), "{told}");
    }
}

#[test]
fn what_is_personal_is_not_judged_by_its_name() {
    let folder = project(&format!("{GATES}privacy: {{ personal: [operation] }}\n"));
    let folder = folder.path();
    fs::write(folder.join("events.jsonl"), timings(true)).unwrap();
    let (code, result, _) = check(folder, &[NOW], &[]);
    let text = result.to_string();
    assert!(
        code == 1 && text.contains("set ANDON_HASH_KEY") && !text.contains("install"),
        "{text}"
    );
    let key = ("ANDON_HASH_KEY", "0123456789abcdef0123456789abcdef");
    let (_, result, _) = check(folder, &[NOW, key], &[]);
    assert!(!result.to_string().contains("install") && groups(&result).len() == 2);
}

#[test]
fn the_only_event_of_a_run_is_judged_as_it_is_and_of_several_the_gate_is_written() {
    let policy = "version: 1
gates: [{ metric: bundle.size, require: '<= 3 MB' }]
metrics: { bundle.size: { unit: B, better: lower } }
history: file
";
    let folder = project(policy);
    let folder = folder.path();
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "policy", "--allow-empty"]);
    let record = |value: &str| {
        let words = [
            "record",
            "--name",
            "bundle.size",
            "--value",
            value,
            "--unit",
            "MB",
            "--dim",
            "os=x",
        ];
        let (code, _, told) = andon(folder, &words, &[NOW]);
        assert_eq!(code, 0, "{told}");
    };
    let judged = |more: &[&str]| {
        let (code, result, told) = check(folder, &[NOW], more);
        (code, result["gates"][0].clone(), told)
    };
    let reason = |gate: &Value| gate["notes"].to_string() + &gate["reason"].to_string();
    let (code, gate, _) = judged(&[]);
    assert!(
        code == 1 && reason(&gate).contains("no report states it"),
        "{gate}"
    );
    record("2");
    let (code, gate, told) = judged(&["--record"]);
    assert_eq!(
        (code, &gate["outcome"]),
        (0, &json!("pass")),
        "{gate}{told}"
    );
    assert_eq!(gate["observed"]["value"], 2_000_000.0, "{gate}");
    // The event is recorded; the snapshot does not state it once more.
    let (_, rows, _) = andon(
        folder,
        &[
            "query",
            "--metric",
            "bundle.size",
            "--stat",
            "count",
            "--format",
            "jsonl",
        ],
        &[NOW],
    );
    assert!(rows.contains("\"count\":1.0"), "{rows}");
    // A second one: which of them? The gate that is written holds, pasted as it is.
    record("5");
    let (code, gate, _) = judged(&[]);
    assert_eq!((code, &gate["outcome"]), (1, &json!("missing")), "{gate}");
    let pasted = "- { metric: bundle.size, stat: p95, require: \\\"<= 3 MB\\\" }";
    let said = reason(&gate);
    assert!(
        said.contains("2 events of this run") && said.contains(pasted),
        "{said}"
    );
    let gates = format!("gates:\n  {}\n", pasted.replace("\\\"", "\""));
    let mended = policy.replace(
        "gates: [{ metric: bundle.size, require: '<= 3 MB' }]\n",
        &gates,
    );
    fs::write(folder.join("andon.yaml"), mended).unwrap();
    let (code, gate, _) = judged(&[]);
    assert_eq!((code, &gate["outcome"]), (1, &json!("fail")), "{gate}");
    // Those of another commit are of other runs.
    fs::write(folder.join("andon.yaml"), policy).unwrap();
    git(folder, &["commit", "-qm", "next", "--allow-empty"]);
    let (code, gate, _) = judged(&[]);
    let said = reason(&gate);
    assert!(
        code == 1
            && said.contains("no event of this run states it, and 2 points of others are recorded"),
        "{said}"
    );
    assert!(said.contains(&pasted.replace("p95", "last")), "{said}");
    // One among the reports is of this run as well.
    let event = "{\"name\":\"bundle.size\",\"value\":1,\"unit\":\"MB\"}\n";
    fs::write(folder.join("events.jsonl"), event).unwrap();
    let (code, gate, told) = judged(&[]);
    assert_eq!(
        (code, &gate["outcome"]),
        (0, &json!("pass")),
        "{gate}{told}"
    );
}

#[test]
fn several_dimensions_are_judged_by_each_combination_and_mistakes_are_named() {
    let policy = |per: &str| GATES.replace("per: operation", &format!("per: {per}"));
    let folder = project(&policy("[operation, backend]"));
    let folder = folder.path();
    let text = timings(true).replace("\"list\"}", "\"list\",\"backend\":\"apt\"}");
    fs::write(folder.join("events.jsonl"), text).unwrap();
    let (_, result, told) = check(folder, &[NOW], &[]);
    let names: Vec<String> = groups(&result).into_iter().map(|group| group.0).collect();
    assert_eq!(names, ["install / –", "list / apt"], "{told}");
    for (per, said) in [
        (
            "[operation, backnd]",
            "no sample has the dimension `backnd`: there are `backend`, `operation`; did you mean `backend`?",
        ),
        ("[operation, operation]", "`per` names `operation` twice"),
        ("[]", "`per` names no dimension"),
        ("{ a: b }", "`per`: expected a string or a list of them"),
        ("[[operation]]", "`per`: expected a string"),
    ] {
        fs::write(folder.join("andon.yaml"), policy(per)).unwrap();
        let (_, out, told) = andon(folder, &["check"], &[NOW, ("COLUMNS", "200")]);
        assert!(format!("{out}{told}").contains(said), "{per}: {out}{told}");
    }
}

#[test]
fn what_the_run_states_is_judged_on_whatever_machine_and_in_whatever_order() {
    let policy = "version: 1
gates:
  - { metric: rt, stat: max, require: '<= 500ms' }
metrics:
  rt: { unit: ms, better: lower }
";
    let here = r#"{"name":"rt","value":900,"unit":"ms"}"#;
    let there = r#"{"context":{"runner":"zz"},"events":[{"name":"rt","value":100,"unit":"ms"}]}"#;
    for lines in [[here, there], [there, here]] {
        let folder = project(policy);
        let root = folder.path();
        fs::write(root.join("a.events.jsonl"), lines.join("\n")).unwrap();
        git(root, &["add", "."]);
        git(root, &["commit", "-q", "-m", "first"]);
        let (code, result, said) = check(root, &[NOW], &[]);
        assert_eq!(code, 1, "{said}");
        assert_eq!(groups(&result)[0].1, 2, "{result}");
    }
}

#[test]
fn what_a_run_states_is_judged_whatever_stands_under_its_ids() {
    let policy = "version: 1
history: file
gates:
  - { metric: rt, stat: max, require: '<= 500ms' }
metrics:
  rt: { unit: ms, better: lower }
";
    let event = |value| {
        format!("{{\"id\":\"bench-1\",\"name\":\"rt\",\"unit\":\"ms\",\"value\":{value}}}\n")
    };
    let folder = project(policy);
    let root = folder.path();
    let write = |text: String| fs::write(root.join("x.events.jsonl"), text).unwrap();
    write(event(100));
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "first"]);
    let (code, _, said) = check(root, &[NOW], &["--record"]);
    assert_eq!(code, 0, "{said}");
    write(event(900));
    git(root, &["commit", "-q", "-am", "second"]);
    let (code, result, said) = check(root, &[NOW], &["--record"]);
    assert_eq!(code, 1, "{said}{result}");
    assert!(
        (result.to_string() + &said).contains("under the same id"),
        "{said}{result}"
    );
    // Two of one file: nobody can tell which is meant.
    for lines in [event(100) + &event(900), event(900) + &event(100)] {
        write(lines);
        let (code, result, said) = check(root, &[NOW], &["--history", "none"]);
        assert_eq!(code, 1, "{said}");
        assert!(result.to_string().contains("an id of its own"), "{result}");
    }
}

#[test]
fn a_change_brings_no_past_of_its_own() {
    let policy = "version: 1
history: file
gates:
  - { metric: rt, anomaly: mad }
metrics:
  rt: { unit: ms, better: lower }
";
    let batch = |run: usize, value: usize| {
        let at = format!("2026-11-{:02}T{:02}:00:00Z", 10 + run / 20, run % 20);
        format!(
            "{{\"context\":{{\"branch\":\"main\",\"commit\":\"{run:040x}\",\"run\":\"r{run}\",\"runner\":\"{OS}-{ARCH}\"}},\"events\":[\
             {{\"name\":\"rt\",\"unit\":\"ms\",\"value\":{value},\"timestamp\":\"{at}\"}}]}}\n"
        )
    };
    let folder = project(policy);
    let root = folder.path();
    fs::write(
        root.join("x.events.jsonl"),
        "{\"name\":\"rt\",\"unit\":\"ms\",\"value\":900}\n",
    )
    .unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "first"]);
    let past: String = (0..30).map(|run| batch(run, 100 + run % 3)).collect();
    fs::write(root.join(".git/past.jsonl"), past).unwrap();
    let (code, _, said) = andon(
        root,
        &["record", ".git/past.jsonl", "--history", "file"],
        &[NOW],
    );
    assert_eq!(code, 0, "{said}");
    git(root, &["checkout", "-q", "-b", "change"]);
    let (code, honest, said) = check(root, &[NOW], &[]);
    assert_eq!(
        honest["gates"][0]["outcome"], "fail",
        "{code} {said}{honest:#}"
    );
    let forged: String = (100..170).map(|run| batch(run - 70, 900)).collect();
    fs::write(root.join("past.events.jsonl"), forged).unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "a past"]);
    let (code, result, said) = check(root, &[NOW], &[]);
    assert_eq!(
        result["gates"][0]["outcome"], "fail",
        "{code} {said}{result:#}"
    );
    assert!(
        (result.to_string() + &said).contains("no past of its own"),
        "{said}{result}"
    );
}
