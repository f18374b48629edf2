//! Buildkite: as in "Environment variables" of its documentation.

use super::words::{branch, build, commit, host, number, run};
use super::{Context, Event};
use crate::platform::{Env, Files};

pub(super) fn read(env: &Env, _: Files) -> Context {
    let common = Context {
        provider: Some("Buildkite"),
        // `HEAD` until the agent has checked out: then there is no SHA to be had.
        head_commit: commit(env.get("BUILDKITE_COMMIT")),
        branch: branch(env.get("BUILDKITE_BRANCH")),
        default_branch: branch(env.get("BUILDKITE_PIPELINE_DEFAULT_BRANCH")),
        run: run([
            env.get("BUILDKITE_BUILD_ID"),
            env.get("BUILDKITE_RETRY_COUNT"),
            env.get("BUILDKITE_JOB_ID"),
        ]),
        build: build(env.get("BUILDKITE_BUILD_NUMBER"), None),
        job: env.get("BUILDKITE_LABEL").map(str::to_owned),
        page: env.get("BUILDKITE_BUILD_URL").map(str::to_owned),
        host: host(env.get("BUILDKITE_REPO")),
        ..Context::default()
    };
    if let Some(target) = branch(env.get("BUILDKITE_MERGE_QUEUE_BASE_BRANCH")) {
        return Context {
            event: Event::MergeQueue,
            base_commit: commit(env.get("BUILDKITE_MERGE_QUEUE_BASE_COMMIT")),
            base_branch: Some(target),
            ..common
        };
    }
    // `false` where there is none.
    let request = number(env.get("BUILDKITE_PULL_REQUEST"));
    if request.is_some() {
        return Context {
            event: Event::PullRequest,
            base_branch: branch(env.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH")),
            pull_request: request,
            ..common
        };
    }
    let pushed = env.get("BUILDKITE_SOURCE") == Some("webhook");
    Context {
        event: if pushed { Event::Push } else { Event::Other },
        ..common
    }
}
