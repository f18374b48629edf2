//! One output as text.

use std::path::PathBuf;

use super::outputs::{OutputFormat, Target};
use crate::render::json::v1::Document;
use crate::render::markdown::{self, Limit, Links};
use crate::render::view::View;
use crate::render::{
    annotations, azure, badge, buildkite, gitlab, json, junit, rdjson, sarif, teamcity, terminal,
    total,
};
use crate::text::escape::stdout_safe;

/// What an output depends on beside the result.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Setting {
    /// Where files of the commit can be looked at.
    pub(in crate::cli) links: Links,
    /// Columns of the terminal.
    pub(in crate::cli) width: usize,
    /// Whether standard output takes colour.
    pub(in crate::cli) color: bool,
    /// The markdown file of the same run, with its whole path.
    pub(in crate::cli) summary: Option<PathBuf>,
}

/// The text of an output.
pub(in crate::cli) fn text(
    document: &Document,
    view: &View,
    target: &Target,
    setting: &Setting,
) -> String {
    let metric = target.metric.as_deref();
    match target.format {
        OutputFormat::Terminal => {
            let color = setting.color && target.path.is_none();
            let text = terminal::render(view, setting.width, color);
            // A file of it may be printed in a log as well.
            stdout_safe(&text).into_owned()
        }
        OutputFormat::Markdown => markdown::render(view, &setting.links, Limit::JOB_SUMMARY),
        OutputFormat::Json => json::write(document),
        OutputFormat::Annotations => annotations::render(view),
        OutputFormat::Sarif => sarif::render(view),
        OutputFormat::Junit => junit::render(view),
        OutputFormat::Gitlab => gitlab::render(view),
        OutputFormat::Total => total::render(view),
        OutputFormat::Rdjson => rdjson::render(view),
        OutputFormat::Badge => badge::render_svg(view, metric),
        OutputFormat::BadgeJson => badge::render_endpoint(view, metric),
        OutputFormat::Buildkite => buildkite::render(view, &setting.links),
        OutputFormat::Azure => azure::render(view, setting.summary.as_deref()),
        OutputFormat::Teamcity => teamcity::render(view),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::v1::PolicyFrom;
    use clap::ValueEnum;

    /// Every format of every fixture.
    fn each(mut look: impl FnMut(&str, OutputFormat, &str)) {
        let setting = Setting {
            links: Links::github("https://github.com/o/r"),
            width: 100,
            color: false,
            summary: None,
        };
        let relaxed = ("relaxed", fixtures::relaxed(PolicyFrom::Head));
        for (name, document) in fixtures::all().into_iter().chain([relaxed]) {
            let view = View::new(&document);
            for &format in OutputFormat::value_variants() {
                let target = Target {
                    format,
                    metric: None,
                    path: None,
                };
                look(name, format, &text(&document, &view, &target, &setting));
            }
        }
    }

    /// What GitHub's runner obeys: the newer form at the start of a line, the older one anywhere in it.
    fn fires(line: &str) -> bool {
        line.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{200B}')
            .starts_with("::")
            || line.contains("##[")
    }

    #[test]
    fn no_output_holds_a_command_but_those_that_are_meant() {
        let mut hostile = 0;
        each(|name, format, text| {
            // As the console prints it.
            let printed = match format.commands() {
                true => text.to_owned(),
                false => stdout_safe(text).into_owned(),
            };
            hostile += usize::from(printed.contains("add-mask"));
            for line in printed.split(['\n', '\r']) {
                let own = match format {
                    OutputFormat::Annotations => ["::error ", "::warning ", "::notice "]
                        .iter()
                        .find_map(|own| line.strip_prefix(own)),
                    OutputFormat::Azure => line.strip_prefix("##vso[task.logissue "),
                    OutputFormat::Teamcity => line.strip_prefix("##teamcity["),
                    _ => None,
                };
                let rest = own.unwrap_or(line);
                assert!(!fires(rest), "{name} {format:?}: {line}");
                for foreign in ["##vso[", "##teamcity["] {
                    assert!(!rest.contains(foreign), "{name} {format:?}: {line}");
                }
            }
        });
        assert!(hostile > 10, "the fixtures are not hostile any more");
    }

    #[test]
    fn nothing_hidden_comes_through() {
        each(|name, format, text| {
            let hidden = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
            };
            assert!(!text.contains(hidden), "{name} {format:?}");
        });
    }

    #[test]
    fn a_relaxed_policy_is_said() {
        each(|name, format, text| {
            use OutputFormat::{Badge, BadgeJson, Gitlab, Total};
            // These have no room for it, or no file to say it of.
            let silent = matches!(format, Badge | BadgeJson | Gitlab | Total);
            if name == "relaxed" && !silent {
                assert!(text.contains("relaxe"), "{format:?}: {text}");
            }
        });
    }

    #[test]
    fn whole_documents_are_sound() {
        each(|name, format, text| match format {
            OutputFormat::Json
            | OutputFormat::Sarif
            | OutputFormat::Gitlab
            | OutputFormat::Rdjson
            | OutputFormat::BadgeJson => {
                let read = serde_json::from_str::<serde_json::Value>(text);
                assert!(read.is_ok(), "{name} {format:?}");
                // Printed as they are.
                assert_eq!(stdout_safe(text), text, "{name} {format:?}");
            }
            OutputFormat::Junit | OutputFormat::Badge => {
                assert_eq!(stdout_safe(text), text, "{name} {format:?}");
            }
            _ => assert!(!format.stands_alone()),
        });
    }
}
