use serde_json::{Value, json};

use super::*;
use crate::github::testing::{self, Reply, Server};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba98";

fn pull(number: u64, state: &str, sha: &str) -> Value {
    json!({
        "number": number,
        "state": state,
        "head": {"ref": "topic", "sha": sha, "repo": {"full_name": "o/r"}},
        "base": {"ref": "main", "sha": OTHER, "repo": {"full_name": "O/R"}},
    })
}

/// A server that knows some pull requests by number, by commit and by branch.
fn serve(numbers: Vec<Value>, commit: Vec<Value>, branch: Vec<Value>) -> Server {
    Server::answering(move |request| {
        let path = request.path.strip_prefix("/repos/o/r/").unwrap();
        if path == format!("commits/{SHA}/pulls?per_page=100") {
            return Some(match commit.is_empty() {
                true => Reply::json(422, &json!({"message": "No commit found for SHA"})),
                false => Reply::json(200, &Value::from(commit.clone())),
            });
        }
        if path == "pulls?state=open&head=fork-owner:a%2Fb%26c&per_page=100" {
            return Some(Reply::json(200, &Value::from(branch.clone())));
        }
        let number: u64 = path.strip_prefix("pulls/").unwrap().parse().unwrap();
        let found = numbers.iter().find(|pull| pull["number"] == number);
        Some(match found {
            Some(pull) => Reply::json(200, pull),
            None => Reply::json(404, &json!({"message": "Not Found"})),
        })
    })
}

fn run(server: &Server, numbers: &[u64]) -> Resolved {
    let hints = Hints {
        numbers: numbers.to_vec(),
        head: Some(("fork-owner".to_owned(), "a/b&c".to_owned())),
    };
    resolve(
        &testing::client(server),
        &"o/r".parse().unwrap(),
        SHA,
        &hints,
    )
    .unwrap()
}

fn number(resolved: &Resolved) -> Option<u64> {
    resolved.pull_request.as_ref().map(|pull| pull.number)
}

#[test]
fn a_number_of_the_event_is_enough() {
    let server = serve(vec![pull(7, "open", SHA)], vec![], vec![]);
    let found = run(&server, &[7]);
    let expected = PullRequest {
        number: 7,
        head_sha: SHA.to_owned(),
        base_branch: "main".to_owned(),
        base_sha: OTHER.to_owned(),
        from_fork: false,
    };
    assert_eq!(
        found,
        Resolved {
            pull_request: Some(expected),
            note: None
        }
    );
    assert_eq!(server.lines(), ["GET /repos/o/r/pulls/7"]);
}

#[test]
fn a_number_that_lies_is_not_followed() {
    let server = serve(
        vec![pull(1, "open", OTHER)],
        vec![pull(9, "open", SHA)],
        vec![],
    );
    assert_eq!(number(&run(&server, &[1, 404])), Some(9));
}

#[test]
fn a_fork_is_found_by_its_branch() {
    let mut fork = pull(5, "open", SHA);
    fork["head"]["repo"]["full_name"] = "fork-owner/r".into();
    let mut gone = pull(6, "open", SHA);
    gone["head"]["repo"] = Value::Null;
    for (pull, number) in [(fork, 5), (gone, 6)] {
        let server = serve(vec![], vec![], vec![pull]);
        let found = run(&server, &[]).pull_request.unwrap();
        assert_eq!((found.number, found.from_fork), (number, true));
    }
}

#[test]
fn of_several_the_lowest_is_taken_and_that_is_said() {
    let server = serve(
        vec![],
        vec![
            pull(12, "open", SHA),
            pull(8, "open", SHA),
            pull(3, "closed", SHA),
        ],
        vec![],
    );
    let found = run(&server, &[]);
    assert_eq!(number(&found), Some(8));
    assert_eq!(
        found.note.as_deref(),
        Some("commit 0123456 is the head of several open pull requests: #8 was taken, not #12")
    );
}

#[test]
fn one_of_another_repository_does_not_count() {
    let mut elsewhere = pull(4, "open", SHA);
    elsewhere["base"]["repo"]["full_name"] = "upstream/r".into();
    let server = serve(vec![], vec![elsewhere], vec![]);
    assert_eq!(
        run(&server, &[]),
        Resolved {
            pull_request: None,
            note: Some("no open pull request has commit 0123456 as its head".to_owned()),
        }
    );
}

#[test]
fn why_there_is_none_is_said() {
    let note = |numbers: Vec<Value>| {
        let all: Vec<u64> = numbers
            .iter()
            .map(|pull| pull["number"].as_u64().unwrap())
            .collect();
        let found = run(&serve(numbers, vec![], vec![]), &all);
        assert_eq!(found.pull_request, None);
        found.note.unwrap()
    };
    let moved = "pull request #2 has moved on from commit 0123456 to fedcba9";
    assert_eq!(
        note(vec![pull(1, "closed", SHA), pull(2, "open", OTHER)]),
        moved
    );
    assert_eq!(
        note(vec![pull(1, "closed", OTHER), pull(2, "closed", SHA)]),
        "pull request #2 is closed"
    );
    assert_eq!(
        note(vec![]),
        "no open pull request has commit 0123456 as its head"
    );
}

#[test]
fn only_so_many_numbers_are_followed() {
    let server = serve(vec![], vec![], vec![]);
    run(&server, &(1..500).collect::<Vec<_>>());
    assert_eq!(server.lines().len(), HINTS + 2);
}

#[test]
fn a_failure_is_not_taken_for_none() {
    let server =
        Server::answering(|_| Some(Reply::json(401, &json!({"message": "Bad credentials"}))));
    let hints = Hints::default();
    let failure = resolve(
        &testing::client(&server),
        &"o/r".parse().unwrap(),
        SHA,
        &hints,
    )
    .unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
}
