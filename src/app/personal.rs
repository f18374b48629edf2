//! Whom a question means: what is personal is kept hidden, and people know it by its name.

use crate::config::Config;
use crate::domain::event::{Unveiled, Veil, is_among, is_hidden};
use crate::domain::series::{Filter, Key};
use crate::domain::tell::Numbers;
use crate::platform::Env;

/// The keys that the environment holds, the one in use first.
pub fn keys(env: &Env) -> Vec<&str> {
    let old = env.get("ANDON_OLD_HASH_KEYS").unwrap_or_default();
    let keys = env.get("ANDON_HASH_KEY").into_iter();
    keys.chain(old.split([',', ' ', '\n']))
        .filter(|key| !key.is_empty())
        .collect()
}

/// What is put for personal values that were recorded before they were said to be personal: who they are does not show, and
/// two of them are two.
pub(super) struct Pseudonyms<'p> {
    personal: &'p [String],
    numbers: Numbers<usize>,
}

impl<'p> Pseudonyms<'p> {
    /// For the dimensions of these names.
    pub(super) fn of(personal: &'p [String]) -> Pseudonyms<'p> {
        Pseudonyms {
            personal,
            numbers: Numbers::default(),
        }
    }

    /// Hides the personal values of all these series.
    pub(super) fn hide_all<'k>(&mut self, keys: impl IntoIterator<Item = &'k mut Key>) {
        keys.into_iter().for_each(|key| self.hide(key));
    }

    fn hide(&mut self, key: &mut Key) {
        for (name, value) in &mut key.dimensions {
            if is_hidden(value) || !is_among(self.personal, name) {
                continue;
            }
            let next = self.numbers.len() + 1;
            let number = self.numbers.get(value).unwrap_or(next);
            self.numbers.set(value, number);
            *value = format!("(hidden {number})");
        }
    }
}

/// Lets filters of personal dimensions take what stands for their values, under each of the keys. Without a key they take
/// what was recorded before it was hidden.
///
/// # Errors
/// When a key is too short.
pub fn look_behind(config: &Config, env: &Env, filters: &mut [Filter]) -> Result<(), Unveiled> {
    let personal = |filter: &&mut Filter| is_among(&config.personal, &filter.name);
    let keys = keys(env);
    for filter in filters.iter_mut().filter(personal) {
        let names = [filter.name.clone()];
        let mut hidden = Vec::new();
        for key in &keys {
            let veil = Veil::new(&names, Some(key))?;
            for value in filter.values.iter().filter(|value| !value.is_empty()) {
                hidden.push(veil.hidden(&filter.name, value)?);
            }
        }
        filter.values.extend(hidden);
    }
    Ok(())
}
