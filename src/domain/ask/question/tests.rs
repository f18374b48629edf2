use super::*;
use crate::domain::event::Context;
use crate::domain::unit::Unit;

/// What is asked where there are series of these metrics beside `response_time` of `install` and `list`.
fn asked(question: &str, metrics: &[&str]) -> Result<(Vec<String>, Vec<String>), String> {
    let mut keys: Vec<Key> = metrics
        .iter()
        .map(|name| Key::new(name, Unit::Count))
        .collect();
    for operation in ["install", "list"] {
        let mut key = Key::new("response_time", Unit::Seconds);
        key.dimensions
            .insert("operation".to_owned(), operation.to_owned());
        keys.push(key);
    }
    let vocabulary = Vocabulary::of(keys, &[Context::default()]);
    match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
        Err(misread) => Err(misread.to_string()),
        Ok(Question { query, .. }) => {
            let filters = query.filters.iter().map(|filter| filter.to_string());
            Ok((query.metrics.clone(), filters.collect()))
        }
    }
}

#[test]
fn how_many_of_things_counted_is_asked_back() {
    let stat = |question: &str, category: &str| {
        let mut errors = Key::new("errors", Unit::Count);
        category.clone_into(&mut errors.category);
        let keys = [errors, Key::new("response_time", Unit::Seconds)];
        let vocabulary = Vocabulary::of(keys, &[Context::default()]);
        match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
            Err(misread) => Err(misread.to_string()),
            Ok(question) => Ok(question.query.stats),
        }
    };
    let said = stat("how many errors today", "").unwrap_err();
    for part in ["`total errors`", "`latest errors`", "`count of errors`"] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(stat("count of errors", ""), Ok(vec![Stat::Count]));
    assert_eq!(
        stat("number of errors today", Key::COUNTER),
        Ok(vec![Stat::Sum])
    );
    assert_eq!(stat("how many response times", ""), Ok(vec![Stat::Count]));
    assert_eq!(stat("totals of errors", ""), Ok(vec![Stat::Sum]));
    let several = [Stat::Percentile(50.0), Stat::Mean];
    assert_eq!(
        stat("medians and averages of response times", ""),
        Ok(several.to_vec())
    );
}

#[test]
fn extremes_order_the_rows_and_a_user_is_known_by_an_id() {
    let mut key = Key::new("response_time", Unit::Seconds);
    for (name, value) in [("operation", "install"), ("user_id", "u1")] {
        key.dimensions.insert(name.to_owned(), value.to_owned());
    }
    let vocabulary = Vocabulary::of([key], &[Context::default()]);
    let order = |question: &str| {
        let asked = ask(question, &vocabulary, Timestamp::UNIX_EPOCH).unwrap();
        let groups: Vec<&str> = asked.query.groups.iter().map(Group::word).collect();
        let order = asked
            .order
            .map(|order| (order.by.to_string(), order.descending));
        (groups.join(" "), order)
    };
    let by_user = |by: &str, descending| ("user_id".to_owned(), Some((by.to_owned(), descending)));
    for (question, expected) in [
        ("slowest install by user", by_user("max", true)),
        ("slowest install by user id", by_user("max", true)),
        ("which user has the lowest p95", by_user("p95", false)),
        ("max by users", ("user_id".to_owned(), None)),
        // Time goes on as it does.
        ("slowest install by day", ("day".to_owned(), None)),
    ] {
        assert_eq!(order(question), expected, "{question}");
    }
}

#[test]
fn a_value_is_no_metric_that_is_nearly_called_so() {
    let one = |metric: &str, filters: &[&str]| {
        let filters = filters.iter().map(|&filter| filter.to_owned()).collect();
        Ok((vec![metric.to_owned()], filters))
    };
    let install: &[&str] = &["operation=install"];
    for question in [
        "p95 response time of install",
        "response time of the install operation",
    ] {
        assert_eq!(
            asked(question, &["installs"]),
            one("response_time", install)
        );
    }
    assert_eq!(asked("total installs", &["installs"]), one("installs", &[]));
    let both = asked("p95 of install", &["install"]).unwrap_err();
    assert!(
        both.starts_with("`install` can be the metric, `metric=install`, or `operation=install`"),
        "{both}"
    );
    assert!(asked("response time of the install operation", &["install"]).is_ok());
    assert!(asked("total metric=install", &["install"]).is_ok());
}

#[test]
fn what_is_says_nothing_of_its_own() {
    for question in [
        "What is the p95 response time?",
        "what is response time of list",
    ] {
        assert!(asked(question, &[]).is_ok(), "{question}");
    }
    let lone = asked("response time operation", &[]).unwrap_err();
    assert!(lone.contains("write `by operation`"), "{lone}");
    // But for which of its values is the first.
    assert!(asked("which operation is slowest", &[]).is_ok());
    assert_eq!(
        asked("response time where operation is list", &[])
            .unwrap()
            .1,
        ["operation=list"]
    );
}

#[test]
fn rates_and_shares_are_figures_and_what_is_computed_has_its_sum_alone() {
    let mut counter = Key::new("req_total", Unit::Count);
    counter.category = Key::COUNTER.to_owned();
    let keys = [
        counter,
        Key::new("error_rate", Unit::Percent),
        Key::new("ok", Unit::Count),
    ];
    let mut vocabulary = Vocabulary::of(keys, &[Context::default()]);
    vocabulary.compute("err_part", "failed / orders");
    vocabulary.compute("ok", "failed / orders");
    let asked = |question: &str| match ask(question, &vocabulary, Timestamp::UNIX_EPOCH) {
        Err(misread) => misread.to_string(),
        Ok(Question { query, .. }) => {
            let stats: Vec<String> = query.stats.iter().map(ToString::to_string).collect();
            format!("{} {}", query.metrics.join(","), stats.join(","))
        }
    };
    for (question, told) in [
        ("rate of req_total today", "req_total rate"),
        ("rate of req_total by day", "req_total rate"),
        ("error rate today", "error_rate p50"),
        ("share of ok today", "ok share"),
        ("err part last week", "err_part sum"),
        ("total err_part by week", "err_part sum"),
        // What is recorded under its own name is no computed metric.
        ("ok last week", "ok p50"),
    ] {
        assert_eq!(asked(question), told, "{question}");
    }
    let rate = asked("rate of req_total");
    assert!(rate.contains("a rate is of a span of time"), "{rate}");
    assert!(
        rate.ends_with("ask like this: `rate of req_total by day`"),
        "{rate}"
    );
    let part = asked("p95 of err_part last week");
    assert!(part.contains("computed as `failed / orders`"), "{part}");
    assert!(
        part.ends_with("ask like this: `sum of err_part last week`"),
        "{part}"
    );
    // A metric that is near a word is not asked for beside the one that is named.
    let odd = asked("errer_rate of req_total today");
    assert!(!odd.contains("error_rate of req_total"), "{odd}");
}

#[test]
fn what_is_proposed_has_a_figure_that_says_something() {
    let mut bucket = Key::new("lat_bucket", Unit::Count);
    bucket.category = Key::COUNTER.to_owned();
    bucket
        .dimensions
        .insert(Key::BOUND.to_owned(), "0.5".to_owned());
    let mut counter = Key::new("req_total", Unit::Count);
    counter.category = Key::COUNTER.to_owned();
    let vocabulary = Vocabulary::of([bucket, counter], &[Context::default()]);
    let examples = vocabulary.examples();
    assert!(!examples.is_empty());
    for example in &examples {
        assert!(example.starts_with("sum of req_total"), "{example}");
    }
    let example = vocabulary.example(&[]);
    assert!(example.starts_with("sum of req_total"), "{example}");
}
