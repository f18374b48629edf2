//! The parts of SARIF that are read. Every member may be missing.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess};

use crate::domain::report::Severity;
use crate::formats::json::{Lenient, Many, Maybe, Number, Text, any};

/// One thing that a tool says of the code. What few results have is boxed, since results are passed on by the thousand.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Result {
    pub(super) rule_id: Text,
    pub(super) rule_index: Number,
    pub(super) rule: Maybe<Box<Reference>>,
    pub(super) level: Level,
    pub(super) kind: Text,
    pub(super) message: Maybe<Message>,
    pub(super) locations: Place,
    pub(super) suppressions: Many<Maybe<Suppression>>,
    pub(super) baseline_state: Text,
    pub(super) taxa: Many<Maybe<Reference>>,
    pub(super) properties: Maybe<Box<Properties>>,
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

/// A level; `None` where none is stated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Level(pub(super) Option<Severity>);

impl Lenient<'_> for Level {
    fn of_text(text: &str) -> Level {
        Level(match text {
            "" => None,
            "error" => Some(Severity::Error),
            "note" | "none" => Some(Severity::Info),
            _ => Some(Severity::Warning),
        })
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Level, D::Error> {
        any(from)
    }
}

/// Of several locations the first that names a file.
#[derive(Default)]
pub(super) struct Place {
    pub(super) at: ArtifactLocation,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl<'de> Lenient<'de> for Place {
    fn of_array<A: SeqAccess<'de>>(mut locations: A) -> std::result::Result<Place, A::Error> {
        let mut first = Place::default();
        while let Some(location) = locations.next_element::<Maybe<Location>>()? {
            let place = location.0.and_then(|location| location.physical_location.0);
            let Some((at, region)) =
                place.and_then(|of| Some((of.artifact_location.0?, of.region)))
            else {
                continue;
            };
            let region = region.0.unwrap_or_default();
            first = Place {
                at,
                line: region.start_line.place(),
                column: region.start_column.place(),
            };
            break;
        }
        while locations.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Place, D::Error> {
        any(from)
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Location {
    physical_location: Maybe<PhysicalLocation>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Maybe<ArtifactLocation>,
    region: Maybe<Region>,
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
struct Region {
    start_line: Number,
    start_column: Number,
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
    pub(super) level: Level,
    pub(super) message: Maybe<Message>,
    pub(super) descriptor: Maybe<Reference>,
    pub(super) locations: Place,
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
    pub(super) level: Level,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Relationship {
    pub(super) target: Maybe<Reference>,
}
