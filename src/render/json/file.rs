//! The document as text.

use serde::Deserialize;

use super::v1;
use crate::text::escape::json::safe;

/// Why a text is no result document.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It has no `andon_result`.
    #[error("this is no andon result: it has no `andon_result`")]
    NotAResult,
    /// It is of a version that this andon does not know.
    #[error("this is an andon result of version {0}, and this andon reads version {known}", known = v1::VERSION)]
    Version(u64),
    /// It is not as the schema says.
    #[error("this is no sound andon result")]
    Malformed(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Version {
    andon_result: Option<u64>,
}

/// Reads a result document.
///
/// # Errors
/// When the text is not JSON, not a result, of another version, or not as its schema says.
pub fn read(text: &str) -> Result<v1::Document, ReadError> {
    match serde_json::from_str::<Version>(text)?.andon_result {
        None => Err(ReadError::NotAResult),
        Some(version) if version != u64::from(v1::VERSION) => Err(ReadError::Version(version)),
        Some(_) => Ok(serde_json::from_str(text)?),
    }
}

/// The document as indented JSON with a line end. It may be printed in a workflow's log.
pub fn write(document: &v1::Document) -> String {
    pretty(document)
}

/// The JSON Schema of the document, as it is published.
pub fn schema() -> String {
    pretty(&schemars::schema_for!(v1::Document))
}

/// Any document as indented JSON with a line end.
pub(in crate::render) fn pretty(value: &impl serde::Serialize) -> String {
    // These types have string keys and finite numbers only, so writing them cannot fail.
    let mut text = safe(&serde_json::to_string_pretty(value).unwrap_or_default());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn a_document_survives_the_round_trip() {
        for (name, document) in fixtures::all() {
            let text = write(&document);
            assert_eq!(read(&text).unwrap(), document, "{name}");
            assert!(!text.contains("##"), "{name}");
        }
    }

    #[test]
    fn the_document_is_what_it_was() {
        for (name, document) in fixtures::shown() {
            insta::assert_snapshot!(name, write(&document));
        }
    }

    #[test]
    fn what_is_no_result_is_told_apart() {
        assert!(matches!(read("{}"), Err(ReadError::NotAResult)));
        assert!(matches!(
            read(r#"{"andon_result": 2}"#),
            Err(ReadError::Version(2))
        ));
        assert!(matches!(
            read(r#"{"andon_result": 1}"#),
            Err(ReadError::Malformed(_))
        ));
        assert!(matches!(read("<xml>"), Err(ReadError::Malformed(_))));
    }

    #[test]
    fn the_published_schema_is_current() {
        let published = include_str!("../../../docs/result.v1.schema.json");
        assert!(
            published == schema(),
            "run `andon schema result > docs/result.v1.schema.json`"
        );
    }
}
