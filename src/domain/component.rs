//! Parts of a project, by where their files are.

/// A named set of paths.
#[derive(Debug, Clone)]
pub struct Component {
    /// Its name, unique.
    pub name: String,
    /// The paths it covers.
    pub paths: globset::GlobSet,
    /// The same as written.
    pub path_texts: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}
