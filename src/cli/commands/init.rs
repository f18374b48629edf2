//! `andon init`

use std::path::Path;

use anyhow::{Context, bail};

use crate::app::init;
use crate::cli::{Exit, Session};

/// Look at the repository and write an andon.yaml that holds today, and a workflow that runs it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write a workflow as well.
    #[arg(long, value_enum, default_value_t)]
    ci: Ci,
    /// Print the policy and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Replace files that are there already.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Ci {
    /// GitHub Actions, if the repository has a .github folder.
    #[default]
    Auto,
    /// GitHub Actions.
    Github,
    /// None.
    None,
}

const POLICY: &str = "andon.yaml";
const WORKFLOW: &str = ".github/workflows/andon.yml";

/// Runs the command.
///
/// # Errors
/// When a file is there already and may not be replaced, or cannot be written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let draft = init::draft(workspace)?;
    if args.dry_run {
        session.console.report(&draft.policy)?;
        return Ok(Exit::Done);
    }
    let github = match args.ci {
        Ci::Auto => workspace.files.exists(&workspace.root.join(".github")),
        ci => ci == Ci::Github,
    };
    let mut files = vec![(POLICY, draft.policy.as_str())];
    if github {
        files.push((WORKFLOW, init::WORKFLOW));
    }
    for (name, _) in &files {
        if !args.force && workspace.files.exists(&workspace.root.join(name)) {
            bail!("{name} is there already; `--force` replaces it, `--dry-run` prints the policy");
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
    session.console.tell("next: andon check");
    Ok(Exit::Done)
}
