//! Policies that come with andon.

/// A policy that comes with andon.
#[derive(Debug)]
pub struct Preset {
    /// The name under which `extends` knows it.
    pub name: &'static str,
    /// Its text, with comments that explain every number.
    pub text: &'static str,
}

macro_rules! presets {
    ($($name:literal),*) => {
        /// All presets, the most usual first.
        pub static PRESETS: &[Preset] = &[$(Preset {
            name: $name,
            text: include_str!(concat!("../../thresholds/", $name, ".yaml")),
        }),*];
    };
}

presets!(
    "recommended",
    "strict",
    "legacy",
    "sonar-way",
    "dora-2024",
    "dora-2023"
);

/// The preset of this name.
pub(in crate::config) fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The names of all presets.
pub(in crate::config) fn names() -> Vec<&'static str> {
    PRESETS.iter().map(|preset| preset.name).collect()
}

/// Whether an entry of `extends` means a file and not a preset.
pub(in crate::config) fn is_file(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}
