//! What GitHub refuses.

use serde_json::json;

use super::super::Kind;
use super::super::testing::{CANARY, Reply, Server};
use super::{failed, post, quick};

#[test]
fn refusals_are_final_and_say_what_to_do() {
    let echo = json!({ "message": format!("Bad\u{1b}[31m credentials {CANARY} ::error::x") });
    let fork = json!({ "message": "Resource not accessible by integration" });
    let invalid = json!({
        "message": "Validation Failed",
        "errors": [
            { "resource": "Label", "field": "name", "code": "already_exists" },
            { "message": "body is too long (maximum is 65536 characters)" },
            "a word",
        ],
    });
    let long = json!({ "message": "x".repeat(100_000) });
    for (reply, kind, words) in [
        (
            Reply::json(401, &echo),
            Kind::Unauthorized,
            vec!["Bad\u{FFFD}[31m credentials ***", "check GITHUB_TOKEN"],
        ),
        (
            Reply::json(403, &fork),
            Kind::Forbidden,
            vec!["`pull-requests: write`", "permissions:", "fork"],
        ),
        (
            Reply::json(403, &fork).header(
                "x-accepted-github-permissions",
                "issues=write; pull_requests=write",
            ),
            Kind::Forbidden,
            vec!["`issues: write` or `pull-requests: write`"],
        ),
        (
            Reply::json(403, &json!({ "message": "SAML" })),
            Kind::Forbidden,
            vec!["SAML", "GITHUB_TOKEN has"],
        ),
        (
            Reply::json(404, &json!({ "message": "Not Found" })),
            Kind::NotFound,
            vec!["GITHUB_TOKEN cannot see"],
        ),
        (
            Reply::json(422, &invalid),
            Kind::Invalid,
            vec![
                "Validation Failed (Label.name: already_exists; body is too long",
                "a word)",
            ],
        ),
        (Reply::json(422, &long), Kind::Invalid, vec!["xxx…"]),
        (
            Reply::status(409).body("<html>\0</html>"),
            Kind::Invalid,
            vec!["status 409"],
        ),
    ] {
        let server = Server::scripted([reply.clone()]);
        let (client, pace) = quick(&server.url());
        let failure = failed(post(&client));
        assert_eq!(failure.kind, kind, "{failure}");
        for word in words.iter().chain(&["POST /repos/o/r/issues/1/comments"]) {
            assert!(failure.message.contains(word), "{word} in {failure}");
        }
        assert_eq!((server.received().len(), pace.pauses()), (1, Vec::new()));
    }
}
