//! What this run is: by it events are enriched.

use std::env::consts::{ARCH, OS};

use crate::app::past;
use crate::app::workspace::Workspace;
use crate::ci::{self, Host};
use crate::domain::event::Context;
use crate::platform::Env;
use crate::text::fit;
use crate::vcs::Repository;

/// Characters that are kept of any of it.
const KEPT: usize = 200;

/// What is known of this run, from the CI system and the repository. What neither says is empty.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn context(
    workspace: &Workspace,
    repository: Option<&Repository>,
    ci: &ci::Context,
) -> anyhow::Result<Context> {
    let (head, folder) = match repository {
        Some(repository) => (repository.head()?, workspace.folder_in(repository)?),
        None => Default::default(),
    };
    let commit = head.commit.map(|commit| commit.to_string());
    let branch = past::branch(ci, commit.as_deref(), head.branch.as_deref());
    let kept = |text: String| fit::cut(&text, KEPT).into_owned();
    Ok(Context {
        repository: kept(name(ci, repository)),
        commit: commit.unwrap_or_default(),
        branch: kept(branch.unwrap_or_default()),
        folder: kept(folder),
        run: kept(ci.run.clone().unwrap_or_default()),
        runner: kept(runner(&workspace.env)),
    })
}

/// `owner/name`, of the host's page or of the remote's address; of a repository that has neither, its folder's name.
fn name(ci: &ci::Context, repository: Option<&Repository>) -> String {
    if let Some(Host::GitHub(page) | Host::GitLab(page)) = &ci.host {
        return last_two(page);
    }
    let Some(repository) = repository else {
        return String::new();
    };
    match repository.origin() {
        Some(address) => last_two(&address),
        None => {
            let root = repository.root();
            let name = root.file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        }
    }
}

/// The last two parts of an address, without the host and what could be credentials before it.
fn last_two(address: &str) -> String {
    let address = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address,
    };
    let address = address.trim_end_matches('/');
    let address = address.strip_suffix(".git").unwrap_or(address);
    let mut parts: Vec<&str> = address
        .rsplit(['/', ':'])
        .filter(|part| !part.is_empty() && !part.contains('@'))
        .take(2)
        .collect();
    parts.reverse();
    parts.join("/")
}

/// The sort of machine: as ANDON_RUNNER says, or the image of a hosted runner, or the name of one's own; with the
/// processor's architecture, as figures of two architectures are never compared.
fn runner(env: &Env) -> String {
    let hosted = env.get("ImageOS");
    let own = || {
        env.get("RUNNER_NAME")
            .filter(|_| env.get("RUNNER_ENVIRONMENT") != Some("github-hosted"))
    };
    let class = env.get("ANDON_RUNNER").or(hosted).or_else(own);
    format!("{}-{ARCH}", class.unwrap_or(OS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_owner_and_name_and_no_secret() {
        for (address, name) in [
            ("git@github.com:owner/name.git", "owner/name"),
            ("https://token:x@github.com/owner/name", "owner/name"),
            ("https://token:x@github.com/name.git/", "name"),
            ("https://token:x@github.com", ""),
            ("ssh://git@host:22/group/sub/name.git", "sub/name"),
            ("/srv/git/name.git", "git/name"),
        ] {
            assert_eq!(last_two(address), name, "{address}");
        }
    }

    #[test]
    fn the_sort_of_machine_has_its_architecture() {
        let of = |variables: &[(&'static str, &'static str)]| {
            runner(&Env::of(variables.iter().copied()))
        };
        assert_eq!(of(&[]), format!("{OS}-{ARCH}"));
        let hosted = [
            ("ImageOS", "ubuntu24"),
            ("RUNNER_NAME", "GitHub Actions 12"),
            ("RUNNER_ENVIRONMENT", "github-hosted"),
        ];
        assert_eq!(of(&hosted), format!("ubuntu24-{ARCH}"));
        assert_eq!(of(&hosted[1..]), format!("{OS}-{ARCH}"));
        assert_eq!(of(&[("RUNNER_NAME", "big-1")]), format!("big-1-{ARCH}"));
        assert_eq!(
            of(&[("ANDON_RUNNER", "bench"), ("ImageOS", "x")]),
            format!("bench-{ARCH}")
        );
    }
}
