//! Members that a report may leave out, or write in another form than one expects, without losing what holds them.

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

/// Reads a member, or takes its default where it is `null` or of another type: for `#[serde(default, deserialize_with)]`.
///
/// # Errors
/// When it is no JSON.
pub(in crate::formats) fn lenient<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}
