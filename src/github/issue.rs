//! An issue of a key: opened once, kept up to date, and closed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::author::{Author, User};
use super::client::Client;
use super::failure::{Failure, Kind};
use super::marker::{self, Marker};
use super::project::Project;
use super::published::{Done, Published};
use super::stamp::Stamp;

/// The label by which our issues are found again.
pub const LABEL: &str = "andon";

/// The most characters of an issue's text, the hidden marker included.
const MOST: usize = 65_536;

/// An issue that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which issue it is: a repository has one open issue of each key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its text, in markdown.
    pub body: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Issue {
    number: u64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    html_url: Option<String>,
    /// GitHub lists pull requests as issues too.
    #[serde(default)]
    pull_request: Option<Value>,
}

#[derive(Serialize)]
struct Text<'a> {
    title: &'a str,
    body: &'a str,
}

/// The open issues of a repository that are ours.
#[derive(Debug)]
pub struct Open {
    issues: Vec<Issue>,
}

impl Open {
    /// Looks which there are.
    ///
    /// # Errors
    /// When GitHub refuses or fails.
    pub fn of(client: &Client, project: &Project) -> Result<Open, Failure> {
        let author = Author::of(client)?;
        let path = format!("/issues?state=open&labels={LABEL}&per_page=100");
        let mut issues: Vec<Issue> = client.list(&project.path(&path), None)?;
        issues.retain(|issue| issue.pull_request.is_none() && author.is(issue.user.as_ref()));
        // Two runs at once may have opened two: the oldest is the one.
        issues.sort_by_key(|issue| issue.number);
        Ok(Open { issues })
    }

    fn find(&self, key: &str) -> Option<(&Issue, Marker<'_>)> {
        self.issues.iter().find_map(|issue| {
            let marker = Marker::read(issue.body.as_deref()?)?;
            marker.is_of(key).then_some((issue, marker))
        })
    }

    /// Opens the issue, or brings the one there is up to date.
    ///
    /// # Errors
    /// When GitHub refuses or fails, or the text is too long.
    pub fn settle(
        &self,
        client: &Client,
        project: &Project,
        wanted: &Wanted,
        stamp: Stamp,
    ) -> Result<Published, Failure> {
        let body = marker::compose(&wanted.key, stamp, &wanted.body);
        if body.chars().count() > MOST {
            let message = format!("an issue has at most {MOST} characters; nothing was sent");
            return Err(Failure::without_answer(Kind::Invalid, message));
        }
        let Some((issue, marker)) = self.find(&wanted.key) else {
            let new = json!({ "title": wanted.title, "body": body, "labels": [LABEL] });
            let issue: Issue = client.post(&project.path("/issues"), &new)?;
            return Ok(Published::new(Done::Created, issue.html_url.as_deref()));
        };
        let there = marker.content.replace("\r\n", "\n");
        let done = if marker.stamp > stamp {
            Done::Newer
        } else if there.trim_end() == wanted.body.trim_end() && issue.title == wanted.title {
            Done::Unchanged
        } else {
            let path = project.path(&format!("/issues/{}", issue.number));
            let text = Text {
                title: &wanted.title,
                body: &body,
            };
            let _: Issue = client.patch(&path, &text)?;
            Done::Updated
        };
        Ok(Published::new(done, issue.html_url.as_deref()))
    }

    /// Closes the issue of a key with a last word; `None` where there is none open.
    ///
    /// # Errors
    /// When GitHub refuses or fails.
    pub fn close(
        &self,
        client: &Client,
        project: &Project,
        key: &str,
        word: &str,
    ) -> Result<Option<Published>, Failure> {
        let Some((issue, _)) = self.find(key) else {
            return Ok(None);
        };
        let path = project.path(&format!("/issues/{}", issue.number));
        let _: Value = client.post(&format!("{path}/comments"), &json!({ "body": word }))?;
        let closed = json!({ "state": "closed", "state_reason": "completed" });
        let _: Issue = client.patch(&path, &closed)?;
        Ok(Some(Published::new(
            Done::Updated,
            issue.html_url.as_deref(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::testing::{QuickPace, Received, Reply, Server, settings};
    use super::*;

    /// A repository with issues, as far as it is needed.
    fn repository() -> (Server, Arc<Mutex<Vec<Value>>>) {
        let issues = Arc::new(Mutex::new(vec![
            json!({ "number": 1, "title": "foreign", "body": "<!-- andon key=\"alert/a\" run=\"1.1\" -->\nx",
                "user": { "login": "mallory", "type": "User" } }),
            json!({ "number": 2, "title": "pull", "body": "<!-- andon key=\"alert/a\" run=\"1.1\" -->\nx",
                "user": { "login": "ci", "type": "User" }, "pull_request": {} }),
        ]));
        let kept = Arc::clone(&issues);
        let server = Server::answering(move |request: &Received| {
            let mut issues = kept.lock().unwrap();
            let path = request.path.split('?').next().unwrap();
            let number = path
                .rsplit('/')
                .next()
                .and_then(|number| number.parse::<usize>().ok());
            Some(match (request.method.as_str(), number) {
                ("GET", _) if path.ends_with("/user") => {
                    Reply::json(200, &json!({ "login": "ci", "type": "User" }))
                }
                ("GET", _) => {
                    let open = issues.iter().filter(|issue| issue["state"] != "closed");
                    Reply::json(200, &open.cloned().collect())
                }
                ("POST", _) if path.ends_with("/graphql") => {
                    Reply::json(200, &json!({ "data": { "viewer": { "login": "ci" } } }))
                }
                ("POST", _) if path.ends_with("/comments") => Reply::json(201, &json!({ "id": 1 })),
                ("POST", _) => {
                    let mut issue = request.json();
                    issue["number"] = json!(issues.len() + 1);
                    issue["user"] = json!({ "login": "ci", "type": "User" });
                    issues.push(issue.clone());
                    Reply::json(201, &issue)
                }
                ("PATCH", Some(number)) => {
                    let changes = request.json();
                    for (name, value) in changes.as_object().unwrap() {
                        issues[number - 1][name] = value.clone();
                    }
                    Reply::json(200, &issues[number - 1])
                }
                _ => return None,
            })
        });
        (server, issues)
    }

    #[test]
    fn an_issue_is_opened_once_kept_up_to_date_and_closed() {
        let (server, issues) = repository();
        let client =
            Client::connect(&settings(&server.url(), Arc::new(QuickPace::default()))).unwrap();
        let project: Project = "o/r".parse().unwrap();
        let stamp = |run| Stamp { run, attempt: 1 };
        let wanted = |body: &str| Wanted {
            key: "alert/a".to_owned(),
            title: "Alert: a".to_owned(),
            body: body.to_owned(),
        };
        let settle = |body: &str, run| {
            let open = Open::of(&client, &project).unwrap();
            open.settle(&client, &project, &wanted(body), stamp(run))
                .unwrap()
                .done
        };
        assert_eq!(settle("one", 1), Done::Created);
        assert_eq!(issues.lock().unwrap()[2]["labels"], json!(["andon"]));
        assert_eq!(settle("one", 2), Done::Unchanged);
        assert_eq!(settle("two", 3), Done::Updated);
        assert_eq!(settle("late", 2), Done::Newer);
        let close = || {
            let open = Open::of(&client, &project).unwrap();
            open.close(&client, &project, "alert/a", "over").unwrap()
        };
        assert!(close().is_some() && close().is_none());
        // Nobody else's issue was touched.
        let issues = issues.lock().unwrap();
        assert_eq!((issues.len(), &issues[2]["state"]), (3, &json!("closed")));
        assert!(issues[0]["state"].is_null() && issues[1]["state"].is_null());
    }
}
