//! `andon publish`

use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};

use crate::app;
use crate::app::publish::{Named, Pages, Publication, Sent, Target, take};
use crate::cli::github::{self, Channels, TargetArgs};
use crate::cli::{Exit, Session, publish};
use crate::config::Channel;
use crate::render::json;

/// Show results on GitHub: a comment on the pull request that is kept up to date, a check run with annotations, commit
/// statuses, the job summary, labels, and SARIF for code scanning.
///
/// The token comes from the environment: ANDON_GITHUB_TOKEN, GITHUB_TOKEN or GH_TOKEN, or a GitHub App's
/// ANDON_GITHUB_APP_ID and ANDON_GITHUB_APP_KEY. Publishing twice changes nothing, and what a newer run wrote stays.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Results (`andon check --format json`); several make one comment.
    #[arg(value_name = "RESULT", required_unless_present = "from_artifact")]
    results: Vec<PathBuf>,
    /// In a workflow that another one set off (`workflow_run`): take the results from this artifact of that run, check
    /// them, and find the pull request from the commit that GitHub names.
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "andon",
        conflicts_with_all = ["results", "pull_request", "commit"]
    )]
    from_artifact: Option<String>,
    /// By which ways: of comment, check-run, status, summary, labels, sarif; by default as the policy says.
    #[arg(long, value_name = "LIST", value_parser = github::channels)]
    to: Option<Channels>,
    /// Write the comment to standard output, and send nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    target: TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// When a result cannot be read, or the repository, the commit or the credentials are not known.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = app::policy::load(workspace, session.config.as_deref())?;
    let channels = args.to.clone().unwrap_or_default().or(&config);
    let context = github::context(session);
    let typed = args.target.typed();
    let (results, target, client) = match &args.from_artifact {
        Some(name) => {
            let trigger = context.trigger.as_ref().ok_or_else(|| {
                anyhow!(
                    "--from-artifact is for a workflow that runs `on: workflow_run`; elsewhere name the files of the results"
                )
            })?;
            let target = Target::find(&typed, &context, None)?;
            let client = github::connect(session, &context, &target.project)?;
            let results = take(&client, &target.project, trigger, name)?;
            (results, target, Some(client))
        }
        None => {
            let results = read(session, &args.results)?;
            if args.dry_run {
                // What is not sent needs no place to be sent to.
                let (key, page) = (typed.key(&context), context.page.as_deref());
                let pages = Pages::new(&results, publish::links(session), &key, page);
                session.console.report(&pages.comment())?;
                return Ok(Exit::Done);
            }
            let judged = results
                .first()
                .and_then(|named| named.document.subject.commit.as_deref());
            let target = Target::find(&typed, &context, judged)?;
            (results, target, None)
        }
    };
    let links = publish::links(session);
    let publication = Publication {
        results: &results,
        channels: &channels,
        labels: &config.publishing.labels,
        target: &target,
        links: &links,
        foreign: args.from_artifact.is_some(),
    };
    if args.dry_run {
        session.console.report(&Pages::of(&publication).comment())?;
        return Ok(Exit::Done);
    }
    if channels.contains(&Channel::Summary) {
        publish::summary(session, || Pages::of(&publication).summary());
    }
    let client = match client {
        Some(client) => client,
        None => github::connect(session, &context, &target.project)?,
    };
    let sent = github::publish_to(session, &client, &publication);
    Ok(match sent.iter().any(Sent::is_failure) {
        true => Exit::Unusable,
        false => Exit::Done,
    })
}

/// The results in these files, each with a name of its own.
fn read(session: &Session, paths: &[PathBuf]) -> anyhow::Result<Vec<Named>> {
    let one = |(path, name): (&PathBuf, String)| {
        let files = session.workspace.files;
        let text = files.read_to_string(&session.workspace.root.join(path));
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        match json::read(&text) {
            Ok(document) => Ok(Named { name, document }),
            Err(_) if text.contains("\"andon_snapshot\"") => bail!(
                "{0} is a snapshot, and results are published: `andon report {0} --format json` judges it",
                path.display()
            ),
            Err(error) => Err(error).with_context(|| format!("{} is no result", path.display())),
        }
    };
    paths
        .iter()
        .zip(app::results::names(paths))
        .map(one)
        .collect()
}
