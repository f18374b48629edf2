//! Sending news to web-hooks, and keeping issues. Where they go is said by the environment alone.

use std::sync::Arc;

use serde_json::Value;

use crate::domain::watch::{Alert, Rule, State};
use crate::github::hook::{Hook, Means};
use crate::github::issue::{Open, Wanted};
use crate::github::{Client, Done, Failure, Patience, Project, Proxies, Stamp};
use crate::platform::{Clock, Env, RealPace};
use crate::render::alerts::{Bulletin, issue, slack, teams, webhook};

/// A web-hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// One of one's own.
    Webhook,
    /// Slack's.
    Slack,
    /// Teams'.
    Teams,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 3] = [Way::Webhook, Way::Slack, Way::Teams];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Way::Webhook => "webhook",
            Way::Slack => "slack",
            Way::Teams => "teams",
        }
    }

    /// The variable of the environment that says where it is.
    pub fn variable(self) -> &'static str {
        match self {
            Way::Webhook => "ANDON_WEBHOOK_URL",
            Way::Slack => "ANDON_SLACK_URL",
            Way::Teams => "ANDON_TEAMS_URL",
        }
    }

    /// What it would be sent, one after the other.
    pub fn documents(self, bulletin: &Bulletin<'_>) -> Vec<Value> {
        match self {
            Way::Webhook => vec![webhook::render(bulletin)],
            Way::Slack => slack::render(bulletin),
            Way::Teams => teams::render(bulletin),
        }
    }
}

/// Sends news to a web-hook.
///
/// # Errors
/// When the environment does not say where it is, or it did not take them.
pub fn post(way: Way, bulletin: &Bulletin<'_>, env: &Env, clock: Clock) -> anyhow::Result<()> {
    let variable = way.variable();
    let Some(address) = env
        .get(variable)
        .filter(|address| !address.trim().is_empty())
    else {
        anyhow::bail!("{variable} is not set: it says where {} is", way.name());
    };
    let means = Means {
        patience: Patience::default(),
        proxies: Proxies::from_env(env),
        clock,
        pace: Arc::new(RealPace::start()),
    };
    let hook = Hook::new(variable, address, means)?;
    for document in way.documents(bulletin) {
        hook.post(&document)?;
    }
    Ok(())
}

/// Keeps one issue for each alert that fires, and closes those of alerts that are quiet again. What was done, in words.
///
/// # Errors
/// When GitHub refuses or fails.
pub fn issues(
    client: &Client,
    project: &Project,
    stamp: Stamp,
    alerts: &[Alert],
    rules: &[Rule],
) -> Result<Vec<String>, Failure> {
    let open = Open::of(client, project)?;
    let mut told = Vec::new();
    for alert in alerts {
        let key = format!("alert/{}", alert.id());
        match alert.state {
            State::Firing => {
                let Some(rule) = rules.iter().find(|rule| rule.name == alert.rule) else {
                    continue;
                };
                let wanted = Wanted {
                    key,
                    title: issue::title(alert),
                    body: issue::body(rule, alert),
                };
                let done = open.settle(client, project, &wanted, stamp)?;
                let what = match done.done {
                    Done::Created => "opened",
                    Done::Updated => "updated",
                    Done::Unchanged => "unchanged",
                    Done::Newer => "left as a newer run wrote it",
                };
                let address = done
                    .address
                    .map_or_else(String::new, |address| format!(", {address}"));
                told.push(format!("issue {what}{address}"));
            }
            State::Quiet => {
                let closed = open.close(client, project, &key, &issue::over(alert))?;
                told.extend(closed.map(|closed| match closed.address {
                    Some(address) => format!("issue closed, {address}"),
                    None => "issue closed".to_owned(),
                }));
            }
            // What cannot be told is not over.
            State::Unconfirmed | State::Insufficient => {}
        }
    }
    Ok(told)
}
