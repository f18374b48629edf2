//! What a run is.

use serde::{Deserialize, Serialize};

use super::{Invalid, Limits};

/// What is known of the run that events come from; empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The repository: `owner/name`, or the last part of its folder.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub repository: String,
    /// The commit's full SHA.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// The branch.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub branch: String,
    /// The workspace's place in the repository.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// What tells the run from all others of the commit.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub run: String,
    /// The sort of machine that it ran on: figures of two sorts are not compared.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runner: String,
}

impl Context {
    /// The names by which a question can ask for what a run is.
    pub const NAMES: [&'static str; 6] =
        ["repository", "commit", "branch", "folder", "run", "runner"];

    /// What it says under one of its names.
    pub fn get(&self, name: &str) -> Option<&str> {
        Some(match name {
            "repository" => &self.repository,
            "commit" => &self.commit,
            "branch" => &self.branch,
            "folder" => &self.folder,
            "run" => &self.run,
            "runner" => &self.runner,
            _ => return None,
        })
    }

    /// Whether what it says can be kept.
    ///
    /// # Errors
    /// When one of its texts is too long.
    pub fn fits(&self) -> Result<(), Invalid> {
        let is_long = |name: &&str| self.get(name).is_some_and(|text| text.len() > Limits::TEXT);
        match Context::NAMES.iter().find(|name| is_long(name)) {
            None => Ok(()),
            Some(name) => Err(Invalid(format!(
                "`{name}` of the context is longer than {} bytes",
                Limits::TEXT
            ))),
        }
    }

    /// Says something under one of its names; what is none of them is passed over.
    pub fn set(&mut self, name: &str, text: &str) {
        let place = match name {
            "repository" => &mut self.repository,
            "commit" => &mut self.commit,
            "branch" => &mut self.branch,
            "folder" => &mut self.folder,
            "run" => &mut self.run,
            "runner" => &mut self.runner,
            _ => return,
        };
        text.clone_into(place);
    }
}
