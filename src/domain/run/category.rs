//! Why a command failed, roughly.

use super::ending::Ending;

/// So many of the last lines of standard error are read, and so many bytes of each.
const LINES: usize = 20;
const BYTES: usize = 2000;

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Another machine could not be reached.
    Network,
    /// Something was not allowed.
    Permission,
    /// A program, a file or a thing of another kind is not there.
    NotFound,
    /// What was asked for, or the input, is not valid.
    Validation,
    /// A signal ended the command: it crashed, or was stopped from outside.
    Signal,
    /// Nothing tells.
    Unknown,
}

/// What a line says, in lower case, by category; the first that fits counts, so that `host not found` is the network.
const SAID: [(Category, &[&str]); 4] = [
    (
        Category::Network,
        &[
            "could not resolve",
            "couldn't resolve",
            "name or service not known",
            "name resolution",
            "failed to lookup address",
            "getaddrinfo",
            "enotfound",
            "connection refused",
            "connection reset",
            "connection timed out",
            "econnrefused",
            "econnreset",
            "etimedout",
            "network is unreachable",
            "no route to host",
            "host not found",
            "unknown host",
            "failed to connect",
            "could not connect",
            "couldn't connect",
            "tls handshake",
        ],
    ),
    (
        Category::Permission,
        &[
            "permission denied",
            "operation not permitted",
            "access denied",
            "access is denied",
            "eacces",
            "eperm",
            "authentication failed",
            "unauthorized",
            "not authorized",
            "403 forbidden",
            "read-only file system",
        ],
    ),
    (
        Category::NotFound,
        &[
            "no such file",
            "not found",
            "enoent",
            "does not exist",
            "doesn't exist",
            "cannot find",
            "could not find",
            "no such ",
        ],
    ),
    (
        Category::Validation,
        &[
            "invalid",
            "usage:",
            "unrecognized",
            "unrecognised",
            "unknown option",
            "unexpected argument",
            "illegal option",
            "missing required",
            "required argument",
            "syntax error",
            "parse error",
            "validation",
            "malformed",
        ],
    ),
];

impl Category {
    /// The value of the dimension `error`.
    pub fn id(self) -> &'static str {
        match self {
            Category::Network => "network",
            Category::Permission => "permission",
            Category::NotFound => "not_found",
            Category::Validation => "validation",
            Category::Signal => "signal",
            Category::Unknown => "unknown",
        }
    }

    /// The category of an ending, with the end of standard error as far as it was kept; `None` for success.
    ///
    /// What a shell means by a status counts first (126, 127, a signal), then what the last lines say, the last one
    /// first, then what `sysexits.h` means by a status.
    pub fn of(ending: Ending, complaint: &[u8]) -> Option<Category> {
        Some(match ending {
            Ending::Code(0) => return None,
            Ending::Signal(_) => Category::Signal,
            Ending::NotFound | Ending::Code(127) => Category::NotFound,
            Ending::NotExecutable | Ending::Code(126) => Category::Permission,
            Ending::Code(code) => said(complaint)
                .or_else(|| by_convention(code))
                .unwrap_or(Category::Unknown),
        })
    }
}

fn said(complaint: &[u8]) -> Option<Category> {
    let lines = complaint.rsplit(|&byte| byte == b'\n' || byte == b'\r');
    lines
        .filter(|line| !line.trim_ascii().is_empty())
        .take(LINES)
        .find_map(|line| {
            let line = line.get(..BYTES).unwrap_or(line);
            let line = String::from_utf8_lossy(line).to_lowercase();
            let fits = |words: &&[&str]| words.iter().any(|word| line.contains(word));
            SAID.iter()
                .find(|(_, words)| fits(words))
                .map(|(category, _)| *category)
        })
}

/// The statuses of `sysexits.h` that say one of these things.
fn by_convention(code: i32) -> Option<Category> {
    Some(match code {
        // EX_USAGE, EX_DATAERR, EX_CONFIG
        64 | 65 | 78 => Category::Validation,
        // EX_NOINPUT, EX_NOUSER
        66 | 67 => Category::NotFound,
        // EX_NOHOST
        68 => Category::Network,
        // EX_NOPERM
        77 => Category::Permission,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_what_its_status_and_its_last_lines_say() {
        let code = Ending::Code(1);
        let cases: [(Ending, &[u8], Option<Category>); 12] = [
            (Ending::Code(0), b"error: connection refused\n", None),
            (code, b"", Some(Category::Unknown)),
            (
                code,
                b"curl: (6) Could not resolve host: example.invalid\n",
                Some(Category::Network),
            ),
            (
                code,
                b"cat: /root/x: Permission denied\n\n",
                Some(Category::Permission),
            ),
            (
                code,
                b"ls: cannot access 'x': No such file or directory",
                Some(Category::NotFound),
            ),
            (
                code,
                b"error: invalid value 'x' for '--n'\n\nFor more, try --help\n",
                Some(Category::Validation),
            ),
            // The last line that says something counts.
            (
                code,
                b"warning: invalid cache\nssh: connection refused\nbye\n",
                Some(Category::Network),
            ),
            (code, b"\xff\xfe", Some(Category::Unknown)),
            (
                Ending::Code(127),
                b"permission denied",
                Some(Category::NotFound),
            ),
            (Ending::NotExecutable, b"", Some(Category::Permission)),
            (Ending::Signal(9), b"not found", Some(Category::Signal)),
            (Ending::Code(68), b"", Some(Category::Network)),
        ];
        for (ending, complaint, category) in cases {
            let said = String::from_utf8_lossy(complaint).into_owned();
            assert_eq!(Category::of(ending, complaint), category, "{ending} {said}");
        }
    }

    #[test]
    fn what_was_said_long_before_does_not_count() {
        let long = [b"connection refused\n".to_vec(), b"working\n".repeat(LINES)].concat();
        assert_eq!(
            Category::of(Ending::Code(1), &long),
            Some(Category::Unknown)
        );
    }
}
