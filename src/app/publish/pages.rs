//! The texts that go out: the views of the results, rendered for their places.

use std::collections::BTreeSet;

use super::{Named, Publication};
use crate::github::check_run::{Annotation, Level};
use crate::github::comment;
use crate::render::json::v1::Word;
use crate::render::markdown::{self, Limit, Links};
use crate::render::sarif;
use crate::render::view::{self, View};
use crate::text::escape::{visible, visible_lines};

/// Annotations that one check run gets at most: GitHub takes 50 a request, and nobody reads more than these.
const ANNOTATIONS: usize = 250;

/// What is said below the results of a run that is not trusted.
const CLAIMED: &str = "figures as reported by the pull request's own run";

/// The texts of a publication.
#[derive(Debug)]
pub struct Pages<'a> {
    views: Vec<(&'a Named, View)>,
    links: Links,
    /// Characters that a comment of this key may have.
    room: usize,
}

impl<'a> Pages<'a> {
    /// The texts of this publication.
    pub fn of(publication: &Publication<'a>) -> Pages<'a> {
        let target = publication.target;
        let links = publication.links.clone();
        let pages = Pages::new(
            publication.results,
            links,
            &target.key,
            target.page.as_deref(),
        );
        match publication.foreign {
            true => pages.claimed(),
            false => pages,
        }
    }

    /// The texts of these results, under a key; `page` is where the run can be looked at.
    pub fn new(results: &'a [Named], links: Links, key: &str, page: Option<&str>) -> Pages<'a> {
        let view = |named: &'a Named| (named, View::new(&named.document));
        Pages {
            views: results.iter().map(view).collect(),
            links: match page {
                Some(page) => links.with_report(page),
                None => links,
            },
            room: comment::room(key),
        }
    }

    /// The same, with the remark that it is somebody else's claim.
    #[must_use]
    pub fn claimed(mut self) -> Pages<'a> {
        for (_, view) in &mut self.views {
            view.remark = Some(CLAIMED.to_owned());
        }
        self
    }

    /// The verdict: the worst of all. Without any result it fails, for missing data is no pass.
    pub fn word(&self) -> Word {
        View::worst(self.views.iter().map(|(_, view)| view)).unwrap_or(Word::Fail)
    }

    /// The comment, without its marker.
    pub fn comment(&self) -> String {
        self.page(Limit::characters(self.room))
    }

    /// The job summary.
    pub fn summary(&self) -> String {
        self.page(Limit::JOB_SUMMARY)
    }

    /// The summary of the check run.
    pub fn check_run(&self) -> String {
        self.page(Limit::CHECK_RUN)
    }

    fn page(&self, limit: Limit) -> String {
        let views = self.views.iter();
        let results = views.map(|(named, view)| markdown::Named {
            name: &named.name,
            view,
        });
        markdown::combined(&results.collect::<Vec<_>>(), &self.links, limit)
    }

    /// The verdict in one line of plain text.
    pub fn title(&self) -> String {
        let told: Vec<String> = match self.views.as_slice() {
            [(_, only)] => vec![only.headline.clone()],
            several => {
                let word = self.word();
                let worst = several.iter().filter(|(_, view)| view.word == word);
                worst
                    .map(|(named, view)| format!("{}: {}", named.name, view.headline))
                    .collect()
            }
        };
        visible(&told.join("; ")).into_owned()
    }

    /// What is said beside lines: of the change what it did, with the tests that fail wherever they are; and everything
    /// where no change is known.
    pub fn annotations(&self) -> Vec<Annotation> {
        let views = self.views.iter();
        let marked = views.flat_map(|(named, view)| {
            let change = named.document.change.as_ref();
            let known = change.is_some_and(|change| change.extent.is_some());
            let all = view.annotations().into_iter();
            let of_tests = |it: &view::Annotation<'_>| {
                it.gate()
                    .is_some_and(|gate| gate.metric.starts_with("tests."))
            };
            all.filter(move |it| !known || it.changed() || of_tests(it))
        });
        let mut marked: Vec<view::Annotation<'_>> = marked.collect();
        marked.sort_by_key(|it| it.level);
        // A block that several gates want mended is marked once, by the most urgent.
        let mut seen = BTreeSet::new();
        marked.retain(|it| match it.place() {
            Some(place) if place.line > 0 => seen.insert((place.path, place.line, place.text)),
            _ => true,
        });
        marked
            .iter()
            .filter_map(annotation)
            .take(ANNOTATIONS)
            .collect()
    }

    /// Each result as SARIF, in a category of its own.
    pub fn sarif(&self, key: &str) -> Vec<String> {
        let several = self.views.len() > 1;
        let log = |(named, view): &(&Named, View)| match several {
            true => sarif::render_for_code_scanning(view, &format!("{key} {}", named.name)),
            false => sarif::render_for_code_scanning(view, key),
        };
        self.views.iter().map(log).collect()
    }
}

fn annotation(it: &view::Annotation<'_>) -> Option<Annotation> {
    let place = it.place().filter(|place| place.line > 0)?;
    let level = match it.level {
        view::Level::Error => Level::Failure,
        view::Level::Warning => Level::Warning,
        view::Level::Notice => Level::Notice,
    };
    Annotation::new(
        &visible(&place.path),
        place.line.into(),
        place.end_line.into(),
        level,
        &visible(&it.title()),
        &visible_lines(&it.message()),
    )
}
