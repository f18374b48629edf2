//! Redirects, at home and away.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::super::Kind;
use super::super::testing::{CANARY, Reply, Server, client};
use super::{failed, get, ok, post, quick};

fn to(status: u16, location: &str) -> Reply {
    Reply::status(status).header("location", location)
}

#[test]
fn a_redirect_at_home_is_followed_with_the_credentials() {
    let server = Server::scripted([
        to(301, "/repositories/1"),
        ok(),
        to(307, "/repositories/1/comments"),
        ok(),
    ]);
    let (client, _) = quick(&server.url());
    get(&client).unwrap();
    post(&client).unwrap();
    assert_eq!(
        server.lines(),
        [
            "GET /repos/o/r",
            "GET /repositories/1",
            "POST /repos/o/r/issues/1/comments",
            "POST /repositories/1/comments"
        ]
    );
    for one in server.received() {
        assert_eq!(one.header("authorization"), [format!("Bearer {CANARY}")]);
    }
    assert_eq!(server.received()[3].json(), json!({ "body": "é" }));
}

#[test]
fn another_host_never_sees_the_credentials() {
    let other = Server::answering(|_| Some(Reply::status(200).body("file")));
    let away = format!("{}/blob?sig=canary", other.url());
    let server = Server::answering(move |_| Some(to(302, &away)));
    let (client, _) = quick(&server.url());
    let failure = failed(get(&client));
    assert_eq!(failure.kind, Kind::Unreadable);
    assert!(
        failure.message.contains("another host, 127.0.0.1"),
        "{failure}"
    );
    failed(post(&client));
    failed(client.list::<Value>("/a", None));
    assert_eq!(other.received().len(), 0);

    assert_eq!(
        client
            .download("/repos/o/r/actions/artifacts/1/zip", 10)
            .unwrap(),
        b"file"
    );
    let received = other.received();
    assert_eq!(other.lines(), ["GET /blob?sig=canary"]);
    assert_eq!(received[0].header("authorization"), [""; 0]);
    assert!(!format!("{received:?}").contains(CANARY));
}

#[test]
fn the_credentials_come_back_home_only() {
    // Home, away, home again: each hop is judged for itself.
    let home = Arc::new(Mutex::new(String::new()));
    let back = Arc::clone(&home);
    let other =
        Server::answering(move |_| Some(to(302, &format!("{}/again", back.lock().unwrap()))));
    let away = format!("{}/blob", other.url());
    let server = Server::answering(move |request| match request.path.as_str() {
        "/again" => Some(Reply::status(200).body("file")),
        _ => Some(to(302, &away)),
    });
    *home.lock().unwrap() = server.url();
    assert_eq!(client(&server).download("/zip", 10).unwrap(), b"file");
    assert_eq!(other.received()[0].header("authorization"), [""; 0]);
}

#[test]
fn what_another_host_refuses_is_not_the_tokens_fault() {
    let other =
        Server::answering(|_| Some(Reply::status(403).body("<?xml AuthenticationFailed canary")));
    let away = format!("{}/blob?sig=canary", other.url());
    let server = Server::answering(move |_| Some(to(302, &away)));
    let failure = client(&server).download("/zip", 10).unwrap_err();
    assert_eq!((failure.kind, failure.status), (Kind::Forbidden, Some(403)));
    assert!(
        failure
            .message
            .starts_with("127.0.0.1, to which GitHub redirected GET /zip"),
        "{failure}"
    );
    assert!(!failure.message.contains("GITHUB_TOKEN"), "{failure}");
}

#[test]
fn a_circle_of_redirects_ends() {
    let server = Server::answering(|_| Some(to(302, "/a")));
    let (client, _) = quick(&server.url());
    let failure = failed(get(&client));
    assert!(failure.message.contains("more than 5 times"), "{failure}");
    assert_eq!(server.received().len(), 6);
    for odd in ["", "http://", "\u{7f}", "//"] {
        let server = Server::scripted([to(302, odd)]);
        failed(get(&quick(&server.url()).0));
    }
}
