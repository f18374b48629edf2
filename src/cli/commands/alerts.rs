//! `andon alerts`

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use jiff::Timestamp;

use crate::app;
#[cfg(feature = "github")]
use crate::app::alerts::Way;
use crate::app::alerts::{load, remembers, save};
use crate::ci;
use crate::cli::publish;
use crate::cli::watched::Selection;
use crate::cli::{Exit, Session};
use crate::config::Config;
use crate::domain::consequence::Level;
use crate::domain::formula::Condition;
use crate::domain::metric::Better;
use crate::domain::watch::{Alert, Rule, State, Test, news};
use crate::render::alerts::{Bulletin, annotations, csv, email, json, markdown, table};
use crate::text::escape::json::safe;

/// What of the history needs attention: the `alerts` of the policy, or conditions typed here.
///
/// An alert never fails a build by itself: the exit code is 0 unless --fail is given. Missing data is neither firing nor
/// quiet: it is shown as `insufficient data`. With --fail, a typed condition that can be judged of no series at all ends
/// with 2: it would never fire.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Instead of the policy's alerts, a condition: "error_rate > 5%", "p95(response_time, 24h) > 500ms"; may repeat.
    #[arg(long, value_name = "CONDITION", value_parser = condition)]
    when: Vec<Condition>,
    /// Only the alerts of this name; may repeat.
    #[arg(long, value_name = "NAME", conflicts_with = "when")]
    only: Vec<String>,
    /// Show quiet series too.
    #[arg(long)]
    all: bool,
    /// How to show them.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Exit with 1 if an alert of level `must` is firing, or one that was typed.
    #[arg(long)]
    fail: bool,
    /// Tell what is new, each by its way: webhook, slack, teams (to ANDON_WEBHOOK_URL, ANDON_SLACK_URL, ANDON_TEAMS_URL), issue
    /// (on GitHub), summary and annotations (in GitHub Actions), email (to --email).
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_enum)]
    send: Vec<Channel>,
    /// Write what would be sent to standard output, and send and remember nothing.
    #[arg(long)]
    dry_run: bool,
    /// With `--send email`: write the message to this file, for `sendmail -t`; `-` for standard output.
    #[arg(long, value_name = "FILE", default_value = "-")]
    email: PathBuf,
    /// Remember what was told here, so that it is not told again before its cool-down is over; by default beside the
    /// history's database.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    #[default]
    #[value(alias = "terminal")]
    Table,
    /// A markdown table.
    Markdown,
    /// JSON.
    Json,
    /// A table with a line for each series of an alert, quiet ones too.
    Csv,
    /// Annotations of GitHub Actions.
    Annotations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Channel {
    Webhook,
    Slack,
    Teams,
    Issue,
    Summary,
    Annotations,
    Email,
}

impl Channel {
    /// Whether it hears only what is new; the others say each time how it is.
    fn hears_news(self) -> bool {
        matches!(
            self,
            Channel::Webhook | Channel::Slack | Channel::Teams | Channel::Email
        )
    }

    /// The web-hook that it is.
    #[cfg(feature = "github")]
    fn way(self) -> Way {
        match self {
            Channel::Slack => Way::Slack,
            Channel::Teams => Way::Teams,
            _ => Way::Webhook,
        }
    }
}

fn condition(text: &str) -> Result<Condition, String> {
    Condition::parse(text).map_err(|error| {
        format!(
            "{error}; write a comparison such as `error_rate > 5%` or `p95(latency, 24h) > 500ms`"
        )
    })
}

/// Runs the command.
///
/// # Errors
/// When there is no history, or no rule.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = app::policy::load(workspace, session.config.as_deref())?;
    let rules = rules(args, &config)?;
    let metrics = rules.iter().flat_map(Rule::metrics);
    let filters = rules.iter().flat_map(|rule| &rule.filters);
    let store = args.selection.open(session, &config, metrics, filters)?;
    let console = &session.console;
    let now = workspace.clock.now();
    let reach = args.selection.reach();
    let alerts = app::alerts::watch(workspace, &config, &store, &rules, &reach, now)?;
    show(session, args, &alerts, &rules, now)?;
    for note in app::alerts::left_out(workspace, &store, &rules, &reach)? {
        console.complain(&format!("note: {note}"));
    }
    let mut failed = false;
    if !args.send.is_empty() {
        let beside = store.index.path().with_file_name("told.json");
        let state = args.state.as_ref().map(|path| workspace.root.join(path));
        failed = !tell(session, args, &alerts, &rules, &state.unwrap_or(beside))?;
    }
    let grave = |alert: &Alert| {
        let rule = rules.iter().find(|rule| rule.name == alert.rule);
        alert.state == State::Firing && rule.is_some_and(|rule| rule.level == Level::Must)
    };
    let blind = match args.fail && !args.when.is_empty() {
        true => blind(&alerts, &rules),
        false => Vec::new(),
    };
    for alert in &blind {
        let (when, why) = (&alert.rule, &alert.why);
        console.complain(&format!("error: --when `{when}` cannot be judged: {why}"));
    }
    let failed = failed || !blind.is_empty();
    Ok(match (failed, args.fail && alerts.iter().any(grave)) {
        (true, _) => Exit::Unusable,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Done,
    })
}

/// The first alert of each rule that no series was judged by.
fn blind<'a>(alerts: &'a [Alert], rules: &[Rule]) -> Vec<&'a Alert> {
    let of_rule = |rule: &Rule| {
        let mut of = alerts.iter().filter(|alert| alert.rule == rule.name);
        let judged = of.clone().any(|alert| alert.state != State::Insufficient);
        of.next().filter(|_| !judged)
    };
    rules.iter().filter_map(of_rule).collect()
}

/// Which way the metric is better that a condition names first.
fn better(config: &Config, condition: &Condition) -> Better {
    let metrics = condition.metrics();
    let first = metrics.first().and_then(|name| config.metric(name));
    first.map_or(Better::Neither, |metric| metric.better)
}

/// The rules that count: typed ones, or the policy's.
fn rules(args: &Args, config: &Config) -> anyhow::Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = match args.when.is_empty() {
        true => config.alerts.clone(),
        false => args
            .when
            .iter()
            .map(|condition| Rule {
                level: Level::Must,
                better: better(config, condition),
                ..Rule::new(condition.text(), "", Test::When(condition.clone()))
            })
            .collect(),
    };
    if let Some(unknown) = args
        .only
        .iter()
        .find(|name| rules.iter().all(|rule| rule.name != **name))
    {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        bail!(
            "the policy has no alert `{unknown}`; it has {}",
            names.join(", ")
        );
    }
    rules.retain(|rule| args.only.is_empty() || args.only.contains(&rule.name));
    if rules.is_empty() {
        bail!("the policy has no `alerts`: write some, or give --when \"error_rate > 5%\"");
    }
    for rule in &mut rules {
        rule.filters.extend(args.selection.filters.iter().cloned());
        if let Some(names) = args.selection.group_by() {
            rule.per = Some(names.to_vec());
        }
    }
    Ok(rules)
}

fn show(
    session: &Session,
    args: &Args,
    alerts: &[Alert],
    rules: &[Rule],
    now: Timestamp,
) -> anyhow::Result<()> {
    let console = &session.console;
    let most = args.selection.most();
    let format = match args.json {
        true => Format::Json,
        false => args.format,
    };
    match format {
        Format::Table => {
            console.report(&table::render(
                alerts,
                rules,
                (args.all, most),
                console.width,
                console.color,
            ))?;
        }
        Format::Markdown => console.report(&markdown::render(alerts, rules, most))?,
        Format::Json => {
            let text = serde_json::to_string_pretty(&json::render(alerts, rules, now))? + "\n";
            console.report(&safe(&text))?;
        }
        Format::Csv => console.report(&csv::render(alerts, rules)?)?,
        Format::Annotations => console.raw(&annotations::render(alerts, rules))?,
    }
    Ok(())
}

/// Tells what is new by every way that was asked for; each remembers by itself what it told. Whether all of them worked:
/// what was not told by one is told by it next time.
fn tell(
    session: &Session,
    args: &Args,
    alerts: &[Alert],
    rules: &[Rule],
    state: &std::path::Path,
) -> anyhow::Result<bool> {
    let workspace = &session.workspace;
    let console = &session.console;
    let now = workspace.clock.now();
    let (mut ledger, note) = load(workspace.files, state, now);
    if let Some(note) = note {
        console.complain(&format!("note: {note}"));
    }
    let project = project(session);
    let mut sound = true;
    let mut remembering = !args.dry_run && args.send.iter().any(|channel| channel.hears_news());
    if remembering && let Some(why) = remembers(workspace.files, state, &ledger)? {
        console.complain(&format!("error: {why}"));
        (remembering, sound) = (false, false);
    }
    for channel in &args.send {
        let way = name(*channel);
        let (new, remembered) = news(alerts, rules, ledger.of(&way), now);
        let told = match args.dry_run {
            true => Ok(()),
            false => reachable(session, *channel),
        };
        // An issue says how it is, not what is new.
        let hears_news = channel.hears_news();
        if told.is_ok() && hears_news && new.is_empty() {
            console.tell(&format!("{way}: nothing new to tell"));
            continue;
        }
        let bulletin = Bulletin {
            project: &project,
            news: &new,
            now,
        };
        match told.and_then(|()| by(session, args, *channel, &bulletin, alerts, rules)) {
            Ok(()) if hears_news => ledger.set(&way, remembered),
            Ok(()) => {}
            Err(error) => {
                console.complain(&format!("error: {way}: not told: {error:#}"));
                sound = false;
            }
        }
    }
    if remembering {
        save(workspace.files, state, ledger)?;
    }
    Ok(sound)
}

/// Fails where the environment does not say where a way leads: even if there is nothing to tell now, one day there is.
fn reachable(session: &Session, channel: Channel) -> anyhow::Result<()> {
    let env = &session.workspace.env;
    let lacks = |variable: &str| env.get(variable).is_none_or(|it| it.trim().is_empty());
    match channel {
        #[cfg(feature = "github")]
        Channel::Webhook | Channel::Slack | Channel::Teams => {
            let (variable, way) = (channel.way().variable(), name(channel));
            if lacks(variable) {
                bail!(
                    "{variable} is not set: put the address there, from a secret of the CI system, or leave `{way}` out of --send"
                );
            }
        }
        Channel::Summary
            if env.get("GITHUB_ACTIONS") != Some("true") || lacks("GITHUB_STEP_SUMMARY") =>
        {
            bail!(
                "only a step of GitHub Actions has a job summary (GITHUB_STEP_SUMMARY): elsewhere `--format markdown` writes the same"
            );
        }
        _ => {}
    }
    Ok(())
}

fn name(channel: Channel) -> String {
    let value = channel.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Tells by one way.
fn by(
    session: &Session,
    args: &Args,
    channel: Channel,
    bulletin: &Bulletin<'_>,
    alerts: &[Alert],
    rules: &[Rule],
) -> anyhow::Result<()> {
    let console = &session.console;
    let summary = || markdown::render(alerts, rules, args.selection.most());
    match channel {
        Channel::Summary if args.dry_run => console.report(&summary())?,
        Channel::Summary => publish::summary(session, summary),
        Channel::Annotations => console.raw(&annotations::render(alerts, rules))?,
        Channel::Email => {
            let env = &session.workspace.env;
            let from = env
                .get("ANDON_MAIL_FROM")
                .unwrap_or("andon <andon@localhost>");
            let text = email::render(bulletin, from, env.get("ANDON_MAIL_TO"));
            if args.dry_run || args.email.as_os_str() == "-" {
                console.report(&text)?;
            } else {
                let path = session.workspace.root.join(&args.email);
                let written = session.workspace.files.write(&path, text.as_bytes());
                written.with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
        #[cfg(feature = "github")]
        Channel::Issue => issues(session, args, alerts, rules)?,
        #[cfg(feature = "github")]
        Channel::Webhook | Channel::Slack | Channel::Teams => {
            use crate::app::alerts::post;
            let way = channel.way();
            if args.dry_run {
                for document in way.documents(bulletin) {
                    let text = serde_json::to_string_pretty(&document)? + "\n";
                    console.report(&safe(&text))?;
                }
            } else {
                post(
                    way,
                    bulletin,
                    &session.workspace.env,
                    session.workspace.clock,
                )?;
                console.tell(&format!("{}: told", way.name()));
            }
        }
        #[cfg(not(feature = "github"))]
        _ => bail!("this andon was built without the network"),
    }
    Ok(())
}

/// Keeps the issues, or shows those that would be.
#[cfg(feature = "github")]
fn issues(session: &Session, args: &Args, alerts: &[Alert], rules: &[Rule]) -> anyhow::Result<()> {
    use crate::app::publish::project;
    use crate::cli::github;
    use crate::github::Stamp;
    use crate::render::alerts::issue;
    let console = &session.console;
    if args.dry_run {
        for alert in alerts.iter().filter(|alert| alert.state == State::Firing) {
            if let Some(rule) = rules.iter().find(|rule| rule.name == alert.rule) {
                let (title, body) = (issue::title(alert), issue::body(rule, alert));
                console.report(&format!("{title}\n\n{body}\n"))?;
            }
        }
        return Ok(());
    }
    let context = github::context(session);
    let project = project(&context).context(
        "which repository on GitHub this is, is not known: run it in GitHub Actions, or in a clone whose remote `origin` is on GitHub",
    )?;
    let client = github::connect(session, &context, &project)?;
    let stamp = context
        .build
        .map_or(Stamp { run: 0, attempt: 0 }, |build| Stamp {
            run: build.run,
            attempt: build.attempt,
        });
    for line in app::alerts::issues(&client, &project, stamp, alerts, rules)? {
        console.tell(&line);
    }
    Ok(())
}

/// What the project is called: as on its host, else as its folder.
fn project(session: &Session) -> String {
    let workspace = &session.workspace;
    let page = match ci::detect(&workspace.env).host {
        Some(ci::Host::GitHub(page) | ci::Host::GitLab(page)) => page,
        None => {
            let folder = workspace.root.file_name().unwrap_or_default();
            return folder.to_string_lossy().into_owned();
        }
    };
    let path = page.splitn(4, '/').nth(3).unwrap_or_default();
    path.trim_matches('/').to_owned()
}
