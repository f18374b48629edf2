//! Opening report files: as they are, compressed, or as members of an archive. Formats know nothing of it.

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use crate::domain::report::{Problem, Weight};
use crate::platform::archive::{self, Member};
use crate::platform::{Bounded, Budget, Files, Packing};

/// The content of a file.
pub(super) type Stream = Box<dyn Read + Send>;

/// The most members of an archive.
const MEMBERS: u64 = 10_000;
/// Bytes of a compressed file that are unpacked to tell what it holds.
const HEAD: u64 = 64 << 10;

/// What stands under a path.
pub(super) enum Opened {
    /// A report by itself, compressed or not.
    Plain(Stream),
    /// A zip archive.
    Archive(Archive),
}

/// A zip archive, opened.
pub(super) struct Archive {
    path: PathBuf,
    budget: Budget,
    /// Its files, in its order.
    pub(super) members: Vec<Member>,
}

/// Opens a file, which is told from its first bytes. `most` is what may come out of an archive as a whole, in bytes.
///
/// # Errors
/// When it cannot be read, or is packed in a way in which it is not opened.
pub(super) fn open(files: &Files, path: &Path, most: u64) -> Result<Opened, Problem> {
    let mut file = files.open_anywhere(path).map_err(unreadable)?;
    let size = files.size(path).map_err(unreadable)?;
    let head = head(&mut file, 4).map_err(unreadable)?;
    match Packing::of(&head) {
        Some(Packing::Zip) => {
            let members = archive::members(&mut file, MEMBERS)
                .map_err(|why| Problem::error(format!("is not read as an archive: {why}")))?;
            Ok(Opened::Archive(Archive {
                path: path.to_owned(),
                budget: Budget::new(most),
                members,
            }))
        }
        packing => {
            let budget = Budget::new(most);
            let whole = Cursor::new(head).chain(file);
            unpacked(whole, packing, size, budget).map(Opened::Plain)
        }
    }
}

impl Archive {
    /// Opens a member.
    ///
    /// # Errors
    /// When something speaks against it, or it is damaged; a warning if it is an archive itself.
    pub(super) fn open(&self, files: &Files, member: &Member) -> Result<Stream, Problem> {
        if let Some(fault) = member.fault {
            return Err(Problem::error(format!(
                "this file of an archive {fault}: it is not read; pack plain files only"
            )));
        }
        let file = files.open_anywhere(&self.path).map_err(unreadable)?;
        let content = member.open(file).map_err(damaged)?;
        let mut content = Bounded::new(content, member.packed, self.budget.clone());
        let head = head(&mut content, 4).map_err(damaged)?;
        let packing = Packing::of(&head);
        if packing == Some(Packing::Zip) {
            // Archives hold programs and documents that are archives too.
            let weight = Weight::Warning;
            return Err(Problem {
                weight,
                ..within(Packing::Zip)
            });
        }
        let whole = Cursor::new(head).chain(content);
        unpacked(whole, packing, member.packed, self.budget.clone())
    }
}

/// What a compressed stream holds; the stream itself if it is not compressed.
fn unpacked(
    stream: impl Read + Send + 'static,
    packing: Option<Packing>,
    packed: u64,
    budget: Budget,
) -> Result<Stream, Problem> {
    let Some(packing) = packing else {
        return Ok(Box::new(stream));
    };
    let content = packing.open(stream).map_err(damaged)?;
    let mut content = Bounded::new(content, packed, budget);
    // So much that a file which is cut off at once, or damaged, is told from one of another kind.
    let head = head(&mut content, HEAD).map_err(damaged)?;
    match Packing::of(&head) {
        Some(again) => Err(within(again)),
        None => Ok(Box::new(Cursor::new(head).chain(content))),
    }
}

fn head(stream: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(most).read_to_end(&mut head)?;
    Ok(head)
}

fn within(packing: Packing) -> Problem {
    Problem::error(format!(
        "holds another {} file, and only one layer is opened: unpack it before andon reads it, or pack the reports themselves",
        packing.word()
    ))
}

fn unreadable(error: io::Error) -> Problem {
    Problem::error(match error.kind() {
        io::ErrorKind::NotFound => "is not there: run the tool that writes it first".to_owned(),
        _ => format!("cannot be read: {error}"),
    })
}

fn damaged(error: io::Error) -> Problem {
    Problem::error(format!("cannot be unpacked: {error}"))
}
