//! Policies of tests, which stand in no file.

use std::path::Path;

use super::{Config, Loader, Origin, WorkTree};
use crate::platform::{Env, Files};

/// The policy that a text is, or all that is wrong with it.
pub(super) fn load(text: &str) -> Result<Config, String> {
    load_under(text, &Env::default())
}

/// The same in an environment, which may override it.
pub(super) fn load_under(text: &str, env: &Env) -> Result<Config, String> {
    let source = &WorkTree {
        files: Files,
        root: Path::new("."),
    };
    let name = "andon.yaml";
    let loaded = Loader { source, env }.load(Origin::Text { name, text });
    loaded.map_err(|told| told.to_string())
}
