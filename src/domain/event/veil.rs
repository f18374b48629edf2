//! What is personal, hidden behind keyed hashes before anything is written.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Raw, metadata};
use crate::domain::measurement::Labels;

/// Bytes that a key has at the least: what can be guessed hides nothing.
const KEY: usize = 16;
/// Hexadecimal digits that are kept of a hash.
const DIGITS: usize = 16;
/// Hexadecimal digits that tell one key from another.
const KEY_DIGITS: usize = 4;

/// Why something personal cannot be hidden, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unveiled {
    /// There is no key.
    #[error("`{0}` is personal, and there is no key to hide it with: set ANDON_HASH_KEY")]
    NoKey(String),
    /// The key is too short.
    #[error(
        "ANDON_HASH_KEY is shorter than {KEY} bytes, which can be guessed: make one with `openssl rand -hex 32`"
    )]
    ShortKey,
}

/// Replaces the values of personal dimensions by `h:KEY:HASH`: the first digits of the SHA-256 of the key, so that it can
/// be seen with which key a value was hidden, and those of the value's HMAC-SHA-256 under it.
#[derive(Clone, Default)]
pub struct Veil {
    names: BTreeSet<String>,
    key: Option<(String, Hmac<Sha256>)>,
}

impl Veil {
    /// Hides the dimensions of these names with this key.
    ///
    /// # Errors
    /// When the key is too short.
    pub fn new(names: &[String], key: Option<&str>) -> Result<Veil, Unveiled> {
        let names: BTreeSet<String> = names.iter().cloned().collect();
        let key = match key.filter(|_| !names.is_empty()) {
            None => None,
            Some(key) if key.len() < KEY => return Err(Unveiled::ShortKey),
            Some(key) => {
                let id = hex(&Sha256::digest(key.as_bytes()), KEY_DIGITS);
                let mac = Hmac::new_from_slice(key.as_bytes()).map_err(|_| Unveiled::ShortKey)?;
                Some((id, mac))
            }
        };
        Ok(Veil { names, key })
    }

    /// For the dimensions of these names, without a key: enough to see what is not hidden.
    pub fn keyless(names: &[String]) -> Veil {
        Veil {
            names: names.iter().cloned().collect(),
            key: None,
        }
    }

    /// Whether anything is personal.
    pub fn is_needed(&self) -> bool {
        !self.names.is_empty()
    }

    fn is_personal(&self, name: &str) -> bool {
        is_among(&self.names, name)
    }

    /// Whether a value is personal and not hidden.
    pub fn is_bare(&self, name: &str, value: &str) -> bool {
        self.is_personal(name) && !is_hidden(value)
    }

    /// Hides what is personal in an event: dimensions, and members of its metadata by the same names, however deep.
    ///
    /// # Errors
    /// When there is something to hide, and no key.
    pub fn over(&self, raw: &mut Raw) -> Result<(), Unveiled> {
        if self.names.is_empty() {
            return Ok(());
        }
        self.over_labels(&mut raw.dimensions)?;
        let Some(text) = &raw.metadata else {
            return Ok(());
        };
        let Some(mut metadata) = metadata::read(text) else {
            // What cannot be looked into is written nowhere, not even as what was refused: nothing at all is no metadata, so
            // that the event is.
            raw.metadata = Some(String::new());
            return Ok(());
        };
        if self.inside(&mut metadata)? {
            raw.metadata = Some(metadata.to_string());
        }
        Ok(())
    }

    /// Hides what is personal among dimensions.
    ///
    /// # Errors
    /// When there is something to hide, and no key.
    pub fn over_labels(&self, labels: &mut Labels) -> Result<(), Unveiled> {
        for (name, value) in labels {
            if self.is_personal(name) {
                *value = self.hidden(name, value)?;
            }
        }
        Ok(())
    }

    /// The first personal dimension whose value is not hidden, as it is spelt.
    pub fn bare(&self, labels: &Labels) -> Option<String> {
        let mut labels = labels.iter();
        let (name, _) = labels.find(|(name, value)| self.is_bare(name, value))?;
        Some(name.clone())
    }

    /// The first member of metadata, however deep, that is personal and not hidden.
    pub fn bare_inside(&self, metadata: &Value) -> Option<String> {
        let bare = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !is_hidden(text),
            _ => true,
        };
        match metadata {
            Value::Object(members) => members.iter().find_map(|(name, value)| {
                let is_bare = match value {
                    _ if !self.is_personal(name) => return self.bare_inside(value),
                    Value::Array(items) => items.iter().any(bare),
                    value => bare(value),
                };
                is_bare.then(|| name.clone())
            }),
            Value::Array(items) => items.iter().find_map(|item| self.bare_inside(item)),
            _ => None,
        }
    }

    /// Hides the members of these names; true if there are any. The reader of JSON bounds how deep it is.
    fn inside(&self, value: &mut Value) -> Result<bool, Unveiled> {
        let mut any = false;
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if !self.is_personal(name) {
                        any |= self.inside(value)?;
                        continue;
                    }
                    // Of a list each one is hidden by itself, to be found by itself.
                    match value {
                        Value::Array(items) => {
                            for item in items {
                                any |= self.behind(name, item)?;
                            }
                        }
                        value => any |= self.behind(name, value)?,
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    any |= self.inside(item)?;
                }
            }
            _ => {}
        }
        Ok(any)
    }

    /// Puts what stands for it in the place of a personal value, unless there is none.
    fn behind(&self, name: &str, value: &mut Value) -> Result<bool, Unveiled> {
        let text = match &*value {
            Value::Null => return Ok(false),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        *value = Value::String(self.hidden(name, &text)?);
        Ok(true)
    }

    /// What stands for a value. One that is hidden already stays: what was exported can be recorded again.
    ///
    /// # Errors
    /// When there is no key.
    pub fn hidden(&self, name: &str, value: &str) -> Result<String, Unveiled> {
        if is_hidden(value) {
            return Ok(value.to_owned());
        }
        let Some((id, mac)) = &self.key else {
            return Err(Unveiled::NoKey(name.to_owned()));
        };
        let mut mac = mac.clone();
        mac.update(value.as_bytes());
        let hash = hex(&mac.finalize().into_bytes(), DIGITS);
        Ok(format!("h:{id}:{hash}"))
    }
}

/// Whether two names are of one dimension to those who write them: `user_id`, `User-ID` and `userId`. What is personal must
/// not depend on how a sender spells it.
pub fn is_alike(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// Whether a name is among these, however it is spelt.
pub fn is_among<'n>(names: impl IntoIterator<Item = &'n String>, name: &str) -> bool {
    names.into_iter().any(|known| is_alike(known, name))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' '));
    letters.flat_map(char::to_lowercase)
}

/// Whether a value stands for one that was hidden.
pub fn is_hidden(value: &str) -> bool {
    hidden_by(value).is_some()
}

/// The first digits of the key that a value is hidden with; `None` for one that stands there as it is.
pub fn hidden_by(value: &str) -> Option<&str> {
    let digits = |text: &str, many| {
        text.len() == many
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let (key, hash) = value.strip_prefix("h:")?.split_once(':')?;
    (digits(key, KEY_DIGITS) && digits(hash, DIGITS)).then_some(key)
}

/// Hands over each value that is hidden among dimensions and, however deep, in metadata: the name under which it stands, the
/// value, and the first digits of the key.
pub fn each_hidden(
    labels: &Labels,
    metadata: Option<&str>,
    take: &mut dyn FnMut(&str, &str, &str),
) {
    for (name, value) in labels {
        if let Some(key) = hidden_by(value) {
            take(name, value, key);
        }
    }
    // What is hidden needs no escape; most texts need not be read.
    if let Some(text) = metadata.filter(|text| text.contains("\"h:"))
        && let Ok(value) = serde_json::from_str(text)
    {
        each_inside(&value, "", take);
    }
}

fn each_inside(value: &Value, name: &str, take: &mut dyn FnMut(&str, &str, &str)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                each_inside(value, name, take);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_inside(item, name, take)),
        Value::String(text) => {
            if let Some(key) = hidden_by(text) {
                take(name, text, key);
            }
        }
        _ => {}
    }
}

fn hex(bytes: &[u8], digits: usize) -> String {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.chars().take(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn veil(key: Option<&str>) -> Veil {
        Veil::new(&["user_id".to_owned()], key).unwrap()
    }

    fn raw() -> Raw {
        let mut raw = Raw {
            name: "a".to_owned(),
            metadata: Some(r#"{"user_id":"alice","deep":[{"user_id":7}],"x":1}"#.to_owned()),
            ..Raw::default()
        };
        raw.dimensions
            .insert("user_id".to_owned(), "alice".to_owned());
        raw.dimensions.insert("os".to_owned(), "linux".to_owned());
        raw
    }

    #[test]
    fn what_is_personal_is_hidden_wherever_it_stands() {
        let mut event = raw();
        veil(Some(SECRET)).over(&mut event).unwrap();
        // printf alice | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        assert_eq!(event.dimensions["user_id"], "h:3eb1:433deb45467e4e53");
        assert_eq!(event.dimensions["os"], "linux");
        let metadata = event.metadata.clone().unwrap();
        assert!(!metadata.contains("alice") && metadata.contains(&event.dimensions["user_id"]));
        assert!(!metadata.contains(":7}"));
        // Again, with another key: what is hidden stays as it is.
        let before = event.clone();
        veil(Some("another key of sufficient length"))
            .over(&mut event)
            .unwrap();
        assert_eq!(event, before);
        veil(None).over(&mut event).unwrap();
    }

    #[test]
    fn however_a_name_is_spelt_it_is_hidden() {
        for name in ["User_ID", "userId", "user-id", "USERID", "user.id"] {
            let mut raw = Raw::default();
            raw.dimensions.insert(name.to_owned(), "alice".to_owned());
            raw.metadata = Some(format!(r#"{{"{name}":"alice"}}"#));
            veil(Some(SECRET)).over(&mut raw).unwrap();
            assert!(raw.dimensions[name].starts_with("h:3eb1:"), "{name}");
            assert!(!raw.metadata.unwrap().contains("alice"), "{name}");
        }
        let mut raw = Raw::default();
        raw.dimensions.insert("user".to_owned(), "root".to_owned());
        veil(None).over(&mut raw).unwrap();
    }

    #[test]
    fn what_is_not_hidden_is_found_and_what_is_hidden_is_not() {
        let bare = |event: &Raw| {
            let veil = veil(None);
            let metadata = event.metadata.as_deref().unwrap();
            let metadata = serde_json::from_str(metadata).unwrap();
            (veil.bare(&event.dimensions), veil.bare_inside(&metadata))
        };
        let name = Some("user_id".to_owned());
        let mut event = raw();
        assert_eq!(bare(&event), (name.clone(), name));
        veil(Some(SECRET)).over(&mut event).unwrap();
        assert_eq!(bare(&event), (None, None));
        event.metadata = Some(r#"{"a":[{"User-ID":["h:3eb1:433deb45467e4e53",7]}]}"#.to_owned());
        assert_eq!(bare(&event), (None, Some("User-ID".to_owned())));
    }

    #[test]
    fn without_a_key_nothing_personal_passes() {
        assert!(matches!(
            veil(None).over(&mut raw()),
            Err(Unveiled::NoKey(name)) if name == "user_id"
        ));
        assert_eq!(
            Veil::new(&["a".to_owned()], Some("short")).err(),
            Some(Unveiled::ShortKey)
        );
        // Where nothing is personal, there is nothing to hide.
        let mut event = raw();
        Veil::default().over(&mut event).unwrap();
        assert_eq!(event, raw());
    }
}
