//! A version: three numbers and, before a release, a tag.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// `major.minor.patch`, or `major.minor.patch-tag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    pub tag: Option<String>,
}

/// A text that is no version or no range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(pub String);

impl FromStr for Version {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Version, Malformed> {
        let malformed = || Malformed(text.to_owned());
        let (numbers, tag) = match text.split_once('-') {
            Some((_, "")) => return Err(malformed()),
            Some((numbers, tag)) => (numbers, Some(tag.to_owned())),
            None => (text, None),
        };
        let mut parts = numbers.split('.').map(str::parse);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) => Ok(Version {
                major,
                minor,
                patch,
                tag,
            }),
            _ => Err(malformed()),
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let numbers = |version: &Version| (version.major, version.minor, version.patch);
        let by_tag = match (&self.tag, &other.tag) {
            (None, None) => Ordering::Equal,
            // A tag comes before the release.
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(left), Some(right)) => left.cmp(right),
        };
        numbers(self).cmp(&numbers(other)).then(by_tag)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match &self.tag {
            Some(tag) => write!(f, "-{tag}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "neither a version nor a range: {:?}", self.0)
    }
}

impl std::error::Error for Malformed {}
