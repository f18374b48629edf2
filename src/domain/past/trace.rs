//! What is to be forgotten.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::event::{Context, Unveiled, Veil, each_hidden, hidden_by, is_alike, metadata};
use crate::domain::measurement::Labels;
use crate::domain::series::Key;

/// A value that is to be forgotten, wherever it stands under a name: as a dimension, as what a run is (`runner`), or as a
/// member of metadata, however deep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    name: String,
    values: BTreeSet<String>,
}

impl Trace {
    /// The value under the name, as it is and as each of the keys hides it.
    ///
    /// # Errors
    /// When a key is too short, or when the name `is_personal` and there is no key: nothing would be found.
    pub fn new(
        name: &str,
        value: &str,
        keys: &[&str],
        is_personal: bool,
    ) -> Result<Trace, Unveiled> {
        let names = [name.to_owned()];
        let mut values = BTreeSet::from([value.to_owned()]);
        if keys.is_empty() && is_personal {
            // What is hidden already needs no key.
            values.insert(Veil::new(&names, None)?.hidden(name, value)?);
        }
        for key in keys {
            values.insert(Veil::new(&names, Some(key))?.hidden(name, value)?);
        }
        let name = name.to_owned();
        Ok(Trace { name, values })
    }

    /// The keys that hide values under the name which may be this one: those that are not among the keys that it was looked
    /// for with, by the first digits of their SHA-256. None where the value is named as it is hidden.
    pub fn hidden_by_others(&self, labels: &Labels, metadata: Option<&str>) -> BTreeSet<String> {
        let mut others = BTreeSet::new();
        if self.values.iter().all(|value| hidden_by(value).is_some()) {
            return others;
        }
        each_hidden(labels, metadata, &mut |name, _, key| {
            if is_alike(&self.name, name) && !self.is_known(key) {
                others.insert(key.to_owned());
            }
        });
        others
    }

    /// The name under which the value stands.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands for the value where it is hidden.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        let values = self.values.iter().map(String::as_str);
        values.filter(|value| hidden_by(value).is_some())
    }

    /// Whether the value was looked for with a key.
    fn is_known(&self, key: &str) -> bool {
        self.hidden().any(|value| hidden_by(value) == Some(key))
    }

    /// Whether an event has it.
    pub fn is_in(&self, run: &Context, key: &Key, metadata: Option<&str>) -> bool {
        self.is_in_labels(&key.dimensions)
            || self.is_in_run(run)
            || metadata.is_some_and(|text| self.is_in_json(text))
    }

    /// Whether it is what a run is.
    pub fn is_in_run(&self, run: &Context) -> bool {
        run.get(&self.name).is_some_and(|text| self.is_meant(text))
    }

    /// Whether it is among dimensions.
    pub fn is_in_labels(&self, labels: &Labels) -> bool {
        let mut labels = labels.iter();
        labels.any(|(name, text)| is_alike(&self.name, name) && self.is_meant(text))
    }

    /// Whether a text of JSON has it as a member.
    pub fn is_in_json(&self, text: &str) -> bool {
        // A value that needs no escape stands there as it is; most texts need not be read.
        let may = text.contains('\\') || self.values.iter().any(|value| text.contains(value));
        may && match metadata::read(text) {
            Some(value) => self.is_in_value(&value),
            // Nobody can tell where it stands there.
            None => self.values.iter().any(|value| text.contains(value)),
        }
    }

    fn is_in_value(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(name, value)| {
                (is_alike(&self.name, name) && self.is_meant_by(value)) || self.is_in_value(value)
            }),
            Value::Array(items) => items.iter().any(|item| self.is_in_value(item)),
            _ => false,
        }
    }

    fn is_meant_by(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_meant(text),
            Value::Number(_) | Value::Bool(_) => self.is_meant(&value.to_string()),
            Value::Array(items) => items.iter().any(|item| self.is_meant_by(item)),
            Value::Null | Value::Object(_) => false,
        }
    }

    fn is_meant(&self, text: &str) -> bool {
        self.values.contains(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "another key of sufficient length";

    #[test]
    fn a_value_is_known_wherever_it_stands_and_however_it_is_hidden() {
        let trace = Trace::new("user_id", "7", &[NEW, OLD], true).unwrap();
        let veil = |key| Veil::new(&["user_id".to_owned()], Some(key)).unwrap();
        let hidden = |key| veil(key).hidden("user_id", "7").unwrap();
        for value in ["7".to_owned(), hidden(OLD), hidden(NEW)] {
            let mut key = Key::new("a", Unit::Count);
            key.dimensions.insert("user_id".to_owned(), value.clone());
            assert!(trace.is_in(&Context::default(), &key, None));
            let deep = format!("{{\"x\":[{{\"user_id\":\"{value}\"}}]}}");
            assert!(trace.is_in_json(&deep), "{deep}");
        }
        assert!(trace.is_in_json(r#"{"user_id":7}"#));
        assert!(trace.is_in_json(r#"{"user_id":[6,7]}"#));
        assert!(!trace.is_in_json(r#"{"user_id":77,"user":7,"x":"user_id"}"#));
        let runner = Trace::new("runner", "anns-laptop", &[], false).unwrap();
        let run = Context {
            runner: "anns-laptop".to_owned(),
            ..Context::default()
        };
        assert!(runner.is_in(&run, &Key::new("a", Unit::Count), None));
        assert!(!runner.is_in(&Context::default(), &Key::new("a", Unit::Count), None));
    }

    #[test]
    fn what_another_key_hides_may_be_it() {
        let hidden = |key| {
            let veil = Veil::new(&["user_id".to_owned()], Some(key)).unwrap();
            veil.hidden("user_id", "somebody").unwrap()
        };
        let found = |trace: &Trace, name: &str, value: &str| {
            let labels = Labels::from([(name.to_owned(), value.to_owned())]);
            let deep = format!("{{\"x\":[{{\"{name}\":[\"{value}\"]}}]}}");
            let found = trace.hidden_by_others(&labels, None);
            assert_eq!(found, trace.hidden_by_others(&Labels::new(), Some(&deep)));
            found.into_iter().collect::<Vec<_>>()
        };
        let trace = Trace::new("user_id", "alice", &[NEW], true).unwrap();
        assert_eq!(found(&trace, "User-ID", &hidden(OLD)), ["3eb1"]);
        assert!(found(&trace, "User-ID", &hidden(NEW)).is_empty());
        assert!(found(&trace, "host", &hidden(OLD)).is_empty());
        assert!(found(&trace, "user_id", "bob").is_empty());
        let both = Trace::new("user_id", "alice", &[NEW, OLD], true).unwrap();
        assert!(found(&both, "user_id", &hidden(OLD)).is_empty());
        // Who names it as it is hidden means that one.
        let named = Trace::new("user_id", &hidden(NEW), &[], true).unwrap();
        assert!(found(&named, "user_id", &hidden(OLD)).is_empty());
    }

    #[test]
    fn names_are_one_however_they_are_spelt() {
        let trace = Trace::new("user_id", "al\"ice", &[], false).unwrap();
        let mut key = Key::new("a", Unit::Count);
        key.dimensions
            .insert("User-ID".to_owned(), "al\"ice".to_owned());
        assert!(trace.is_in(&Context::default(), &key, None));
        assert!(trace.is_in_json(r#"{"x":{"user id":["bob","al\"ice"]}}"#));
        assert!(!trace.is_in_json(r#"{"x":{"user id":["bob","al\"i"]}}"#));
    }

    #[test]
    fn without_a_key_what_is_personal_cannot_be_found() {
        assert!(matches!(
            Trace::new("user_id", "7", &[], true),
            Err(Unveiled::NoKey(name)) if name == "user_id"
        ));
        // Nor with one that nobody could have hidden it with; but as it stands there, it can.
        assert!(Trace::new("user_id", "7", &["short"], true).is_err());
        assert!(Trace::new("user_id", "h:3eb1:433deb45467e4e53", &[], true).is_ok());
    }
}
