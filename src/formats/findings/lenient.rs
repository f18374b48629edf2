//! Members of a JSON object that are read if they are what they should be: an optional one that is missing, `null` or of
//! another type must not cost the finding that it stands in.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text; a number or a truth value as it is written, and empty where it is neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

/// A whole number from 0; `None` where it is none, or larger than can be counted. A text that holds one is read too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Number(pub(super) Option<u64>);

/// An object; `None` where it is none.
#[derive(Debug, Clone)]
pub(super) struct Maybe<T>(pub(super) Option<T>);

/// The elements of an array; empty where it is none.
#[derive(Debug, Clone)]
pub(super) struct Many<T>(pub(super) Vec<T>);

impl Number {
    /// As a line or a column; 0, for unknown, where it can be none.
    pub(super) fn place(self) -> u32 {
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
    pub(super) fn objects(self) -> impl Iterator<Item = T> {
        self.0.into_iter().filter_map(|element| element.0)
    }
}

/// What can be made of any JSON value.
trait Lenient: Default {
    fn of_text(_: &str) -> Self {
        Self::default()
    }
    fn of_number(_: f64) -> Self {
        Self::default()
    }
    fn of_whole(_: u64) -> Self {
        Self::default()
    }
    fn of_truth(_: bool) -> Self {
        Self::default()
    }
}

impl Lenient for Text {
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

impl Lenient for Number {
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

struct Scalar<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Scalar<T> {
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
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| T::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        IgnoredAny.visit_map(map).map(|_| T::default())
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Maybe<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Maybe<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|object| Maybe(Some(object)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Maybe<T>, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Maybe(None))
    }
    fn visit_str<E>(self, _: &str) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }
    fn visit_unit<E>(self) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }
}

struct ArrayVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ArrayVisitor<T> {
    type Value = Many<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Many<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Many(elements))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many<T>, A::Error> {
        IgnoredAny.visit_map(map).map(|_| Many(Vec::new()))
    }
    fn visit_str<E>(self, _: &str) -> Result<Many<T>, E> {
        Ok(Many(Vec::new()))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Many<T>, E> {
        Ok(Many(Vec::new()))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Many<T>, E> {
        Ok(Many(Vec::new()))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Many<T>, E> {
        Ok(Many(Vec::new()))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Many<T>, E> {
        Ok(Many(Vec::new()))
    }
    fn visit_unit<E>(self) -> Result<Many<T>, E> {
        Ok(Many(Vec::new()))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        from.deserialize_any(Scalar(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Number, D::Error> {
        from.deserialize_any(Scalar(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Maybe<T>, D::Error> {
        from.deserialize_any(ObjectVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Many<T>, D::Error> {
        from.deserialize_any(ArrayVisitor(PhantomData))
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
}
