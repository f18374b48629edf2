//! GitHub Apps, and who is none.

use std::sync::Arc;

use serde_json::json;

use super::super::testing::{Reply, Server, settings};
use super::super::{Client, Credentials, Kind, Patience};
use super::{failed, get};

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
        key: include_str!("../../../tests/keys/app.pkcs1.pem").into(),
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
    settings.credentials = app(include_str!("../../../tests/keys/app.pkcs8.pem"));
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
