//! Where a result goes: which repository, commit and pull request, and under which name.

use anyhow::{Context as _, anyhow};

use crate::ci::{Context, Event, Host};
use crate::domain::report::coverage::key_of;
use crate::github::{Project, Stamp};
use crate::text::escape::visible;
use crate::text::fit;

/// The longest key that is shown as it is, in characters.
const LONGEST: usize = 180;

/// What the user says of it; the rest is learnt from the CI system.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The repository.
    pub repository: Option<Project>,
    /// The pull request's number.
    pub pull_request: Option<u64>,
    /// The commit's full SHA.
    pub commit: Option<String>,
    /// What tells this comment and check run from others of the repository.
    pub key: Option<String>,
}

impl Typed {
    /// The key: what is typed, else the workflow and the job.
    pub fn key(&self, context: &Context) -> String {
        let job = || context.job.clone().unwrap_or_default();
        self.key.clone().unwrap_or_else(job)
    }
}

/// Where a result goes.
#[derive(Debug, Clone)]
pub struct Target {
    /// The repository.
    pub project: Project,
    /// The commit that the author pushed, as a full SHA.
    pub commit: String,
    /// Where its pull request is to be looked for.
    pub request: Sought,
    /// What tells this comment and check run from others of the repository; may be empty.
    pub key: String,
    /// Which run publishes.
    pub stamp: Stamp,
    /// Where the run can be looked at.
    pub page: Option<String>,
    /// Whether the token may be one that can only read, as a fork's.
    pub guest: bool,
}

/// What is known of the pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Its number: the event or the user says it.
    Number(u64),
    /// Only the commit, with what the event says: numbers, and the owner and name of the branch.
    OfCommit {
        /// Pull requests that it may be.
        numbers: Vec<u64>,
        /// The owner of the head's repository, and the branch.
        head: Option<(String, String)>,
    },
    /// There is none: a merge queue.
    None,
}

impl Target {
    /// Learns where it goes. `judged` is the commit that the result says it judged.
    ///
    /// # Errors
    /// When the repository or the commit is not known, with what to type.
    pub fn find(typed: &Typed, context: &Context, judged: Option<&str>) -> anyhow::Result<Target> {
        let project = match &typed.repository {
            Some(project) => project.clone(),
            None => project(context).context(
                "which repository on GitHub this is, is not known: name it with `--repository owner/name`",
            )?,
        };
        let commit = match &typed.commit {
            Some(sha) => sha.clone(),
            None => commit(typed, context, judged)?,
        };
        let build = context.build;
        Ok(Target {
            project,
            commit,
            request: sought(typed, context),
            key: typed.key(context),
            // A run without a number is older than all that have one: it was started by hand.
            stamp: build.map_or(Stamp { run: 0, attempt: 0 }, |build| Stamp {
                run: build.run,
                attempt: build.attempt,
            }),
            page: context.page.clone(),
            guest: context.guest,
        })
    }

    /// The name of the check run: branch protection asks for it by this name.
    pub fn name(&self) -> String {
        self.named("andon")
    }

    /// A name that begins like this, and that no target of another key has.
    pub fn named(&self, what: &str) -> String {
        match self.key.as_str() {
            "" => what.to_owned(),
            key => format!("{what} ({})", shown(key)),
        }
    }
}

/// The key as people read it: on one line, with nothing hidden, and not too long for GitHub, which takes 255 characters
/// of a name. What is changed for that is told from others by a number.
fn shown(key: &str) -> String {
    let seen = visible(key);
    let short = fit::cut(&seen, LONGEST);
    match short == key {
        true => short.into_owned(),
        false => format!("{short} {:016x}", key_of(key)),
    }
}

fn sought(typed: &Typed, context: &Context) -> Sought {
    if let Some(number) = typed.pull_request {
        return Sought::Number(number);
    }
    if let Some(trigger) = &context.trigger {
        return Sought::OfCommit {
            numbers: trigger.pull_requests.clone(),
            head: trigger.head.clone(),
        };
    }
    match (context.event, context.pull_request) {
        (Event::MergeQueue, _) => Sought::None,
        (_, Some(number)) => Sought::Number(number),
        _ => Sought::OfCommit {
            numbers: Vec::new(),
            head: None,
        },
    }
}

/// The repository that the CI system, or else the remote `origin`, names; `None` if neither does.
pub fn project(context: &Context) -> Option<Project> {
    let Some(Host::GitHub(page)) = &context.host else {
        return None;
    };
    let mut parts = page.trim_end_matches('/').rsplitn(3, '/');
    let (name, owner) = (parts.next()?, parts.next()?);
    format!("{owner}/{name}").parse().ok()
}

fn commit(typed: &Typed, context: &Context, judged: Option<&str>) -> anyhow::Result<String> {
    // What a CI system checks out for a pull request may be a merge commit of its own making, which nobody looks at.
    let is_request = context.event == Event::PullRequest || typed.pull_request.is_some();
    let checked_out = judged.filter(|_| !is_request).and_then(full);
    context.head_commit.clone().or(checked_out).ok_or_else(|| {
        anyhow!("which commit the author pushed is not known here: name it with `--commit SHA`")
    })
}

/// A full SHA in small letters, if it is one.
pub fn full(sha: &str) -> Option<String> {
    let lawful = matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
    lawful.then(|| sha.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ci::{Build, Trigger};

    const SHA: &str = "2f1c9a7d0b3e4f5a6b7c8d9e0f1a2b3c4d5e6f70";

    fn context() -> Context {
        Context {
            event: Event::PullRequest,
            head_commit: Some(SHA.to_owned()),
            pull_request: Some(7),
            build: Some(Build { run: 9, attempt: 2 }),
            job: Some("ci / gate".to_owned()),
            host: Some(Host::GitHub("https://github.com/o/r".to_owned())),
            ..Context::default()
        }
    }

    fn find(typed: &Typed, context: &Context) -> Result<Target, String> {
        Target::find(typed, context, Some(SHA)).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn the_ci_system_says_it() {
        let target = find(&Typed::default(), &context()).unwrap();
        assert_eq!(target.project.to_string(), "o/r");
        assert_eq!(
            (target.commit.as_str(), target.request.clone()),
            (SHA, Sought::Number(7))
        );
        assert_eq!(target.name(), "andon (ci / gate)");
        assert_eq!(target.stamp, Stamp { run: 9, attempt: 2 });
    }

    #[test]
    fn a_name_is_short_and_hides_nothing() {
        let name = |key: &str| {
            let key = Some(key.to_owned());
            let typed = Typed {
                key,
                ..Typed::default()
            };
            find(&typed, &context()).unwrap().named("andon/coverage")
        };
        assert_eq!(name("ci / test (ü)"), "andon/coverage (ci / test (ü))");
        let long = "x".repeat(10_000);
        let odd = [
            "a\nb",
            "a b",
            "a\u{202E}b",
            "a\u{200B}b",
            &long,
            &format!("{long}y"),
        ];
        let names: std::collections::BTreeSet<String> = odd.iter().map(|key| name(key)).collect();
        assert_eq!(names.len(), odd.len());
        for name in names {
            assert!(
                name.chars().count() <= 255 && visible(&name) == name,
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_typed_counts() {
        let typed = Typed {
            repository: Some("a/b".parse().unwrap()),
            pull_request: Some(1),
            commit: full(&"A".repeat(40)),
            key: Some(String::new()),
        };
        let target = find(&typed, &context()).unwrap();
        assert_eq!(target.project.to_string(), "a/b");
        assert_eq!(
            (target.commit, target.request),
            ("a".repeat(40), Sought::Number(1))
        );
    }

    #[test]
    fn a_merge_queue_has_no_pull_request_and_a_push_may_have_one() {
        let queue = Context {
            event: Event::MergeQueue,
            ..context()
        };
        assert_eq!(
            find(&Typed::default(), &queue).unwrap().request,
            Sought::None
        );
        let push = Context {
            event: Event::Push,
            pull_request: None,
            head_commit: None,
            ..context()
        };
        let target = find(&Typed::default(), &push).unwrap();
        assert!(matches!(
            target.request,
            Sought::OfCommit { head: None, .. }
        ));
        assert_eq!(target.commit, SHA);
        // Of a pull request the result may have judged a merge commit.
        let request = Context {
            head_commit: None,
            ..context()
        };
        assert!(
            find(&Typed::default(), &request)
                .unwrap_err()
                .contains("--commit SHA")
        );
    }

    #[test]
    fn a_run_that_another_set_off_looks_for_that_ones_pull_request() {
        let head = Some(("fork".to_owned(), "fix".to_owned()));
        let trigger = Trigger {
            head: head.clone(),
            ..Trigger::default()
        };
        let context = Context {
            trigger: Some(trigger),
            ..context()
        };
        let target = find(&Typed::default(), &context).unwrap();
        assert_eq!(
            target.request,
            Sought::OfCommit {
                numbers: vec![],
                head
            }
        );
    }

    #[test]
    fn without_a_repository_there_is_a_remedy() {
        let context = Context {
            host: None,
            ..context()
        };
        assert!(
            find(&Typed::default(), &context)
                .unwrap_err()
                .contains("--repository")
        );
    }
}
