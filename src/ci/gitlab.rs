//! GitLab CI: as in "Predefined CI/CD variables reference" of GitLab's documentation.

use super::words::{branch, build, commit, number, run};
use super::{Context, Event, Host};
use crate::platform::{Env, Files};

pub(super) fn read(env: &Env, _: Files) -> Context {
    let common = Context {
        provider: Some("GitLab CI"),
        default_branch: branch(env.get("CI_DEFAULT_BRANCH")),
        run: run([env.get("CI_PIPELINE_ID"), env.get("CI_JOB_ID")]),
        build: build(env.get("CI_PIPELINE_ID"), None),
        job: env.get("CI_JOB_NAME").map(str::to_owned),
        page: env.get("CI_JOB_URL").map(str::to_owned),
        host: env
            .get("CI_PROJECT_URL")
            .map(|url| Host::GitLab(url.to_owned())),
        ..Context::default()
    };
    let request = number(env.get("CI_MERGE_REQUEST_IID"));
    if request.is_none() {
        let before = commit(env.get("CI_COMMIT_BEFORE_SHA"));
        let pushed = env.get("CI_PIPELINE_SOURCE") == Some("push");
        return Context {
            event: if pushed { Event::Push } else { Event::Other },
            base_commit: before.filter(|_| pushed),
            head_commit: commit(env.get("CI_COMMIT_SHA")),
            branch: branch(env.get("CI_COMMIT_BRANCH")),
            ..common
        };
    }
    // In pipelines for merged results and in merge trains a merge commit is built: then these two are set, and name its
    // parents. Otherwise the source branch is built, and GitLab knows where it forked off.
    let target = commit(env.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"));
    let source = commit(env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"));
    let train = env.get("CI_MERGE_REQUEST_EVENT_TYPE") == Some("merge_train");
    Context {
        event: if train {
            Event::MergeQueue
        } else {
            Event::PullRequest
        },
        target_commit: target.clone(),
        // A pipeline of the parent project for the merge request of a fork.
        foreign: env
            .get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
            .is_some_and(|source| Some(source) != env.get("CI_PROJECT_ID")),
        base_commit: target.or_else(|| commit(env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"))),
        base_branch: branch(env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")),
        head_commit: source.or_else(|| commit(env.get("CI_COMMIT_SHA"))),
        branch: branch(env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")),
        pull_request: request,
        ..common
    }
}
