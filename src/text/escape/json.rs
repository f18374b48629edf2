//! JSON that may be printed in a workflow's log.

/// The same JSON without two number signs in a row. JSON needs no `#` of its own, so each stands in a string and may be
/// written as its escape: a log line of it can then never hold the workflow command `##[…]`, and no reader sees a
/// difference.
pub fn quiet(json: &str) -> String {
    json.replace("##", "#\\u0023")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_value_stays_and_the_command_goes() {
        let json = serde_json::to_string("####[error]x \\##vso[a]").unwrap();
        let quiet = super::quiet(&json);
        assert!(!quiet.contains("##"), "{quiet}");
        assert_eq!(
            serde_json::from_str::<String>(&quiet).unwrap(),
            "####[error]x \\##vso[a]"
        );
    }
}
