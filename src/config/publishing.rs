//! What of a result goes to GitHub.

use std::collections::BTreeSet;

use super::node::Node;

/// One way to show a result on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// The comment on the pull request.
    Comment,
    /// The check run with its annotations.
    CheckRun,
    /// The commit statuses.
    Status,
    /// The job summary.
    Summary,
    /// The upload to code scanning.
    Sarif,
    /// The pull request's labels.
    Labels,
}

impl Channel {
    /// All of them, in the order in which they are sent.
    pub const ALL: [Channel; 6] = [
        Channel::Summary,
        Channel::Comment,
        Channel::CheckRun,
        Channel::Status,
        Channel::Labels,
        Channel::Sarif,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Comment => "comment",
            Channel::CheckRun => "check-run",
            Channel::Status => "status",
            Channel::Summary => "summary",
            Channel::Sarif => "sarif",
            Channel::Labels => "labels",
        }
    }

    /// Its key in a policy.
    fn key(self) -> &'static str {
        match self {
            Channel::CheckRun => "check_run",
            other => other.name(),
        }
    }
}

/// The labels of a pull request by verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerdictLabels {
    /// While the gate passes.
    pub pass: Vec<String>,
    /// While it warns.
    pub warn: Vec<String>,
    /// While it fails.
    pub fail: Vec<String>,
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishing {
    /// By which ways.
    pub channels: BTreeSet<Channel>,
    /// Which labels.
    pub labels: VerdictLabels,
}

impl Default for Publishing {
    fn default() -> Publishing {
        Publishing {
            channels: BTreeSet::from([
                Channel::Comment,
                Channel::CheckRun,
                Channel::Status,
                Channel::Summary,
            ]),
            labels: VerdictLabels::default(),
        }
    }
}

pub(in crate::config) fn read(document: &Node) -> Publishing {
    let mut publishing = Publishing::default();
    let Some(node) = document.get("publish") else {
        return publishing;
    };
    for channel in Channel::ALL {
        match node.get(channel.key()).and_then(Node::flag) {
            Some(true) => publishing.channels.insert(channel),
            Some(false) => publishing.channels.remove(&channel),
            None => false,
        };
    }
    if let Some(labels) = node.get("labels") {
        let of = |verdict| {
            let items = labels.items_at(verdict).iter();
            items
                .filter_map(|item| item.text().map(str::to_owned))
                .collect()
        };
        publishing.labels = VerdictLabels {
            pass: of("pass"),
            warn: of("warn"),
            fail: of("fail"),
        };
        publishing.channels.insert(Channel::Labels);
    }
    publishing
}
