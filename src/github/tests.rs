//! The client against a server that does what servers do.

use std::sync::Arc;

use serde_json::{Value, json};

use super::testing::{QuickPace, Reply, settings};
use super::{Client, Failure};

mod apps;
mod lists;
mod redirects;
mod refusals;
mod repetition;
mod requests;

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
