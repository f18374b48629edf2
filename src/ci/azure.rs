//! Azure Pipelines: as in "Use predefined variables" of its documentation.

use super::words::{branch, build, commit, host, number, run};
use super::{Context, Event};
use crate::platform::{Env, Files};

pub(super) fn read(env: &Env, _: Files) -> Context {
    let common = Context {
        provider: Some("Azure Pipelines"),
        run: run([
            env.get("BUILD_BUILDID"),
            env.get("SYSTEM_JOBATTEMPT"),
            env.get("SYSTEM_JOBID"),
        ]),
        build: build(env.get("BUILD_BUILDID"), env.get("SYSTEM_JOBATTEMPT")),
        job: env.get("SYSTEM_JOBDISPLAYNAME").map(str::to_owned),
        page: page(env),
        host: host(env.get("BUILD_REPOSITORY_URI")),
        ..Context::default()
    };
    if env.get("BUILD_REASON") == Some("PullRequest") {
        // Of a repository on GitHub the id is Azure's own, and the number is the pull request's.
        let request = env.get("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER");
        return Context {
            event: Event::PullRequest,
            base_branch: branch(env.get("SYSTEM_PULLREQUEST_TARGETBRANCH")),
            head_commit: commit(env.get("SYSTEM_PULLREQUEST_SOURCECOMMITID")),
            branch: branch(env.get("SYSTEM_PULLREQUEST_SOURCEBRANCH")),
            pull_request: number(request.or_else(|| env.get("SYSTEM_PULLREQUEST_PULLREQUESTID"))),
            ..common
        };
    }
    let pushed = matches!(env.get("BUILD_REASON"), Some("IndividualCI" | "BatchedCI"));
    Context {
        event: if pushed { Event::Push } else { Event::Other },
        head_commit: commit(env.get("BUILD_SOURCEVERSION")),
        branch: branch(env.get("BUILD_SOURCEBRANCH")),
        ..common
    }
}

fn page(env: &Env) -> Option<String> {
    let collection = env.get("SYSTEM_COLLECTIONURI")?.trim_end_matches('/');
    let (project, build) = (env.get("SYSTEM_TEAMPROJECTID")?, env.get("BUILD_BUILDID")?);
    Some(format!(
        "{collection}/{project}/_build/results?buildId={build}"
    ))
}
