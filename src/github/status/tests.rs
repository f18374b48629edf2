use serde_json::{Value, json};

use super::*;
use crate::github::testing::{self, Reply, Server};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

fn url(run: u64, attempt: u32) -> String {
    format!("https://github.com/o/r/actions/runs/{run}/attempts/{attempt}")
}

fn status(context: &str, state: State, description: &str, url: &str) -> Status {
    Status::new(context, state, description, Some(url))
}

/// A server that keeps statuses as GitHub does: the newest first.
fn serve() -> Server {
    let mut all: Vec<Value> = Vec::new();
    Server::answering(move |request| {
        if request.method == "GET" {
            assert_eq!(
                request.path,
                format!("/repos/o/r/commits/{SHA}/statuses?per_page=100")
            );
            return Some(Reply::json(200, &Value::from(all.clone())));
        }
        assert_eq!(request.path, format!("/repos/o/r/statuses/{SHA}"));
        let mut status = request.json();
        status["id"] = all.len().into();
        all.insert(0, status.clone());
        Some(Reply::json(201, &status))
    })
}

fn run(server: &Server, wanted: &[Status]) -> Vec<Done> {
    publish(
        &testing::client(server),
        &"o/r".parse().unwrap(),
        SHA,
        wanted,
    )
    .unwrap()
}

fn posts(server: &Server) -> usize {
    server
        .lines()
        .iter()
        .filter(|line| line.starts_with("POST"))
        .count()
}

#[test]
fn only_what_differs_is_posted() {
    let server = serve();
    let red = status("andon/tests", State::Failure, "2 failed", &url(5, 1));
    let green = status("andon/coverage", State::Success, "91 %", &url(5, 1));
    let both = [red, green];
    assert_eq!(run(&server, &both), [Done::Created, Done::Created]);
    assert_eq!(run(&server, &both), [Done::Unchanged, Done::Unchanged]);
    let better = status("Andon/Tests", State::Success, "all passed", &url(5, 2));
    assert_eq!(
        run(&server, &[better, both[1].clone()]),
        [Done::Updated, Done::Unchanged]
    );
    assert_eq!(posts(&server), 3);
    let sent = server.received()[1].json();
    let expected = json!({
        "context": "andon/tests", "state": "failure", "description": "2 failed", "target_url": url(5, 1),
    });
    assert_eq!(sent, expected);
}

#[test]
fn an_older_run_does_not_replace_a_newer_one() {
    let server = serve();
    run(&server, &[status("a", State::Success, "", &url(5, 2))]);
    for (id, attempt) in [(5, 1), (4, 9)] {
        let older = status("a", State::Failure, "", &url(id, attempt));
        assert_eq!(run(&server, &[older]), [Done::Newer]);
    }
    assert_eq!(posts(&server), 1);
    // Where no run is named, the order is not known.
    assert_eq!(
        run(&server, &[Status::new("a", State::Failure, "", None)]),
        [Done::Updated]
    );
}

#[test]
fn nothing_wanted_asks_nothing() {
    let server = serve();
    assert!(run(&server, &[]).is_empty());
    assert_eq!(server.lines(), [""; 0]);
}

#[test]
fn after_an_answer_that_was_lost_it_looks_first() {
    for arrived in [true, false] {
        let mut all: Vec<Value> = Vec::new();
        let mut lost = false;
        let server = Server::answering(move |request| {
            if request.method == "GET" {
                return Some(Reply::json(200, &Value::from(all.clone())));
            }
            let mut status = request.json();
            status["id"] = 1.into();
            if arrived || lost {
                all.insert(0, status.clone());
            }
            let reply = if lost {
                Reply::json(201, &status)
            } else {
                Reply::status(502)
            };
            lost = true;
            Some(reply)
        });
        run(&server, &[status("a", State::Success, "", &url(1, 1))]);
        assert_eq!(posts(&server), if arrived { 1 } else { 2 });
    }
}

#[test]
fn a_description_is_cut_and_an_address_is_one_of_the_web() {
    let status = Status::new(
        "a",
        State::Pending,
        &"ü".repeat(200),
        Some("javascript:alert(1)"),
    );
    assert_eq!(status.description.chars().count(), 140);
    assert_eq!(status.target_url, None);
}

#[test]
fn the_run_is_read_from_the_address() {
    let stamp = |run, attempt| Some(Stamp { run, attempt });
    assert_eq!(stamp_of(&url(12, 3)), stamp(12, 3));
    assert_eq!(
        stamp_of("https://ghe.example/o/r/actions/runs/12"),
        stamp(12, 1)
    );
    assert_eq!(
        stamp_of("https://github.com/o/r/actions/runs/12?pr=4"),
        stamp(12, 1)
    );
    assert_eq!(
        stamp_of("https://github.com/o/r/actions/runs/12/job/9"),
        stamp(12, 1)
    );
    for odd in [
        "",
        "https://github.com/o/r/pull/1",
        "/actions/runs/",
        "/actions/runs/x",
        "/actions/runs/1/attempts/x",
    ] {
        assert_eq!(stamp_of(odd), None, "{odd}");
    }
}
