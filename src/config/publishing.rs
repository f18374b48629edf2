//! What of a result goes to GitHub.

use std::collections::BTreeSet;

use super::diagnostics::Diagnostics;
use super::node::Node;
use crate::text::escape::visible;

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

/// The longest name of a label that GitHub takes, in characters.
const LABEL: usize = 50;

pub(in crate::config) fn read(document: &Node, d: &mut Diagnostics) -> Publishing {
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
        let mut of = |verdict| {
            let items = labels.items_at(verdict).iter();
            items.filter_map(|item| label(item, d)).collect()
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

fn label(item: &Node, d: &mut Diagnostics) -> Option<String> {
    let name = item.text()?;
    let sound = !name.trim().is_empty()
        && name.chars().count() <= LABEL
        && !matches!(name, "." | "..")
        && visible(name) == name;
    if !sound {
        d.error(item.span, "GitHub takes no label of this name")
            .help(format!(
                "a label has 1 to {LABEL} characters, none of them hidden"
            ));
        return None;
    }
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::config::testing;

    #[test]
    fn a_label_is_one_that_github_takes() {
        let load = |name: &str| {
            let name = serde_json::to_string(name).unwrap();
            let text =
                format!("extends: [recommended]\npublish: {{ labels: {{ fail: [{name}] }} }}\n");
            testing::load(&text)
        };
        for name in ["gate: red", "size/XL?", "🚀", &"x".repeat(50)] {
            let config = load(name).unwrap_or_else(|told| panic!("{name}: {told}"));
            assert_eq!(config.publishing.labels.fail, [name]);
        }
        for name in ["", " ", ".", "..", "a\nb", "a\u{202E}b", &"x".repeat(51)] {
            let told = load(name).unwrap_err();
            assert!(told.contains("no label of this name"), "{name}: {told}");
        }
    }
}
