//! Tags, annotations peeled off.

use git2::{ErrorCode, ObjectType, Odb, Oid, Repository};

use super::commit::{line_with, signature_time};
use super::error::VcsError;
use super::names::commit_id;
use crate::domain::dora::{Tag, TagTarget};

/// How many tags may point at one another in a row.
const MAX_NESTING: usize = 32;

/// All tags, sorted by name.
pub(super) fn read(git: &Repository) -> Result<Vec<Tag>, VcsError> {
    let odb = git.odb()?;
    let mut tags = Vec::new();
    for reference in git.references_glob("refs/tags/*")? {
        let reference = reference?;
        let Some(name) = reference.name_bytes().strip_prefix(b"refs/tags/") else {
            continue;
        };
        let name = String::from_utf8_lossy(name).into_owned();
        // A symbolic tag is followed to what it names; one that names nothing is missing.
        let id = reference
            .target()
            .or_else(|| reference.resolve().ok()?.target());
        let (target, tagged) = match id {
            Some(id) => peel(&odb, id)?,
            None => (TagTarget::Missing, None),
        };
        tags.push(Tag {
            name,
            target,
            tagged,
        });
    }
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tags)
}

/// Follows annotations to what they annotate; with the outermost tagger's time.
fn peel(odb: &Odb<'_>, id: Oid) -> Result<(TagTarget, Option<i64>), VcsError> {
    let (mut id, mut tagged) = (id, None);
    for _ in 0..MAX_NESTING {
        let object = match odb.read(id) {
            Ok(object) => object,
            Err(error) if error.code() == ErrorCode::NotFound => {
                return Ok((TagTarget::Missing, tagged));
            }
            Err(error) => return Err(error.into()),
        };
        match object.kind() {
            ObjectType::Commit => {
                return Ok((
                    commit_id(id).map_or(TagTarget::Missing, TagTarget::Commit),
                    tagged,
                ));
            }
            ObjectType::Tag => {
                let data = object.data();
                tagged = tagged.or_else(|| signature_time(line_with(data, b"tagger ")?));
                let next =
                    line_with(data, b"object ").and_then(|hex| std::str::from_utf8(hex).ok());
                let Some(next) = next.and_then(|hex| Oid::from_str(hex).ok()) else {
                    break;
                };
                id = next;
            }
            ObjectType::Tree => return Ok((TagTarget::Other("a tree"), tagged)),
            _ => return Ok((TagTarget::Other("a blob"), tagged)),
        }
    }
    Ok((TagTarget::Missing, tagged))
}
