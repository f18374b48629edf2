//! A command that was given as one text.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, bail};

use crate::platform::{Launch, Stream};

/// How a text becomes a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It is split into words as a POSIX shell does it, and nothing else is done with them.
    Words,
    /// `sh -c` runs it.
    Shell,
}

/// The command that a text names. It reads nothing; what it writes is shown if wanted.
///
/// # Errors
/// When a quotation mark is not closed, or the text names no program.
pub fn launch(text: &str, reading: Reading, folder: &Path, shown: bool) -> anyhow::Result<Launch> {
    let words = match reading {
        Reading::Shell => vec!["sh".to_owned(), "-c".to_owned(), text.to_owned()],
        Reading::Words => {
            shell_words::split(text).with_context(|| format!("cannot split `{text}` into words"))?
        }
    };
    let mut words = words.into_iter().map(OsString::from);
    let Some(program) = words.next() else {
        bail!("the command `{text}` is empty");
    };
    Ok(Launch {
        program,
        arguments: words.collect(),
        folder: folder.to_owned(),
        input: Stream::Nothing,
        output: match shown {
            true => Stream::Inherited,
            false => Stream::Nothing,
        },
        hear: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, reading: Reading) -> anyhow::Result<Vec<OsString>> {
        let launch = launch(text, reading, Path::new("."), false)?;
        Ok([vec![launch.program], launch.arguments].concat())
    }

    #[test]
    fn a_text_is_split_as_a_shell_does_it_and_nothing_in_it_is_expanded() {
        let split = words(r#"a 'b c' "d $e" f\ g | h"#, Reading::Words).unwrap();
        assert_eq!(split, ["a", "b c", "d $e", "f g", "|", "h"]);
        let shell = words("a | b", Reading::Shell).unwrap();
        assert_eq!(shell, ["sh", "-c", "a | b"]);
        assert!(words("a 'b", Reading::Words).is_err());
        assert!(words("  ", Reading::Words).is_err());
    }
}
