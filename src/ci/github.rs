//! GitHub Actions: the event's payload says more than the variables. Events and fields as in "Events that trigger
//! workflows" and "Webhook events and payloads" of GitHub's documentation.

use std::path::Path;

use serde::Deserialize;

use super::words::{branch, build, commit, number, run};
use super::{Build, Context, Event, Host, Trigger};
use crate::platform::{Env, Files};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    pull_request: Option<PullRequest>,
    merge_group: Option<MergeGroup>,
    workflow_run: Option<WorkflowRun>,
    issue: Option<Issue>,
    repository: Repository,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PullRequest {
    number: Option<u64>,
    base: End,
    head: End,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct End {
    sha: Option<String>,
    r#ref: Option<String>,
    /// Null when the fork is gone.
    repo: Option<Repository>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MergeGroup {
    base_sha: Option<String>,
    base_ref: Option<String>,
    head_sha: Option<String>,
    head_ref: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WorkflowRun {
    id: u64,
    run_attempt: u32,
    event: Option<String>,
    head_repository: Option<Repository>,
    head_sha: Option<String>,
    head_branch: Option<String>,
    pull_requests: Vec<PullRequest>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Issue {
    pull_request: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repository {
    default_branch: Option<String>,
    full_name: Option<String>,
    owner: Owner,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Owner {
    login: Option<String>,
}

pub(super) fn read(env: &Env, files: Files) -> Context {
    let payload = payload(env, files);
    let common = Context {
        provider: Some("GitHub Actions"),
        default_branch: payload.repository.default_branch.clone(),
        run: run([
            env.get("GITHUB_RUN_ID"),
            env.get("GITHUB_RUN_ATTEMPT"),
            env.get("GITHUB_JOB"),
        ]),
        build: build(env.get("GITHUB_RUN_ID"), env.get("GITHUB_RUN_ATTEMPT")),
        job: job(env),
        page: page(env, env.get("GITHUB_RUN_ID"), env.get("GITHUB_RUN_ATTEMPT")),
        // Dependabot's runs are treated as those of forks.
        guest: env.get("GITHUB_ACTOR") == Some("dependabot[bot]"),
        host: host(env),
        ..Context::default()
    };
    if let Some(request) = &payload.pull_request {
        return Context {
            event: Event::PullRequest,
            base_commit: commit(request.base.sha.as_deref()),
            target_commit: commit(request.base.sha.as_deref()),
            foreign: has_rights(env),
            base_branch: branch(request.base.r#ref.as_deref()),
            head_commit: commit(request.head.sha.as_deref()),
            branch: branch(request.head.r#ref.as_deref()),
            pull_request: request.number,
            // What runs on the target's behalf has the target's rights.
            guest: env.get("GITHUB_EVENT_NAME") == Some("pull_request")
                && (common.guest || !request.is_of(&payload.repository)),
            ..common
        };
    }
    if let Some(group) = &payload.merge_group {
        return Context {
            event: Event::MergeQueue,
            base_commit: commit(group.base_sha.as_deref()),
            target_commit: commit(group.base_sha.as_deref()),
            base_branch: branch(group.base_ref.as_deref()),
            head_commit: commit(group.head_sha.as_deref()),
            branch: branch(group.head_ref.as_deref()),
            ..common
        };
    }
    if let Some(earlier) = &payload.workflow_run {
        // The list of pull requests is empty for forks.
        let request = earlier.pull_requests.first();
        let of_request = earlier.event.as_deref() == Some("pull_request");
        let (id, attempt) = (earlier.id.to_string(), earlier.run_attempt.to_string());
        let target = request.and_then(|request| commit(request.base.sha.as_deref()));
        return Context {
            build: Some(Build {
                run: earlier.id,
                attempt: earlier.run_attempt,
            }),
            page: page(env, Some(&id), Some(&attempt)),
            guest: false,
            trigger: trigger(earlier),
            event: if of_request {
                Event::PullRequest
            } else {
                Event::Other
            },
            // Such a run is started on the default branch, whoever wrote what it follows.
            target_commit: target.or_else(|| commit(env.get("GITHUB_SHA"))),
            foreign: earlier
                .event
                .as_deref()
                .is_some_and(|event| event.starts_with("pull_request")),
            base_branch: request.and_then(|request| branch(request.base.r#ref.as_deref())),
            head_commit: commit(earlier.head_sha.as_deref()),
            branch: branch(earlier.head_branch.as_deref()),
            pull_request: request.and_then(|request| request.number),
            ..common
        };
    }
    by_variables(env, &payload, common)
}

impl PullRequest {
    /// Whether the branch is one of this repository.
    fn is_of(&self, repository: &Repository) -> bool {
        let head = self.head.repo.as_ref();
        head.is_some_and(|head| head.full_name == repository.full_name)
    }
}

fn trigger(run: &WorkflowRun) -> Option<Trigger> {
    let owner = run.head_repository.as_ref()?.owner.login.clone();
    let numbers = run.pull_requests.iter();
    Some(Trigger {
        run: run.id,
        head_commit: commit(run.head_sha.as_deref())?,
        head: owner.zip(branch(run.head_branch.as_deref())),
        pull_requests: numbers.filter_map(|request| request.number).collect(),
        event: run.event.clone().unwrap_or_default(),
    })
}

fn job(env: &Env) -> Option<String> {
    let (workflow, job) = (env.get("GITHUB_WORKFLOW")?, env.get("GITHUB_JOB")?);
    Some(format!("{workflow} / {job}"))
}

fn page(env: &Env, run: Option<&str>, attempt: Option<&str>) -> Option<String> {
    let Host::GitHub(project) = host(env)? else {
        return None;
    };
    let attempt = attempt.map(|attempt| format!("/attempts/{attempt}"));
    Some(format!(
        "{project}/actions/runs/{}{}",
        run?,
        attempt.unwrap_or_default()
    ))
}

/// A push, and every event that says nothing of a change. Without a payload the variables tell a pull request.
fn by_variables(env: &Env, payload: &Payload, common: Context) -> Context {
    let target = branch(env.get("GITHUB_BASE_REF"));
    if target.is_some() {
        let merged = env
            .get("GITHUB_REF")
            .and_then(|name| name.strip_prefix("refs/pull/"));
        let request = merged.and_then(|rest| rest.split('/').next());
        return Context {
            event: Event::PullRequest,
            base_branch: target,
            foreign: has_rights(env),
            branch: branch(env.get("GITHUB_HEAD_REF")),
            pull_request: number(request),
            ..common
        };
    }
    let pushed = env.get("GITHUB_EVENT_NAME") == Some("push");
    let head = payload.after.as_deref().filter(|_| pushed);
    // A comment on a pull request starts a run on the default branch, which then checks out what it was asked to.
    let asked = payload.issue.as_ref();
    let foreign = has_rights(env) || asked.is_some_and(|issue| issue.pull_request.is_some());
    Context {
        target_commit: commit(env.get("GITHUB_SHA").filter(|_| foreign)),
        foreign,
        event: if pushed { Event::Push } else { Event::Other },
        base_commit: commit(payload.before.as_deref().filter(|_| pushed)),
        head_commit: commit(head.or_else(|| env.get("GITHUB_SHA"))),
        branch: branch(env.get("GITHUB_REF")),
        ..common
    }
}

/// Whether a job on a pull request has the target's rights.
fn has_rights(env: &Env) -> bool {
    env.get("GITHUB_EVENT_NAME") == Some("pull_request_target")
}

/// The event's payload; an empty one if it is not there or not readable, since the variables say the most of it too.
fn payload(env: &Env, files: Files) -> Payload {
    let path = env.get("GITHUB_EVENT_PATH");
    let text = path.and_then(|path| files.read_to_string(Path::new(path)).ok());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn host(env: &Env) -> Option<Host> {
    let repository = env.get("GITHUB_REPOSITORY")?;
    let server = env.get("GITHUB_SERVER_URL").unwrap_or("https://github.com");
    Some(Host::GitHub(format!(
        "{}/{repository}",
        server.trim_end_matches('/')
    )))
}
