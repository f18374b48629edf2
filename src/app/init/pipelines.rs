//! What `andon init` writes for a CI system: the same text that the documentation shows.

/// A CI system that can run andon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// GitHub Actions, in one workflow.
    GitHub,
    /// GitHub Actions, in two workflows, so that pull requests of forks get their comment.
    GitHubForks,
    /// GitLab CI.
    GitLab,
    /// Azure Pipelines.
    Azure,
    /// Buildkite.
    Buildkite,
    /// Jenkins.
    Jenkins,
    /// CircleCI.
    CircleCi,
}

/// A file to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipeline {
    /// Its path in the repository.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! pipeline {
    ($path:literal, $source:literal) => {
        Pipeline {
            path: $path,
            text: include_str!($source),
        }
    };
}

impl System {
    /// The files that it wants.
    pub fn pipelines(self) -> &'static [Pipeline] {
        match self {
            System::GitHub => &[pipeline!(".github/workflows/andon.yml", "workflow.yml")],
            System::GitHubForks => &[
                pipeline!(".github/workflows/andon.yml", "forks.yml"),
                pipeline!(".github/workflows/andon-publish.yml", "publish.yml"),
            ],
            System::GitLab => &[pipeline!(
                ".gitlab/andon.yml",
                "../../../docs/ci/gitlab.yml"
            )],
            System::Azure => &[pipeline!(
                "azure-pipelines.yml",
                "../../../docs/ci/azure-pipelines.yml"
            )],
            System::Buildkite => &[pipeline!(
                ".buildkite/pipeline.yml",
                "../../../docs/ci/buildkite.yml"
            )],
            System::Jenkins => &[pipeline!("Jenkinsfile", "../../../docs/ci/Jenkinsfile")],
            System::CircleCi => &[pipeline!(
                ".circleci/config.yml",
                "../../../docs/ci/circleci.yml"
            )],
        }
    }

    /// What is left to be done by hand, beside putting in where andon comes from.
    pub fn hint(self) -> &'static str {
        match self {
            System::GitHub | System::GitHubForks => {
                "put the repository that hosts andon into `uses:`, and your build before it"
            }
            System::GitLab => {
                "put `include: [{ local: .gitlab/andon.yml }]` into .gitlab-ci.yml, and a release of andon into its variables"
            }
            System::Azure | System::Buildkite | System::Jenkins | System::CircleCi => {
                "put a release of andon into its variables, and your build before it"
            }
        }
    }
}
