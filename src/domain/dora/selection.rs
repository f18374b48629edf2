//! Which tags are deployments: those that name a released version.

use std::collections::BTreeMap;

use super::history::{History, Node};
use super::options::{Options, Reach};
use super::tag::{Tag, TagTarget};
use super::version::Version;

/// How much newer a tag outside HEAD's history must be for HEAD to be taken as a side branch: 30 days, in seconds.
const FAR_NEWER: i64 = 30 * 86_400;

/// How many names a note lists.
const NAMED: usize = 5;

/// A tag that is a deployment.
#[derive(Debug, Clone)]
pub(super) struct Release<'a> {
    pub(super) tag: &'a Tag,
    pub(super) node: Node,
    pub(super) version: Option<[u64; 3]>,
}

/// The tags chosen, and how.
#[derive(Debug, Default)]
pub(super) struct Selection<'a> {
    pub(super) releases: Vec<Release<'a>>,
    /// What a tag's name has before its version; `None` where a pattern decided.
    pub(super) prefix: Option<String>,
    /// Whether tags outside HEAD's history are among the candidates.
    pub(super) all_tags: bool,
    pub(super) notes: Vec<String>,
}

/// Chooses the deployments among `tags`.
pub(super) fn select<'a>(
    history: &History,
    tags: &'a [Tag],
    head: Option<Node>,
    options: &Options,
) -> Selection<'a> {
    let mut notes = Vec::new();
    let mut families: BTreeMap<&str, Vec<Release<'_>>> = BTreeMap::new();
    let mut pointless = Vec::new();
    for tag in tags {
        let Some((family, version)) = named(tag, options) else {
            continue;
        };
        match tag.target {
            TagTarget::Commit(id) => match history.find(&id) {
                Some(node) => {
                    families
                        .entry(family)
                        .or_default()
                        .push(Release { tag, node, version })
                }
                None => pointless.push((tag, "a commit that is not in this clone")),
            },
            TagTarget::Other(kind) => pointless.push((tag, kind)),
            TagTarget::Missing => pointless.push((tag, "an object that is not in this clone")),
        }
    }
    for (tag, kind) in pointless.iter().take(NAMED) {
        notes.push(format!("tag {} is skipped: it points at {kind}", tag.name));
    }
    if let Some(more) = pointless.len().checked_sub(NAMED).filter(|&more| more > 0) {
        notes.push(format!(
            "{more} more tags are skipped: they point at no commit of this clone"
        ));
    }
    let reachable = history.reachable(head);
    let is_reachable =
        |release: &Release<'_>| reachable.get(release.node).copied().unwrap_or(false);
    if options.reach == Reach::Head {
        families.retain(|_, releases| {
            releases.retain(is_reachable);
            !releases.is_empty()
        });
    }
    let family = choose(history, &families);
    let mut releases = families.remove(family.as_str()).unwrap_or_default();
    let mut all_tags = options.reach == Reach::All;
    if options.reach == Reach::Auto {
        let note = far_newer(history, releases.iter(), is_reachable);
        all_tags = note.is_some();
        notes.extend(note);
    }
    if !all_tags {
        releases.retain(is_reachable);
    }
    if !families.is_empty() {
        let others: Vec<&str> = families.keys().copied().take(NAMED).collect();
        let more = if families.len() > NAMED { ", …" } else { "" };
        notes.push(format!(
            "tags of other prefixes are not counted ({}{more}); --tag-prefix chooses one",
            others
                .iter()
                .map(|name| if name.is_empty() { "v" } else { name })
                .collect::<Vec<_>>()
                .join(", "),
        ));
    }
    Selection {
        releases,
        prefix: options.tag_pattern.is_none().then_some(family),
        all_tags,
        notes,
    }
}

/// The family of a tag that is a released version by the rule in force, with its version.
fn named<'a>(tag: &'a Tag, options: &'a Options) -> Option<(&'a str, Option<[u64; 3]>)> {
    let found = match &options.tag_prefix {
        Some(prefix) => Version::after(prefix, &tag.name),
        None => Version::find(&tag.name),
    };
    if let Some(pattern) = &options.tag_pattern {
        let prefix = options.tag_prefix.as_deref().unwrap_or_default();
        return (tag.name.starts_with(prefix) && pattern.fits(&tag.name))
            .then_some((prefix, found.map(|version| version.numbers)));
    }
    let version = found.filter(|version| !version.pre_release)?;
    Some((version.family, Some(version.numbers)))
}

/// The family that stands for the repository: plain versions if there are any, otherwise the family with the most
/// tags, then with the newest.
fn choose(history: &History, families: &BTreeMap<&str, Vec<Release<'_>>>) -> String {
    if families.contains_key("") {
        return String::new();
    }
    let rank = |releases: &[Release<'_>]| (releases.len(), newest(history, releases.iter()));
    families
        .iter()
        .max_by(|(a, x), (b, y)| rank(x).cmp(&rank(y)).then(b.cmp(a)))
        .map_or_else(String::new, |(family, _)| (*family).to_owned())
}

/// The commit time of the newest release.
fn newest<'r, 't: 'r>(
    history: &History,
    releases: impl Iterator<Item = &'r Release<'t>>,
) -> Option<i64> {
    releases
        .map(|release| history.commit(release.node).committed)
        .max()
}

/// A sentence if releases outside HEAD's history are far newer than those in it.
fn far_newer<'r, 't: 'r>(
    history: &History,
    releases: impl Iterator<Item = &'r Release<'t>>,
    is_reachable: impl Fn(&Release<'_>) -> bool,
) -> Option<String> {
    let (inside, outside): (Vec<_>, Vec<_>) = releases.partition(|release| is_reachable(release));
    let newest_outside = newest(history, outside.iter().copied())?;
    match newest(history, inside.iter().copied()) {
        None => Some("no release tag is reachable from HEAD, so all tags are used".to_owned()),
        Some(newest_inside) if newest_outside.saturating_sub(newest_inside) > FAR_NEWER => Some(
            "far newer release tags exist outside HEAD's history, so all tags are used; --reachable keeps to HEAD's"
                .to_owned(),
        ),
        Some(_) => None,
    }
}
