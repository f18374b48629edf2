//! The client against a server that does what servers do.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::testing::{CANARY, QuickPace, Reply, Server, client, settings};
use super::{Client, Credentials, Failure, Kind, Patience};

const COMMENTS: &str = "/repos/o/r/issues/1/comments";

/// A client that waits for nothing, and its pace.
fn quick(api: &str) -> (Client, Arc<QuickPace>) {
    let pace = Arc::new(QuickPace::default());
    (
        Client::connect(&settings(api, Arc::clone(&pace))).unwrap(),
        pace,
    )
}

fn get(client: &Client) -> Result<Value, Failure> {
    client.get("/repos/o/r")
}

fn post(client: &Client) -> Result<Value, Failure> {
    client.post(COMMENTS, &json!({ "body": "é" }))
}

fn ok() -> Reply {
    Reply::json(200, &json!({ "id": 1 }))
}

/// The failure, after a look at what no failure may hold.
fn failed<T: std::fmt::Debug>(result: Result<T, Failure>) -> Failure {
    let failure = result.unwrap_err();
    let shown = format!("{failure} {failure:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(failure.message.chars().count() < 1000, "{shown}");
    failure
}

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
    super::super::platform::Pace::pause(&*pace, Duration::from_secs(1));
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
    let home = Arc::new(std::sync::Mutex::new(String::new()));
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

#[test]
fn a_list_is_read_over_all_its_pages() {
    let server = Server::answering(|request| {
        let page = |number: u32| {
            Reply::json(
                200,
                &json!({ "total_count": 3, "check_runs": [{ "id": number }] }),
            )
        };
        let link = |number| {
            format!("</a?per_page=100&page={number}>; rel=\"next\", </a?page=3>; rel=\"last\"")
        };
        Some(match request.path.as_str() {
            "/a?per_page=100" => page(1).header("link", &link(2)),
            "/a?per_page=100&page=2" => page(2).header("link", &link(3)),
            _ => page(3).header("link", "</a?page=2>; rel=\"prev\""),
        })
    });
    let (client, _) = quick(&server.url());
    let runs: Vec<Value> = client.list("/a", Some("check_runs")).unwrap();
    assert_eq!(
        runs,
        [json!({ "id": 1 }), json!({ "id": 2 }), json!({ "id": 3 })]
    );
    let failure = failed(client.list::<Value>("/a", Some("artifacts")));
    assert!(failure.message.contains("no `artifacts`"), "{failure}");
    assert_eq!(
        failed(client.list::<Value>("/a", None)).kind,
        Kind::Unreadable
    );
}

#[test]
fn a_list_that_never_ends_or_goes_elsewhere_is_a_failure() {
    let server = Server::answering(|_| {
        Some(Reply::json(200, &json!([1])).header("link", "</a>; rel=\"next\""))
    });
    assert_eq!(
        failed(client(&server).list::<u8>("/a", None)).kind,
        Kind::Unreadable
    );
    assert_eq!(server.received().len(), 100);

    let other = Server::scripted([]);
    let link = format!("<{}/a>; rel=\"next\"", other.url());
    let server =
        Server::answering(move |_| Some(Reply::json(200, &json!([1])).header("link", &link)));
    let failure = failed(client(&server).list::<u8>("/a", None));
    assert!(
        failure.message.contains("not at the API's own host"),
        "{failure}"
    );
    assert_eq!(other.received().len(), 0);
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

#[test]
fn an_app_asks_for_a_token_of_this_repository_only() {
    let server = Server::scripted([
        Reply::json(200, &json!({ "id": 42 })),
        Reply::json(201, &json!({ "token": "ghs_canary_of_the_app" })),
        Reply::json(401, &json!({ "message": "no ghs_canary_of_the_app" })),
    ]);
    let mut settings = settings(&server.url(), Arc::default());
    settings.credentials = Credentials::App {
        id: "7".to_owned(),
        key: include_str!("../../tests/keys/app.pkcs1.pem").into(),
        installation: None,
    };
    let client = Client::connect(&settings).unwrap();
    let failure = failed(get(&client));
    assert!(
        failure
            .message
            .contains("check ANDON_GITHUB_APP_ID and ANDON_GITHUB_APP_KEY"),
        "{failure}"
    );
    let received = server.received();
    assert_eq!(
        server.lines(),
        [
            "GET /repos/o/r/installation",
            "POST /app/installations/42/access_tokens",
            "GET /repos/o/r"
        ]
    );
    assert_eq!(received[1].json(), json!({ "repositories": ["r"] }));
    assert!(received[1].header("authorization")[0].starts_with("Bearer eyJ"));
    assert_eq!(
        received[2].header("authorization"),
        ["Bearer ghs_canary_of_the_app"]
    );
    assert!(client.is_app());
    assert!(!format!("{client:?} {settings:?}").contains("canary"));
    assert!(!format!("{settings:?}").contains("PRIVATE KEY"));
}

#[test]
fn an_app_that_is_not_let_in_says_so() {
    let echo = Server::answering(|request| {
        let token = request.header("authorization")[0].to_owned();
        Some(Reply::json(
            401,
            &json!({ "message": format!("A JSON web token could not be decoded: {token}") }),
        ))
    });
    let mut settings = settings(&echo.url(), Arc::default());
    let app = |key: &str| Credentials::App {
        id: "7".to_owned(),
        key: key.into(),
        installation: Some(9),
    };
    settings.credentials = app(include_str!("../../tests/keys/app.pkcs8.pem"));
    let failure = failed(Client::connect(&settings));
    assert_eq!(failure.kind, Kind::Unauthorized);
    assert!(
        failure.message.contains("Bearer ***") && !failure.message.contains("eyJ"),
        "{failure}"
    );
    assert_eq!(echo.lines(), ["POST /app/installations/9/access_tokens"]);
    settings.credentials = app("canary");
    assert!(
        failed(Client::connect(&settings))
            .message
            .contains("ANDON_GITHUB_APP_KEY is not")
    );
}

#[test]
fn a_persons_token_is_no_apps() {
    let mut settings = settings("http://127.0.0.1:1", Arc::default());
    settings.credentials = Credentials::Token {
        value: "ghp_canary".into(),
        variable: "GH_TOKEN",
    };
    settings.patience = Patience {
        attempts: 1,
        ..Patience::default()
    };
    let client = Client::connect(&settings).unwrap();
    assert!(!client.is_app());
    assert!(!format!("{client:?}").contains("canary"));
    assert_eq!(failed(get(&client)).kind, Kind::Unavailable);
}
