//! What is sent, and what is read of the answer.

use serde_json::{Value, json};

use super::super::Kind;
use super::super::testing::{CANARY, Reply, Server, client};
use super::{COMMENTS, failed, get, ok, post, quick};

#[test]
fn a_request_is_what_github_documents() {
    let server = Server::scripted([
        Reply::json(201, &json!({ "id": 1 })),
        ok(),
        Reply::status(204),
        ok(),
        ok(),
    ]);
    let client = client(&server);
    assert_eq!(post(&client).unwrap(), json!({ "id": 1 }));
    assert_eq!(get(&client).unwrap(), json!({ "id": 1 }));
    client.delete("/repos/o/r/issues/comments/1").unwrap();
    client
        .patch::<Value>("/repos/o/r/issues/comments/1", &json!({}))
        .unwrap();
    client
        .put::<Value>("/repos/o/r/issues/1/labels", &json!({}))
        .unwrap();
    let received = server.received();
    for one in &received {
        assert_eq!(one.header("authorization"), [format!("Bearer {CANARY}")]);
        assert_eq!(one.header("accept"), ["application/vnd.github+json"]);
        assert_eq!(one.header("x-github-api-version"), ["2022-11-28"]);
        assert_eq!(
            one.header("user-agent"),
            [concat!("andon/", env!("CARGO_PKG_VERSION"))]
        );
    }
    assert_eq!(received[0].header("content-type"), ["application/json"]);
    assert_eq!(received[0].json(), json!({ "body": "é" }));
    assert_eq!(
        server.lines(),
        [
            "POST /repos/o/r/issues/1/comments",
            "GET /repos/o/r",
            "DELETE /repos/o/r/issues/comments/1",
            "PATCH /repos/o/r/issues/comments/1",
            "PUT /repos/o/r/issues/1/labels",
        ]
    );
    assert!(client.is_app());
}

#[test]
fn an_enterprise_servers_path_is_kept() {
    let server = Server::scripted([ok()]);
    let (client, _) = quick(&format!("{}/api/v3/", server.url()));
    get(&client).unwrap();
    assert_eq!(server.lines(), ["GET /api/v3/repos/o/r"]);
}

#[test]
fn an_answer_that_is_no_json_is_unreadable_and_of_a_creation_uncertain() {
    for body in [
        "{\"id\": ",
        "<html>",
        "[]",
        "{\"id\":\"x\"}",
        "{\"id\":1e999}",
        "\u{0}",
        "",
    ] {
        #[derive(Debug, serde::Deserialize)]
        struct Comment {
            #[allow(dead_code, reason = "only read")]
            id: u64,
        }
        let server =
            Server::scripted([Reply::status(200).body(body), Reply::status(201).body(body)]);
        let (client, _) = quick(&server.url());
        let failure = failed(client.get::<Comment>("/repos/o/r"));
        assert_eq!(
            (failure.kind, failure.status),
            (Kind::Unreadable, Some(200)),
            "{body}"
        );
        let failure = failed(client.post::<Comment>(COMMENTS, &json!({})));
        assert_eq!(
            (failure.kind, failure.status),
            (Kind::Uncertain, Some(201)),
            "{body}"
        );
        assert_eq!(server.received().len(), 2);
    }
    let server = Server::scripted([Reply::status(202)]);
    client(&server).post::<()>(COMMENTS, &json!({})).unwrap();
}

#[test]
fn a_large_answer_is_read_up_to_a_bound() {
    let text = "x".repeat(12 << 20);
    let server = Server::scripted([
        Reply::json(200, &json!(text)),
        Reply::status(200).body(vec![b' '; 21 << 20]),
    ]);
    let (client, _) = quick(&server.url());
    assert_eq!(client.get::<String>("/a").unwrap().len(), 12 << 20);
    assert_eq!(failed(client.get::<Value>("/a")).kind, Kind::Unreadable);

    let server = Server::scripted([
        Reply::status(200).body("12345"),
        Reply::status(200).body("123456"),
    ]);
    let (client, _) = quick(&server.url());
    assert_eq!(client.download("/a", 5).unwrap(), b"12345");
    assert_eq!(failed(client.download("/a", 5)).kind, Kind::Unreadable);
}

#[test]
fn a_path_cannot_lead_out_of_the_api() {
    let server = Server::scripted([]);
    let (client, _) = quick(&format!("{}/api/v3", server.url()));
    for path in [
        "/../admin",
        "@evil.example/",
        "",
        "//evil.example/../../../x",
        "repos",
    ] {
        assert_eq!(
            failed(client.get::<Value>(path)).kind,
            Kind::Refused,
            "{path}"
        );
    }
    assert_eq!(server.received().len(), 0);
}
