//! One thing that is wrong with a policy, or that its author should know.

use serde::Serialize;

use super::source::Place;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy cannot be used.
    Error,
    /// It can, but its author should know.
    Warning,
}

impl Severity {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, without a full stop.
    pub message: String,
    /// Where, if it has a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What stands at the place, in a few words; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Another place that has to do with it, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<(Place, String)>,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Diagnostic {
    /// Whether it makes the policy unusable.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Says what stands at the place.
    pub(in crate::config) fn label(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.label = text.into();
        self
    }

    /// Says what to write instead.
    pub(in crate::config) fn help(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Suggests a name, if there is one to suggest.
    pub(in crate::config) fn did_you_mean(&mut self, name: Option<&str>) -> &mut Diagnostic {
        match name {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}
