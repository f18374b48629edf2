//! The folder that is judged, with the ports to the outside world.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::platform::{Clock, Env, Files};

/// Where the work is.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder, absolute, links resolved.
    pub root: PathBuf,
    /// The file system.
    pub files: Files,
    /// The environment.
    pub env: Env,
    /// The time.
    pub clock: Clock,
}

impl Workspace {
    /// Opens a folder.
    ///
    /// # Errors
    /// When there is no such folder, or `SOURCE_DATE_EPOCH` is no time.
    pub fn open(folder: &Path, env: Env) -> anyhow::Result<Workspace> {
        let root = Files
            .canonical(folder)
            .with_context(|| format!("cannot open the folder {}", folder.display()))?;
        // The variable by which builds are made reproducible fixes the clock here too.
        let clock = match env.get("SOURCE_DATE_EPOCH") {
            None => Clock::System,
            Some(text) => match text.parse().map(jiff::Timestamp::from_second) {
                Ok(Ok(time)) => Clock::Fixed(time),
                _ => bail!("SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds"),
            },
        };
        Ok(Workspace {
            root,
            files: Files,
            env,
            clock,
        })
    }

    /// The day, in UTC.
    pub fn today(&self) -> jiff::civil::Date {
        self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Whether a path lies inside the workspace once its links are followed.
    pub fn contains(&self, path: &Path) -> bool {
        self.files
            .canonical(path)
            .is_ok_and(|resolved| resolved.starts_with(&self.root))
    }
}
