//! CircleCI: as in "Project values and variables" of its documentation. It says neither the target branch nor the commit
//! before: the default branch is taken, unless `--base` names another one.

use super::words::{branch, build, commit, host, number, run};
use super::{Context, Event};
use crate::platform::{Env, Files};

pub(super) fn read(env: &Env, _: Files) -> Context {
    // Of forks the number is stated; of the repository's own branches only the address.
    let address = env.get("CIRCLE_PULL_REQUEST");
    let last = address.and_then(|address| address.rsplit('/').next());
    let request = number(env.get("CIRCLE_PR_NUMBER")).or_else(|| number(last));
    Context {
        provider: Some("CircleCI"),
        event: if request.is_some() {
            Event::PullRequest
        } else {
            Event::Other
        },
        head_commit: commit(env.get("CIRCLE_SHA1")),
        branch: branch(env.get("CIRCLE_BRANCH")),
        pull_request: request,
        run: run([
            env.get("CIRCLE_WORKFLOW_ID"),
            env.get("CIRCLE_BUILD_NUM"),
            env.get("CIRCLE_NODE_INDEX"),
        ]),
        build: build(env.get("CIRCLE_BUILD_NUM"), None),
        job: env.get("CIRCLE_JOB").map(str::to_owned),
        page: env.get("CIRCLE_BUILD_URL").map(str::to_owned),
        host: host(env.get("CIRCLE_REPOSITORY_URL")),
        ..Context::default()
    }
}
