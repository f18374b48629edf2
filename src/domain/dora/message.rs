//! What delivery metrics need of a commit's message: which commits it undoes or copies, and a key to be found by.

use std::hash::Hasher;

use memchr::memmem;
use rustc_hash::FxHasher;

use super::commit_id::CommitId;

/// How many commits one message may name; squashed messages list dozens, hostile ones millions.
const MAX_NAMED: usize = 64;

/// The parts of a message that are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Hash of the subject without its pull-request number.
    pub(super) subject_key: u64,
    /// The pull request that the subject names, `(#12)` or `Merge pull request #12`; 0 for none.
    pub(super) pull: u32,
    /// What else it says; most messages say nothing else.
    pub(super) note: Option<Box<Note>>,
}

/// What a message says about other commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Note {
    /// The subject, for people.
    pub(super) subject: String,
    /// The beginnings of the ids of commits that it undoes: `This reverts commit …`.
    pub(super) undoes_ids: Vec<String>,
    /// The pull requests that it undoes: `Reverts #12`, `Reverts owner/name#12`.
    pub(super) undoes_pulls: Vec<u32>,
    /// The subject key of the commit that it undoes: `Revert "…"`, `Reapply "…"`.
    pub(super) undoes_subject: Option<u64>,
    /// The commit it copies: `(cherry picked from commit …)`, `backport of commit …`.
    pub(super) copy_of: Option<CommitId>,
    /// Whether it merges a branch whose name says that it is a hotfix.
    pub(super) hotfix: bool,
}

impl Note {
    /// Whether it undoes anything.
    pub(super) fn undoes(&self) -> bool {
        self.undoes_subject.is_some()
            || !self.undoes_ids.is_empty()
            || !self.undoes_pulls.is_empty()
    }
}

impl Message {
    /// Reads a message; only what is named here is kept of it.
    pub fn read(message: &[u8]) -> Message {
        let message = message.trim_ascii_start();
        let end = memchr::memchr(b'\n', message).unwrap_or(message.len());
        let (subject, body) = message.split_at(end);
        let subject = subject.trim_ascii();
        let (title, mut pull) = split_pull(subject);
        let merge = subject.starts_with(b"Merge ");
        if let Some(rest) = subject.strip_prefix(b"Merge pull request #") {
            pull = leading_number(rest);
        }
        let note = Note {
            undoes_subject: undone_subject(title),
            undoes_ids: if memmem::find(body, b"his reverts commit").is_some() {
                undone_ids(body)
            } else {
                Vec::new()
            },
            undoes_pulls: undone_pulls(body),
            copy_of: copied(body),
            hotfix: merge && names_hotfix(subject),
            subject: String::new(),
        };
        let says_nothing = note == Note::default();
        Message {
            subject_key: key(title),
            pull,
            note: (!says_nothing).then(|| {
                let subject = String::from_utf8_lossy(subject).into_owned();
                Box::new(Note { subject, ..note })
            }),
        }
    }
}

/// Whether a tag or branch name says that it is a hotfix.
pub(super) fn names_hotfix(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    memmem::find(&lower, b"hotfix").is_some() || memmem::find(&lower, b"hot-fix").is_some()
}

/// The key under which a subject is found again.
fn key(title: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(title);
    hasher.finish()
}

/// Parts `Title (#12)` into the title and 12.
fn split_pull(subject: &[u8]) -> (&[u8], u32) {
    let parts = subject.strip_suffix(b")").and_then(|inner| {
        let at = memmem::rfind(inner, b" (#")?;
        let digits = inner.get(at + 3..)?;
        let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        Some((subject.get(..at)?.trim_ascii_end(), leading_number(digits))).filter(|_| all_digits)
    });
    parts.unwrap_or((subject, 0))
}

/// The number at the start of a text; 0 for none or one too large to be a pull request's.
fn leading_number(text: &[u8]) -> u32 {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = text.get(..end).unwrap_or_default();
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// The key of the subject that `Revert "…"` or `Reapply "…"` undoes; the latter undoes the revert of what it names.
fn undone_subject(title: &[u8]) -> Option<u64> {
    let quoted = |rest: &[u8]| -> Option<Vec<u8>> {
        let inner = rest.strip_suffix(b"\"").filter(|inner| !inner.is_empty())?;
        Some(split_pull(inner).0.to_vec())
    };
    if let Some(rest) = title.strip_prefix(b"Revert \"") {
        return quoted(rest).map(|inner| key(&inner));
    }
    let mut revert = b"Revert \"".to_vec();
    revert.extend(quoted(title.strip_prefix(b"Reapply \"")?)?);
    revert.push(b'"');
    Some(key(&revert))
}

/// The ids after each `This reverts commit`, at least seven digits of each.
fn undone_ids(body: &[u8]) -> Vec<String> {
    const PHRASE: &[u8] = b"his reverts commit";
    memmem::find_iter(body, PHRASE)
        .filter_map(|at| {
            let rest = body.get(at + PHRASE.len()..)?;
            let rest = rest.strip_prefix(b"s").unwrap_or(rest).trim_ascii_start();
            hex(rest).map(|id| String::from_utf8_lossy(id).to_ascii_lowercase())
        })
        .take(MAX_NAMED)
        .collect()
}

/// The hexadecimal digits at the start of a text, if they are 7 to 40.
fn hex(text: &[u8]) -> Option<&[u8]> {
    let end = text
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    text.get(..end).filter(|id| (7..=40).contains(&id.len()))
}

/// The pull requests of lines such as `Reverts #12` and `Reverts owner/name#12`.
fn undone_pulls(body: &[u8]) -> Vec<u32> {
    memmem::find_iter(body, b"Reverts ")
        .filter(|&at| at.checked_sub(1).and_then(|at| body.get(at)) == Some(&b'\n'))
        .filter_map(|at| {
            let line = body
                .get(at + 8..)?
                .split(|byte| byte.is_ascii_whitespace())
                .next()?;
            let hash = memchr::memchr(b'#', line)?;
            let repository = line.get(..hash)?;
            let plausible = repository
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(b));
            Some(leading_number(line.get(hash + 1..)?)).filter(|&number| plausible && number > 0)
        })
        .take(MAX_NAMED)
        .collect()
}

/// The commit of the first `(cherry picked from commit …)` or `backport of commit …`: the oldest, since each copy
/// adds its own line below.
fn copied(body: &[u8]) -> Option<CommitId> {
    const PHRASES: [&[u8]; 2] = [b"cherry picked from commit ", b"ackport of commit "];
    PHRASES.iter().find_map(|phrase| {
        let at = memmem::find(body, phrase)?;
        CommitId::from_hex(hex(body.get(at + phrase.len()..)?)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    fn note(message: &str) -> Note {
        Message::read(message.as_bytes())
            .note
            .map_or_else(Note::default, |note| *note)
    }

    #[test]
    fn plain_messages_leave_no_note() {
        let read = Message::read(b"Add a thing (#12)\n\nIt reverts nothing, commit by commit.\n");
        assert_eq!((read.pull, read.note.is_none()), (12, true));
        assert_eq!(read.subject_key, Message::read(b"Add a thing").subject_key);
        assert!(Message::read(b"").note.is_none());
    }

    #[test]
    fn reverts_are_known_by_id_subject_and_number() {
        let read = note(&format!(
            "Revert \"Add (#3)\" (#4)\n\nThis reverts commit {ID}.\n"
        ));
        assert_eq!(read.undoes_ids, [ID]);
        assert_eq!(read.undoes_subject, Some(key(b"Add")));
        assert_eq!(note("Undo\n\nReverts acme/web#17\n").undoes_pulls, [17]);
        assert_eq!(note("Undo\n\nReverts #17.").undoes_pulls, [17]);
        assert_eq!(
            note("Undo\n\nThis reverts commit 01234567 (\"x\")").undoes_ids,
            ["01234567"]
        );
        let two = note(&format!(
            "Undo\n\nThis reverts commits {ID} and more\nThis reverts commit abcdef12"
        ));
        assert_eq!(two.undoes_ids, [ID, "abcdef12"]);
    }

    #[test]
    fn reapplying_undoes_the_revert() {
        let revert = Message::read(b"Revert \"Add\" (#4)");
        assert_eq!(
            note("Reapply \"Add\" (#5)").undoes_subject,
            Some(revert.subject_key)
        );
        assert_eq!(
            note("Revert \"Revert \"Add\"\"").undoes_subject,
            Some(revert.subject_key)
        );
    }

    #[test]
    fn mere_mentions_undo_nothing() {
        for text in [
            "Revert \"\"",
            "Revert the default",
            "Docs\n\nSee where it Reverts #12",
            "Docs\n\nThis reverts commit messages to plain text",
            "Docs\n\nReverts to colour #12",
        ] {
            assert!(!note(text).undoes(), "{text}");
        }
    }

    #[test]
    fn copies_name_their_original() {
        let read = note(&format!("Fix\n\n(cherry picked from commit {ID})\n"));
        assert_eq!(read.copy_of, CommitId::from_hex(ID.as_bytes()));
        assert!(
            note(&format!("Fix\n\nBackport of commit {ID}"))
                .copy_of
                .is_some()
        );
        assert!(
            note("Fix\n\n(cherry picked from commit 0123456)")
                .copy_of
                .is_none()
        );
    }

    #[test]
    fn hotfix_branches_are_seen_in_merges() {
        assert!(note("Merge pull request #4 from acme/hotfix/login").hotfix);
        assert!(note("Merge branch 'hotfix-1.2'").hotfix);
        assert!(!note("Describe the hotfix process").hotfix);
    }
}
