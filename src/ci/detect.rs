//! Telling the CI systems apart.

use super::{Context, azure, buildkite, circleci, github, gitlab, jenkins};
use crate::platform::{Env, Files};

/// A CI system: the variable by which it is known, and what it says of the run.
struct Provider {
    known_by: &'static str,
    read: fn(&Env, Files) -> Context,
}

/// The systems, those first whose variable no other one sets.
static PROVIDERS: &[Provider] = &[
    Provider {
        known_by: "GITHUB_ACTIONS",
        read: github::read,
    },
    Provider {
        known_by: "GITLAB_CI",
        read: gitlab::read,
    },
    Provider {
        known_by: "TF_BUILD",
        read: azure::read,
    },
    Provider {
        known_by: "BUILDKITE",
        read: buildkite::read,
    },
    Provider {
        known_by: "CIRCLECI",
        read: circleci::read,
    },
    Provider {
        known_by: "JENKINS_URL",
        read: jenkins::read,
    },
];

/// What the CI system that runs this says; the default outside of any. A system that is not known by name but says `CI`
/// is one that says nothing more.
pub fn detect(env: &Env) -> Context {
    let here = |provider: &&Provider| {
        let value = env.get(provider.known_by);
        value.is_some_and(|value| !value.eq_ignore_ascii_case("false"))
    };
    if let Some(provider) = PROVIDERS.iter().find(here) {
        return (provider.read)(env, Files);
    }
    let unknown = env
        .get("CI")
        .filter(|value| !matches!(*value, "false" | "0"));
    Context {
        provider: unknown.map(|_| "CI"),
        ..Context::default()
    }
}
