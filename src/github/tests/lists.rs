//! Lists in pages.

use serde_json::{Value, json};

use super::super::Kind;
use super::super::testing::{Reply, Server, client};
use super::{failed, quick};

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
