//! What is sent again, when, and what is not.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::platform::{Pace, RealPace};

use super::super::testing::{Reply, Server, settings};
use super::super::{Client, Kind};
use super::{failed, get, ok, post, quick};

#[test]
fn a_rate_limit_is_waited_for_even_by_a_post() {
    let secondary = json!({ "message": "You have exceeded a secondary rate limit. Please wait." });
    // The clock stands at 1767225600.
    let reset = Reply::status(403)
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "1767225620");
    for (limited, least) in [
        (Reply::status(429).header("retry-after", "5"), 5),
        (Reply::status(429), 1),
        (Reply::json(403, &secondary), 60),
        (reset, 21),
    ] {
        let server = Server::scripted([limited, Reply::json(201, &json!({ "id": 1 }))]);
        let (client, pace) = quick(&server.url());
        post(&client).unwrap();
        let pauses = pace.pauses();
        assert_eq!((pauses.len(), server.received().len()), (1, 2));
        assert_eq!(pauses[0].as_secs(), least);
    }
}

#[test]
fn a_wait_beyond_the_deadline_is_not_begun() {
    let reset = Reply::status(403)
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "1767229200");
    let server = Server::scripted([reset, ok()]);
    let (client, pace) = quick(&server.url());
    let failure = failed(get(&client));
    assert_eq!(
        (failure.kind, failure.status),
        (Kind::RateLimited, Some(403))
    );
    for word in [
        "wait 3601 s",
        "120 s are left",
        "2026-01-01T01:00:01Z",
        "ANDON_GITHUB_DEADLINE",
    ] {
        assert!(failure.message.contains(word), "{failure}");
    }
    assert_eq!((server.received().len(), pace.pauses()), (1, Vec::new()));
    // The client still works.
    get(&client).unwrap();
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let server = Server::scripted([Reply::status(429).header("retry-after", "119"), ok(), ok()]);
    let (client, pace) = quick(&server.url());
    get(&client).unwrap();
    pace.pause(Duration::from_secs(1));
    let failure = failed(get(&client));
    assert_eq!(failure.kind, Kind::Refused);
    assert!(
        failure.message.contains("120 s") && failure.message.contains("ANDON_GITHUB_DEADLINE"),
        "{failure}"
    );
    assert_eq!(server.received().len(), 2);
}

#[test]
fn a_limit_without_end_is_given_up() {
    let server = Server::answering(|_| Some(Reply::status(429).header("retry-after", "0")));
    let (client, _) = quick(&server.url());
    let failure = failed(get(&client));
    assert_eq!(failure.kind, Kind::RateLimited);
    assert!(failure.message.contains("after 6 attempts"), "{failure}");
    assert_eq!(server.received().len(), 6);
}

#[test]
fn a_failing_server_is_asked_again_but_not_to_create() {
    let server = Server::scripted([
        Reply::status(502),
        Reply::status(503).header("retry-after", "9"),
        ok(),
    ]);
    let (client, pace) = quick(&server.url());
    get(&client).unwrap();
    assert_eq!(pace.pauses()[1], Duration::from_secs(9));

    let server = Server::scripted([Reply::status(502).body("<html>Unicorn!</html>"), ok()]);
    let (client, pace) = quick(&server.url());
    let failure = failed(post(&client));
    assert_eq!((failure.kind, failure.status), (Kind::Uncertain, Some(502)));
    assert_eq!((server.received().len(), pace.pauses()), (1, Vec::new()));
}

#[test]
fn a_connection_that_breaks_is_made_again_but_not_to_create() {
    let cut = || ok().body(vec![b' '; 100]).cut(50);
    let server = Server::scripted([cut(), ok()]);
    get(&quick(&server.url()).0).unwrap();
    let server = Server::scripted([cut(), ok()]);
    assert_eq!(failed(post(&quick(&server.url()).0)).kind, Kind::Uncertain);
    assert_eq!(server.received().len(), 1);

    let silent = || {
        let mut first = true;
        Server::answering(move |_| match std::mem::take(&mut first) {
            true => None,
            false => Some(ok()),
        })
    };
    get(&quick(&silent().url()).0).unwrap();
    let server = silent();
    assert_eq!(failed(post(&quick(&server.url()).0)).kind, Kind::Uncertain);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_was_never_sent_is_sent_again_and_the_breaker_opens() {
    // A port at which nobody listens any more.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (client, pace) = quick(&format!("http://{port}"));
    let failure = failed(post(&client));
    assert_eq!((failure.kind, failure.status), (Kind::Unavailable, None));
    assert!(failure.message.contains("after 5 attempts"), "{failure}");
    assert_eq!(pace.pauses().len(), 4);
    let failure = failed(get(&client));
    assert_eq!(failure.kind, Kind::Refused);
    assert!(
        failure.message.contains("5 times in a row") && failure.message.contains("127.0.0.1"),
        "{failure}"
    );
}

#[test]
fn the_breaker_opens_for_all_requests_and_a_success_closes_it() {
    let down = Reply::status(500);
    let mut replies = vec![down.clone(); 4];
    replies.push(ok());
    replies.extend(vec![down; 5]);
    replies.push(ok());
    let server = Server::scripted(replies);
    let (client, _) = quick(&server.url());
    get(&client).unwrap();
    assert_eq!(failed(get(&client)).kind, Kind::Unavailable);
    assert_eq!(server.received().len(), 10);
    assert_eq!(failed(get(&client)).kind, Kind::Refused);
    assert_eq!(failed(post(&client)).kind, Kind::Refused);
    assert_eq!(failed(client.download("/x", 1)).kind, Kind::Refused);
    assert_eq!(server.received().len(), 10);
}

#[test]
fn a_server_that_never_answers_is_not_waited_for_beyond_the_deadline() {
    let server = Server::answering(|_| {
        std::thread::sleep(Duration::from_millis(600));
        None
    });
    let mut settings = settings(&server.url(), Arc::default());
    settings.pace = Arc::new(RealPace::start());
    settings.patience.deadline = Duration::from_millis(200);
    let began = std::time::Instant::now();
    let client = Client::connect(&settings).unwrap();
    let failure = failed(get(&client));
    assert_eq!(failure.kind, Kind::Unavailable);
    assert!(failure.message.contains("no answer in time"), "{failure}");
    assert_eq!(failed(post(&client)).kind, Kind::Refused);
    assert!(began.elapsed() < Duration::from_millis(500));
}
