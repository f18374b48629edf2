//! Speaking to another repository, by the `git` program: the job's credentials are known to it alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::{Oid, Repository};

use super::super::error::HistoryError;
use crate::platform::{Ended, Process};

/// How long git may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Variables by which a caller of git, such as a hook, points it at another repository.
const OTHERS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH",
];

/// Another repository that the history is exchanged with.
pub(super) struct Remote {
    /// Its name: `origin`, or the only one.
    pub(super) name: String,
    /// Whether this clone leaves out contents that the remote has.
    pub(super) partial: bool,
    folder: PathBuf,
    /// Whether ssh may be told never to ask: the user has not configured it otherwise.
    ssh: bool,
}

/// What came of a push.
pub(super) enum Sent {
    /// The remote has it.
    Taken,
    /// It was not taken, for this reason.
    Rejected(String),
}

impl Remote {
    /// The remote of a repository.
    ///
    /// # Errors
    /// When there is none, or it is not clear which.
    pub(super) fn of(git: &Repository) -> Result<Remote, HistoryError> {
        let names = git.remotes()?;
        let names: Vec<String> = (0..names.len())
            .filter_map(|at| Some(names.get(at).ok()??.to_owned()))
            .collect();
        let name = match names.as_slice() {
            [only] => only.clone(),
            names if names.iter().any(|name| name == "origin") => "origin".to_owned(),
            _ => return Err(HistoryError::NoRemote),
        };
        let config = git.config()?;
        let set = |key: &str| config.get_entry(key).is_ok();
        Ok(Remote {
            partial: config
                .get_bool(&format!("remote.{name}.promisor"))
                .unwrap_or(false),
            folder: git.commondir().to_owned(),
            ssh: !set("core.sshCommand"),
            name,
        })
    }

    /// The repository at an address.
    ///
    /// # Errors
    /// When the address could be taken for an option or for a program to be run.
    pub(super) fn at(git: &Repository, address: &str) -> Result<Remote, HistoryError> {
        if address.starts_with('-') || address.contains("::") || address.contains(char::is_control)
        {
            return Err(HistoryError::Git {
                command: "fetch".to_owned(),
                reason: "that is no address of a repository".to_owned(),
            });
        }
        Ok(Remote {
            name: address.to_owned(),
            partial: false,
            folder: git.commondir().to_owned(),
            ssh: git.config()?.get_entry("core.sshCommand").is_err(),
        })
    }

    /// Fetches what a ref of the remote points at and puts it under `into`; `false` if the remote has no such ref.
    pub(super) fn fetch(&self, reference: &str, into: &str) -> Result<bool, HistoryError> {
        let refspec = format!("+{reference}:{into}");
        let ended = self.git(&self.fetching(&[&refspec]), String::new())?;
        // The only way to tell: git has one exit code for everything.
        let absent = ended.complaint.to_ascii_lowercase();
        if ended.code != Some(0) && absent.contains("find remote ref") {
            return Ok(false);
        }
        done("fetch", ended).map(|()| true)
    }

    /// Fetches objects by name.
    pub(super) fn bring(&self, ids: &[Oid]) -> Result<(), HistoryError> {
        let names: Vec<String> = ids.iter().map(|id| format!("{id}\n")).collect();
        // What is here already says nothing about these objects: there is nothing to negotiate.
        let mut arguments = vec!["-c", "fetch.negotiationAlgorithm=noop"];
        arguments.extend(self.fetching(&["--stdin"]));
        done("fetch", self.git(&arguments, names.concat())?)
    }

    fn fetching<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec![
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-prune",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--recurse-submodules=no",
            "--refmap=",
        ];
        if self.partial {
            // The trees are needed, even in a clone that leaves trees out.
            arguments.push("--filter=blob:none");
        }
        arguments.extend(rest.iter().take_while(|rest| **rest == "--stdin"));
        arguments.push(&self.name);
        arguments.extend(rest.iter().skip_while(|rest| **rest == "--stdin"));
        arguments
    }

    /// Moves a ref of the remote from what it is believed to be, to a commit; all or nothing.
    pub(super) fn push(
        &self,
        commit: Oid,
        reference: &str,
        expected: Option<Oid>,
    ) -> Result<Sent, HistoryError> {
        let expected = expected.map(|id| id.to_string()).unwrap_or_default();
        let lease = format!("--force-with-lease={reference}:{expected}");
        let refspec = format!("{commit}:{reference}");
        let ended = self.git(
            &[
                "push",
                "--quiet",
                "--no-verify",
                "--no-follow-tags",
                "--recurse-submodules=no",
                &lease,
                &self.name,
                &refspec,
            ],
            String::new(),
        )?;
        match ended.code {
            Some(0) => Ok(Sent::Taken),
            _ => Ok(Sent::Rejected(said(&ended))),
        }
    }

    fn git(&self, arguments: &[&str], input: String) -> Result<Ended, HistoryError> {
        // What the environment says (GIT_SSH_COMMAND) still goes before this.
        let ssh = ["core.sshCommand=ssh -o BatchMode=yes"];
        let settings = if self.ssh { ssh.as_slice() } else { &[] };
        run(&self.folder, settings, arguments, input)
    }
}

/// Runs git on the repository whose own folder this is.
pub(super) fn run(
    folder: &Path,
    settings: &[&str],
    arguments: &[&str],
    input: String,
) -> Result<Ended, HistoryError> {
    let mut all: Vec<std::ffi::OsString> = vec!["--git-dir".into(), folder.into()];
    // Nothing that the machine's configuration could add: no hooks, no file-system monitor, no clean-up.
    let quiet = [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "gc.auto=0",
    ];
    for setting in quiet.iter().chain(settings) {
        all.extend(["-c".into(), setting.into()]);
    }
    all.extend(arguments.iter().map(Into::into));
    let mut variables: Vec<(&'static str, Option<String>)> =
        OTHERS.iter().map(|name| (*name, None)).collect();
    // Messages are told apart by their words.
    variables.push(("LC_ALL", Some("C".to_owned())));
    variables.push(("GIT_TERMINAL_PROMPT", Some("0".to_owned())));
    let process = Process {
        program: "git".into(),
        arguments: all,
        variables,
        input: input.into_bytes(),
        patience: PATIENCE,
    };
    process.run().map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no git on the path; install it".to_owned(),
            _ => error.to_string(),
        };
        HistoryError::Git {
            command: arguments
                .iter()
                .find(|word| !word.starts_with('-'))
                .map_or_else(String::new, |word| (*word).to_owned()),
            reason,
        }
    })
}

/// Nothing, if git succeeded; else what it said.
///
/// # Errors
/// When it did not.
pub(super) fn done(command: &str, ended: Ended) -> Result<(), HistoryError> {
    match ended.code {
        Some(0) => Ok(()),
        _ => Err(HistoryError::Git {
            command: command.to_owned(),
            reason: said(&ended),
        }),
    }
}

/// What git said, in one line, without what an address may hold before its host: a password.
fn said(ended: &Ended) -> String {
    let lines = ended.complaint.lines().map(str::trim);
    let worth: Vec<String> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("hint:"))
        .take(6)
        .map(without_secrets)
        .collect();
    match worth.as_slice() {
        [] => "it says nothing".to_owned(),
        lines => lines.join("; "),
    }
}

fn without_secrets(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let Some((before, rest)) = word.split_once("://") else {
            return word.to_owned();
        };
        match rest.split_once('@') {
            Some((_, host)) => format!("{before}://…@{host}"),
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_holds_no_password() {
        let ended = Ended {
            code: Some(128),
            output: String::new(),
            complaint: "fatal: unable to access 'https://x:secret@host/a.git/': no\nhint: try\n"
                .to_owned(),
        };
        assert_eq!(
            said(&ended),
            "fatal: unable to access 'https://…@host/a.git/': no"
        );
    }
}
