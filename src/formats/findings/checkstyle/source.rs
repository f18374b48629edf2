//! The `source` of an error: Checkstyle's own class, or the tool and its rule in that tool's way.

use std::borrow::Cow;

/// Tools that write their name before the rule: `eslint.rules.no-var`, `detekt.MagicNumber`.
static PREFIXES: &[&str] = &[
    "checkstyle",
    "credo",
    "csslint",
    "detekt",
    "eslint",
    "flake8",
    "golangci-lint",
    "hadolint",
    "htmlhint",
    "jscs",
    "jshint",
    "ktlint",
    "luacheck",
    "lizard",
    "markdownlint",
    "mypy",
    "oxlint",
    "php-cs-fixer",
    "phpstan",
    "psalm",
    "pylint",
    "rubocop",
    "scalastyle",
    "shellcheck",
    "standard",
    "stylelint",
    "swiftlint",
    "tslint",
    "yamllint",
];

/// What Checkstyle's own classes begin with.
const OWN: &str = "com.puppycrawl.tools.checkstyle.";

/// The tool, empty where it does not show, and the rule by the tool's own name.
pub(super) fn tool_and_rule(source: &str) -> (Cow<'static, str>, String) {
    let source = source.trim();
    if let Some(class) = source.strip_prefix(OWN) {
        // RuboCop's cops stand behind Checkstyle's package.
        if class.contains('/') {
            return ("rubocop".into(), class.to_owned());
        }
        let name = class.rsplit('.').next().unwrap_or(class);
        let name = name.strip_suffix("Check").unwrap_or(name);
        return ("checkstyle".into(), name.to_owned());
    }
    if source.starts_with("org.scalastyle.") {
        let name = source.rsplit('.').next().unwrap_or(source);
        return ("scalastyle".into(), name.to_owned());
    }
    let (prefix, rest) = source.split_once('.').unwrap_or((source, ""));
    let named = PREFIXES
        .iter()
        .find(|name| name.eq_ignore_ascii_case(prefix));
    if let Some(tool) = named {
        let rule = rest.strip_prefix("rules.").unwrap_or(rest);
        return ((*tool).into(), rule.to_owned());
    }
    (by_form(source).into(), source.to_owned())
}

/// The tool whose rules have this form.
fn by_form(source: &str) -> &'static str {
    let first = source.split(['/', ':']).next().unwrap_or_default();
    let numbered = |letters: &str| {
        let digits = source.strip_prefix(letters).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let pascal = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
    match first {
        "parse" | "format" if source == first => "biome",
        "standard" | "experimental" if source.contains(':') => "ktlint",
        "lint" | "assist" | "suppressions" if source.contains('/') => "biome",
        _ if source.ends_with(')') && source.contains('(') => "oxlint",
        _ if numbered("DL") => "hadolint",
        _ if numbered("SC") => "shellcheck",
        // PHP_CodeSniffer's: standard, category, sniff and code.
        _ if source.split('.').count() == 4 && source.split('.').all(pascal) => "phpcs",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_shows_in_the_source() {
        for (source, tool, rule) in [
            (
                "com.puppycrawl.tools.checkstyle.checks.metrics.CyclomaticComplexityCheck",
                "checkstyle",
                "CyclomaticComplexity",
            ),
            (
                "com.puppycrawl.tools.checkstyle.Layout/LineLength",
                "rubocop",
                "Layout/LineLength",
            ),
            (
                "eslint.rules.sonarjs/cognitive-complexity",
                "eslint",
                "sonarjs/cognitive-complexity",
            ),
            ("ShellCheck.SC2148", "shellcheck", "SC2148"),
            ("DL3008", "hadolint", "DL3008"),
            ("SC2086", "shellcheck", "SC2086"),
            ("htmlhint.doctype-first", "htmlhint", "doctype-first"),
            (
                "stylelint.rules.block-no-empty",
                "stylelint",
                "block-no-empty",
            ),
            ("lizard", "lizard", ""),
            ("detekt.MagicNumber", "detekt", "MagicNumber"),
            (
                "standard:no-wildcard-imports",
                "ktlint",
                "standard:no-wildcard-imports",
            ),
            ("lint/style/useTemplate", "biome", "lint/style/useTemplate"),
            (
                "PSR12.Files.FileHeader.SpacingAfterBlock",
                "phpcs",
                "PSR12.Files.FileHeader.SpacingAfterBlock",
            ),
            (
                "org.scalastyle.scalariform.NullChecker",
                "scalastyle",
                "NullChecker",
            ),
            ("PHP-CS-Fixer.braces", "php-cs-fixer", "braces"),
            ("eslint(no-var)", "oxlint", "eslint(no-var)"),
            ("parse", "biome", "parse"),
            ("gosimple", "", "gosimple"),
            ("", "", ""),
        ] {
            assert_eq!(tool_and_rule(source), (tool.into(), rule.to_owned()));
        }
    }
}
