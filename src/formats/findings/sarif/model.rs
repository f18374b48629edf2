//! The parts of SARIF that are read. Every member may be missing.

use serde::Deserialize;

use crate::formats::json::{Many, Maybe, Number, Text};

/// One thing that a tool says of the code.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Result {
    pub(super) rule_id: Text,
    pub(super) rule_index: Number,
    pub(super) rule: Maybe<Reference>,
    pub(super) level: Text,
    pub(super) kind: Text,
    pub(super) message: Maybe<Message>,
    pub(super) locations: Many<Maybe<Location>>,
    pub(super) suppressions: Many<Maybe<Suppression>>,
    pub(super) baseline_state: Text,
    pub(super) taxa: Many<Maybe<Reference>>,
    pub(super) properties: Maybe<Properties>,
}

/// A reference to a rule, a notification's description or a taxon, in the driver or another component of the tool.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Reference {
    pub(super) id: Text,
    pub(super) index: Number,
    pub(super) tool_component: Maybe<ComponentReference>,
}

/// Which component of the tool.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct ComponentReference {
    pub(super) name: Text,
    pub(super) index: Number,
}

/// A message: its text, or where the rule holds it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Message {
    pub(super) text: Text,
    pub(super) markdown: Text,
    pub(super) id: Text,
    pub(super) arguments: Many<Text>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: Maybe<PhysicalLocation>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: Maybe<ArtifactLocation>,
    pub(super) region: Maybe<Region>,
}

/// A file: by URI, which may be relative to a base, or by its index among the run's artifacts.
#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: Text,
    pub(super) uri_base_id: Text,
    pub(super) index: Number,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: Number,
    pub(super) start_column: Number,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Suppression {
    pub(super) status: Text,
}

/// What tools add: GitHub reads `security-severity` and `tags`, Bandit writes `issue_severity`.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Properties {
    #[serde(rename = "security-severity")]
    pub(super) score: Text,
    pub(super) issue_severity: Text,
    pub(super) tags: Many<Text>,
}

/// A file that the run is about.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Artifact {
    pub(super) location: Maybe<ArtifactLocation>,
    pub(super) roles: Many<Text>,
}

/// How the tool was called, and what became of it.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: Option<bool>,
    pub(super) exit_code_description: Text,
    pub(super) process_start_failure_message: Text,
    pub(super) tool_execution_notifications: Many<Maybe<Notification>>,
    pub(super) tool_configuration_notifications: Many<Maybe<Notification>>,
}

/// What the tool says of its own work.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Notification {
    pub(super) level: Text,
    pub(super) message: Maybe<Message>,
    pub(super) descriptor: Maybe<Reference>,
    pub(super) locations: Many<Maybe<Location>>,
}

/// A part of the tool, or a taxonomy: something with rules.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Component {
    pub(super) name: Text,
    pub(super) rules: Many<Maybe<Rule>>,
    pub(super) taxa: Many<Maybe<Rule>>,
}

/// A rule or a taxon.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Rule {
    pub(super) id: Text,
    pub(super) default_configuration: Maybe<Configuration>,
    pub(super) message_strings: Maybe<std::collections::BTreeMap<String, Maybe<Message>>>,
    pub(super) relationships: Many<Maybe<Relationship>>,
    pub(super) properties: Maybe<Properties>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Configuration {
    pub(super) level: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Relationship {
    pub(super) target: Maybe<Reference>,
}
