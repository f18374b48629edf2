//! The folder that is judged, with the ports to the outside world.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};

use crate::platform::{Clock, Env, Files};
use crate::vcs::Repository;

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

    /// Its place in the repository; empty at its top.
    ///
    /// # Errors
    /// When the top of the repository cannot be found.
    pub fn folder_in(&self, repository: &Repository) -> anyhow::Result<String> {
        let top = self.files.canonical(&repository.root())?;
        let inside = self.root.strip_prefix(&top).unwrap_or(Path::new(""));
        Ok(inside.to_string_lossy().replace('\\', "/"))
    }

    /// Where a path leads, of which nothing needs to be there yet: links followed as far as there are any, and `..` taken from
    /// where they lead.
    pub fn leads_to(&self, path: &Path) -> PathBuf {
        let mut reached = PathBuf::new();
        for component in self.root.join(path).components() {
            match component {
                Component::ParentDir => drop(reached.pop()),
                Component::CurDir => {}
                component => reached.push(component),
            }
            if let Ok(resolved) = self.files.canonical(&reached) {
                reached = resolved;
            }
        }
        reached
    }

    /// Whether a path lies inside the workspace once its links are followed.
    pub fn contains(&self, path: &Path) -> bool {
        self.files
            .canonical(path)
            .is_ok_and(|resolved| resolved.starts_with(&self.root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn where_a_path_leads_is_told_by_what_is_there_and_not_by_its_letters() {
        let folder = tempfile::tempdir().unwrap();
        let top = Files.canonical(folder.path()).unwrap();
        let root = top.join("work");
        Files.make_folder(&root.join("inside")).unwrap();
        Files.make_folder(&top.join("shared")).unwrap();
        std::os::unix::fs::symlink("../shared", root.join("link")).unwrap();
        let workspace = Workspace::open(&root, Env::default()).unwrap();
        let leads = |path: &str| workspace.leads_to(Path::new(path));
        assert_eq!(leads("../shared/h"), top.join("shared/h"));
        assert_eq!(leads("none/../../shared"), top.join("shared"));
        assert_eq!(leads("link/h/x"), top.join("shared/h/x"));
        assert_eq!(leads("link/../work/inside"), root.join("inside"));
        assert_eq!(leads("./inside/new"), root.join("inside/new"));
    }
}
