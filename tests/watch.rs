//! `ask`, `trend`, `correlate` and `alerts` on a history that is made for them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a test that cannot go on fails"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc;

use andon::domain::event::{Batch, Context, Event};
use andon::domain::series::Key;
use andon::domain::unit::Unit;
use andon::history::History;
use jiff::Timestamp;

const DAY: i64 = 86_400;
/// 2026-01-01.
const START: i64 = 1_767_225_600;
const DAYS: i64 = 60;
/// How long a document may take to arrive.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

const POLICY: &str = "
extends: [recommended]
history: file
alerts:
  - name: slow
    when: \"p95(response_time, 7d) > 500ms\"
    where: { operation: install }
    level: must
    owner: \"@org/api\"
    runbook: docs/slow.md
  - { metric: response_time, trend: true }
  - { metric: nightly, completeness: 24h }
  - { metric: gone, anomaly: true }
";

/// A folder with a policy and two months of two operations, of which one becomes slower, and errors that follow it.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("andon.yaml"), POLICY).unwrap();
    let history = History::in_folder(folder.path().join(".andon/history"));
    let batches: Vec<Batch> = (0..DAYS)
        .map(|day| {
            let mut batch = Batch::of(Context {
                run: format!("{day}"),
                branch: "main".to_owned(),
                ..Context::default()
            });
            let wobble = ((day * 37) % 11) as f64 / 1_000.0;
            for (operation, value) in [
                ("install", 0.3 + 0.006 * day as f64 + wobble),
                ("list", 0.1 + wobble),
            ] {
                let mut key = Key::new("response_time", Unit::Seconds);
                key.dimensions
                    .insert("operation".to_owned(), operation.to_owned());
                batch.add(event(key, day, value));
            }
            batch.add(event(
                Key::new("errors", Unit::Count),
                day,
                1_000.0 * wobble,
            ));
            if day < 40 {
                batch.add(event(Key::new("nightly", Unit::Seconds), day, 5.0));
            }
            batch
        })
        .collect();
    history.record_events(&batches, time(DAYS)).unwrap();
    folder
}

fn time(day: i64) -> Timestamp {
    Timestamp::from_second(START + day * DAY).unwrap()
}

fn event(key: Key, day: i64, value: f64) -> Event {
    Event {
        id: None,
        at: time(day),
        key,
        value,
        metadata: None,
    }
}

fn andon(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    command.args(arguments).current_dir(folder).env_clear();
    command.env("SOURCE_DATE_EPOCH", (START + DAYS * DAY).to_string());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .env("COLUMNS", "160")
        .envs(variables.iter().copied());
    command.output().unwrap()
}

fn said(output: &Output, code: i32) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    format!("{out}{err}")
}

#[test]
fn questions_in_plain_words_are_answered() {
    let folder = project();
    let ask = |question: &str, code| said(&andon(folder.path(), &["ask", question], &[]), code);
    let answer = ask("max of install last 10 days by week", 0);
    assert!(
        answer.starts_with(
            "$ andon query --metric response_time --from 2026-02-20T00:00:00Z --where operation=install --group-by week --stat max\n"
        ),
        "{answer}"
    );
    assert!(answer.contains("2026-02-23"), "{answer}");
    let told = ask("p95 of instal by backend", 2);
    assert!(
        told.contains("`instal` has no meaning here; near it: `install`"),
        "{told}"
    );
    assert!(told.contains("`backend`"), "{told}");
}

#[test]
fn who_asks_nothing_is_told_how_to_ask() {
    let folder = project();
    let told = said(&andon(folder.path(), &["ask"], &[]), 0);
    assert!(told.contains("question  = { compare | which"), "{told}");
    let asked: Vec<&str> = told
        .lines()
        .filter_map(|line| line.trim().strip_prefix("andon ask '"))
        .filter_map(|line| line.strip_suffix('\''))
        .collect();
    assert!(
        asked.len() >= 3 && asked[0].contains("response_time"),
        "{told}"
    );
    for question in asked {
        said(
            &andon(folder.path(), &["ask", question, "--dry-run"], &[]),
            0,
        );
    }
    let empty = tempfile::tempdir().unwrap();
    for words in [&["ask"][..], &["ask", "--history", "none"]] {
        let told = said(&andon(empty.path(), words, &[]), 0);
        assert!(told.contains("question  = { compare | which"), "{told}");
        assert!(told.contains("If "), "{told}");
    }
}

#[test]
fn trends_have_a_slope_a_verdict_and_a_forecast() {
    let folder = project();
    let text = said(
        &andon(folder.path(), &["trend", "--metric", "response_time"], &[]),
        0,
    );
    let install = text.split("response_time{operation=list}").next().unwrap();
    // 0.006 s a day were put in.
    assert!(
        install.contains("rises") && install.contains("+6 ms a day"),
        "{text}"
    );
    assert!(install.contains("2026-03-09 (95 %"), "{text}");
    assert!(text.contains("no trend"), "{text}");
    let json = andon(
        folder.path(),
        &[
            "trend",
            "--metric",
            "response_time",
            "--days",
            "5",
            "--json",
        ],
        &[],
    );
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        json["series"][0]["trend"]["insufficient_data"],
        "5 of at least 20 runs"
    );
    said(
        &andon(folder.path(), &["trend", "--metric", "respons_time"], &[]),
        2,
    );
}

#[test]
fn what_moves_together_is_no_cause() {
    let folder = project();
    let text = said(&andon(folder.path(), &["correlate"], &[]), 0);
    assert!(
        text.contains("moves with") && text.contains("no cause"),
        "{text}"
    );
    // The series of one metric are no pairs of it with another.
    let two = [
        "correlate",
        "--metric",
        "response_time",
        "--with",
        "errors",
        "--all",
    ];
    let text = said(&andon(folder.path(), &two, &[]), 0);
    assert!(text.contains(" of 2 pairs"), "{text}");
    let by_day = [&two[..], &["--by", "day"]].concat();
    let text = said(&andon(folder.path(), &by_day, &[]), 0);
    assert!(
        text.contains("from day to day") && text.contains("59 changes"),
        "{text}"
    );
    // A week has too few points, and who looks too far back finds none.
    let by_week = [&two[..], &["--by", "week"]].concat();
    let text = said(&andon(folder.path(), &by_week, &[]), 0);
    assert!(text.contains("more --days"), "{text}");
    let days = [
        "correlate",
        "--metric",
        "errors",
        "--with",
        "nightly",
        "--days",
        "3",
    ];
    let late = said(&andon(folder.path(), &days, &[]), 0);
    assert!(
        late.contains("nothing of `nightly` lies within the last 3 days"),
        "{late}"
    );
    let one = ["correlate", "--metric", "errors", "--with", "nightly"];
    let text = said(&andon(folder.path(), &one, &[]), 0);
    assert!(
        text.contains("insufficient data: the values do not vary"),
        "{text}"
    );
}

#[test]
fn what_became_better_is_seen_and_does_not_ring() {
    let folder = project();
    let policy = "
extends: [recommended]
history: file
metrics: { build: { unit: s, better: lower }, size: { unit: B, better: lower } }
alerts:
  - { metric: build, change_point: true, level: must }
  - { metric: size, change_point: true, level: must }
";
    std::fs::write(folder.path().join("andon.yaml"), policy).unwrap();
    let history = History::in_folder(folder.path().join(".andon/history"));
    let batches: Vec<Batch> = (0..DAYS)
        .map(|day| {
            let mut batch = Batch::of(Context {
                run: format!("shift-{day}"),
                branch: "main".to_owned(),
                ..Context::default()
            });
            let wobble = ((day * 37) % 11) as f64 / 10.0;
            let late = day >= DAYS - 10;
            let (build, size) = if late {
                (60.0, 1_500.0)
            } else {
                (100.0, 1_000.0)
            };
            batch.add(event(Key::new("build", Unit::Seconds), day, build + wobble));
            batch.add(event(Key::new("size", Unit::Bytes), day, size + wobble));
            batch
        })
        .collect();
    history.record_events(&batches, time(DAYS)).unwrap();
    let text = said(&andon(folder.path(), &["alerts", "--fail"], &[]), 1);
    let line = |name: &str| text.lines().find(|line| line.contains(name)).unwrap();
    assert!(line("size/change_point").starts_with("firing"), "{text}");
    assert!(line("build/change_point").starts_with("quiet"), "{text}");
    assert!(
        text.contains("for the better") && text.contains("for the worse"),
        "{text}"
    );
    let build = ["alerts", "--fail", "--only", "build/change_point"];
    said(&andon(folder.path(), &build, &[]), 0);
    let trend = said(
        &andon(folder.path(), &["trend", "--metric", "build"], &[]),
        0,
    );
    assert!(
        trend.contains("level     shifted from 1 min 40 s"),
        "{trend}"
    );
    assert!(trend.contains(", for the better"), "{trend}");
}

#[test]
fn of_many_series_the_most_important_are_shown() {
    let folder = project();
    let limited = |limit: &[&str]| {
        let asked = [&["trend", "--metric", "response_time"], limit].concat();
        said(&andon(folder.path(), &asked, &[]), 0)
    };
    let text = limited(&["--limit", "1"]);
    assert!(
        text.contains("operation=install") && !text.contains("operation=list"),
        "{text}"
    );
    assert!(text.contains("and 1 more: --group-by"), "{text}");
    assert!(!limited(&["-n", "0"]).contains("more:"));
    // What programs read is whole.
    let json = limited(&["--limit", "1", "--json"]);
    assert!(json.contains("\"list\""), "{json}");
}

#[test]
fn alerts_fire_block_nothing_and_say_what_they_cannot_tell() {
    let folder = project();
    let text = said(&andon(folder.path(), &["alerts"], &[]), 0);
    for (state, alert) in [
        ("firing", "slow"),
        ("firing", "response_time/trend"),
        ("firing", "nightly/completeness"),
        ("insufficient data", "gone/anomaly"),
    ] {
        let line = text
            .lines()
            .find(|line| line.contains(&format!("  {alert}")))
            .unwrap();
        assert!(line.starts_with(state), "{text}");
    }
    assert!(
        text.contains("slow: owner @org/api, runbook docs/slow.md"),
        "{text}"
    );
    said(&andon(folder.path(), &["alerts", "--fail"], &[]), 1);
    said(
        &andon(
            folder.path(),
            &["alerts", "--only", "response_time/trend", "--fail"],
            &[],
        ),
        0,
    );
    let when = |condition: &str, code| {
        said(
            &andon(
                folder.path(),
                &["alerts", "--fail", "--all", "--when", condition],
                &[],
            ),
            code,
        )
    };
    assert!(when("highest(errors, 3d) < 5%", 0).contains("quiet"));
    assert!(when("count(errors, 7d) >= 5 and errors < 1000", 1).contains("firing"));
    // What can be judged of no series would never fire.
    assert!(when("errors / unknown > 5%", 2).contains("insufficient data"));
    assert!(when("error > 5%", 2).contains("did you mean `errors`?"));
    when("p95(response_time, 60d) > 5MB", 2);
    when("errors >", 2);
}

/// An address that takes one document after another and gives them to the test.
fn receiver(status: &'static str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/services/canary", listener.local_addr().unwrap());
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let line = line.trim_end().to_lowercase();
                if let Some(text) = line.strip_prefix("content-length: ") {
                    length = text.parse().unwrap();
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if send.send(String::from_utf8(body).unwrap()).is_err() {
                return;
            }
        }
    });
    (address, receive)
}

#[cfg(feature = "github")]
#[test]
fn what_was_told_is_not_told_again() {
    let folder = project();
    let (address, received) = receiver("200 OK");
    let variables = [
        ("ANDON_SLACK_URL", address.as_str()),
        ("ANDON_WEBHOOK_URL", address.as_str()),
    ];
    let send = |way: &str| {
        said(
            &andon(folder.path(), &["alerts", "--send", way], &variables),
            0,
        )
    };
    let dry = said(
        &andon(
            folder.path(),
            &["alerts", "--send", "slack", "--dry-run"],
            &[],
        ),
        0,
    );
    assert!(
        dry.contains("\"type\": \"header\"") && received.try_recv().is_err(),
        "{dry}"
    );
    send("slack,webhook");
    let slack: serde_json::Value =
        serde_json::from_str(&received.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!(slack["blocks"][0]["type"], "header");
    let own: serde_json::Value =
        serde_json::from_str(&received.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!(
        (&own["andon_news"], own["news"].as_array().unwrap().len()),
        (&1.into(), 3)
    );
    assert!(send("slack").contains("nothing new"));
    assert!(received.try_recv().is_err());
}

#[cfg(feature = "github")]
#[test]
fn each_way_hears_by_itself_and_one_without_an_address_is_an_error() {
    let folder = project();
    let (address, received) = receiver("200 OK");
    let slack = [("ANDON_SLACK_URL", address.as_str())];
    let summary = folder.path().join("summary.md");
    let actions = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
    ];
    let send = |ways: &str, variables: &[(&str, &str)], code| {
        let ways = ["alerts", "--send", ways];
        said(&andon(folder.path(), &ways, variables), code)
    };
    let mail = send("email", &[], 0);
    assert!(mail.contains("Subject: andon: "), "{mail}");
    send("summary", &actions, 0);
    // Neither the message nor the page silences the web-hook.
    send("slack", &slack, 0);
    received.recv_timeout(PATIENCE).unwrap();
    assert!(send("slack", &slack, 0).contains("slack: nothing new to tell"));
    assert!(send("email", &[], 0).contains("email: nothing new to tell"));
    // Without an address nothing is told, whether there is news or not.
    for way in ["slack", "webhook"] {
        let told = send(way, &[], 2);
        let variable = format!("ANDON_{}_URL is not set", way.to_uppercase());
        assert!(told.contains(&variable), "{told}");
    }
    assert!(send("summary", &[], 2).contains("GITHUB_STEP_SUMMARY"));
    // One way that fails takes nothing from the others.
    std::fs::remove_file(&summary).unwrap();
    let told = send("teams,slack", &slack, 2);
    assert!(told.contains("slack: nothing new to tell"), "{told}");
    assert!(received.try_recv().is_err());
}

#[cfg(feature = "github")]
#[test]
fn a_memory_that_is_wrong_or_cannot_be_written_is_said() {
    let folder = project();
    let (address, received) = receiver("200 OK");
    let slack = [("ANDON_SLACK_URL", address.as_str())];
    let send = |state: &str, code| {
        let words = ["alerts", "--send", "slack", "--state", state];
        said(&andon(folder.path(), &words, &slack), code)
    };
    // A folder never remembers: nothing is told.
    std::fs::create_dir(folder.path().join("told")).unwrap();
    let told = send("told", 2);
    assert!(told.contains("told is a folder"), "{told}");
    assert!(received.try_recv().is_err());
    // Elsewhere it is told before that this will be told again.
    std::fs::write(folder.path().join("file"), "").unwrap();
    let told = send("file/told.json", 2);
    assert!(told.contains("is told again the next time"), "{told}");
    received.recv_timeout(PATIENCE).unwrap();
    send("told.json", 0);
    received.recv_timeout(PATIENCE).unwrap();
    let path = folder.path().join("told.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let ahead = text.lines().map(|line| match line.contains("\"last\"") {
        true => "\"last\": \"2099-01-01T00:00:00Z\"",
        false => line,
    });
    std::fs::write(&path, ahead.collect::<Vec<_>>().join("\n")).unwrap();
    let told = send("told.json", 0);
    assert!(
        told.contains("told later than now, by a clock that was wrong"),
        "{told}"
    );
    received.recv_timeout(PATIENCE).unwrap();
    assert!(send("told.json", 0).contains("nothing new"));
}

#[cfg(feature = "github")]
#[test]
fn an_issue_without_a_repository_is_told_how_to_name_one() {
    let folder = project();
    let told = said(
        &andon(folder.path(), &["alerts", "--send", "issue"], &[]),
        2,
    );
    assert!(
        told.contains("a clone whose remote `origin` is on GitHub"),
        "{told}"
    );
    assert!(!told.contains("--repository"), "{told}");
}

#[cfg(feature = "github")]
#[test]
fn what_was_not_taken_is_told_again_and_the_address_stays_secret() {
    let folder = project();
    let (address, received) = receiver("404 Not Found");
    let teams = |address: &str| {
        let variables = [("ANDON_TEAMS_URL", address)];
        said(
            &andon(folder.path(), &["alerts", "--send", "teams"], &variables),
            2,
        )
    };
    let told = teams(&address);
    assert!(
        told.contains("ANDON_TEAMS_URL") && !told.contains("canary"),
        "{told}"
    );
    teams(&address);
    for _ in 0..2 {
        received.recv_timeout(PATIENCE).unwrap();
    }
    assert!(teams("").contains("ANDON_TEAMS_URL is not set"));
    assert!(teams("http://hooks.example/canary").contains("not https"));
}

#[test]
fn the_dimensions_that_tell_series_apart_are_named_and_personal_ones_never_do() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |personal: &str, alert: &str| {
        let alerts = format!("alerts: [{{ metric: response_time, trend: true{alert} }}]\n");
        let text = format!("version: 1\nhistory: file\n{personal}{alerts}");
        std::fs::write(folder.path().join("andon.yaml"), text).unwrap();
    };
    let history = History::in_folder(folder.path().join(".andon/history"));
    let mut batches = Vec::new();
    for day in 0..DAYS {
        let mut batch = Batch::of(Context {
            run: format!("{day}"),
            ..Context::default()
        });
        for operation in ["install", "list"] {
            let mut key = Key::new("response_time", Unit::Seconds);
            let user = format!("u{}", day % 7);
            key.dimensions.extend([
                ("operation".to_owned(), operation.to_owned()),
                ("user".to_owned(), user),
            ]);
            batch.add(event(key, day, 0.3 + 0.006 * day as f64));
        }
        batches.push(batch);
    }
    history.record_events(&batches, time(DAYS)).unwrap();
    let run = |line: &str, code| {
        let words: Vec<&str> = line.split_whitespace().collect();
        said(&andon(folder.path(), &words, &[]), code)
    };
    let series = |line: &str| run(line, 0).matches("response_time").count();
    policy("", "");
    assert_eq!(series("trend --metric response_time"), 14);
    assert_eq!(
        series("trend --metric response_time --group-by operation"),
        2
    );
    assert_eq!(series("trend --metric response_time --group-by none"), 1);
    let told = run("trend --metric response_time --group-by operatoin", 2);
    assert!(
        told.contains("no point has the dimension `operatoin`: there are `operation`, `user`"),
        "{told}"
    );
    // Each user has too few runs: one row says so for all.
    let told = run("alerts", 0);
    assert!(
        told.contains("14 series") && told.contains("0 alerts firing, 0 quiet, 14 without"),
        "{told}"
    );
    assert!(run("alerts --group-by operation", 0).contains("2 alerts firing"));
    policy("", ", per: [operation]");
    assert!(run("alerts", 0).contains("2 alerts firing"));
    policy("", ", per: [nothing]");
    assert!(run("alerts", 0).contains("no point has the dimension `nothing`"));
    policy("privacy: { personal: [user] }\n", "");
    assert_eq!(series("trend --metric response_time"), 2);
    assert!(run("alerts", 0).contains("2 alerts firing"));
}

#[test]
fn source_and_category_tell_no_series_apart() {
    let folder = tempfile::tempdir().unwrap();
    let policy =
        "version: 1\nhistory: file\nalerts: [{ name: errors, when: \"error_rate > 5%\" }]\n";
    std::fs::write(folder.path().join("andon.yaml"), policy).unwrap();
    for words in [
        "--value 9 --source performance --category api --timestamp 2026-03-01T10:00:00Z",
        "--value 1 --timestamp 2026-03-01T11:00:00Z",
    ] {
        let line = format!("record --name error_rate --unit % --dim component=api {words}");
        let words: Vec<&str> = line.split(' ').collect();
        said(&andon(folder.path(), &words, &[]), 0);
    }
    let alerts = said(
        &andon(folder.path(), &["alerts", "--format", "json"], &[]),
        0,
    );
    let alerts: serde_json::Value = serde_json::from_str(&alerts).unwrap();
    let states = alerts["alerts"].as_array().unwrap().iter();
    let states: Vec<&serde_json::Value> = states.map(|alert| &alert["state"]).collect();
    assert_eq!(states, ["quiet"], "{alerts:#}");
    // Questions tell them apart as ever.
    let asked = [
        "query",
        "-m",
        "error_rate",
        "--group-by",
        "source,category",
        "--format",
        "csv",
    ];
    let rows = said(&andon(folder.path(), &asked, &[]), 0);
    assert_eq!(rows.lines().count(), 3, "{rows}");
}

#[test]
fn running_totals_are_not_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "version: 1\nhistory: file\nalerts:\n  - { name: each, when: \"rate(req_total, 12h) > 0.01/s\" }\n  \
                  - { name: all, when: \"sum(req_total, 12h) == 35\", per: [] }\n  \
                  - { name: plain, when: \"sum(jobs, 12h) == 7\" }\n";
    std::fs::write(folder.path().join("andon.yaml"), policy).unwrap();
    let now = START + DAYS * DAY;
    let (one, other) = (now - 3_600, now - 1_800);
    let text = format!(
        "# TYPE req counter\nreq_total{{instance=\"a\"}} 1000 {one}\nreq_total{{instance=\"a\"}} 1010 {other}\n\
         req_total{{instance=\"b\"}} 50 {one}\nreq_total{{instance=\"b\"}} 20 {other}\n\
         # TYPE lat histogram\nlat_bucket{{le=\"0.1\"}} 3 {one}\nlat_bucket{{le=\"0.1\"}} 5 {other}\n\
         lat_bucket{{le=\"+Inf\"}} 4 {one}\nlat_bucket{{le=\"+Inf\"}} 9 {other}\n\
         # TYPE jobs gauge\njobs 3 {one}\njobs 4 {other}\n# EOF\n"
    );
    std::fs::write(folder.path().join("metrics.prom"), text).unwrap();
    let ask = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        said(&andon(folder.path(), &words, &[]), 0)
    };
    ask("record metrics.prom");
    // What is typed by hand is no reading of one of them, and counts as it is.
    ask("record --name req_total --value 5 --dim instance=c");
    let rows = ask("query -m req_total --stat sum,max,count --group-by instance --format csv");
    for row in ["a,10,1010,2", "b,20,50,2", "c,5,5,1"] {
        assert!(rows.contains(row), "{rows}");
    }
    let rows = ask("query -m req_total -m jobs --stat sum --group-by month --format csv");
    assert!(rows.contains(",35\n") && rows.contains(",7\n"), "{rows}");
    // By the second of what is asked for, as far as it is over.
    let from = Timestamp::from_second(now - 7_200).unwrap();
    let rates = ask(&format!(
        "query -m req_total --stat rate --group-by instance --from {from} --format csv"
    ));
    assert!(rates.contains("a,0.001388"), "{rates}");
    let rates = ask("query -m req_total --stat rate --group-by hour");
    assert!(rates.contains("0.0083/s"), "{rates}");
    let words = ["query", "-m", "req_total", "--stat", "rate"];
    let told = said(&andon(folder.path(), &words, &[]), 2);
    assert!(told.contains("a rate is of a span of time"), "{told}");
    let told = ask("query -m req_total --stat sum,p95");
    assert!(told.contains("`req_total` is a running total"), "{told}");
    let told = ask("query -m lat_bucket --stat p95");
    assert!(
        told.contains("`--metric lat_bucket --stat sum --group-by le`"),
        "{told}"
    );
    let words = ["query", "-m", "lat", "--stat", "p95"];
    let told = said(&andon(folder.path(), &words, &[]), 2);
    assert!(told.contains("`lat` is recorded as a histogram"), "{told}");
    let rows = ask("query -m lat_bucket --stat sum --group-by le --format csv");
    assert!(
        rows.contains("0.1,2") && rows.contains("+Inf,5") && !rows.contains("ask"),
        "{rows}"
    );
    let alerts: serde_json::Value = serde_json::from_str(&ask("alerts --format json")).unwrap();
    let alerts = alerts["alerts"].as_array().unwrap().iter();
    let states: Vec<&serde_json::Value> = alerts.map(|alert| &alert["state"]).collect();
    // Each of three, all together, and what is no running total.
    assert_eq!(states, ["quiet", "quiet", "quiet", "firing", "firing"]);
    // Recorded elsewhere they are what they were.
    for form in ["openmetrics", "jsonl"] {
        let out = format!("out.{form}");
        ask(&format!("export --format {form} -o {out}"));
        let elsewhere = format!("{form}.db.sqlite");
        let file = std::fs::read_to_string(folder.path().join(&out)).unwrap();
        assert!(
            file.contains("counter") || file.contains("# TYPE req_total unknown"),
            "{file}"
        );
        ask(&format!("record --history {elsewhere} {out}"));
        let rows = ask(&format!(
            "query --history {elsewhere} -m req_total --group-by category --stat count --format csv"
        ));
        assert!(rows.contains("counter"), "{rows}");
    }
}
