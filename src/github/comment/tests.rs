use std::sync::{Arc, Barrier, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::github::testing::{self, Received, Reply, Server};

const BOT: (&str, &str) = ("github-actions[bot]", "Bot");
const PERSON: (&str, &str) = ("mona", "User");

fn stamp(run: u64) -> Stamp {
    Stamp { run, attempt: 1 }
}

fn sticky(run: u64, body: &str) -> Sticky<'_> {
    Sticky {
        pull_request: 7,
        key: "ci/test",
        stamp: stamp(run),
        body,
    }
}

fn ours(run: u64, body: &str) -> String {
    marker::compose("ci/test", stamp(run), body)
}

/// The comments of pull request 7 of `o/r`, as GitHub keeps them: two a page, so that pages matter.
#[derive(Default)]
struct Comments {
    last: u64,
    all: Vec<Value>,
}

impl Comments {
    fn with(comments: &[(&str, (&str, &str))]) -> Comments {
        let mut all = Comments::default();
        for (body, author) in comments {
            all.add(body, *author);
        }
        all
    }

    fn add(&mut self, body: &str, (login, kind): (&str, &str)) -> Value {
        self.last += 1;
        let comment = json!({
            "id": self.last,
            "body": body,
            "user": {"login": login, "type": kind},
            "html_url": format!("https://github.com/o/r/pull/7#issuecomment-{}", self.last),
        });
        self.all.push(comment.clone());
        comment
    }

    fn bodies(&self) -> Vec<&str> {
        let bodies = self.all.iter().map(|comment| comment["body"].as_str());
        bodies.map(Option::unwrap).collect()
    }

    fn answer(&mut self, request: &Received) -> Reply {
        if request.path == "/graphql" {
            return Reply::json(200, &json!({"data": {"viewer": {"login": BOT.0}}}));
        }
        let path = request.path.strip_prefix("/repos/o/r/issues/").unwrap();
        if let Some(query) = path.strip_prefix("7/comments?") {
            let page = query
                .split_once("&page=")
                .map_or(1, |(_, page)| page.parse().unwrap());
            let rest = self.all.iter().skip((page - 1) * 2);
            let reply = Reply::json(200, &rest.clone().take(2).cloned().collect());
            return if rest.count() > 2 {
                let next = format!(
                    "</repos/o/r/issues/7/comments?per_page=100&page={}>; rel=\"next\"",
                    page + 1
                );
                reply.header("link", &next)
            } else {
                reply
            };
        }
        if request.method == "POST" {
            assert_eq!(path, "7/comments");
            let body = request.json();
            return Reply::json(201, &self.add(body["body"].as_str().unwrap(), BOT));
        }
        let id: u64 = path.strip_prefix("comments/").unwrap().parse().unwrap();
        let Some(index) = self.all.iter().position(|comment| comment["id"] == id) else {
            return Reply::json(404, &json!({"message": "Not Found"}));
        };
        match request.method.as_str() {
            "GET" => Reply::json(200, &self.all[index]),
            "PATCH" => {
                self.all[index]["body"] = request.json()["body"].clone();
                Reply::json(200, &self.all[index])
            }
            "DELETE" => {
                self.all.remove(index);
                Reply::status(204)
            }
            other => panic!("{other}"),
        }
    }
}

/// A server of these comments, and a look at them.
fn serve(comments: Comments) -> (Server, Arc<Mutex<Comments>>) {
    let comments = Arc::new(Mutex::new(comments));
    let state = Arc::clone(&comments);
    let server = Server::answering(move |request| Some(state.lock().unwrap().answer(request)));
    (server, comments)
}

fn run(server: &Server, sticky: &Sticky) -> Result<Done, Failure> {
    let project = "o/r".parse().unwrap();
    publish(&testing::client(server), &project, sticky).map(|published| published.done)
}

fn writes(server: &Server) -> Vec<String> {
    let mut lines = server.lines();
    lines.retain(|line| !line.starts_with("GET") && line != "POST /graphql");
    lines
}

#[test]
fn it_is_created_once_and_then_left_alone() {
    let (server, comments) = serve(Comments::with(&[
        ("hello", PERSON),
        ("other", BOT),
        ("more", PERSON),
    ]));
    assert_eq!(run(&server, &sticky(1, "red")), Ok(Done::Created));
    assert_eq!(comments.lock().unwrap().bodies()[3], ours(1, "red"));
    for run_id in [1, 2] {
        assert_eq!(run(&server, &sticky(run_id, "red")), Ok(Done::Unchanged));
    }
    assert_eq!(writes(&server), ["POST /repos/o/r/issues/7/comments"]);
}

#[test]
fn the_address_is_told() {
    let (server, _) = serve(Comments::default());
    let project = "o/r".parse().unwrap();
    let published = publish(&testing::client(&server), &project, &sticky(1, "a")).unwrap();
    let address = "https://github.com/o/r/pull/7#issuecomment-1";
    assert_eq!(published.address.as_deref(), Some(address));
}

#[test]
fn a_newer_run_updates_it_and_an_older_one_does_not() {
    let (server, comments) = serve(Comments::with(&[("hello", PERSON), (&ours(5, "red"), BOT)]));
    assert_eq!(run(&server, &sticky(4, "old")), Ok(Done::Newer));
    assert_eq!(writes(&server), [""; 0]);
    assert_eq!(run(&server, &sticky(6, "green")), Ok(Done::Updated));
    assert_eq!(
        comments.lock().unwrap().bodies(),
        ["hello", &ours(6, "green")]
    );
    assert_eq!(writes(&server), ["PATCH /repos/o/r/issues/comments/2"]);
}

#[test]
fn line_ends_of_an_edit_are_no_change() {
    let edited = ours(1, "one\ntwo").replace('\n', "\r\n");
    let (server, _) = serve(Comments::with(&[(&edited, BOT)]));
    assert_eq!(run(&server, &sticky(2, "one\ntwo\n")), Ok(Done::Unchanged));
}

#[test]
fn no_other_comment_is_touched() {
    let quoted = format!("> {}", ours(1, "a"));
    let other = marker::compose("ci/other", stamp(1), "a");
    let theirs = ours(9, "forged");
    let before = [(&*quoted, BOT), (&*other, BOT), (&*theirs, PERSON)];
    let (server, comments) = serve(Comments::with(&before));
    assert_eq!(run(&server, &sticky(2, "b")), Ok(Done::Created));
    let expected = [&*quoted, &*other, &*theirs, &ours(2, "b")];
    assert_eq!(comments.lock().unwrap().bodies(), expected);
}

#[test]
fn of_several_the_oldest_stays_with_the_newest_content() {
    let several = [ours(1, "a"), ours(8, "newest"), ours(3, "c")];
    let before: Vec<_> = several.iter().map(|body| (body.as_str(), BOT)).collect();
    let (server, comments) = serve(Comments::with(&before));
    assert_eq!(run(&server, &sticky(5, "own")), Ok(Done::Newer));
    assert_eq!(comments.lock().unwrap().bodies(), [ours(8, "newest")]);
    assert_eq!(run(&server, &sticky(9, "own")), Ok(Done::Updated));
    assert_eq!(comments.lock().unwrap().bodies(), [ours(9, "own")]);
    // Nothing is deleted before the content is where it stays.
    assert!(writes(&server)[0].starts_with("PATCH"));
}

#[test]
fn another_bots_comment_is_not_ours() {
    let other = ours(1, "what somebody made it say");
    let (server, comments) = serve(Comments::with(&[(&other, ("renovate[bot]", "Bot"))]));
    assert_eq!(run(&server, &sticky(2, "new")), Ok(Done::Created));
    assert_eq!(comments.lock().unwrap().bodies(), [other, ours(2, "new")]);
}

#[test]
fn a_person_changes_only_their_own() {
    let comments = Mutex::new(Comments::with(&[
        (&ours(1, "bot's"), BOT),
        (&ours(1, "own"), PERSON),
    ]));
    let server = Server::answering(move |request| {
        Some(match request.path.as_str() {
            "/user" => Reply::json(200, &json!({"login": "Mona", "type": "User"})),
            _ => comments.lock().unwrap().answer(request),
        })
    });
    let mut settings = testing::settings(&server.url(), Arc::default());
    settings.credentials = crate::github::Credentials::Token {
        value: "ghp_person".into(),
        variable: "GITHUB_TOKEN",
    };
    let client = Client::connect(&settings).unwrap();
    let done = publish(&client, &"o/r".parse().unwrap(), &sticky(2, "new")).unwrap();
    assert_eq!(done.done, Done::Updated);
    assert_eq!(writes(&server), ["PATCH /repos/o/r/issues/comments/2"]);
}

#[test]
fn a_token_that_may_not_ask_who_it_is_is_a_bots() {
    for status in [403, 404] {
        let comments = Mutex::new(Comments::with(&[(&ours(1, "a"), BOT)]));
        let server = Server::answering(move |request| {
            Some(match request.path.as_str() {
                "/user" => Reply::json(
                    status,
                    &json!({"message": "Resource not accessible by integration"}),
                ),
                _ => comments.lock().unwrap().answer(request),
            })
        });
        let mut settings = testing::settings(&server.url(), Arc::default());
        settings.credentials = crate::github::Credentials::Token {
            value: "v1.old".into(),
            variable: "GITHUB_TOKEN",
        };
        let client = Client::connect(&settings).unwrap();
        let done = publish(&client, &"o/r".parse().unwrap(), &sticky(2, "b")).unwrap();
        assert_eq!(done.done, Done::Updated);
    }
}

#[test]
fn after_an_answer_that_was_lost_it_looks_first() {
    for arrived in [true, false] {
        let mut lost = false;
        let mut comments = Comments::default();
        let server = Server::answering(move |request| {
            if request.method == "POST" && request.path != "/graphql" && !lost {
                lost = true;
                if arrived {
                    comments.answer(request);
                }
                return Some(Reply::status(502));
            }
            Some(comments.answer(request))
        });
        assert_eq!(run(&server, &sticky(1, "a")), Ok(Done::Created));
        assert_eq!(writes(&server).len(), if arrived { 1 } else { 2 });
        assert_eq!(run(&server, &sticky(1, "a")), Ok(Done::Unchanged));
    }
}

#[test]
fn a_list_that_lags_behind_does_not_make_it_twice() {
    let mut comments = Comments::default();
    let server = Server::answering(move |request| {
        Some(match request.path.contains("/7/comments?") {
            true => Reply::json(200, &json!([])),
            false => comments.answer(request),
        })
    });
    assert_eq!(run(&server, &sticky(1, "a")), Ok(Done::Created));
    assert_eq!(writes(&server), ["POST /repos/o/r/issues/7/comments"]);
}

#[test]
fn what_a_newer_run_writes_meanwhile_stays() {
    // Both have seen the same; the newer run writes before the older one does.
    let mut comments = Comments::with(&[(&ours(1, "a"), BOT)]);
    let server = Server::answering(move |request| {
        if request.path.ends_with("/comments/1") && request.method == "GET" {
            comments.all[0]["body"] = ours(9, "newer").into();
        }
        Some(comments.answer(request))
    });
    assert_eq!(run(&server, &sticky(5, "b")), Ok(Done::Newer));
    assert_eq!(writes(&server), [""; 0]);
}

#[test]
fn what_an_older_run_writes_over_it_is_written_again() {
    // The older run had looked before, and writes right after.
    let mut comments = Comments::with(&[(&ours(1, "a"), BOT)]);
    let mut over = false;
    let server = Server::answering(move |request| {
        let reply = comments.answer(request);
        if request.method == "PATCH" && !over {
            over = true;
            comments.all[0]["body"] = ours(3, "older").into();
        }
        Some(reply)
    });
    assert_eq!(run(&server, &sticky(5, "b")), Ok(Done::Updated));
    assert_eq!(writes(&server).len(), 2);
    assert_eq!(run(&server, &sticky(5, "b")), Ok(Done::Unchanged));
}

#[test]
fn one_that_is_deleted_meanwhile_is_made_anew() {
    let mut comments = Comments::with(&[(&ours(1, "a"), BOT)]);
    let server = Server::answering(move |request| {
        if request.method == "PATCH" {
            comments.all.clear();
        }
        Some(comments.answer(request))
    });
    assert_eq!(run(&server, &sticky(2, "b")), Ok(Done::Created));
}

#[test]
fn two_runs_at_once_leave_one_comment_with_the_newer_content() {
    for _ in 0..20 {
        let (server, comments) = serve(Comments::with(&[("hello", PERSON)]));
        let start = Barrier::new(2);
        std::thread::scope(|scope| {
            for (id, body) in [(1, "older"), (2, "newer")] {
                let (server, start) = (&server, &start);
                scope.spawn(move || {
                    start.wait();
                    run(server, &sticky(id, body)).unwrap();
                });
            }
        });
        assert_eq!(
            comments.lock().unwrap().bodies(),
            ["hello", &ours(2, "newer")]
        );
    }
}

#[test]
fn two_runs_that_both_create_it_leave_one() {
    // Neither saw the other's; the other's stands there when this one looks again.
    for newer_first in [true, false] {
        let comments = Arc::new(Mutex::new(Comments::default()));
        let state = Arc::clone(&comments);
        let (first, second) = if newer_first { (2, 1) } else { (1, 2) };
        let mut posted = false;
        let server = Server::answering(move |request| {
            let mut comments = state.lock().unwrap();
            if request.method == "POST" && !posted {
                posted = true;
                comments.add(&ours(first, &format!("of {first}")), BOT);
            }
            Some(comments.answer(request))
        });
        let body = format!("of {second}");
        run(&server, &sticky(second, &body)).unwrap();
        assert_eq!(comments.lock().unwrap().bodies(), [ours(2, "of 2")]);
    }
}

#[test]
fn a_body_that_does_not_fit_is_not_sent() {
    let (server, _) = serve(Comments::default());
    let fits = "ü".repeat(room("ci/test"));
    assert_eq!(run(&server, &sticky(u64::MAX, &fits)), Ok(Done::Created));
    let sent = server
        .received()
        .iter()
        .find(|one| one.method == "POST" && one.path != "/graphql")
        .unwrap()
        .json();
    assert!(sent["body"].as_str().unwrap().chars().count() <= MOST);
    let failure = run(&server, &sticky(1, &(fits + "x"))).unwrap_err();
    assert_eq!(failure.kind, Kind::Invalid);
}

#[test]
fn a_refusal_is_told() {
    let server = Server::answering(|request| {
        Some(match request.method.as_str() {
            "GET" => Reply::json(200, &json!([])),
            _ => Reply::json(
                403,
                &json!({"message": "Resource not accessible by integration"}),
            ),
        })
    });
    assert_eq!(
        run(&server, &sticky(1, "a")).unwrap_err().kind,
        Kind::Forbidden
    );
    assert_eq!(writes(&server).len(), 1);
}
