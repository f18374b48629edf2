//! What comes in: lines, tables, reports and arguments, and what becomes of those that are wrong.

use std::fs;

use serde_json::{Value, json};

use crate::project::{commit, git, project};
use crate::{done, folder, rows, run};

#[test]
fn good_lines_are_kept_and_bad_ones_written_beside() {
    let lines = [
        r#"{"name":"a","value":1,"unit":"ms","id":"x"}"#,
        r#"{"name":"a","value":"1"}"#,
        r#"{"name":"coverage.line","value":3,"unit":"ms"}"#,
        r#"{"name":"a","value":1,"unit":"ms","id":"x"}"#,
    ];
    let folder = folder(&[("e.jsonl", &lines.join("\n"))]);
    let path = folder.path();
    let (code, out, told) = run(path, "record e.jsonl");
    assert_eq!((code, out.as_str()), (1, ""), "{told}");
    for part in [
        "e.jsonl:2: `value` is a text",
        "e.jsonl:3: `unit` is `ms`, and coverage.line is measured in percent",
        "recorded 1 event in .andon/history; 1 event came twice by id; 2 rejected, see e.jsonl.rejected.jsonl",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    let rejected = fs::read_to_string(path.join("e.jsonl.rejected.jsonl")).unwrap();
    let second: Value = serde_json::from_str(rejected.lines().nth(1).unwrap()).unwrap();
    assert_eq!(
        (&second["value"], &second["rejected"]["line"]),
        (&json!(3.0), &json!(3))
    );
    // Mended, what was rejected is recorded as it stands.
    let mended = rejected.lines().nth(1).unwrap().replace("\"ms\"", "\"%\"");
    fs::write(path.join("mended.jsonl"), mended).unwrap();
    done(path, "record mended.jsonl --strict");
    assert_eq!(rows(path, "--stat count")[0]["metric"], "a");
    let row = &rows(path, "--metric a --stat max")[0];
    assert_eq!(
        (&row["unit"], &row["figures"]["max"]),
        (&json!("s"), &json!(0.001))
    );
    // Nothing at all is recorded if that is asked.
    fs::write(
        path.join("strict.jsonl"),
        lines[..2].join("\n").replace("\"a\"", "\"b\""),
    )
    .unwrap();
    assert_eq!(run(path, "record strict.jsonl --strict").0, 1);
    assert!(
        run(path, "query --metric b")
            .2
            .contains("nothing is recorded of `b`")
    );
}

#[test]
fn of_what_comes_too_often_a_share_is_kept_and_said() {
    let policy = "version: 1\nextends: [recommended]\nsample: { b: 50% }\n";
    let lines: String = (0..400)
        .map(|n| {
            let name = ["a", "b"][n % 2];
            format!("{{\"id\":\"e{n}\",\"name\":\"{name}\",\"value\":{n}}}\n")
        })
        .collect();
    let folder = folder(&[("andon.yaml", policy), ("e.jsonl", &lines)]);
    let path = folder.path();
    let (code, _, told) = run(path, "record e.jsonl --sample 10%");
    assert!(code == 0 && told.contains("left out by sampling"), "{told}");
    let counts = || -> Vec<(Value, f64)> {
        let rows = rows(path, "--group-by sampled --stat count");
        let count = |row: &Value| row["figures"]["count"].as_f64().unwrap();
        rows.iter()
            .map(|row| (row["group"]["sampled"].clone(), count(row)))
            .collect()
    };
    let first = counts();
    assert_eq!((&first[0].0, &first[1].0), (&json!("0.1"), &json!("0.5")));
    // Four standard deviations of fair choices from 200.
    assert!(
        (3.0..38.0).contains(&first[0].1) && (71.0..129.0).contains(&first[1].1),
        "{first:?}"
    );
    // The same ones again.
    assert_eq!(run(path, "record e.jsonl --sample 0.1").0, 0);
    assert_eq!(counts(), first);
    let (_, _, told) = run(path, "query --metric b --stat count");
    assert!(
        told.contains("of `b` only a share was recorded (`sampled=0.5`)"),
        "{told}"
    );
    let (_, _, told) = run(path, "query --metric b --stat p95");
    assert!(!told.contains("share"), "{told}");
    let (code, _, told) = run(path, "record e.jsonl --sample 0");
    assert!(code == 2 && told.contains("no share to keep"), "{told}");
}

#[test]
fn reports_and_arguments_enter_by_the_same_way() {
    let project = project("version: 1\nextends: [recommended]\n");
    let path = project.path();
    let base = commit(path, 5);
    done(path, "record lcov.info");
    git(path, &["checkout", "-qb", "topic"]);
    commit(path, 8);
    done(path, "record lcov.info");
    done(
        path,
        "record --name response_time --value 412 --unit ms --dim command=install --meta host=a --source performance --id 1",
    );
    let row = &rows(path, "--metric coverage.line --group-by branch --stat last")[1];
    assert_eq!(row["figures"]["last"], 80.0);
    let compared = done(
        path,
        "compare main topic --metric coverage.line --format json",
    );
    let compared: Value = serde_json::from_str(&compared).unwrap();
    assert_eq!(compared["rows"][0]["shift"], 30.0);
    assert_eq!(compared["rows"][0]["better"], true);
    let by_commit = done(path, &format!("compare {base} HEAD --metric coverage.line"));
    assert!(by_commit.contains("+30 pp"), "{by_commit}");
    // A check's snapshot is asked like events.
    done(path, "check --record --exit-zero lcov.info --quiet");
    let row = &rows(
        path,
        "--metric coverage.line --where branch=topic --stat count",
    )[0];
    assert_eq!(row["figures"]["count"], 2.0);
    let (code, _, told) = run(path, "compare main nowhere --metric coverage.line");
    assert_eq!(code, 2);
    assert!(told.contains("nothing is recorded of `nowhere`"), "{told}");
}

#[test]
fn what_a_report_warns_of_is_no_rejected_event() {
    let project = project("version: 1\ngates: []\n");
    let path = project.path();
    commit(path, 5);
    let report = std::fs::read_to_string(path.join("lcov.info")).unwrap();
    std::fs::write(
        path.join("lcov.info"),
        report.replace("a.py", "elsewhere/b.py"),
    )
    .unwrap();
    let (code, out, told) = run(path, "record lcov.info");
    let told = out + &told;
    assert!(
        code == 0
            && told.contains(
                "warning: lcov.info: 1 of 1 file match no tracked file; first: elsewhere/b.py"
            )
            && !told.contains("rejected"),
        "{code} {told}"
    );
    // What cannot be trusted is another thing.
    std::fs::write(
        path.join("lcov.info"),
        "<testsuite name=\"a\" tests=\"2\"><testcase name=\"x\"/>",
    )
    .unwrap();
    let (code, _, told) = run(path, "record lcov.info");
    assert!(code == 1 && told.contains("rejected"), "{code} {told}");
}

#[test]
fn the_policy_says_what_a_number_without_a_unit_is_in() {
    let policy =
        "version: 1\nhistory: file\nmetrics: { response_time: { unit: ms, better: lower } }\n";
    let folder = folder(&[("andon.yaml", policy)]);
    let path = folder.path();
    for stated in ["412", "412 --unit ms --dim n=2", "0.412 --unit s --dim n=3"] {
        done(
            path,
            &format!("record --name response_time --value {stated}"),
        );
    }
    let rows = rows(path, "--metric response_time --stat min,max,count");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["unit"], &rows[0]["figures"]),
        (
            &json!("s"),
            &json!({"min": 0.412, "max": 0.412, "count": 3.0})
        )
    );
}

#[test]
fn stray_text_is_no_metric() {
    let folder = folder(&[
        ("server.log", "INFO starting the server\nINFO 1 2 3\n"),
        ("README.md", "# About\n\nVersion 2 of the program.\n"),
        (
            "semi.csv",
            "timestamp;name;value\n2026-03-01T12:00:00Z;rt;1\n",
        ),
        ("good.prom", "rt 1.5\n"),
    ]);
    let path = folder.path();
    for (file, parts) in [
        (
            "server.log",
            [
                "server.log: line 1, `INFO starting the server`",
                "JSON lines",
            ],
        ),
        (
            "README.md",
            [
                "README.md: line 3, `Version 2 of the program.`",
                "OpenMetrics",
            ],
        ),
        (
            "semi.csv",
            [
                "semi.csv: line 1, `timestamp;name;value`",
                "separated by `;`: write commas",
            ],
        ),
    ] {
        let (code, out, told) = run(path, &format!("record {file}"));
        assert_eq!((code, out.as_str()), (1, ""), "{told}");
        for part in parts {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert_eq!(told.lines().count(), 2, "{told}");
    }
    // It costs no other file.
    let (code, _, told) = run(path, "record server.log good.prom");
    assert!(code == 1 && told.contains("recorded 1 event in"), "{told}");
    assert_eq!(rows(path, "--stat count").len(), 1);
}

#[test]
fn rejected_rows_are_mended_as_they_stand() {
    let folder = folder(&[(
        "e.csv",
        "timestamp,name,value,unit,op,metadata.host,context.branch\n\
         2026-03-01T12:00:00Z,a,zwei,ms,\"x, y\",h,main\n\
         2026-03-01T12:00:00Z,a,3,ms,list\n\
         2026-03-01T12:00:00Z,a,4,furlong/,list,h,main\n",
    )]);
    let path = folder.path();
    fs::write(
        path.join("andon.yaml"),
        "version: 1\nmetrics: { a: { unit: s, better: lower } }\n",
    )
    .unwrap();
    let (code, _, told) = run(path, "record e.csv");
    assert!(code == 1 && told.contains("3 rejected"), "{told}");
    let rejected = fs::read_to_string(path.join("e.csv.rejected.jsonl")).unwrap();
    let first: Value = serde_json::from_str(rejected.lines().next().unwrap()).unwrap();
    assert_eq!(
        (
            &first["value"],
            &first["dimensions"]["op"],
            &first["metadata"]["host"]
        ),
        (&json!("zwei"), &json!("x, y"), &json!("h"))
    );
    assert_eq!(
        first["rejected"]["text"],
        "2026-03-01T12:00:00Z,a,zwei,ms,\"x, y\",h,main"
    );
    fs::write(
        path.join("mended.jsonl"),
        rejected.replace("\"zwei\"", "2").replace("furlong/", "ms"),
    )
    .unwrap();
    done(path, "record mended.jsonl --strict");
    let rows = rows(path, "--metric a --stat max --group-by op,branch");
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["group"]["op"], row["group"]["branch"], row["figures"]["max"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "\"list\" \"\" 0.003",
            "\"list\" \"main\" 0.004",
            "\"x, y\" \"main\" 0.002"
        ]
    );
    // A line of JSON is its own members.
    fs::write(
        path.join("e.jsonl"),
        "{\"name\":\"a\",\"value\":\"5\",\"dimensions\":{\"op\":\"z\"}}\n",
    )
    .unwrap();
    assert_eq!(run(path, "record e.jsonl").0, 1);
    let rejected = fs::read_to_string(path.join("e.jsonl.rejected.jsonl")).unwrap();
    fs::write(path.join("mended.jsonl"), rejected.replace("\"5\"", "5")).unwrap();
    done(path, "record mended.jsonl --strict");
}

#[test]
fn small_mistakes_are_told_with_what_to_write() {
    let folder = folder(&[]);
    let path = folder.path();
    for (line, said) in [
        ("record --name a --value 5ms", "write `--value 5 --unit ms`"),
        ("record --name a --value many", "it is no number"),
        ("record --value 5", "--name <NAME>"),
        (
            "record --name a --value 5 --timestamp 2026-11-22T07:00:00+25:00",
            "write it as 2026-03-01T12:00:00Z",
        ),
    ] {
        let (code, _, told) = run(path, line);
        assert!(code != 0 && told.contains(said), "{line}: {told}");
    }
    done(path, "record --name a --value 5");
    for (line, said) in [
        (
            "query --days 999999999",
            "999999999 days are too many: 36,500 at most",
        ),
        ("query --last 999999d", "is too long: 36,500 days at most"),
        ("query --from 2026-11-22T07:00:00+25:00", "is no time"),
    ] {
        let (code, _, told) = run(path, line);
        assert!(code == 2 && told.contains(said), "{line}: {told}");
    }
}
