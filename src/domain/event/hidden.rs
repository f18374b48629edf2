//! What is shown for personal values that stand in the history as they are.

use std::collections::HashMap;

use super::Veil;
use crate::domain::measurement::Labels;

/// What is shown for each personal value that is recorded in clear: what the key makes of it, or, without a key, `(hidden 1)`.
/// Two of them are two.
#[derive(Clone, Default)]
pub struct Hidden {
    veil: Veil,
    /// By the dimension and the value.
    instead: HashMap<String, HashMap<String, String>>,
    /// Whether any is a number.
    numbered: bool,
}

impl Hidden {
    /// For what the veil would have hidden. Without a key, values are numbered as they come: by dimension and value, each in the
    /// order in which `bare` has them first.
    pub fn of(veil: Veil, bare: impl IntoIterator<Item = (String, String)>) -> Hidden {
        let mut instead: HashMap<String, HashMap<String, String>> = HashMap::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut numbered = false;
        for (name, value) in bare {
            if !veil.is_bare(&name, &value) {
                continue;
            }
            let next = numbers.len() + 1;
            // Who stands under two names is one.
            let number = *numbers.entry(value.clone()).or_insert(next);
            let by_key = veil.hidden(&name, &value).ok();
            numbered |= by_key.is_none();
            let shown = by_key.unwrap_or_else(|| format!("(hidden {number})"));
            instead.entry(name).or_default().insert(value, shown);
        }
        Hidden {
            veil,
            instead,
            numbered,
        }
    }

    /// Whether anything of these dimensions is not shown.
    pub fn hides(&self, labels: &Labels) -> bool {
        self.veil.bare(labels).is_some()
    }

    /// Puts what is shown for them in the place of personal values.
    pub fn hide(&self, labels: &mut Labels) {
        if !self.veil.is_needed() {
            return;
        }
        for (name, value) in labels {
            if self.veil.is_bare(name, value) {
                *value = self.shown(name, value);
            }
        }
    }

    fn shown(&self, name: &str, value: &str) -> String {
        let known = self.instead.get(name).and_then(|of| of.get(value));
        let late = || self.veil.hidden(name, value).ok();
        // One that came since the others were looked for has no number.
        known
            .cloned()
            .or_else(late)
            .unwrap_or_else(|| "(hidden)".to_owned())
    }

    /// Whether metadata, as JSON, tells nobody.
    pub fn shows(&self, metadata: &str) -> bool {
        !self.veil.is_needed()
            || serde_json::from_str(metadata).is_ok_and(|it| self.veil.bare_inside(&it).is_none())
    }

    /// The dimensions, as they are spelt, that have such values.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.instead.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Whether numbers stand for them: another history has others for the same.
    pub fn is_numbered(&self) -> bool {
        self.numbered
    }

    /// How many such values there are.
    pub fn len(&self) -> usize {
        self.instead.values().map(HashMap::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.instead.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned((name, value): &(&str, &str)) -> (String, String) {
        ((*name).to_owned(), (*value).to_owned())
    }

    fn hidden(key: Option<&str>, bare: &[(&str, &str)]) -> Hidden {
        let veil = Veil::new(&["user_id".to_owned(), "author".to_owned()], key).unwrap();
        Hidden::of(veil, bare.iter().map(owned))
    }

    fn shown(hidden: &Hidden, pairs: &[(&str, &str)]) -> Vec<String> {
        let mut labels: Labels = pairs.iter().map(owned).collect();
        hidden.hide(&mut labels);
        labels.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn without_a_key_they_are_numbered_as_they_come() {
        let hidden = hidden(
            None,
            &[("user_id", "bob"), ("User-ID", "alice"), ("author", "bob")],
        );
        assert_eq!(
            shown(&hidden, &[("os", "linux"), ("user_id", "bob")]),
            ["linux", "(hidden 1)"]
        );
        assert_eq!(shown(&hidden, &[("User-ID", "alice")]), ["(hidden 2)"]);
        assert_eq!(shown(&hidden, &[("author", "bob")]), ["(hidden 1)"]);
        // Who came too late for a number does not show either.
        assert_eq!(shown(&hidden, &[("user_id", "carol")]), ["(hidden)"]);
        assert!(hidden.is_numbered() && hidden.len() == 3);
    }

    #[test]
    fn with_a_key_they_are_what_would_have_been_recorded() {
        let key = Some("0123456789abcdef0123456789abcdef");
        for bare in [&[("user_id", "alice")][..], &[]] {
            let hidden = hidden(key, bare);
            assert_eq!(
                shown(&hidden, &[("user_id", "alice")]),
                ["h:3eb1:433deb45467e4e53"]
            );
            assert!(!hidden.is_numbered());
        }
    }

    #[test]
    fn who_comes_after_nobody_was_there_does_not_show() {
        assert_eq!(
            shown(&hidden(None, &[]), &[("user_id", "alice")]),
            ["(hidden)"]
        );
        assert_eq!(
            shown(&Hidden::default(), &[("user_id", "alice")]),
            ["alice"]
        );
    }
}
