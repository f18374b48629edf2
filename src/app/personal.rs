//! What is personal is kept and shown hidden, and people know it by its name.

use crate::config::Config;
use crate::domain::event::{Unveiled, Veil, is_among};
use crate::domain::series::Filter;
use crate::platform::Env;

/// The keys that the environment holds, the one in use first.
pub fn keys(env: &Env) -> Vec<&str> {
    let old = env.get("ANDON_OLD_HASH_KEYS").unwrap_or_default();
    let keys = env.get("ANDON_HASH_KEY").into_iter();
    keys.chain(old.split([',', ' ', '\n']))
        .filter(|key| !key.is_empty())
        .collect()
}

/// What stands before persons in all that is shown, whether it is asked or judged: the key in use, or else the last one that was.
///
/// # Errors
/// When the key is too short.
pub(super) fn veil(config: &Config, env: &Env) -> Result<Veil, Unveiled> {
    Veil::new(&config.personal, keys(env).first().copied())
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
