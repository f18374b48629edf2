//! A range: bounds that a version has to keep, all of them.

use std::str::FromStr;

use crate::version::{Malformed, Version};

/// Such as `^1.2.3`, `~0.4.1`, or `>=1.0.0, <3.0.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    bounds: Vec<Bound>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Bound {
    Exactly(Version),
    AtLeast(Version),
    Above(Version),
    AtMost(Version),
    Below(Version),
}

impl Range {
    /// Whether the version lies in the range. A version before a release does so only if a bound names it as such.
    pub fn holds(&self, version: &Version) -> bool {
        let mut named = version.tag.is_none();
        for bound in &self.bounds {
            let (kept, limit) = match bound {
                Bound::Exactly(limit) => (version == limit, limit),
                Bound::AtLeast(limit) => (version >= limit, limit),
                Bound::Above(limit) => (version > limit, limit),
                Bound::AtMost(limit) => (version <= limit, limit),
                Bound::Below(limit) => (version < limit, limit),
            };
            if !kept {
                return false;
            }
            if limit.tag.is_some() && limit.major == version.major && limit.minor == version.minor {
                named = true;
            }
        }
        named
    }

    /// The latest of the versions that lies in the range.
    pub fn latest<'a>(&self, versions: &'a [Version]) -> Option<&'a Version> {
        versions.iter().filter(|version| self.holds(version)).max()
    }
}

impl FromStr for Range {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Range, Malformed> {
        let mut bounds = Vec::new();
        for part in text.split(',').map(str::trim) {
            if part == "*" {
                continue;
            }
            if let Some(rest) = part.strip_prefix('^') {
                let from: Version = rest.parse()?;
                let next = if from.major > 0 {
                    release(from.major + 1, 0, 0)
                } else if from.minor > 0 {
                    release(0, from.minor + 1, 0)
                } else {
                    release(0, 0, from.patch + 1)
                };
                bounds.extend([Bound::AtLeast(from), Bound::Below(next)]);
            } else if let Some(rest) = part.strip_prefix('~') {
                let from: Version = rest.parse()?;
                let next = release(from.major, from.minor + 1, 0);
                bounds.extend([Bound::AtLeast(from), Bound::Below(next)]);
            } else if let Some(rest) = part.strip_prefix(">=") {
                bounds.push(Bound::AtLeast(rest.trim().parse()?));
            } else if let Some(rest) = part.strip_prefix("<=") {
                bounds.push(Bound::AtMost(rest.trim().parse()?));
            } else if let Some(rest) = part.strip_prefix('>') {
                bounds.push(Bound::Above(rest.trim().parse()?));
            } else if let Some(rest) = part.strip_prefix('<') {
                bounds.push(Bound::Below(rest.trim().parse()?));
            } else {
                bounds.push(Bound::Exactly(part.trim_start_matches('=').parse()?));
            }
        }
        Ok(Range { bounds })
    }
}

fn release(major: u64, minor: u64, patch: u64) -> Version {
    Version {
        major,
        minor,
        patch,
        tag: None,
    }
}
