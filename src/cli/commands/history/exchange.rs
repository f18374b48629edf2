//! Histories among themselves.

use std::collections::HashSet;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::app::past::{Past, Wish};
use crate::ci;
use crate::cli::{Exit, Session};
use crate::config::Config;
use crate::history::{History, Taken};
use crate::text::plural;
use crate::vcs::Repository;

/// On documents, which repeat a lot, higher levels of zstd save little.
const LEVEL: i32 = 9;

/// `andon history export`
pub(super) fn export(session: &Session, past: &Past, target: &Path) -> anyhow::Result<Exit> {
    let shown = target.display().to_string();
    past.audit(&session.workspace, "export", &shown)?;
    let now = session.workspace.clock.now();
    let written = |error: io::Error| anyhow::Error::new(error).context(shown.clone());
    let ends = |ending: &str| shown.ends_with(ending);
    let done = if shown == "-" {
        past.history.export(&mut io::stdout().lock())?
    } else if ends(".jsonl") || ends(".jsonl.zst") {
        let path = session.workspace.root.join(target);
        let mut draft = session.workspace.files.draft(&path).map_err(written)?;
        let done = if ends(".zst") {
            let mut packed = zstd::Encoder::new(&mut draft, LEVEL).map_err(written)?;
            let done = past.history.export(&mut packed)?;
            packed.finish().map_err(written)?;
            done
        } else {
            past.history.export(&mut draft)?
        };
        if done.is_ok() {
            draft.flush().and_then(|()| draft.keep()).map_err(written)?;
        }
        done
    } else {
        let folder = History::in_folder(session.workspace.root.join(target));
        let taken = folder.merge(&past.history, now)?;
        Ok((taken.documents + taken.mended + taken.known, taken.problems))
    };
    let (count, problems) = done.map_err(written)?;
    let taken = Taken {
        documents: count,
        problems,
        ..Taken::default()
    };
    said(session, &taken, "wrote")
}

/// `andon history import`
pub(super) fn import(
    session: &Session,
    past: &Past,
    config: &Config,
    source: &Path,
) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let (shown, now) = (source.display().to_string(), workspace.clock.now());
    let path = workspace.root.join(source);
    past.audit(workspace, "import", &shown)?;
    if shown != "-" && workspace.files.names(&path).is_ok() {
        let taken = past.history.merge(&History::in_folder(path), now)?;
        return said(session, &taken, "took in");
    }
    let open = || -> anyhow::Result<BufReader<Box<dyn Read>>> {
        let stream: Box<dyn Read> = match shown.as_str() {
            "-" => Box::new(io::stdin().lock()),
            _ => workspace.files.open(&path).with_context(|| shown.clone())?,
        };
        Ok(BufReader::new(match shown.ends_with(".zst") {
            true => Box::new(zstd::Decoder::new(stream).with_context(|| shown.clone())?),
            false => stream,
        }))
    };
    // What comes by standard input comes once: there each document is looked at before it is written.
    if shown != "-" && !config.personal.is_empty() {
        let looked = past.history.look_into(&mut open()?, now)?;
        looked.with_context(|| shown.clone())?;
    }
    let taken = past.history.import(&mut open()?, now)?;
    said(session, &taken.with_context(|| shown)?, "took in")
}

/// `andon history merge`
pub(super) fn merge(
    session: &Session,
    past: &Past,
    repository: Option<&Repository>,
    config: &Config,
    other: &str,
) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let folder = workspace.root.join(other);
    if ["HEAD", "objects"]
        .iter()
        .all(|name| workspace.files.exists(&folder.join(name)))
    {
        let tree = other.trim_end_matches('/').trim_end_matches("/.git");
        bail!(
            "`{other}` is a repository and no history of its own: `andon history pull {tree}` takes in what is recorded in it"
        );
    }
    let wish = Wish {
        place: Some(other.to_owned()),
        offline: true,
        ..Wish::default()
    };
    let place = wish.place(config)?.context("`none` is no history")?;
    let context = ci::detect(&workspace.env);
    let other = wish.open(workspace, repository, &place, &context)?;
    if is_empty(&other.history)? {
        bail!(
            "there is no history in {}: name a folder, a database or a ref that `andon record` or `andon check --record` wrote",
            other.shown
        );
    }
    let other = other.audited_by(config);
    let unlogged = other.audit_read(workspace, "history merge: all of it")?;
    unlogged.iter().for_each(|note| session.console.tell(note));
    past.audit(workspace, "merge", &other.shown)?;
    let taken = past.history.merge(&other.history, workspace.clock.now())?;
    said(session, &taken, "took in")
}

/// `andon history pull`
pub(super) fn pull(
    session: &Session,
    past: &Past,
    repository: Option<&Repository>,
    other: &str,
    reference: &str,
) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let now = workspace.clock.now();
    let path = workspace.root.join(other);
    let from = format!("{} {reference}", without_user(other));
    past.audit(workspace, "pull", &from)?;
    if let Some(there) =
        Repository::find(&path, &workspace.env)?.filter(|_| workspace.files.exists(&path))
    {
        let theirs = History::in_git(&there.common_folder(), reference);
        if is_empty(&theirs)? {
            bail!(
                "{other} has no history at {reference}: name its ref by `--ref`; what is recorded in a folder or a database there is \
                 taken in by `andon history merge`"
            );
        }
        let taken = past.history.merge(&theirs, now)?;
        return said(session, &taken, "took in");
    }
    let Some(repository) = repository else {
        bail!(
            "`{other}` is no repository here, and an address is fetched from within a repository only"
        );
    };
    let common = repository.common_folder();
    let taken = past.history.pull(&common, other, reference, now)?;
    match taken {
        Some(taken) => said(session, &taken, "took in"),
        None => bail!(
            "{} has no history at {reference}: name its ref by `--ref`",
            without_user(other)
        ),
    }
}

/// `andon history fetch`
pub(super) fn fetch(session: &Session, past: &Past) -> anyhow::Result<Exit> {
    let console = &session.console;
    let before = past.history.stock()?;
    let (entries, events) = held(past)?;
    let told = match past.history.fetch(session.workspace.clock.now())? {
        None => "only a history in git is fetched; `andon history merge` takes in another one"
            .to_owned(),
        Some(fetched) if fetched.found => {
            let (now, events_now) = held(past)?;
            let came: Vec<String> = [
                (now.saturating_sub(entries), "entry", "entries"),
                (events_now.saturating_sub(events), "event", "events"),
            ]
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| plural::of(*count, one, many))
            .collect();
            let came = match came.is_empty() {
                true => "nothing".to_owned(),
                false => came.join(" and "),
            };
            format!(
                "fetched {came} new from {}: {} and {} here now",
                fetched.remote,
                plural::of(now, "entry", "entries"),
                plural::s(events_now, "event")
            )
        }
        Some(fetched) => format!("{} has no {} yet", fetched.remote, past.shown),
    };
    console.tell(&told);
    tell_in_clear(session, past, &before)?;
    Ok(Exit::Done)
}

/// Whether nothing at all was recorded there.
fn is_empty(history: &History) -> anyhow::Result<bool> {
    Ok(history.list()?.entries.is_empty() && history.segments()?.is_empty())
}

/// How many entries and how many events there are.
fn held(past: &Past) -> anyhow::Result<(u64, u64)> {
    let entries = past.history.list()?.entries.len() as u64;
    let segments = past.history.segments()?;
    Ok((entries, segments.iter().map(|segment| segment.count).sum()))
}

/// Says that documents, but for those that were here before, have personal values as they are.
pub(super) fn tell_in_clear(
    session: &Session,
    past: &Past,
    before: &HashSet<String>,
) -> anyhow::Result<()> {
    let Some((count, name)) = past.history.in_clear(before)? else {
        return Ok(());
    };
    let (has, shows) = (
        plural::pick(count, "has", "have"),
        plural::pick(count, "it stays as it is", "they stay as they are"),
    );
    session.console.tell(&format!(
        "note: {} {has} `{name}` in clear, which the policy says is personal: {shows}, and no question shows it; `andon history forget --dim {name}=VALUE` takes out what has a value, for good, and `andon history push` takes it from the remote too",
        plural::s(count, "document"),
    ));
    Ok(())
}

/// An address without what could be a secret in it: who asks, and by which token.
fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

fn said(session: &Session, taken: &Taken, did: &str) -> anyhow::Result<Exit> {
    let known = match taken.known {
        0 => String::new(),
        known => format!("; {known} more were here already"),
    };
    let documents = plural::s(taken.documents as u64, "document");
    let mended = match taken.mended {
        0 => String::new(),
        mended => format!(", mended {}", plural::s(mended as u64, "document")),
    };
    let console = &session.console;
    console.tell(&format!("{did} {documents}{mended}{known}"));
    for (path, what) in &taken.problems {
        session.console.complain(&format!("{path}: {what}"));
    }
    match taken.problems.is_empty() {
        true => Ok(Exit::Done),
        false => Ok(Exit::Unusable),
    }
}

#[cfg(test)]
mod tests {
    use super::without_user;

    #[test]
    fn an_address_is_told_without_its_secrets() {
        for (address, told) in [
            ("https://me:token@host/a/b.git", "https://host/a/b.git"),
            ("https://me:a@b@host/a?token=x", "https://host/a"),
            ("ssh://git@host:22/a", "ssh://host:22/a"),
            ("https://token@host", "https://host"),
            ("../other/folder", "../other/folder"),
        ] {
            assert_eq!(without_user(address), told);
        }
    }
}
