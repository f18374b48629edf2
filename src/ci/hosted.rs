//! Whether the machine is one that the CI system lends to many in turn.

use crate::platform::Env;

/// Whether this runs on a machine of the CI system's own (GitHub's and Azure's hosted agents, GitLab.com's and Buildkite's
/// hosted runners), as far as the system says so. Figures scatter more there than on a machine of one's own.
pub fn is_hosted(env: &Env) -> bool {
    let says = |name, value| env.get(name) == Some(value);
    let has = |name, part| env.get(name).is_some_and(|text| text.contains(part));
    if env.get("GITHUB_ACTIONS").is_some() {
        return says("RUNNER_ENVIRONMENT", "github-hosted");
    }
    if env.get("GITLAB_CI").is_some() {
        return has("CI_RUNNER_DESCRIPTION", ".runners-manager.gitlab.com")
            || has("CI_RUNNER_TAGS", "\"saas-");
    }
    if env.get("TF_BUILD").is_some() {
        let name = env.get("AGENT_NAME").unwrap_or_default();
        return name == "Hosted Agent" || name.starts_with("Azure Pipelines");
    }
    env.get("BUILDKITE").is_some() && says("BUILDKITE_COMPUTE_TYPE", "hosted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_says_whose_machine_it_is() {
        let own: &[&[(&'static str, &'static str)]] = &[
            &[],
            &[("RUNNER_ENVIRONMENT", "github-hosted")],
            &[
                ("GITHUB_ACTIONS", "true"),
                ("RUNNER_ENVIRONMENT", "self-hosted"),
            ],
            &[("GITHUB_ACTIONS", "true"), ("RUNNER_NAME", "box")],
            &[
                ("GITLAB_CI", "true"),
                ("CI_RUNNER_DESCRIPTION", "box"),
                ("CI_RUNNER_TAGS", "[\"linux\"]"),
            ],
            &[("TF_BUILD", "True"), ("AGENT_NAME", "box-1")],
            &[
                ("BUILDKITE", "true"),
                ("BUILDKITE_COMPUTE_TYPE", "self-hosted"),
            ],
            &[("JENKINS_URL", "https://ci")],
        ];
        let lent: &[&[(&'static str, &'static str)]] = &[
            &[
                ("GITHUB_ACTIONS", "true"),
                ("RUNNER_ENVIRONMENT", "github-hosted"),
            ],
            &[
                ("GITLAB_CI", "true"),
                (
                    "CI_RUNNER_DESCRIPTION",
                    "3-blue.saas-linux-small-amd64.runners-manager.gitlab.com/default",
                ),
            ],
            &[
                ("GITLAB_CI", "true"),
                ("CI_RUNNER_TAGS", "[\"saas-linux-small-amd64\"]"),
            ],
            &[("TF_BUILD", "True"), ("AGENT_NAME", "Azure Pipelines 7")],
            &[("TF_BUILD", "True"), ("AGENT_NAME", "Hosted Agent")],
            &[("BUILDKITE", "true"), ("BUILDKITE_COMPUTE_TYPE", "hosted")],
        ];
        let of = |variables: &[(&'static str, &'static str)]| {
            is_hosted(&Env::of(variables.iter().copied()))
        };
        assert!(own.iter().all(|variables| !of(variables)));
        assert!(lent.iter().all(|variables| of(variables)));
    }
}
