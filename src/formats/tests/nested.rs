//! Suites within suites in JSON, as test runners for JavaScript write them: `title`, `suites`, and what is in the suite.

use super::path::Path;
use crate::domain::report::Problem;
use crate::formats::json::Walk;

/// How deep suites may stand in one another.
const DEEPEST: usize = 100;

/// Takes a member of a suite: its key, and the names of the suites around it.
pub(super) type Take<'t> = dyn FnMut(&mut Walk<'_, '_>, &str, &str) -> Result<(), Problem> + 't;

/// Reads a suite and those in it. Its title stands before what is in it; it may have none.
///
/// # Errors
/// When it is no suite, suites are nested too deep, or `take` fails.
pub(super) fn suite(
    walk: &mut Walk<'_, '_>,
    path: &mut Path,
    take: &mut Take<'_>,
) -> Result<(), Problem> {
    if path.depth() > DEEPEST {
        return Err(walk.wrong("suites are nested deeper than a report may nest them"));
    }
    path.push("");
    let result = walk.object(|walk, key| match key {
        "title" => {
            let title: String = walk.read_or_warn()?.unwrap_or_default();
            path.pop();
            path.push(&title);
            Ok(())
        }
        "suites" => walk.array(|walk| suite(walk, path, take)),
        _ => take(walk, key, path.as_str()),
    });
    path.pop();
    result
}
