//! A result that somebody wrote who is not trusted: the run of a fork's pull request.
//!
//! What it says cannot be verified, for whoever changes the code changes the figures. What can be: that it is a result
//! and nothing else, that it does not contradict itself, and that it says nothing which this version would leave out.

use serde_json::Value;

use super::file::{ReadError, read};
use super::v1::{Document, Effect, Word};

/// The most that a result may have, in bytes.
pub const MOST: usize = 16 * 1024 * 1024;

/// The longest text in it, in characters: andon writes none that is longer.
const LONGEST: usize = 20_000;

/// Why a result is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// It is too large.
    #[error("it has {0} bytes; at most {MOST} are read")]
    TooLarge(usize),
    /// It is no text.
    #[error("it is not UTF-8")]
    NotText,
    /// It is no result.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It has more than the schema knows.
    #[error("{0} is not in the schema of results; use the same version of andon in both workflows")]
    Unknown(String),
    /// It has a text that andon does not write.
    #[error("{0} is longer than any text that andon writes")]
    TooLong(String),
    /// It says two things.
    #[error("it contradicts itself: {0}")]
    Contradiction(&'static str),
}

/// Reads it, or says why it is not taken.
///
/// # Errors
/// As [`ForeignError`] lists them.
pub fn read_foreign(bytes: &[u8]) -> Result<Document, ForeignError> {
    if bytes.len() > MOST {
        return Err(ForeignError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ForeignError::NotText)?;
    let document = read(text)?;
    let said: Value = serde_json::from_str(text).map_err(ReadError::from)?;
    let understood = serde_json::to_value(&document).map_err(ReadError::from)?;
    let mut place = Vec::new();
    if let Some(error) = beyond(&said, &understood, &mut place) {
        return Err(error);
    }
    match contradiction(&document) {
        Some(why) => Err(ForeignError::Contradiction(why)),
        None => Ok(document),
    }
}

/// What is said but not understood, or is too long.
fn beyond(said: &Value, understood: &Value, place: &mut Vec<String>) -> Option<ForeignError> {
    match (said, understood) {
        (Value::Object(said), Value::Object(understood)) => said.iter().find_map(|(key, value)| {
            place.push(key.chars().take(60).collect());
            let found = match understood.get(key) {
                Some(known) => beyond(value, known, place),
                // What is left out may be written as null.
                None if value.is_null() => None,
                None => Some(ForeignError::Unknown(shown(place))),
            };
            place.pop();
            found
        }),
        (Value::Array(said), Value::Array(understood)) => {
            let pairs = said.iter().zip(understood).enumerate();
            let mut pairs = pairs.map(|(at, (said, understood))| {
                place.push(at.to_string());
                let found = beyond(said, understood, place);
                place.pop();
                found
            });
            pairs.find_map(|found| found)
        }
        (Value::String(text), _) if text.chars().nth(LONGEST).is_some() => {
            Some(ForeignError::TooLong(shown(place)))
        }
        _ => None,
    }
}

fn shown(place: &[String]) -> String {
    format!("`{}`", place.join("."))
}

/// In what a result contradicts itself: a verdict that is better than its gates.
fn contradiction(document: &Document) -> Option<&'static str> {
    let word = match document.effect {
        Effect::None | Effect::Inform => Word::Pass,
        Effect::Warn => Word::Warn,
        Effect::Fail => Word::Fail,
    };
    let worst = document.gates.iter().map(|gate| gate.effect).max();
    let ratios = document.gates.iter().filter_map(|gate| {
        let amount = &gate.observed.as_ref()?.amount;
        Some((amount.part?, amount.whole?))
    });
    match () {
        () if word != document.verdict => Some("the verdict is not that of the effect"),
        () if worst > Some(document.effect) => Some("a gate has a worse effect than the whole"),
        () if document.judged == 0 && word != Word::Fail => {
            Some("nothing was judged, and that is no pass")
        }
        () if ratios.into_iter().any(|(_, whole)| whole == 0) => Some("a share of nothing"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::write;

    fn changed(name: &str, pointer: &str, value: Value) -> Result<Document, ForeignError> {
        let mut document: Value = serde_json::from_str(&write(&fixtures::named(name))).unwrap();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap();
        parent
            .as_object_mut()
            .unwrap()
            .insert(key.to_owned(), value);
        read_foreign(document.to_string().as_bytes())
    }

    #[test]
    fn what_andon_writes_is_taken() {
        // Where nothing is judged andon fails, which the fixtures need not.
        let sound = |(_, document): &(_, Document)| document.judged > 0;
        for (name, document) in fixtures::all().into_iter().filter(sound) {
            let taken = read_foreign(write(&document).as_bytes());
            assert_eq!(taken.unwrap(), document, "{name}");
        }
    }

    #[test]
    fn forgeries_are_told() {
        let told = |pointer, value| changed("red", pointer, value).unwrap_err().to_string();
        assert!(told("/extra", Value::Null.to_string().into()).contains("`extra` is not in"));
        assert!(told("/gates/0/html", "<b>".into()).contains("`gates.0.html`"));
        assert!(told("/verdict", "pass".into()).contains("not that of the effect"));
        assert!(told("/andon_result", 2.into()).contains("version 2"));
        assert!(told("/judged", (-1).into()).contains("no sound andon result"));
        assert!(
            told("/notes", vec!["x".repeat(LONGEST + 1)].into()).contains("`notes.0` is longer")
        );
        let mut pass = fixtures::named("red");
        (pass.verdict, pass.effect) = (Word::Pass, Effect::None);
        let error = read_foreign(write(&pass).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("worse effect"));
        let mut empty = fixtures::named("green");
        empty.judged = 0;
        let error = read_foreign(write(&empty).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("nothing was judged"));
    }

    #[test]
    fn what_is_no_json_number_is_no_number() {
        let text = write(&fixtures::named("red"));
        for number in ["NaN", "1e999", "-Infinity"] {
            let forged =
                text.replacen("\"judged\": ", &format!("\"judged\": {number}, \"x\": "), 1);
            assert!(read_foreign(forged.as_bytes()).is_err(), "{number}");
        }
        assert!(matches!(
            read_foreign(b"\xff{}"),
            Err(ForeignError::NotText)
        ));
        assert!(matches!(
            read_foreign(&vec![b' '; MOST + 1]),
            Err(ForeignError::TooLarge(_))
        ));
        assert!(read_foreign("[".repeat(100_000).as_bytes()).is_err());
    }
}
