//! Environment variables.

use std::collections::BTreeMap;

/// The environment, read once.
#[derive(Debug, Clone, Default)]
pub struct Env {
    variables: BTreeMap<String, String>,
}

impl Env {
    /// The process's environment. Variables that are not UTF-8 are left out.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the port by which the environment enters"
    )]
    pub fn of_process() -> Env {
        let variables = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Env { variables }
    }

    /// An environment of just these variables.
    pub fn of(variables: impl IntoIterator<Item = (&'static str, &'static str)>) -> Env {
        let variables = variables
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Env { variables }
    }

    /// A variable's value; an empty one counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All variables whose name starts with `prefix`, sorted by name.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.variables
            .iter()
            .filter(move |(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
