//! From what was typed to what is done.

use super::arguments::{Action, Args};
use super::{exchange, forget, show, tend};
use crate::app::past::Wish;
use crate::ci;
use crate::cli::{Exit, Session};
use crate::domain::past::Retention;
use crate::vcs::Repository;

/// Runs the command.
///
/// # Errors
/// When the policy or the repository is unusable, or the history cannot be read or written.
pub fn run(session: &Session, args: &Args) -> anyhow::Result<Exit> {
    let workspace = &session.workspace;
    let config = session.unjudged()?;
    let wish = Wish {
        place: args.place.clone(),
        project: args.project.clone(),
        ..Wish::default()
    };
    let repository = Repository::find(&workspace.root, &workspace.env)?;
    let place = wish.home(&config, repository.as_ref())?;
    if !args.action.takes_in() {
        wish.expect_there(workspace, &place)?;
    }
    let context = ci::detect(&workspace.env);
    let past = wish.open(workspace, repository.as_ref(), &place, &context)?;
    let mut past = past.audited_by(&config);
    past.history = past.history.guarding(&config.personal);
    let now = workspace.clock.now();
    match &args.action {
        Action::List {
            branch,
            limit,
            form,
        } => {
            let unlogged = past.audit_read(workspace, "history list")?;
            unlogged.iter().for_each(|note| session.console.tell(note));
            show::list(session, &past, branch.as_deref(), *limit, form.form())
        }
        Action::Show { commit, json } => {
            // A branch, a tag, HEAD: anything that names a commit here; else it is a SHA that may be known there alone.
            let known = repository.as_ref().and_then(|git| git.resolve(commit));
            let named = known.map_or_else(|| commit.clone(), |id| id.to_string());
            let unlogged = past.audit_read(workspace, &format!("history show {named}"))?;
            unlogged.iter().for_each(|note| session.console.tell(note));
            show::entry(session, &past, &config, &named, *json)
        }
        Action::Prune {
            keep_last,
            keep_days,
            branch,
            dry_run,
        } => {
            let rule = Retention {
                last: *keep_last,
                days: *keep_days,
                branches: branch.clone(),
            };
            match dry_run {
                true => tend::would(session, &past, "prune", &rule.words())?,
                false => past.audit(workspace, "prune", &rule.words())?,
            }
            tend::prune(session, &past, &rule, *dry_run)
        }
        Action::Verify => tend::verify(session, &past),
        Action::Rebuild => tend::rebuild(session, &past, &config),
        Action::Compact => tend::compact(session, &past, &config.keep),
        Action::Purge { dry_run } => tend::purge(session, &past, &config, *dry_run),
        Action::Forget { chosen, dry_run } => {
            forget::forget(session, &past, &config, chosen, *dry_run)
        }
        Action::Export { target } => exchange::export(session, &past, target),
        Action::Import { source } => exchange::import(session, &past, &config, source),
        Action::Merge { other } => {
            exchange::merge(session, &past, repository.as_ref(), &config, other)
        }
        Action::Pull { other, reference } => {
            exchange::pull(session, &past, repository.as_ref(), other, reference)
        }
        Action::Fetch => exchange::fetch(session, &past),
        Action::Push => {
            let told = match past.history.push(now)? {
                None => {
                    "only a history in git is pushed; `andon history export` writes it elsewhere"
                        .to_owned()
                }
                Some(pushed) if pushed.sent => format!("pushed to {}", pushed.remote),
                Some(pushed) => format!("{} has everything", pushed.remote),
            };
            session.console.tell(&told);
            Ok(Exit::Done)
        }
    }
}
