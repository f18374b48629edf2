//! Sending results to GitHub, and saying what came of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::outputs::{OutputFormat, Target};
use super::publish;
use super::session::Session;
use crate::app::publish::{Named, Publication, Sent, Target as Place, Typed, full, send, told};
use crate::ci::{self, Context, Host};
use crate::config::{Channel, Config};
use crate::github::{Client, Credentials, Patience, Project, Proxies, Settings};
use crate::platform::RealPace;
use crate::render::annotations;
use crate::render::json::v1::Document;
use crate::render::view::View;
use crate::vcs::Repository;

/// Where to publish, where it is not as the CI system says.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Publishing")]
pub(in crate::cli) struct TargetArgs {
    /// What tells this comment and check run from others of the repository; by default the workflow and the job. Jobs of
    /// a matrix need one each.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Publish to this repository on GitHub; by default the CI system's, else that of the remote `origin`.
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<Project>,
    /// Comment on this pull request.
    #[arg(long, value_name = "N")]
    pull_request: Option<u64>,
    /// Publish for this commit: the one that the author pushed, as a full SHA.
    #[arg(long, value_name = "SHA", value_parser = full_sha)]
    commit: Option<String>,
}

impl TargetArgs {
    pub(in crate::cli) fn typed(&self) -> Typed {
        Typed {
            repository: self.repository.clone(),
            pull_request: self.pull_request,
            commit: self.commit.clone(),
            key: self.key.clone(),
        }
    }
}

/// A full SHA.
fn full_sha(text: &str) -> Result<String, &'static str> {
    full(text).ok_or("it is no full SHA of 40 or 64 digits")
}

/// Reads a list of ways to publish: `comment,check-run`.
///
/// # Errors
/// When a word is none, with those that are.
pub(in crate::cli) fn channels(text: &str) -> Result<Channels, String> {
    let known = || Channel::ALL.map(Channel::name).join(", ");
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let channel = |word: &str| {
        let found = Channel::ALL
            .into_iter()
            .find(|channel| channel.name() == word);
        found.ok_or_else(|| format!("`{word}` is none of {}", known()))
    };
    words.map(channel).collect::<Result<_, _>>().map(Channels)
}

/// The ways that were typed; none to leave them to the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Channels(pub(in crate::cli) BTreeSet<Channel>);

impl Channels {
    /// Those, or what the policy says.
    pub(in crate::cli) fn or(&self, config: &Config) -> BTreeSet<Channel> {
        match self.0.is_empty() {
            true => config.publishing.channels.clone(),
            false => self.0.clone(),
        }
    }
}

/// What the CI system says; outside of any, the repository is that of the remote `origin`.
pub(in crate::cli) fn context(session: &Session) -> Context {
    let workspace = &session.workspace;
    let mut context = ci::detect(&workspace.env);
    if context.host.is_none() {
        let repository = Repository::find(&workspace.root, &workspace.env);
        let origin = repository.ok().flatten().and_then(|git| git.origin());
        context.host = ci::host(origin.as_deref());
    }
    context
}

/// A client for the repository.
///
/// # Errors
/// When there are no credentials, or the API's address or the deadline is none.
pub(in crate::cli) fn connect(
    session: &Session,
    context: &Context,
    project: &Project,
) -> anyhow::Result<Client> {
    let env = &session.workspace.env;
    let mut patience = Patience::default();
    if let Some(text) = env.get("ANDON_GITHUB_DEADLINE") {
        let seconds = text
            .parse()
            .ok()
            .filter(|seconds| (1..=3_600).contains(seconds));
        let seconds = seconds.ok_or_else(|| {
            anyhow!(
                "ANDON_GITHUB_DEADLINE is `{text}`, which is no number of seconds from 1 to 3600"
            )
        })?;
        patience.deadline = Duration::from_secs(seconds);
    }
    let settings = Settings {
        api: api(env.get("GITHUB_API_URL"), context),
        project: project.clone(),
        credentials: Credentials::from_env(env)?,
        patience,
        proxies: Proxies::from_env(env),
        clock: session.workspace.clock,
        pace: Arc::new(RealPace::start()),
    };
    Client::connect(&settings).context("cannot publish to GitHub")
}

/// The root of the API: as the environment says, else that of the server the repository is on.
fn api(said: Option<&str>, context: &Context) -> String {
    if let Some(said) = said {
        return said.to_owned();
    }
    let server = match &context.host {
        Some(Host::GitHub(page)) => page.splitn(4, '/').take(3).collect::<Vec<_>>().join("/"),
        _ => String::new(),
    };
    match server.as_str() {
        "" | "https://github.com" => "https://api.github.com".to_owned(),
        server => format!("{server}/api/v3"),
    }
}

/// Publishes, and says what came of it. Nothing here fails the command: what did is in the answer.
pub(in crate::cli) fn publish_to(
    session: &Session,
    client: &Client,
    publication: &Publication<'_>,
) -> Vec<Sent> {
    let all = send(client, publication, session.workspace.clock);
    for (warning, line) in told(&all) {
        match warning {
            true => session.console.complain(&format!("warning: {line}")),
            false => session.console.tell(&line),
        }
    }
    let comment = all.iter().find(|sent| sent.channel == Channel::Comment);
    if let Some(address) = comment.and_then(Sent::address) {
        publish::output(session, "comment-url", address);
    }
    all
}

/// `--publish` of a check.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct PublishArgs {
    /// Show the result on GitHub when all is done, as `andon publish` does: by these ways (comment, check-run, status,
    /// summary, labels, sarif), or as the policy says. That it fails is said and changes no verdict.
    #[arg(
        long,
        value_name = "LIST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_parser = channels,
        help_heading = "Publishing"
    )]
    publish: Option<Channels>,
    #[command(flatten)]
    target: TargetArgs,
}

impl PublishArgs {
    /// The ways to publish, or what the policy says where nothing is published.
    pub(in crate::cli) fn channels(&self, config: &Config) -> BTreeSet<Channel> {
        self.publish.clone().unwrap_or_default().or(config)
    }

    /// Publishes if that is asked for. What keeps it from that is said.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(in crate::cli) fn publish(
        &self,
        session: &Session,
        config: &Config,
        document: &Document,
        written: &[Target],
    ) -> anyhow::Result<()> {
        if self.publish.is_none() {
            return Ok(());
        }
        let sent = self
            .send(session, config, document)
            .unwrap_or_else(|error| {
                let message = format!("warning: nothing was published: {error:#}");
                session.console.complain(&message);
                Vec::new()
            });
        // Without a check run the lines of the change are marked by the runner.
        let marked = sent
            .iter()
            .any(|sent| sent.channel == Channel::CheckRun && sent.is_there());
        let runs_there = session.workspace.env.get("GITHUB_ACTIONS") == Some("true");
        let is_written = written
            .iter()
            .any(|target| target.format == OutputFormat::Annotations);
        let wanted = self.channels(config).contains(&Channel::CheckRun);
        if wanted && runs_there && !marked && !is_written {
            session
                .console
                .raw(&annotations::render(&View::new(document)))?;
        }
        Ok(())
    }

    fn send(
        &self,
        session: &Session,
        config: &Config,
        document: &Document,
    ) -> anyhow::Result<Vec<Sent>> {
        let context = context(session);
        let judged = document.subject.commit.as_deref();
        let place = Place::find(&self.target.typed(), &context, judged)?;
        let client = connect(session, &context, &place.project)?;
        let name = place.name();
        let results = [Named {
            name,
            document: document.clone(),
        }];
        let publication = Publication {
            results: &results,
            channels: &self.channels(config),
            labels: &config.publishing.labels,
            target: &place,
            links: &publish::links(session),
            foreign: false,
        };
        Ok(publish_to(session, &client, &publication))
    }
}
