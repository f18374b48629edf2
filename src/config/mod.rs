//! The policy file: from text to a validated [`Config`], or to everything that is wrong with it, each mistake with its
//! place and a suggestion.
//!
//! ```text
//! andon.yaml ─yaml─▶ Node ─check (keys)─▶ ─extends, merge─▶ ─overrides (ANDON_…)─▶ build ─▶ Config
//! ```
//!
//! `keys` is the one table of what may be written: the check, the overrides and the JSON Schema read it.

mod alerts;
mod build;
mod check;
mod comparison;
mod condition;
mod conflicts;
mod consequence;
mod diagnostic;
mod diagnostics;
mod excerpt;
mod extends;
mod following;
mod gates;
mod keep;
mod keys;
mod load;
mod lookup;
mod merge;
mod metrics;
mod model;
mod node;
mod overrides;
mod part;
mod patterns;
mod place;
mod presets;
mod publishing;
mod reading;
mod relaxations;
mod rules;
mod samples;
mod schema;
mod scope;
mod settings;
mod source;
mod targets;
#[cfg(test)]
mod testing;
mod tree;
mod waivers;
mod watch;
mod yaml;

pub use diagnostic::{Diagnostic, Severity};
pub use diagnostics::Diagnostics;
pub use load::{Loader, Origin};
pub use lookup::NAMES;
pub use model::{Config, HistoryPlace, OnUnmatched, ReportRule, Supply, UserMetric};
pub use overrides::OTHER_VARIABLES;
pub use presets::{PRESETS, Preset};
pub use publishing::{Channel, Publishing, VerdictLabels};
pub use relaxations::relaxations;
pub use schema::schema;
pub use source::Place;
pub use tree::{MOST, Source, WorkTree, too_large};
