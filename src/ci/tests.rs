//! GitHub's payloads are the examples that GitHub publishes (npm, `@octokit/webhooks-examples`), without their links; the
//! one of a fork differs in whose the head's repository is.

use super::{Context, Event, Host, detect};
use crate::platform::Env;

const A: &str = "1111111111111111111111111111111111111111";
const B: &str = "2222222222222222222222222222222222222222";
const ZEROS: &str = "0000000000000000000000000000000000000000";

fn on(variables: &[(&'static str, &'static str)]) -> Context {
    detect(&Env::of(variables.iter().copied()))
}

/// In GitHub Actions, with the payload of this name.
fn github(payload: &'static str, event: &'static str) -> Context {
    let mut variables = vec![
        ("GITHUB_ACTIONS", "true"),
        ("CI", "true"),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", payload),
        ("GITHUB_REPOSITORY", "Codertocat/Hello-World"),
        ("GITHUB_SERVER_URL", "https://github.com/"),
        ("GITHUB_RUN_ID", "7"),
        ("GITHUB_RUN_ATTEMPT", "2"),
        ("GITHUB_JOB", "test"),
        ("GITHUB_SHA", A),
    ];
    if event == "push" {
        variables.push(("GITHUB_REF", "refs/heads/main"));
    }
    on(&variables)
}

macro_rules! payload {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ci/", $name, ".json")
    };
}

#[test]
fn a_pull_request_on_github_is_based_on_the_targets_tip_and_ends_at_the_authors_commit() {
    let context = github(payload!("pull_request"), "pull_request");
    assert_eq!(context.event, Event::PullRequest);
    assert_eq!(
        context.base_commit.as_deref(),
        Some("f95f852bd8fca8fcc58a9a2d6c842781e32a215e")
    );
    assert_eq!(
        context.head_commit.as_deref(),
        Some("ec26c3e57ca3a959ca5aad62de7213c562f8c821")
    );
    assert_eq!(context.base_branch.as_deref(), Some("master"));
    assert_eq!(context.branch.as_deref(), Some("changes"));
    assert_eq!(context.pull_request, Some(2));
    assert_eq!(context.default_branch.as_deref(), Some("master"));
    assert_eq!(context.run.as_deref(), Some("7.2.test"));
    let page = "https://github.com/Codertocat/Hello-World".to_owned();
    assert_eq!(context.host, Some(Host::GitHub(page)));
}

#[test]
fn a_merge_group_has_no_number() {
    let context = github(payload!("merge_group"), "merge_group");
    assert_eq!(
        (context.event, context.pull_request),
        (Event::MergeQueue, None)
    );
    assert!(context.base_commit.is_some() && context.head_commit.is_some());
    assert_ne!(context.base_commit, context.head_commit);
    assert_eq!(context.base_branch.as_deref(), Some("main"));
}

#[test]
fn a_push_on_github_is_based_on_the_commit_before() {
    let context = github(payload!("push"), "push");
    assert_eq!(context.event, Event::Push);
    assert_eq!(
        context.base_commit.as_deref(),
        Some("6113728f27ae82c7b1a177c8d03f9e96e0adf246")
    );
    assert_eq!(context.branch.as_deref(), Some("main"));
    assert_eq!(context.base_branch, None);
}

#[test]
fn another_workflows_run_names_the_commit_but_seldom_the_request() {
    let context = github(payload!("workflow_run"), "workflow_run");
    assert!(context.head_commit.is_some());
    assert_eq!((context.base_commit, context.pull_request), (None, None));
    // Everything is said of the run that set this one off: it is what judged.
    let trigger = context.trigger.unwrap();
    assert_eq!(Some(&trigger.head_commit), context.head_commit.as_ref());
    assert_eq!(context.build.map(|build| build.run), Some(trigger.run));
    assert!(trigger.run != 7 && trigger.pull_requests.is_empty());
    let page = format!(
        "/Codertocat/Hello-World/actions/runs/{}/attempts/1",
        trigger.run
    );
    assert!(context.page.unwrap().ends_with(&page));
}

#[test]
fn a_fork_or_a_bot_is_a_guest() {
    let own = github(payload!("pull_request"), "pull_request");
    assert!(!own.guest);
    let fork = github(payload!("pull_request_fork"), "pull_request");
    assert!(fork.guest);
    let target = github(payload!("pull_request_fork"), "pull_request_target");
    assert!(!target.guest);
    let bot = on(&[
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_ACTOR", "dependabot[bot]"),
    ]);
    assert!(bot.guest);
}

#[test]
fn the_targets_commit_and_whether_a_stranger_may_have_written_what_is_checked_out() {
    let of = |payload: &'static str, event: &'static str| {
        let context = github(payload, event);
        (context.target_commit, context.foreign)
    };
    let base = Some("f95f852bd8fca8fcc58a9a2d6c842781e32a215e".to_owned());
    let request = payload!("pull_request");
    assert_eq!(of(request, "pull_request"), (base.clone(), false));
    assert_eq!(of(request, "pull_request_target"), (base, true));
    let (target, foreign) = of(payload!("merge_group"), "merge_group");
    assert!(target.is_some() && !foreign);
    assert_eq!(of(payload!("push"), "push"), (None, false));
    // The payload may be gone.
    let (target, foreign) = of("/nowhere/event.json", "pull_request_target");
    assert_eq!((target.as_deref(), foreign), (Some(A), true));
    let known = on(&[
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_EVENT_NAME", "pull_request_target"),
    ]);
    assert!(known.foreign);
    let gitlab = |source: &'static str| {
        on(&[
            ("GITLAB_CI", "true"),
            ("CI_MERGE_REQUEST_IID", "3"),
            ("CI_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", source),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
        ])
    };
    // Where it forked off is the author's choice.
    assert_eq!(gitlab("1").target_commit, None);
    assert!(!gitlab("1").foreign && gitlab("2").foreign);
}

#[test]
fn without_a_payload_the_variables_tell_the_branches() {
    let context = on(&[
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_HEAD_REF", "fix"),
        ("GITHUB_REF", "refs/pull/12/merge"),
        ("GITHUB_EVENT_PATH", "/nowhere/event.json"),
        ("GITHUB_SHA", A),
    ]);
    assert_eq!(
        (context.event, context.pull_request),
        (Event::PullRequest, Some(12))
    );
    assert_eq!(context.base_branch.as_deref(), Some("main"));
    // The SHA is that of the merge commit.
    assert_eq!(context.head_commit, None);
}

#[test]
fn gitlab_tells_the_fork_point_or_the_parents_of_its_merge_commit() {
    let detached = [
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "5"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "fix"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ""),
        ("CI_COMMIT_SHA", B),
        ("CI_COMMIT_BEFORE_SHA", ZEROS),
        ("CI_PROJECT_URL", "https://gitlab.example/group/project"),
    ];
    let context = on(&detached);
    assert_eq!(
        (context.event, context.pull_request),
        (Event::PullRequest, Some(5))
    );
    assert_eq!(context.base_commit.as_deref(), Some(A));
    assert_eq!(context.head_commit.as_deref(), Some(B));
    let page = "https://gitlab.example/group/project".to_owned();
    assert_eq!(context.host, Some(Host::GitLab(page)));

    let target = "3333333333333333333333333333333333333333";
    let mut merged = detached.to_vec();
    merged.push(("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", target));
    merged.push(("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", A));
    merged.push(("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"));
    let context = on(&merged);
    assert_eq!(context.event, Event::MergeQueue);
    assert_eq!(context.base_commit.as_deref(), Some(target));
    assert_eq!(context.head_commit.as_deref(), Some(A));

    let pushed = on(&[
        ("GITLAB_CI", "true"),
        ("CI_PIPELINE_SOURCE", "push"),
        ("CI_COMMIT_BEFORE_SHA", A),
        ("CI_COMMIT_SHA", B),
        ("CI_COMMIT_BRANCH", "main"),
    ]);
    assert_eq!(
        (pushed.event, pushed.base_commit.as_deref()),
        (Event::Push, Some(A))
    );
}

#[test]
fn azure_builds_a_merge_commit_and_names_the_source() {
    let context = on(&[
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "PullRequest"),
        ("BUILD_SOURCEBRANCH", "refs/pull/9/merge"),
        ("BUILD_SOURCEVERSION", A),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "refs/heads/fix"),
        ("SYSTEM_PULLREQUEST_SOURCECOMMITID", B),
        ("SYSTEM_PULLREQUEST_PULLREQUESTID", "991"),
        ("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "9"),
        ("BUILD_REPOSITORY_URI", "https://github.com/o/n.git"),
    ]);
    assert_eq!(
        (context.event, context.pull_request),
        (Event::PullRequest, Some(9))
    );
    assert_eq!(context.base_branch.as_deref(), Some("main"));
    assert_eq!(context.branch.as_deref(), Some("fix"));
    assert_eq!(context.head_commit.as_deref(), Some(B));
    assert_eq!(
        context.host,
        Some(Host::GitHub("https://github.com/o/n".to_owned()))
    );
}

#[test]
fn buildkite_says_false_where_there_is_no_request() {
    let common = [
        ("BUILDKITE", "true"),
        ("BUILDKITE_COMMIT", "HEAD"),
        ("BUILDKITE_BRANCH", "fix"),
        ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"),
        ("BUILDKITE_REPO", "git@gitlab.com:o/n.git"),
        ("BUILDKITE_SOURCE", "webhook"),
        ("BUILDKITE_PULL_REQUEST", "false"),
    ];
    let pushed = on(&common);
    assert_eq!((pushed.event, pushed.head_commit), (Event::Push, None));
    assert_eq!(
        pushed.host,
        Some(Host::GitLab("https://gitlab.com/o/n".to_owned()))
    );
    let mut request = common.to_vec();
    request.push(("BUILDKITE_PULL_REQUEST", "3"));
    request.push(("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "release"));
    let request = on(&request);
    assert_eq!(
        (request.event, request.pull_request),
        (Event::PullRequest, Some(3))
    );
    assert_eq!(request.base_branch.as_deref(), Some("release"));
    let mut queue = common.to_vec();
    queue.push(("BUILDKITE_MERGE_QUEUE_BASE_BRANCH", "main"));
    queue.push(("BUILDKITE_MERGE_QUEUE_BASE_COMMIT", A));
    let queue = on(&queue);
    assert_eq!(
        (queue.event, queue.base_commit.as_deref()),
        (Event::MergeQueue, Some(A))
    );
}

#[test]
fn circleci_names_the_request_by_its_address() {
    let context = on(&[
        ("CIRCLECI", "true"),
        ("CIRCLE_PULL_REQUEST", "https://github.com/o/n/pull/17"),
        ("CIRCLE_SHA1", B),
        ("CIRCLE_BRANCH", "fix"),
        ("CIRCLE_WORKFLOW_ID", "w"),
        ("CIRCLE_BUILD_NUM", "4"),
    ]);
    assert_eq!(
        (context.event, context.pull_request),
        (Event::PullRequest, Some(17))
    );
    assert_eq!(
        (context.base_branch, context.run.as_deref()),
        (None, Some("w.4"))
    );
}

#[test]
fn jenkins_tells_requests_by_its_plugins_variables() {
    let request = on(&[
        ("JENKINS_URL", "https://ci.example/"),
        ("CHANGE_ID", "4"),
        ("CHANGE_TARGET", "main"),
        ("CHANGE_BRANCH", "fix"),
        ("GIT_COMMIT", A),
        ("BUILD_TAG", "jenkins-n-4"),
    ]);
    assert_eq!(
        (request.event, request.pull_request),
        (Event::PullRequest, Some(4))
    );
    assert_eq!(
        (request.head_commit, request.base_branch.as_deref()),
        (None, Some("main"))
    );
    let pushed = on(&[
        ("JENKINS_URL", "https://ci.example/"),
        ("GIT_BRANCH", "origin/main"),
        ("GIT_COMMIT", B),
        ("GIT_PREVIOUS_COMMIT", B),
        ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", A),
    ]);
    assert_eq!(
        (pushed.branch.as_deref(), pushed.base_commit.as_deref()),
        (Some("main"), Some(A))
    );
    assert_eq!(pushed.default_branch, None);
    let never = on(&[
        ("JENKINS_URL", "https://ci.example/"),
        ("BRANCH_NAME", "trunk"),
        ("BRANCH_IS_PRIMARY", "true"),
        ("GIT_PREVIOUS_COMMIT", A),
    ]);
    assert_eq!(
        (never.default_branch.as_deref(), never.base_commit),
        (Some("trunk"), None)
    );
}

#[test]
fn elsewhere_nothing_is_known() {
    assert_eq!(on(&[]), Context::default());
    assert_eq!(on(&[("CI", "false")]), Context::default());
    assert_eq!(on(&[("GITHUB_ACTIONS", "false")]), Context::default());
    assert_eq!(on(&[("CI", "1")]).provider, Some("CI"));
}

#[test]
fn what_is_no_commit_is_none() {
    for text in [
        "HEAD",
        "main",
        "",
        "abc123",
        ZEROS,
        "zz11111111111111111111111111111111111111",
    ] {
        assert_eq!(super::words::commit(Some(text)), None, "{text}");
    }
}
