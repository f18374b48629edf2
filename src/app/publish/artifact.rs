//! Results from a run that is not trusted: that of a fork's pull request. They are taken for what they say, never for
//! where they belong: that comes from GitHub's event.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::Named;
use crate::app::results::names;
use crate::ci::Trigger;
use crate::github::{Client, Project, artifact, commit};
use crate::render::json::{read_foreign, v1::Document};

/// The results in an artifact of the run that set this one off.
///
/// # Errors
/// When there is no such artifact, when a result in it is not sound, or is of another commit.
pub fn take(
    client: &Client,
    project: &Project,
    trigger: &Trigger,
    name: &str,
) -> anyhow::Result<Vec<Named>> {
    let mut files = artifact::fetch(client, project, trigger.run, name)?;
    files.retain(|file| file.name.ends_with(".json"));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    if files.is_empty() {
        bail!(
            "the artifact {name} holds no result: upload what `andon check --format json --output andon.json` writes"
        );
    }
    let paths: Vec<PathBuf> = files.iter().map(|file| PathBuf::from(&file.name)).collect();
    let read = |(file, short): (artifact::File, String)| {
        let refused = || format!("{} of the artifact {name} is not published", file.name);
        let document = read_foreign(&file.bytes).with_context(refused)?;
        belongs(client, project, trigger, &document).with_context(refused)?;
        Ok(Named {
            name: short,
            document,
        })
    };
    files.into_iter().zip(names(&paths)).map(read).collect()
}

/// That a result is of the commit for which the run was: of that itself, or of the merge commit that GitHub checks out.
fn belongs(
    client: &Client,
    project: &Project,
    trigger: &Trigger,
    document: &Document,
) -> anyhow::Result<()> {
    let head = trigger.head_commit.as_str();
    let Some(judged) = document.subject.commit.as_deref() else {
        bail!("it does not say of which commit it is: andon has to run in a git checkout");
    };
    if judged == head {
        return Ok(());
    }
    let lawful = judged.len() == head.len() && judged.bytes().all(|byte| byte.is_ascii_hexdigit());
    if lawful
        && commit::get(client, project, judged)?
            .parents
            .iter()
            .any(|parent| parent == head)
    {
        return Ok(());
    }
    bail!("it is of the commit {judged:?}, and the run was for {head}");
}
