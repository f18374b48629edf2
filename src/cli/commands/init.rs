//! `andon init`

use std::path::Path;

use anyhow::{Context, bail};

use crate::app::init::{self, System};
use crate::cli::{Exit, Session};

/// Look at the repository and write an andon.yaml that holds today, and what the CI system needs to run it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The CI system to write for as well.
    #[arg(long, value_enum, default_value_t)]
    ci: Ci,
    /// For GitHub: write two workflows, so that pull requests of forks and of Dependabot get their comment too.
    #[arg(long)]
    forks: bool,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Replace files that are there already.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Ci {
    /// GitHub Actions, if the repository has a .github folder or `--forks` is given.
    #[default]
    Auto,
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// Azure Pipelines.
    Azure,
    /// Buildkite.
    Buildkite,
    /// Jenkins.
    Jenkins,
    /// CircleCI.
    Circleci,
    /// None.
    None,
}

impl Args {
    fn system(&self, has_github: bool) -> anyhow::Result<Option<System>> {
        Ok(match (self.ci, self.forks) {
            (Ci::Auto | Ci::Github, true) => Some(System::GitHubForks),
            (_, true) => bail!("`--forks` is for GitHub"),
            (Ci::Auto, false) => has_github.then_some(System::GitHub),
            (Ci::Github, false) => Some(System::GitHub),
            (Ci::Gitlab, false) => Some(System::GitLab),
            (Ci::Azure, false) => Some(System::Azure),
            (Ci::Buildkite, false) => Some(System::Buildkite),
            (Ci::Jenkins, false) => Some(System::Jenkins),
            (Ci::Circleci, false) => Some(System::CircleCi),
            (Ci::None, false) => None,
        })
    }
}

const POLICY: &str = "andon.yaml";

/// Runs the command.
///
/// # Errors
/// When a file is there already and may not be replaced, or cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let system = args.system(workspace.files.exists(&workspace.root.join(".github")))?;
    let draft = init::draft(workspace)?;
    let pipelines = system.map_or(&[][..], System::pipelines);
    // Whoever asks for a CI system beside a policy of their own keeps the policy.
    let kept = args.ci != Ci::Auto && !pipelines.is_empty() && !args.force && {
        let policy = workspace.root.join(POLICY);
        workspace.files.exists(&policy)
    };
    let policy = (POLICY, draft.policy.as_str());
    let mut files: Vec<(&str, &str)> = (!kept).then_some(policy).into_iter().collect();
    files.extend(pipelines.iter().map(|file| (file.path, file.text)));
    if args.dry_run {
        for (name, text) in &files {
            session.console.tell(&format!("{name}:"));
            session.console.report(text)?;
        }
        return Ok(Exit::Done);
    }
    for (name, _) in &files {
        if !args.force && workspace.files.exists(&workspace.root.join(name)) {
            bail!(
                "{name} is there already; `--force` replaces it, `--dry-run` prints what would be written"
            );
        }
    }
    for (name, text) in &files {
        let path: &Path = &workspace.root.join(name);
        workspace
            .files
            .write(path, text.as_bytes())
            .with_context(|| format!("cannot write {name}"))?;
        session.console.tell(&format!("wrote {name}"));
    }
    if kept {
        session
            .console
            .tell(&format!("kept {POLICY}, which is there already"));
        return Ok(told(session, system));
    }
    for report in &draft.reports {
        session.console.tell(&format!("  from {report}"));
    }
    if draft.gates == 0 {
        session
            .console
            .tell("no report was found; these commands write some:");
        for line in &draft.advice {
            session.console.tell(&format!("  {line}"));
        }
    }
    if !draft.doubts.is_empty() {
        session.console.tell("the policy does not pass today:");
        for doubt in &draft.doubts {
            session.console.tell(&format!("  {doubt}"));
        }
    }
    Ok(told(session, system))
}

/// What is to be done next.
fn told(session: &Session, system: Option<System>) -> Exit {
    if let Some(system) = system {
        session.console.tell(&format!("to do: {}", system.hint()));
    }
    session.console.tell("next: andon check");
    Exit::Done
}
