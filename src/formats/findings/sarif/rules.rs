//! The rules of a run: of the tool's driver, of its extensions, and of taxonomies.

use std::collections::BTreeMap;

use crate::domain::report::Severity;
use crate::formats::Limits;

use super::model::{Component, ComponentReference, Properties, Reference, Rule};

/// Where rules are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Driver,
    Extensions,
    Taxonomies,
}

/// What there is to know of a rule. Messages are kept where results refer to them.
#[derive(Default)]
pub(super) struct Known {
    pub(super) id: String,
    /// How bad its results are, if it states that.
    pub(super) level: Option<Severity>,
    pub(super) messages: BTreeMap<String, String>,
    pub(super) properties: Properties,
    /// The taxa that it falls under.
    related: Vec<Reference>,
}

/// A set of rules that are referred to by place or by name.
#[derive(Default)]
struct Set {
    name: String,
    rules: Vec<Known>,
    by_id: BTreeMap<String, usize>,
}

/// All of them.
#[derive(Default)]
pub(super) struct Rules {
    driver: Vec<Set>,
    extensions: Vec<Set>,
    taxonomies: Vec<Set>,
}

impl Rules {
    /// Adds those of a component.
    pub(super) fn add(&mut self, source: Source, component: Component, limits: &Limits) {
        let mut set = Set {
            name: component.name.0,
            ..Set::default()
        };
        // A place counts whatever stands there.
        for rule in component.rules.0.into_iter().chain(component.taxa.0) {
            let mut known = Known::of(rule.0.unwrap_or_default(), limits);
            set.by_id.entry(known.id.clone()).or_insert(set.rules.len());
            // What is said of a rule is said of each of its results.
            known.id = limits.cap(known.id);
            set.rules.push(known);
        }
        match source {
            Source::Driver => self.driver.push(set),
            Source::Extensions => self.extensions.push(set),
            Source::Taxonomies => self.taxonomies.push(set),
        }
    }

    /// Every rule of the tool, not of the taxonomies.
    pub(super) fn all(&self) -> impl Iterator<Item = &Known> {
        let sets = self.driver.iter().chain(&self.extensions);
        sets.flat_map(|set| &set.rules)
    }

    /// The rule of this reference.
    pub(super) fn find(&self, reference: &Reference) -> Option<&Known> {
        let sets = match &reference.tool_component.0 {
            Some(component) => self
                .component(component)
                .map_or(&[][..], std::slice::from_ref),
            None => return self.of_driver(reference.index.0, &reference.id.0),
        };
        self.placed(sets, reference.index.0)
            .or_else(|| sets.iter().find_map(|set| set.named(&reference.id.0)))
            .or_else(|| self.named(&reference.id.0))
    }

    /// The rule at this place of the driver, or else of this id, wherever.
    pub(super) fn of_driver(&self, place: Option<u64>, id: &str) -> Option<&Known> {
        let placed = self.placed(&self.driver, place);
        placed.or_else(|| self.named(id))
    }

    fn placed<'r>(&self, sets: &'r [Set], place: Option<u64>) -> Option<&'r Known> {
        let place = usize::try_from(place?).ok()?;
        sets.iter().find_map(|set| set.rules.get(place))
    }

    fn named(&self, id: &str) -> Option<&Known> {
        let sets = self.driver.iter().chain(&self.extensions);
        let mut sets = sets.chain(&self.taxonomies);
        sets.find_map(|set| set.named(id))
    }

    fn component(&self, reference: &ComponentReference) -> Option<&Set> {
        let all = || {
            self.extensions
                .iter()
                .chain(&self.driver)
                .chain(&self.taxonomies)
        };
        let named = || all().find(|set| !set.name.is_empty() && set.name == reference.name.0);
        let place = reference.index.0.and_then(|at| usize::try_from(at).ok());
        let placed = place.and_then(|at| self.extensions.get(at));
        placed
            .filter(|set| reference.name.0.is_empty() || set.name == reference.name.0)
            .or_else(named)
            .or(self.driver.first())
    }

    /// The properties of the taxa that a rule falls under.
    pub(super) fn taxa<'r>(
        &'r self,
        rule: Option<&'r Known>,
        also: &'r [Reference],
    ) -> impl Iterator<Item = &'r Properties> {
        let related = rule.into_iter().flat_map(|rule| &rule.related);
        let taxa = related.chain(also).filter_map(|taxon| self.find(taxon));
        taxa.map(|taxon| &taxon.properties)
    }
}

impl Set {
    /// The rule of this id; `CA1000/1` is a sub-rule of `CA1000`.
    fn named(&self, id: &str) -> Option<&Known> {
        let mut id = id;
        loop {
            if let Some(at) = self.by_id.get(id).filter(|_| !id.is_empty()) {
                return self.rules.get(*at);
            }
            id = id.rsplit_once('/')?.0;
        }
    }
}

impl Known {
    fn of(rule: Rule, limits: &Limits) -> Known {
        let messages = rule.message_strings.0.unwrap_or_default();
        let text = |(id, message): (String, crate::formats::json::Maybe<super::model::Message>)| {
            Some((id, limits.cap(message.0?.text.0)))
        };
        let level = rule.default_configuration.0;
        Known {
            id: rule.id.0,
            level: level.and_then(|configuration| configuration.level.0),
            messages: messages.into_iter().filter_map(text).collect(),
            properties: rule.properties.0.unwrap_or_default(),
            related: rule
                .relationships
                .objects()
                .filter_map(|relationship| relationship.target.0)
                .collect(),
        }
    }
}
