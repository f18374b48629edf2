//! Jenkins: the variables of multibranch pipelines (`CHANGE_…`), of the Git plugin (`GIT_…`) and of the GitHub pull
//! request builder (`ghprb…`), as their documentation has them.

use super::words::{branch, build, commit, host, number, run};
use super::{Context, Event};
use crate::platform::{Env, Files};

pub(super) fn read(env: &Env, _: Files) -> Context {
    let common = Context {
        provider: Some("Jenkins"),
        run: run([env.get("BUILD_TAG")]),
        build: build(env.get("BUILD_NUMBER"), None),
        job: env.get("JOB_NAME").map(str::to_owned),
        page: env.get("BUILD_URL").map(str::to_owned),
        host: host(env.get("GIT_URL")),
        ..Context::default()
    };
    let target = env
        .get("CHANGE_TARGET")
        .or_else(|| env.get("ghprbTargetBranch"));
    if target.is_some() {
        // `GIT_COMMIT` may be a merge commit that Jenkins made, so that the author's is known only from the builder.
        return Context {
            event: Event::PullRequest,
            base_branch: branch(target),
            head_commit: commit(env.get("ghprbActualCommit")),
            branch: branch(
                env.get("CHANGE_BRANCH")
                    .or_else(|| env.get("ghprbSourceBranch")),
            ),
            pull_request: number(env.get("CHANGE_ID").or_else(|| env.get("ghprbPullId"))),
            ..common
        };
    }
    let built = env
        .get("GIT_BRANCH")
        .map(|name| name.strip_prefix("origin/").unwrap_or(name));
    let branch = branch(env.get("BRANCH_NAME").or(built));
    let is_default = env.get("BRANCH_IS_PRIMARY") == Some("true");
    Context {
        event: Event::Push,
        // Not `GIT_PREVIOUS_COMMIT`, which was built too, and may have failed.
        base_commit: commit(env.get("GIT_PREVIOUS_SUCCESSFUL_COMMIT")),
        head_commit: commit(env.get("GIT_COMMIT")),
        default_branch: branch.clone().filter(|_| is_default),
        branch,
        ..common
    }
}
