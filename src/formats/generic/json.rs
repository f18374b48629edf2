//! A number in a JSON document, by JSON pointer or JSONPath.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::super::input::Input;
use super::super::json;
use super::{Finds, unusable};
use crate::domain::report::Problem;

/// A path that may lead anywhere needs the whole document, as values: no larger one is read.
const HELD: usize = 64 << 20;

/// A place in a JSON document.
pub(super) enum Path {
    /// RFC 6901: `/a/0/b`.
    Pointer(String),
    /// RFC 9535: `$.a[*].b`.
    Query(Box<JsonPath>),
}

impl Path {
    pub(super) fn new(text: &str) -> Result<Path, String> {
        if text.is_empty() || text.starts_with('/') {
            return Ok(Path::Pointer(text.to_owned()));
        }
        if !text.starts_with('$') {
            return Err("a JSON pointer begins with `/` (`/totals/size`), a JSONPath with `$` (`$.assets[*].size`)".to_owned());
        }
        // Each `..` visits every value below every value that the one before found, and a query of the whole document in a
        // condition visits all of them again for each: a small file would take for ever.
        let rest = text.get(1..).unwrap_or_default();
        if rest.matches("..").count() > 1 || rest.contains('$') {
            return Err("a JSONPath of a policy has one `..` and one `$` at the most".to_owned());
        }
        JsonPath::parse(text)
            .map(|path| Path::Query(Box::new(path)))
            .map_err(|error| format!("this is no JSONPath: {error}"))
    }

    fn find<'v>(&self, document: &'v Value) -> Vec<&'v Value> {
        match self {
            Path::Pointer(pointer) => document.pointer(pointer).into_iter().collect(),
            Path::Query(path) => path.query(document).all(),
        }
    }
}

pub(super) fn read(path: &str, input: &mut Input<'_>, finds: &mut Finds) -> Result<(), Problem> {
    let path = Path::new(path).map_err(unusable)?;
    // Several documents, one to a line, are read one by one.
    json::walk_each(input, |walk| {
        let document: Value = walk.read_up_to(HELD)?;
        let line = walk.line();
        for value in path.find(&document) {
            match value {
                Value::Number(number) => finds.add(&number.to_string(), "", line)?,
                Value::String(text) => finds.add(text, "", line)?,
                // A place without a value yet, as writers state it.
                Value::Null => {}
                other => finds.add(&other.to_string(), "", line)?,
            }
        }
        Ok(())
    })
}
