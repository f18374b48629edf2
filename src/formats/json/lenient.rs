//! Members of a JSON object that are read if they are what they should be: an optional one that is missing, `null` or of
//! another type must not cost the element that it stands in.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::Value;

thread_local! {
    /// Whether the first member that is not of its type ends the reading.
    static STRICT: Cell<bool> = const { Cell::new(false) };
}

/// Reads a value whose members may be [`lenient`]. To hold each of them before it is made what it should be costs more than
/// all the rest, and nearly all are what they should be: so they are read as that first, and held only where one is not.
pub(super) fn reading<T>(mut read: impl FnMut() -> serde_json::Result<T>) -> serde_json::Result<T> {
    let before = STRICT.replace(true);
    let value = read();
    STRICT.set(before);
    match value {
        Err(error) if error.is_data() => read(),
        value => value,
    }
}

/// Reads a member, or takes it for missing if it is not of its type. With
/// `#[serde(default, deserialize_with = "json::lenient")]`; it holds the member, so that for what can be large
/// [`Many`] of [`Maybe`] is better: there one odd element does not cost the others either.
///
/// # Errors
/// When it is no JSON.
pub(in crate::formats) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    from: D,
) -> Result<T, D::Error> {
    if STRICT.get() {
        return Option::deserialize(from).map(Option::unwrap_or_default);
    }
    let value = Value::deserialize(from)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// Reads a finite number that may be written as text (`"NaN"`, `"1.5"`); `None` for anything else. Used as [`lenient`].
///
/// # Errors
/// When it is no JSON.
pub(in crate::formats) fn finite<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<f64>, D::Error> {
    let number = match Value::deserialize(from)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    Ok(number.filter(|number: &f64| number.is_finite()))
}

/// A text; a number or a truth value as it is written, and empty where it is neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::formats) struct Text(pub(in crate::formats) String);

/// A whole number from 0; `None` where it is none, or larger than can be counted. A text that holds one is read too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::formats) struct Number(pub(in crate::formats) Option<u64>);

/// An object; `None` where it is none.
#[derive(Debug, Clone)]
pub(in crate::formats) struct Maybe<T>(pub(in crate::formats) Option<T>);

/// The elements of an array; empty where it is none.
#[derive(Debug, Clone)]
pub(in crate::formats) struct Many<T>(pub(in crate::formats) Vec<T>);

impl Number {
    /// As a line or a column; 0, for unknown, where it can be none.
    pub(in crate::formats) fn place(self) -> u32 {
        self.0
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0)
    }
}

impl<T> Default for Maybe<T> {
    fn default() -> Maybe<T> {
        Maybe(None)
    }
}

impl<T> Default for Many<T> {
    fn default() -> Many<T> {
        Many(Vec::new())
    }
}

impl<T> Many<Maybe<T>> {
    /// The elements that are objects.
    pub(in crate::formats) fn objects(self) -> impl Iterator<Item = T> {
        self.0.into_iter().filter_map(|element| element.0)
    }
}

/// What can be made of any JSON value: of what is not meant, the default.
pub(in crate::formats) trait Lenient<'de>: Default {
    /// Of a text.
    fn of_text(_: &str) -> Self {
        Self::default()
    }
    /// Of any number that is not whole, or is below 0.
    fn of_number(_: f64) -> Self {
        Self::default()
    }
    /// Of a whole number.
    fn of_whole(_: u64) -> Self {
        Self::default()
    }
    /// Of `true` and `false`.
    fn of_truth(_: bool) -> Self {
        Self::default()
    }
    /// Of an array.
    ///
    /// # Errors
    /// When it is no JSON.
    fn of_array<A: SeqAccess<'de>>(array: A) -> Result<Self, A::Error> {
        IgnoredAny.visit_seq(array).map(|_| Self::default())
    }
    /// Of an object.
    ///
    /// # Errors
    /// When it is no JSON.
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        IgnoredAny.visit_map(object).map(|_| Self::default())
    }
}

impl Lenient<'_> for Text {
    fn of_text(text: &str) -> Text {
        Text(text.to_owned())
    }
    fn of_number(number: f64) -> Text {
        Text(number.to_string())
    }
    fn of_whole(number: u64) -> Text {
        Text(number.to_string())
    }
    fn of_truth(truth: bool) -> Text {
        Text(truth.to_string())
    }
}

impl Lenient<'_> for Number {
    fn of_text(text: &str) -> Number {
        Number(text.trim().parse().ok())
    }
    fn of_number(number: f64) -> Number {
        let whole = number >= 0.0 && number.fract() == 0.0 && number < u64::MAX as f64;
        Number(whole.then_some(number as u64))
    }
    fn of_whole(number: u64) -> Number {
        Number(Some(number))
    }
}

impl<'de, T: Deserialize<'de>> Lenient<'de> for Maybe<T> {
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Maybe<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object)).map(|object| Maybe(Some(object)))
    }
}

impl<'de, T: Deserialize<'de>> Lenient<'de> for Many<T> {
    fn of_array<A: SeqAccess<'de>>(mut array: A) -> Result<Many<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = array.next_element()? {
            elements.push(element);
        }
        Ok(Many(elements))
    }
}

/// Reads any value leniently: what `Deserialize` is for a [`Lenient`] type.
///
/// # Errors
/// When it is no JSON.
pub(in crate::formats) fn any<'de, D: Deserializer<'de>, T: Lenient<'de>>(
    from: D,
) -> Result<T, D::Error> {
    from.deserialize_any(Any(PhantomData))
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Lenient<'de>> Visitor<'de> for Any<T> {
    type Value = T;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::of_text(text))
    }
    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::of_whole(number))
    }
    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::of_number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::of_number(number))
    }
    fn visit_bool<E>(self, truth: bool) -> Result<T, E> {
        Ok(T::of_truth(truth))
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<T, A::Error> {
        T::of_array(array)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::of_object(object)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        any(from)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Number, D::Error> {
        any(from)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Maybe<T>, D::Error> {
        any(from)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Many<T>, D::Error> {
        any(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(default)]
    struct All {
        text: Text,
        number: Number,
        inner: Maybe<Inner>,
        list: Many<Maybe<Inner>>,
    }

    #[derive(Debug, Default, Clone, serde::Deserialize)]
    #[serde(default)]
    struct Inner {
        x: Number,
    }

    fn read(json: &str) -> All {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn any_value_may_stand_anywhere() {
        for odd in [
            "null",
            "1",
            "-1",
            "1.5",
            "\"x\"",
            "true",
            "[[1]]",
            "{\"y\": {}}",
        ] {
            let all = read(&format!(
                r#"{{"text": {odd}, "number": {odd}, "inner": {odd}, "list": {odd}, "z": {odd}}}"#
            ));
            assert!(all.list.objects().count() == 0, "{odd}");
            assert!(all.inner.0.is_none_or(|inner| inner.x == Number(None)));
        }
    }

    #[test]
    fn what_is_as_it_should_be_is_read() {
        let all = read(
            r#"{"text": 7, "number": "12", "inner": {"x": 3.0}, "list": [{"x": 4}, 5, null, {"x": -1}, {"x": 1e99}]}"#,
        );
        assert_eq!((all.text.0.as_str(), all.number.place()), ("7", 12));
        assert_eq!(all.inner.0.unwrap().x.place(), 3);
        let list: Vec<u32> = all.list.objects().map(|inner| inner.x.place()).collect();
        assert_eq!(list, [4, 0, 0]);
        assert_eq!(Number(Some(1 << 40)).place(), 0);
    }

    #[test]
    fn only_finite_numbers_are_finite() {
        #[derive(serde::Deserialize)]
        struct One(#[serde(deserialize_with = "finite")] Option<f64>);
        for (json, number) in [
            ("1.5", Some(1.5)),
            ("\" -2 \"", Some(-2.0)),
            ("\"NaN\"", None),
            ("\"inf\"", None),
            ("null", None),
            ("[1]", None),
        ] {
            assert_eq!(
                serde_json::from_str::<One>(json).unwrap().0,
                number,
                "{json}"
            );
        }
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Held {
        #[serde(deserialize_with = "lenient")]
        text: String,
        #[serde(deserialize_with = "lenient")]
        maybe: Option<f64>,
        #[serde(deserialize_with = "lenient")]
        list: Vec<Held>,
        strict: u8,
    }

    #[test]
    fn what_is_lenient_is_read_alike_whether_held_or_not() {
        for (json, text, list) in [
            (
                r#"{"text": "a", "maybe": 1, "list": [{"text": "b", "strict": 2}], "strict": 1}"#,
                "a",
                1,
            ),
            (r#"{"text": null, "maybe": null, "list": null}"#, "", 0),
            (
                r#"{"text": "a", "maybe": {}, "list": [{"text": 7}, {"list": [1]}]}"#,
                "a",
                2,
            ),
            (r#"{"text": ["a"], "list": [{}, {"strict": -1}]}"#, "", 0),
            (
                r#"{"text": "a", "list": [{"text": "b", "text": "c"}, {"maybe": 1e3}]}"#,
                "a",
                2,
            ),
        ] {
            let read: Held = reading(|| serde_json::from_str(json)).unwrap();
            assert_eq!(read, serde_json::from_str(json).unwrap(), "{json}");
            assert_eq!(
                (read.text.as_str(), read.list.len()),
                (text, list),
                "{json}"
            );
        }
        for json in [
            r#"{"strict": -1}"#,
            r#"{"text": 7, "list": "#,
            r#"{"text": 7,, }"#,
        ] {
            let held = serde_json::from_str::<Held>(json).unwrap_err();
            let read = reading(|| serde_json::from_str::<Held>(json)).unwrap_err();
            assert_eq!(read.to_string(), held.to_string());
        }
        assert!(!STRICT.get());
    }
}
