use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::github::testing::{self, Reply, Server};

fn zip(name: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file(name, SimpleFileOptions::default())
        .unwrap();
    writer.write_all(b"{}").unwrap();
    writer.finish().unwrap().into_inner()
}

fn artifact(id: u64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "size_in_bytes": 150, "expired": false,
        "digest": format!("sha256:{}", sha256(&zip("result.json"))),
        "workflow_run": {"id": 42},
    })
}

fn serve(artifacts: Vec<Value>, archive: Vec<u8>) -> Server {
    Server::answering(move |request| {
        let listed = "/repos/o/r/actions/runs/42/artifacts?name=andon%20a&per_page=100";
        Some(if request.path == listed {
            Reply::json(
                200,
                &json!({"total_count": artifacts.len(), "artifacts": artifacts}),
            )
        } else {
            Reply::status(200).body(archive.clone())
        })
    })
}

fn run(server: &Server) -> Result<Vec<File>, Failure> {
    fetch(
        &testing::client(server),
        &"o/r".parse().unwrap(),
        42,
        "andon a",
    )
}

#[test]
fn the_newest_of_the_name_is_fetched() {
    let mut expired = artifact(9, "andon a");
    expired["expired"] = true.into();
    let mut other_run = artifact(8, "andon a");
    other_run["workflow_run"]["id"] = 41.into();
    let artifacts = vec![
        artifact(3, "andon a"),
        artifact(5, "andon a"),
        artifact(7, "andon"),
        expired,
        other_run,
    ];
    let server = serve(artifacts, zip("result.json"));
    let files = run(&server).unwrap();
    assert_eq!(
        files,
        [File {
            name: "result.json".to_owned(),
            bytes: b"{}".to_vec()
        }]
    );
    assert_eq!(server.lines()[1], "GET /repos/o/r/actions/artifacts/5/zip");
}

#[test]
fn none_or_an_expired_one_is_told() {
    let failure = run(&serve(vec![artifact(1, "other")], vec![])).unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    assert!(
        failure.message.contains("has no artifact named andon a"),
        "{failure}"
    );
    let mut expired = artifact(1, "andon a");
    expired["expired"] = true.into();
    let failure = run(&serve(vec![expired], vec![])).unwrap_err();
    assert!(failure.message.contains("has expired"), "{failure}");
}

#[test]
fn what_is_too_large_is_not_downloaded() {
    let mut large = artifact(1, "andon a");
    large["size_in_bytes"] = (MOST + 1).into();
    let server = serve(vec![large], vec![]);
    assert_eq!(run(&server).unwrap_err().kind, Kind::Unreadable);
    assert_eq!(server.lines().len(), 1);
}

#[test]
fn what_is_not_what_was_uploaded_is_refused() {
    let failure = run(&serve(vec![artifact(1, "andon a")], zip("other.json"))).unwrap_err();
    assert!(failure.message.contains("SHA-256"), "{failure}");
}

#[test]
fn an_archive_that_is_refused_says_why() {
    let mut unsigned = artifact(1, "andon a");
    unsigned["digest"] = Value::Null;
    let failure = run(&serve(vec![unsigned], b"no zip".to_vec())).unwrap_err();
    assert_eq!(failure.kind, Kind::Unreadable);
    assert_eq!(
        failure.message,
        "the artifact andon a of workflow run 42 was refused: it is no plain zip archive, or is cut off"
    );
}
