//! Names and words that tell one thing from others of its kind.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use litemap::LiteMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Labels of a report (`os: linux`) and of what was measured from it; the dimensions of an event. They are few, and there may
/// be very many such maps: side by side they take a tenth of the room of a tree.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Labels(LiteMap<String, String>);

impl Labels {
    /// None.
    pub const fn new() -> Labels {
        Labels(LiteMap::new_vec())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names alone, in order.
    pub fn into_keys(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(name, _)| name)
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl Deref for Labels {
    type Target = LiteMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Labels {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// Of one name the last word counts. However many there are, and in whatever order they come, it takes no longer than
/// sorting them.
impl FromIterator<(String, String)> for Labels {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(labels: I) -> Labels {
        let mut sorted: Vec<(String, String)> = labels.into_iter().collect();
        // Of those of one name the last comes first, and stays.
        sorted.reverse();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        sorted.dedup_by(|(later, _), (first, _)| later == first);
        Labels(LiteMap::from_sorted_store_unchecked(sorted))
    }
}

impl From<BTreeMap<String, String>> for Labels {
    fn from(sorted: BTreeMap<String, String>) -> Labels {
        let sorted = sorted.into_iter().collect();
        Labels(LiteMap::from_sorted_store_unchecked(sorted))
    }
}

impl<const N: usize> From<[(String, String); N]> for Labels {
    fn from(labels: [(String, String); N]) -> Labels {
        labels.into_iter().collect()
    }
}

impl Extend<(String, String)> for Labels {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, labels: I) {
        for (name, word) in labels {
            self.0.insert(name, word);
        }
    }
}

impl IntoIterator for Labels {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_tuple_vec().into_iter()
    }
}

impl<'l> IntoIterator for &'l Labels {
    type Item = (&'l String, &'l String);
    type IntoIter = <&'l LiteMap<String, String> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'l> IntoIterator for &'l mut Labels {
    type Item = (&'l String, &'l mut String);
    type IntoIter = <&'l mut LiteMap<String, String> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Labels, D::Error> {
        deserializer.deserialize_map(Words)
    }
}

/// Takes names and words as they stand in a document.
struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Labels;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Labels, A::Error> {
        std::iter::from_fn(|| map.next_entry().transpose()).collect()
    }
}

#[cfg(test)]
impl std::ops::Index<&str> for Labels {
    type Output = String;

    fn index(&self, name: &str) -> &String {
        self.0.get(name).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_and_written_in_order() {
        let labels: Labels = serde_json::from_str(r#"{"os":"linux","a":"1","os":"mac"}"#).unwrap();
        let written = serde_json::to_string(&labels).unwrap();
        assert_eq!(written, r#"{"a":"1","os":"mac"}"#);
        assert_eq!(labels, Labels::from([("os", "mac"), ("a", "1")].map(owned)));
    }

    #[test]
    fn very_many_in_the_worst_order_are_read_in_a_moment() {
        let labels: Labels = (0..200_000)
            .rev()
            .map(|n| (format!("{n:06}"), String::new()))
            .collect();
        assert_eq!(labels.len(), 200_000);
        assert!(labels.keys().is_sorted());
    }

    fn owned((name, word): (&str, &str)) -> (String, String) {
        (name.to_owned(), word.to_owned())
    }
}
