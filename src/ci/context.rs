//! What can be known of a run.

/// What made the CI system run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Event {
    /// A pull or merge request.
    PullRequest,
    /// An entry of a merge queue or merge train.
    MergeQueue,
    /// Commits pushed to a branch.
    Push,
    /// Anything else, or unknown.
    #[default]
    Other,
}

/// Where the repository can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// The project's address on GitHub: `https://github.com/owner/name`.
    GitHub(String),
    /// The project's address on GitLab.
    GitLab(String),
}

/// What the CI system says of this run. What it does not say is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The system's name, as it writes it: `GitHub Actions`.
    pub provider: Option<&'static str>,
    /// What made it run.
    pub event: Event,
    /// The commit that the change is based on, as the event says: the tip of the target branch, or the commit before a
    /// push. The merge base is found from it.
    pub base_commit: Option<String>,
    /// The tip of the target branch of a pull request or merge queue, where the event states it: a commit that the author
    /// of the change cannot choose.
    pub target_commit: Option<String>,
    /// Whether the code of strangers may be checked out though the job has the rights of the target.
    pub foreign: bool,
    /// The target branch of a pull request or merge queue.
    pub base_branch: Option<String>,
    /// The commit that the author pushed: never the merge commit that the CI system made.
    pub head_commit: Option<String>,
    /// The branch that is built; of a pull request, its source branch.
    pub branch: Option<String>,
    /// The repository's default branch.
    pub default_branch: Option<String>,
    /// The number of the pull request.
    pub pull_request: Option<u64>,
    /// What tells this run from all others of the commit: run, attempt and job.
    pub run: Option<String>,
    /// The run as a number that grows from run to run, with its attempt; of a run that another one set off, that one's.
    pub build: Option<Build>,
    /// The workflow and the job as people know them: `ci / gate`.
    pub job: Option<String>,
    /// Where the run can be looked at; of a run that another one set off, that one.
    pub page: Option<String>,
    /// Whether the change comes from a fork or a bot, so that the job's token can only read.
    pub guest: bool,
    /// The run that set this one off.
    pub trigger: Option<Trigger>,
    /// Where the repository can be looked at.
    pub host: Option<Host>,
}

impl Context {
    /// Whether a run of this name is this one or another job of the same pipeline, and not this very job as it was tried before.
    /// What cannot be told from the names of other jobs counts as one.
    pub fn is_beside(&self, run: &str) -> bool {
        let Some(own) = self.run.as_deref() else {
            return false;
        };
        let pipeline = |run: &str| run.split('.').next().map(str::to_owned);
        // The pipeline, the attempt and the job.
        let job = |run: &str| run.splitn(3, '.').nth(2).map(str::to_owned);
        let is_job = job(own).is_some() && job(own) == job(run);
        own == run
            || match self.provider {
                // One text names the run, in which a full stop may stand.
                Some("Jenkins") | None => false,
                Some("GitHub Actions" | "Azure Pipelines") if is_job => false,
                Some(_) => pipeline(own) == pipeline(run),
            }
    }
}

/// A run among its workflow's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// The run's number.
    pub run: u64,
    /// Which attempt at it.
    pub attempt: u32,
}

/// A run that set this one off when it was done (`workflow_run` of GitHub). What the event says of it comes from GitHub,
/// not from whoever wrote the change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trigger {
    /// The run's id.
    pub run: u64,
    /// The commit that it ran for.
    pub head_commit: String,
    /// The branch of that commit, and the owner of the repository that the branch is in.
    pub head: Option<(String, String)>,
    /// The pull requests of the commit that the event names: none for forks.
    pub pull_requests: Vec<u64>,
    /// What made it run: `pull_request`.
    pub event: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_of_one_pipeline_are_beside_one_another() {
        let of = |provider: &'static str, own: &str, run: &str| {
            let context = Context {
                provider: Some(provider),
                run: Some(own.to_owned()),
                ..Context::default()
            };
            context.is_beside(run)
        };
        assert!(of("GitHub Actions", "77.1.gate", "77.1.gate"));
        assert!(of("GitHub Actions", "77.2.gate", "77.1.bench"));
        assert!(!of("GitHub Actions", "77.2.bench", "77.1.bench"));
        assert!(!of("GitHub Actions", "78.1.gate", "77.1.bench"));
        assert!(!of("GitHub Actions", "77.1.gate", ""));
        assert!(of("GitLab CI", "5.10", "5.9"));
        assert!(!of("GitLab CI", "6.10", "5.9"));
        assert!(of("CircleCI", "w.10.0", "w.9.0"));
        assert!(!of("Jenkins", "jenkins-a.b-2", "jenkins-a.b-1"));
        assert!(!Context::default().is_beside("77.1.gate"));
    }
}
