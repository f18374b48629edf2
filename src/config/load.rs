//! From a workspace to its [`Config`].

use std::path::Path;

use super::build;
use super::diagnostics::Diagnostics;
use super::extends::{self, Reach, Unit};
use super::lookup;
use super::model::Config;
use super::node::Node;
use super::overrides;
use super::source::Kind;
use super::tree::Source;
use crate::platform::Env;

/// What only those need who judge. Whatever tells what a metric is, what is personal, where and how long it is kept, is
/// not among it.
const JUDGING: [&str; 5] = ["gates", "waivers", "alerts", "on_problem", "publish"];

/// Where the policy comes from.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// The workspace's policy file; the preset `recommended` if it has none.
    Lookup,
    /// This file, relative to the workspace.
    File(&'a Path),
    /// This text, read from somewhere else; the name stands for it in messages.
    Text {
        /// Its name.
        name: &'a str,
        /// The text.
        text: &'a str,
    },
    /// The preset `recommended`, whatever the workspace holds.
    Default,
}

/// Loads policies.
#[derive(Clone, Copy)]
pub struct Loader<'a> {
    /// Where the files are.
    pub source: &'a dyn Source,
    /// The environment, for `ANDON_…` overrides.
    pub env: &'a Env,
}

impl Loader<'_> {
    /// Loads a policy with everything it extends, and applies the overrides.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub fn load(&self, origin: Origin<'_>) -> Result<Config, Diagnostics> {
        self.load_without(origin, &[])
    }

    /// Loads a policy for those who judge nothing by it: mistakes in what only judging needs are warnings, and
    /// [`Config::broken`] names these parts.
    ///
    /// # Errors
    /// Everything that is wrong with it, if anything of that is elsewhere: what is personal, for instance, has to be known
    /// for certain.
    pub fn load_unjudged(&self, origin: Origin<'_>) -> Result<Config, Diagnostics> {
        self.load_without(origin, &JUDGING)
    }

    fn load_without(
        &self,
        origin: Origin<'_>,
        without: &[&'static str],
    ) -> Result<Config, Diagnostics> {
        let mut d = Diagnostics::default();
        let Some(mut policy) = self.document(origin, &mut d) else {
            return Err(d);
        };
        overrides::apply(&mut policy, self.env, &mut d);
        build::config(&policy, without, d)
    }

    fn document(&self, origin: Origin<'_>, d: &mut Diagnostics) -> Option<Node> {
        let extends = overrides::extends(self.env, d);
        let unit = match origin {
            Origin::Lookup => match lookup::find(self.source, d) {
                Some(name) => self.file(Path::new(name), d)?,
                None => recommended(),
            },
            Origin::File(path) => self.file(path, d)?,
            Origin::Text { name, text } => Unit {
                kind: Kind::File,
                name: name.to_owned(),
                text: text.to_owned(),
                folder: Path::new("").to_owned(),
            },
            Origin::Default => recommended(),
        };
        let reach = Reach(self.source);
        Some(reach.resolve(&unit, extends, &mut Vec::new(), d))
    }

    fn file(&self, path: &Path, d: &mut Diagnostics) -> Option<Unit> {
        let name = path.to_string_lossy().replace('\\', "/");
        match extends::read(self.source, path) {
            Ok(text) => Some(Unit {
                kind: Kind::File,
                text,
                folder: path.parent().map(Path::to_owned).unwrap_or_default(),
                name,
            }),
            Err(error) => {
                let reason = extends::reason(&error);
                d.error_without_place(format!("the policy {name} cannot be read: {reason}"));
                None
            }
        }
    }
}

/// The policy of a workspace that has none.
fn recommended() -> Unit {
    Unit {
        kind: Kind::Preset,
        name: "default".to_owned(),
        text: "extends: [recommended]".to_owned(),
        folder: Path::new("").to_owned(),
    }
}
