//! The grammar of questions, for those who ask how to ask.

/// The grammar, as docs/ask.md has it.
pub const GRAMMAR: &str = r#"question  = { compare | which | first | span | groups | figure | metric | filter }
compare   = ( "compared with" | "compared to" | "versus" | "vs" | "against" | "than" )
            ( span | "the week before" | "the previous period" | "the" N "days before" | value )
which     = "which" group ( "is" | "has" | "takes" ) [ "the" ] figure
first     = ( "top" | "bottom" ) [ N ] [ group ] [ "by" figure ] | end [ N ] group | N end group | end "first"
end       = "highest" | "slowest" | "lowest" | "fastest" | "worst" | "best"
span      = "today" | "yesterday" | ( "this" | "last" ) ( "week" | "month" | "year" )
          | ( "last" | "past" ) N ( "hours" | "days" | "weeks" | "months" ) | "last 24h"
          | ( "since" | "after" | "before" | "until" ) date
          | "from" date "to" date | "between" date "and" date | ( "in" | "on" ) date | day
date      = "2026-03-05" | "2026-03" | "2026" | "March" [year] | "5 March" [year] | "March 5" [year]
          | "Monday" | "today" | "yesterday"
groups    = ( "by" | "per" | "each" | "every" ) group { ( "," | "and" ) group }
          | "hourly" | "daily" | "weekly" | "monthly"
group     = "hour" | "day" | "week" | "month" | a dimension ("user" for user_id), or what a run is: "branch", "runner"
figure    = "p95" | "95th percentile" | "median" | "mean" | "average" | "count" | "how many" | "total" | "sum"
          | "min" | "lowest" | "fastest" | "max" | "highest" | "slowest" | "peak" | "standard deviation"
          | "worst" | "best" | "first" | "latest" | "rate" | "share"
metric    = its id | the words of its id ("response time", "line coverage") | its title
filter    = [ "not" | "without" | "except" ] ( dimension ( "=" | "!=" | "is" | "is not" ) value
          | dimension value | value dimension | value )
"#;

#[cfg(test)]
mod tests {
    use super::GRAMMAR;

    #[test]
    fn the_page_has_the_same() {
        let page = include_str!("../../../docs/ask.md");
        assert!(page.contains(&format!("```text\n{GRAMMAR}```")));
    }
}
