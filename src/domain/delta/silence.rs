//! Why nothing is measured of what a change did: because there is nothing, or because it is not known. A gate must
//! never take the one for the other.

use std::borrow::Cow;

use crate::domain::baseline::Lack;
use crate::domain::measurement::Part;

/// Why there is no measurement of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// There is nothing to judge, for this reason: a sentence without a full stop.
    Nothing(String),
    /// It is not known: what depends on it is missing.
    Unknown(Lack),
}

/// A part of which nothing is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The metric's id, a prefix ending in `.` for a whole family, or nothing for all metrics.
    pub metric: Cow<'static, str>,
    /// The part.
    pub part: Part,
    /// The component on which it is not measured; `None` for the project with its files and functions.
    pub component: Option<String>,
    /// The producer whose figures are meant; empty for all.
    pub producer: String,
    /// Why.
    pub silence: Silence,
}

impl Gap {
    pub(super) fn new(metric: impl Into<Cow<'static, str>>, part: Part, silence: Silence) -> Gap {
        Gap {
            metric: metric.into(),
            part,
            component: None,
            producer: String::new(),
            silence,
        }
    }

    /// Of the figures of one producer.
    pub(super) fn by(self, producer: &str) -> Gap {
        Gap {
            producer: producer.to_owned(),
            ..self
        }
    }

    /// On one component alone.
    pub(super) fn on(self, component: Option<String>) -> Gap {
        Gap { component, ..self }
    }
}
