use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::github::testing::{self, Received, Reply, Server};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// The check runs of a commit, as GitHub keeps them.
#[derive(Default)]
struct Runs {
    all: Vec<Value>,
    annotations: Vec<Vec<Value>>,
}

impl Runs {
    fn answer(&mut self, request: &Received) -> Reply {
        let path = request.path.strip_prefix("/repos/o/r/").unwrap();
        match (request.method.as_str(), path) {
            ("GET", path) if path.starts_with("commits/") => {
                assert_eq!(
                    path,
                    format!(
                        "commits/{SHA}/check-runs?check_name=andon%20%2F%20test&filter=latest&per_page=100"
                    )
                );
                let last: Vec<&Value> = self.all.iter().rev().take(1).collect();
                Reply::json(200, &json!({"total_count": last.len(), "check_runs": last}))
            }
            ("GET", path) => {
                let id = path.strip_prefix("check-runs/").unwrap();
                let id = id.strip_suffix("/annotations?per_page=100").unwrap();
                let listed = &self.annotations[id.parse::<usize>().unwrap()];
                Reply::json(200, &Value::from(listed.clone()))
            }
            ("POST", "check-runs") => {
                self.all.push(json!({
                    "id": self.all.len(), "conclusion": null,
                    "html_url": "https://github.com/o/r/runs/1",
                }));
                self.annotations.push(Vec::new());
                self.write(self.all.len() - 1, &request.json());
                Reply::json(201, self.all.last().unwrap())
            }
            ("PATCH", path) => {
                let id = path.strip_prefix("check-runs/").unwrap().parse().unwrap();
                self.write(id, &request.json());
                Reply::json(200, &self.all[id])
            }
            other => panic!("{other:?}"),
        }
    }

    fn write(&mut self, id: usize, body: &Value) {
        let completes = body["status"] == "completed";
        for field in ["conclusion", "completed_at"] {
            assert_eq!(body[field].is_string(), completes, "{field}");
        }
        let batch = body["output"]["annotations"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(batch.len() <= 50);
        assert!(
            batch
                .iter()
                .all(|annotation| annotation["path"].is_string())
        );
        self.annotations[id].extend(batch);
        for field in [
            "name",
            "head_sha",
            "external_id",
            "status",
            "conclusion",
            "details_url",
            "output",
        ] {
            if !body[field].is_null() {
                self.all[id][field] = body[field].clone();
            }
        }
        self.all[id]["output"]["annotations_count"] = self.annotations[id].len().into();
    }
}

fn serve() -> (Server, Arc<Mutex<Runs>>) {
    let runs = Arc::new(Mutex::new(Runs::default()));
    let state = Arc::clone(&runs);
    let server = Server::answering(move |request| Some(state.lock().unwrap().answer(request)));
    (server, runs)
}

fn notes(range: std::ops::Range<u64>) -> Vec<Annotation> {
    range
        .map(|line| {
            Annotation::new("src/a.rs", line, line, Level::Warning, "", "too long").unwrap()
        })
        .collect()
}

fn check(run: u64, conclusion: Conclusion, annotations: &[Annotation]) -> CheckRun<'_> {
    CheckRun {
        name: "andon / test",
        head_sha: SHA,
        stamp: Stamp { run, attempt: 1 },
        conclusion,
        title: "1 gate failed",
        summary: "coverage fell",
        text: None,
        annotations,
        details_url: Some("https://github.com/o/r/actions/runs/1"),
        actions: &[],
    }
}

fn run(server: &Server, check: &CheckRun) -> Result<Done, Failure> {
    let clock = Clock::Fixed("2026-01-02T03:04:05.678Z".parse().unwrap());
    let project = "o/r".parse().unwrap();
    publish(&testing::client(server), &project, check, &clock).map(|published| published.done)
}

fn writes(server: &Server) -> Vec<String> {
    let mut lines = server.lines();
    lines.retain(|line| !line.starts_with("GET"));
    lines
}

#[test]
fn one_batch_is_created_complete() {
    let (server, _) = serve();
    let notes = notes(1..4);
    let actions = [Action::rerun()];
    let check = CheckRun {
        actions: &actions,
        ..check(1, Conclusion::Failure, &notes)
    };
    assert_eq!(run(&server, &check), Ok(Done::Created));
    let sent = server.received().last().unwrap().json();
    assert_eq!(sent["head_sha"], SHA);
    assert_eq!(sent["status"], "completed");
    assert_eq!(sent["conclusion"], "failure");
    assert_eq!(sent["completed_at"], "2026-01-02T03:04:05Z");
    let listed = [1, 2, 3].map(|line| {
        json!({
            "path": "src/a.rs", "start_line": line, "end_line": line,
            "annotation_level": "warning", "message": "too long",
        })
    });
    assert_eq!(
        sent["output"],
        json!({
            "title": "1 gate failed",
            "summary": "coverage fell",
            "annotations": listed,
        })
    );
    assert_eq!(
        sent["actions"],
        json!([{"label": "Re-run", "description": "Run this check again", "identifier": "rerun"}])
    );
}

#[test]
fn more_batches_are_completed_by_the_last() {
    let (server, runs) = serve();
    assert_eq!(
        run(&server, &check(1, Conclusion::Success, &notes(1..131))),
        Ok(Done::Created)
    );
    let expected = [
        "POST /repos/o/r/check-runs",
        "PATCH /repos/o/r/check-runs/0",
        "PATCH /repos/o/r/check-runs/0",
    ];
    assert_eq!(writes(&server), expected);
    let statuses: Vec<_> = server
        .received()
        .iter()
        .skip(1)
        .map(|one| one.json()["status"].clone())
        .collect();
    assert_eq!(statuses, ["in_progress", "in_progress", "completed"]);
    assert_eq!(runs.lock().unwrap().annotations[0].len(), 130);
}

#[test]
fn the_same_again_changes_nothing_and_an_older_run_neither() {
    let (server, _) = serve();
    let notes = notes(1..4);
    assert_eq!(
        run(&server, &check(5, Conclusion::Failure, &notes)),
        Ok(Done::Created)
    );
    for id in [5, 6] {
        let mut same = check(id, Conclusion::Failure, &notes);
        same.details_url = Some("https://github.com/o/r/actions/runs/2");
        assert_eq!(run(&server, &same), Ok(Done::Unchanged));
    }
    assert_eq!(
        run(&server, &check(4, Conclusion::Success, &[])),
        Ok(Done::Newer)
    );
    assert_eq!(writes(&server).len(), 1);
}

#[test]
fn other_content_changes_it_in_place_while_no_annotation_is_stale() {
    let (server, runs) = serve();
    run(&server, &check(1, Conclusion::Success, &notes(1..4))).unwrap();
    assert_eq!(
        run(&server, &check(2, Conclusion::Failure, &notes(1..6))),
        Ok(Done::Updated)
    );
    assert_eq!(runs.lock().unwrap().annotations[0].len(), 5);
    assert_eq!(runs.lock().unwrap().all[0]["conclusion"], "failure");
    // Lines 1 and 2 hold no longer.
    assert_eq!(
        run(&server, &check(3, Conclusion::Success, &notes(3..6))),
        Ok(Done::Created)
    );
    assert_eq!(runs.lock().unwrap().annotations[1].len(), 3);
}

#[test]
fn a_completed_one_is_never_completed_in_parts() {
    let (server, runs) = serve();
    run(&server, &check(1, Conclusion::Success, &[])).unwrap();
    assert_eq!(
        run(&server, &check(2, Conclusion::Failure, &notes(1..52))),
        Ok(Done::Created)
    );
    assert_eq!(runs.lock().unwrap().annotations[0].len(), 0);
    assert_eq!(runs.lock().unwrap().annotations[1].len(), 51);
}

#[test]
fn what_was_left_half_done_is_completed() {
    let (server, runs) = serve();
    let mut broken = Runs::default();
    let dying = Server::answering(move |request| {
        Some(match request.method.as_str() {
            "PATCH" => Reply::json(422, &json!({"message": "no"})),
            _ => broken.answer(request),
        })
    });
    let notes = notes(1..131);
    let check = check(1, Conclusion::Success, &notes);
    assert_eq!(run(&dying, &check).unwrap_err().kind, Kind::Invalid);
    // What the dying one had sent.
    let created = dying.received()[1].clone();
    assert_eq!(created.json()["status"], "in_progress");
    runs.lock().unwrap().answer(&created);
    assert_eq!(run(&server, &check), Ok(Done::Updated));
    assert_eq!(runs.lock().unwrap().all[0]["status"], "completed");
    assert_eq!(runs.lock().unwrap().annotations[0].len(), 130);
    assert_eq!(writes(&server).len(), 2);
}

#[test]
fn another_run_still_at_work_is_not_changed() {
    let (server, runs) = serve();
    run(&server, &check(1, Conclusion::Success, &[])).unwrap();
    runs.lock().unwrap().all[0]["status"] = "in_progress".into();
    assert_eq!(
        run(&server, &check(2, Conclusion::Failure, &[])),
        Ok(Done::Created)
    );
    assert_eq!(runs.lock().unwrap().all.len(), 2);
}

#[test]
fn after_an_answer_that_was_lost_it_looks_first() {
    for (method, arrived) in [
        ("POST", true),
        ("POST", false),
        ("PATCH", true),
        ("PATCH", false),
    ] {
        let runs = Arc::new(Mutex::new(Runs::default()));
        let (state, mut lost) = (Arc::clone(&runs), false);
        let server = Server::answering(move |request| {
            let mut runs = state.lock().unwrap();
            if request.method == method && !lost {
                lost = true;
                if arrived {
                    runs.answer(request);
                }
                return Some(Reply::status(502));
            }
            Some(runs.answer(request))
        });
        run(&server, &check(1, Conclusion::Success, &notes(1..131))).unwrap();
        let runs = runs.lock().unwrap();
        assert_eq!(runs.all.len(), 1, "{method} {arrived}");
        assert_eq!(runs.all[0]["status"], "completed");
        assert_eq!(runs.annotations[0].len(), 130, "{method} {arrived}");
    }
}

#[test]
fn one_of_another_app_is_left_and_followed() {
    let mut runs = Runs::default();
    let server = Server::answering(move |request| {
        Some(match request.path.as_str() {
            "/repos/o/r/check-runs/0" => Reply::json(403, &json!({"message": "Invalid app_id"})),
            _ => runs.answer(request),
        })
    });
    run(&server, &check(1, Conclusion::Success, &[])).unwrap();
    assert_eq!(
        run(&server, &check(2, Conclusion::Failure, &[])),
        Ok(Done::Created)
    );
}

#[test]
fn one_that_did_not_come_from_here_is_left() {
    let (server, runs) = serve();
    run(&server, &check(1, Conclusion::Success, &[])).unwrap();
    runs.lock().unwrap().all[0]["external_id"] = "42".into();
    assert_eq!(
        run(&server, &check(1, Conclusion::Success, &[])),
        Ok(Done::Created)
    );
}

#[test]
fn a_refusal_is_told_at_once() {
    let server = Server::answering(|request| {
        Some(match request.method.as_str() {
            "GET" => Reply::json(200, &json!({"total_count": 0, "check_runs": []})),
            _ => Reply::json(
                403,
                &json!({"message": "Resource not accessible by integration"}),
            ),
        })
    });
    let failure = run(&server, &check(1, Conclusion::Success, &[])).unwrap_err();
    assert_eq!(failure.kind, Kind::Forbidden);
    assert_eq!(writes(&server).len(), 1);
}

#[test]
fn what_is_too_long_is_cut() {
    let (server, _) = serve();
    let long = "ü".repeat(70_000);
    let check = CheckRun {
        title: &long,
        summary: &long,
        text: Some(&long),
        ..check(1, Conclusion::Neutral, &[])
    };
    run(&server, &check).unwrap();
    let output = server.received().last().unwrap().json()["output"].clone();
    let length = |field: &str| output[field].as_str().unwrap().chars().count();
    assert_eq!(
        (length("title"), length("summary"), length("text")),
        (255, 65_535, 65_535)
    );
}
