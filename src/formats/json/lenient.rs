//! Members that may be missing, null or of another type.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;

/// Reads a member, or takes it for missing if it is not of its type: what is optional must not lose the element it
/// belongs to. With `#[serde(default, deserialize_with = "json::lenient")]`.
///
/// # Errors
/// When it is no JSON.
pub(in crate::formats) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}
