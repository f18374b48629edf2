//! What a result comes to, as far as it says that itself.

use serde::Deserialize;

use super::model::{Message, Place, Properties, Reference, Result as Said};
use crate::domain::report::{Finding, Severity};

/// What a result comes to.
#[derive(Deserialize)]
#[serde(from = "Said")]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all results are findings: each would have to be allocated by itself"
)]
pub(super) enum Outcome {
    /// What passed or never applied, and what has gone since the baseline, is no finding.
    Nothing,
    Suppressed,
    Found(Found),
}

/// A finding with what each states of itself, and what stands elsewhere in the run, maybe behind it.
pub(super) struct Found {
    pub(super) finding: Finding,
    pub(super) open: Open,
}

/// What a finding takes from elsewhere in the run.
#[derive(Default)]
pub(super) struct Open {
    /// Among the rules.
    pub(super) rule: Option<u64>,
    /// The file, among the artifacts.
    pub(super) artifact: Option<u64>,
    /// The base that its URI is relative to.
    pub(super) base: Box<str>,
    /// Whether the severity is that of the rule.
    pub(super) level: bool,
    pub(super) rest: Option<Box<Rest>>,
}

/// What few results have.
#[derive(Default)]
pub(super) struct Rest {
    /// Where the rule is, unless its id and its place say it.
    pub(super) rule: Option<Reference>,
    /// The message, unless its text says it.
    pub(super) message: Option<Message>,
    pub(super) taxa: Vec<Reference>,
    pub(super) properties: Option<Properties>,
    /// Whether it is the tool's own trouble with a file.
    pub(super) trouble: bool,
}

impl Rest {
    pub(super) fn is_some(&self) -> bool {
        self.rule.is_some()
            || self.message.is_some()
            || !self.taxa.is_empty()
            || self.properties.is_some()
            || self.trouble
    }
}

impl From<Said> for Outcome {
    fn from(said: Said) -> Outcome {
        // `fail` is what a result is unless it says otherwise.
        let kind = matches!(said.kind.0.as_str(), "pass" | "notApplicable");
        if kind || said.baseline_state.0 == "absent" {
            return Outcome::Nothing;
        }
        let mut pleas = said
            .suppressions
            .0
            .iter()
            .filter_map(|plea| plea.0.as_ref());
        let refused = |status: &str| matches!(status, "underReview" | "rejected");
        if !said.suppressions.0.is_empty() && !pleas.any(|plea| refused(&plea.status.0)) {
            return Outcome::Suppressed;
        }
        // Only what failed has a level; the rest is there to be known.
        let known = !matches!(said.kind.0.as_str(), "" | "fail");
        let level = said.level.0.or(known.then_some(Severity::Info));
        let mut place = said.rule_index.0;
        let mut rule = said.rule.0;
        if let Some(rule) = &mut rule {
            place = rule.index.0.or(place);
            rule.index.0 = place;
            if rule.id.0.is_empty() {
                rule.id.0.clone_from(&said.rule_id.0);
            }
        }
        let known = |rule: &Reference| rule.tool_component.0.is_none() && rule.id == said.rule_id;
        let rest = Rest {
            rule: rule.filter(|rule| !known(rule)).map(|rule| *rule),
            taxa: said.taxa.objects().collect(),
            properties: said.properties.0.map(|properties| *properties),
            ..Rest::default()
        };
        let finding = Finding {
            rule: said.rule_id.0,
            severity: level.unwrap_or_default(),
            ..Finding::default()
        };
        let open = Open {
            rule: place,
            level: level.is_none(),
            ..Open::default()
        };
        let message = said.message.0.unwrap_or_default();
        Outcome::Found(Found::new(finding, open, rest, message, said.locations))
    }
}

impl Found {
    /// A finding with its message and its place.
    pub(super) fn new(
        finding: Finding,
        open: Open,
        mut rest: Rest,
        mut message: Message,
        Place { at, line, column }: Place,
    ) -> Found {
        let text = std::mem::take(&mut message.text.0);
        rest.message = text.is_empty().then_some(message);
        Found {
            finding: Finding {
                path: at.uri.0,
                line,
                column,
                message: text,
                ..finding
            },
            open: Open {
                artifact: at.index.0,
                base: at.uri_base_id.0.into(),
                rest: rest.is_some().then(|| Box::new(rest)),
                ..open
            },
        }
    }
}
