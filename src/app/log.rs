//! Logging who reads a history, and who changes what it has.

use jiff::Timestamp;

use super::workspace::Workspace;
use crate::config::Config;
use crate::history::{Audit, History, HistoryError};

/// What is logged of a history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    /// Whether anything is: the policy says so, or others than this workspace use it.
    audited: bool,
    /// Whether nothing is read that cannot be logged, as the policy asks for the log.
    strictly: bool,
    now: Timestamp,
}

impl Log {
    /// Of a history that others use too, or not.
    pub(super) fn of(is_shared: bool, now: Timestamp) -> Log {
        Log {
            audited: is_shared,
            strictly: false,
            now,
        }
    }

    /// The same, logged if the policy says so.
    #[must_use]
    pub(super) fn by(self, config: &Config) -> Log {
        Log {
            audited: self.audited || config.audit,
            strictly: config.audit,
            ..self
        }
    }

    /// Logs that a history is read, where that is logged. Where nothing may or can be written, it is read all the same, unless the
    /// policy asks for the log; that the disk was too full for it is returned as a note.
    ///
    /// # Errors
    /// When it cannot be logged: then it is not to be read.
    pub(super) fn read(
        self,
        history: &History,
        workspace: &Workspace,
        asked: &str,
    ) -> Result<Option<String>, HistoryError> {
        // Where there is nothing, nothing is read, and nothing is made of a mistyped name.
        if !history.is_begun() {
            return Ok(None);
        }
        match self.done(history, workspace, ("read", asked)) {
            Err(error) if !self.strictly && error.is_closed() => Ok(None),
            Err(error) if !self.strictly && error.is_full() => Ok(Some(format!(
                "that the history is read is not logged: {error}"
            ))),
            logged => logged.map(|()| None),
        }
    }

    /// Logs what is done with a history, where that is logged, and what was asked, without a value of a personal dimension.
    ///
    /// # Errors
    /// When it cannot be logged: then what is asked is not to be done.
    pub(super) fn done(
        self,
        history: &History,
        workspace: &Workspace,
        (what, asked): (&str, &str),
    ) -> Result<(), HistoryError> {
        if !self.audited {
            return Ok(());
        }
        let names = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "USERNAME"];
        let who = names.iter().find_map(|name| workspace.env.get(name));
        history.audit(&Audit {
            at: self.now,
            who: who.map_or_else(user, str::to_owned),
            what: what.to_owned(),
            asked: asked.to_owned(),
        })
    }
}

/// Who runs this, where the environment does not say.
fn user() -> String {
    #[cfg(unix)]
    return format!("user {}", nix::unistd::getuid());
    #[cfg(not(unix))]
    "unknown".to_owned()
}
