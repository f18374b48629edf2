//! Rules over a series: `anomaly`, `trend`, `change_point`, `completeness`, `regression`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::consequence::{consequence, level};
use super::diagnostics::Diagnostics;
use super::node::Node;
use super::samples::{dimensions, span};
use crate::domain::consequence::{Level, OnMissing};
use crate::domain::gate::following::{Rule, Watch};
use crate::domain::metric::{Better, Metric};
use crate::domain::unit::Unit;
use crate::domain::value::Decimal;
use crate::domain::watch::{Chart, EffectBy, Method, Settings, Since};
use crate::text::number;

/// The most runs that a rule looks back over.
const MOST: usize = 2_000;

/// Reads the rule under a key of a gate.
pub(in crate::config) fn watch(
    gate: &Node,
    key: &str,
    metric: &Metric,
    d: &mut Diagnostics,
) -> Option<Watch> {
    let node = gate.get(key)?;
    let (rule, text) = match key {
        "anomaly" => anomaly(node, d)?,
        "trend" => trend(node, d)?,
        "change_point" => change_point(node, d)?,
        "completeness" => completeness(node, d)?,
        _ => regression(node, metric, d)?,
    };
    let per = match gate.get("per") {
        Some(node) => Some(dimensions(node, d)?),
        None => None,
    };
    let of = match per.as_deref() {
        None => String::new(),
        Some([]) => " of all together".to_owned(),
        Some(names) => format!(" per {}", names.join(", ")),
    };
    Some(Watch {
        text: format!("{key}{of}: {text}"),
        rule,
        per,
        on_insufficient: consequence(gate.text_at("on_insufficient")).unwrap_or(
            match level(gate) {
                Level::Must | Level::Should => OnMissing::Warn,
                Level::Nice => OnMissing::Skip,
            },
        ),
    })
}

fn anomaly(node: &Node, d: &mut Diagnostics) -> Option<(Rule, String)> {
    let method = node.text().or(node.text_at("method"));
    if let Some(chart) = method.and_then(Chart::from_name) {
        return charted(node, chart, d);
    }
    let sensitivity = factor(node, "sensitivity", d)?.unwrap_or(4.0);
    let window = runs(node, (10, 64), d)?.unwrap_or(64);
    let text = format!("z within {} of {window} runs", number::decimal(sensitivity));
    Some((
        Rule::Anomaly {
            sensitivity,
            window,
        },
        text,
    ))
}

fn charted(node: &Node, chart: Chart, d: &mut Diagnostics) -> Option<(Rule, String)> {
    let limit = factor(node, "sensitivity", d)?.unwrap_or(chart.usual_limit());
    let window = runs(node, (50, MOST), d)?.unwrap_or(Chart::WINDOW);
    let text = format!(
        "{} within {} of {window} runs",
        chart.name(),
        number::decimal(limit)
    );
    Some((
        Rule::Chart {
            chart,
            limit,
            window,
        },
        text,
    ))
}

fn trend(node: &Node, d: &mut Diagnostics) -> Option<(Rule, String)> {
    let window = runs(node, (20, MOST), d)?.unwrap_or(64);
    let sure = share(node, "confidence", (0.5, 0.999_999), d)?.unwrap_or(0.99);
    let drift = share(node, "drift", (0.0, 10.0), d)?.unwrap_or(0.10);
    let text = format!(
        "no drift of {}% for the worse in {window} runs",
        number::decimal(drift * 100.0)
    );
    let p = 1.0 - sure;
    Some((Rule::Trend { window, p, drift }, text))
}

fn change_point(node: &Node, d: &mut Diagnostics) -> Option<(Rule, String)> {
    let (within, shown) = match node.get("last") {
        Some(last) => (span(last, d)?, last.text()?.trim()),
        None => (SignedDuration::from_hours(14 * 24), "14d"),
    };
    let text = format!("no level change for the worse in {shown}");
    Some((Rule::ChangePoint { within }, text))
}

fn completeness(node: &Node, d: &mut Diagnostics) -> Option<(Rule, String)> {
    let (every, text) = match node.get("every") {
        Some(every) => (
            Some(span(every, d)?),
            format!("every {}", every.text()?.trim()),
        ),
        None => (None, "as often as before".to_owned()),
    };
    Some((Rule::Completeness { every }, text))
}

fn regression(node: &Node, metric: &Metric, d: &mut Diagnostics) -> Option<(Rule, String)> {
    if metric.better == Better::Neither {
        d.error(
            node.span,
            format!(
                "`{}` has no better and no worse, so it cannot regress",
                metric.id
            ),
        )
        .help("judge it with `require`");
        return None;
    }
    let named = node.text().filter(|_| node.flag().is_none());
    let name = named.or(node.text_at("method")).unwrap_or("andon");
    if name == INTERLEAVED {
        return interleaved(node, d);
    }
    let method = match name {
        "z" => Method::ZScore,
        "t" => Method::TTest,
        // What is no method is noted by the check.
        name => Method::from_name(name)?,
    };
    let mut settings = Settings::new(method);
    if node.get("hosted").and_then(Node::flag) == Some(true) {
        settings = settings.hosted();
    }
    settings.bound = bound(node, method, metric, d)?;
    settings.window = runs(node, (5, MOST), d)?.unwrap_or(settings.window);
    settings.least = least(node, &settings, d)?;
    let own = ["budget", "effect", "repetitions", "hosted"];
    if let Some(wrong) = own
        .iter()
        .filter_map(|key| node.get(key))
        .next()
        .filter(|_| method != Method::Andon)
    {
        d.error(wrong.span, "only the method `andon` asks for that")
            .help("leave it out; `bound` sets the limit of the other methods");
        return None;
    }
    settings.effect = share(node, "effect", (0.0, 10.0), d)?.unwrap_or(settings.effect);
    if node.get("effect").or(node.get("hosted")).is_some() {
        settings.effect_by = EffectBy::Policy;
    }
    if let Some(budget) = node.get("budget") {
        settings.budget = Some(amount(budget, &metric.unit, d)?.to_f64());
    }
    let repetitions = node.get("repetitions").and_then(Node::whole);
    let repetitions = repetitions.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let limit = match node
        .get("bound")
        .or(node.get("budget"))
        .and_then(Node::text)
    {
        Some(text) => format!(" {}", text.trim()),
        None => String::new(),
    };
    let since = since(node, method, d)?;
    let begin = since
        .as_ref()
        .map_or_else(String::new, |since| format!(" since {since}"));
    let window = match (method, settings.least) {
        // It looks at no past.
        (Method::Static, _) => String::new(),
        (_, 0) => format!(", {} runs", settings.window),
        (_, least) => format!(", {least} to {} runs", settings.window),
    };
    let text = format!("{method}{limit}{window}{begin}");
    Some((
        Rule::Regression {
            settings,
            repetitions,
            since,
        },
        text,
    ))
}

/// Of how many runs at least a method sets a limit; `None` is a mistake.
fn least(node: &Node, settings: &Settings, d: &mut Diagnostics) -> Option<usize> {
    let Some(written) = node.get("min_runs") else {
        return Some(settings.least);
    };
    let least = usize::try_from(written.whole()?).unwrap_or(usize::MAX);
    let (what, help) = match settings.method {
        Method::Andon => (
            "the method `andon` takes no `min_runs`: its table says what so few runs can tell"
                .to_owned(),
            "leave it out; with fewer than 10 runs it warns, with fewer than 5 only `budget` holds"
                .to_owned(),
        ),
        Method::Static => (
            "the method `static` looks at no past, so that `min_runs` says nothing".to_owned(),
            "leave it out; `bound` is the value that must hold".to_owned(),
        ),
        _ if least > settings.window => (
            format!("no past of {} runs has {least} of them", settings.window),
            format!("write at most {}, or a longer `window`", settings.window),
        ),
        _ => return Some(least),
    };
    d.error(written.span, what).help(help);
    None
}

/// Base and head of one run: the method that needs no past.
const INTERLEAVED: &str = "interleaved";

fn interleaved(node: &Node, d: &mut Diagnostics) -> Option<(Rule, String)> {
    let others = ["budget", "bound", "window", "min_runs", "repetitions"];
    if let Some(wrong) = others.iter().find_map(|key| node.get(key)) {
        d.error(wrong.span, "the method `interleaved` has no past that this could be of")
            .help("leave it out; `effect` is the change that counts, and `andon run --compare` says how often to repeat");
        return None;
    }
    let mut settings = Settings::default();
    if node.get("hosted").and_then(Node::flag) == Some(true) {
        settings = settings.hosted();
    }
    settings.effect = share(node, "effect", (0.0, 10.0), d)?.unwrap_or(settings.effect);
    let text = format!(
        "interleaved, {}% worse than the base",
        number::decimal(settings.effect * 100.0)
    );
    Some((Rule::Interleaved { settings }, text))
}

/// Hexadecimal digits of a commit.
const SHA1: usize = 40;
/// The same in a repository of SHA-256.
const SHA256: usize = 64;

/// From where on the level is accepted; the outer `None` is a mistake.
#[allow(
    clippy::option_option,
    reason = "a mistake, nothing said, and a beginning are three things"
)]
fn since(node: &Node, method: Method, d: &mut Diagnostics) -> Option<Option<Since>> {
    let Some(node) = node.get("since") else {
        return Some(None);
    };
    if method == Method::Static {
        d.error(
            node.span,
            "the method `static` looks at no past, so that `since` says nothing",
        )
        .help("leave it out; `bound` is the value that must hold");
        return None;
    }
    let text = node.text()?.trim();
    let day = |text: &str| {
        // A time without an offset is none.
        let day: Date = (text.len() == 10).then(|| text.parse().ok())??;
        let begin = day.to_zoned(TimeZone::UTC).ok()?;
        Some(begin.timestamp())
    };
    let is_commit = text.len() >= 7 && text.bytes().all(|c| c.is_ascii_hexdigit());
    if is_commit && !matches!(text.len(), 0..=SHA1 | SHA256) {
        d.error(
            node.span,
            format!("`{text}` is no commit: it has {} digits", text.len()),
        )
        .help(format!(
            "a commit has {SHA1} digits ({SHA256} of SHA-256), of which the first 7 or more will do"
        ));
        return None;
    }
    let since = match is_commit {
        true => Some(Since::Commit(text.to_ascii_lowercase())),
        false => text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| day(text))
            .map(Since::At),
    };
    if since.is_none() {
        d.error(node.span, format!("`{text}` is neither a time nor a commit"))
            .help("write the day, the time with its offset, or the commit of the first run of the level that is accepted: `2026-11-15`, `2026-11-15T10:00:00Z`, `4f2a91c`");
    }
    since.map(Some)
}

/// The bound of a method, in the form that the method takes; the outer `None` is a mistake.
#[allow(
    clippy::option_option,
    reason = "a mistake, nothing said, and a bound are three things"
)]
fn bound(node: &Node, method: Method, metric: &Metric, d: &mut Diagnostics) -> Option<Option<f64>> {
    match (method, node.get("bound")) {
        (Method::Static, None) => {
            d.error(
                node.span,
                "the method `static` needs `bound`: the value that must hold",
            )
            .help("for example `{ method: static, bound: 500ms }`");
            None
        }
        (_, None) => Some(None),
        (Method::Andon, Some(bound)) => {
            d.error(
                bound.span,
                "the method `andon` takes no `bound`: its table sets the limit",
            )
            .help(
                "`budget` is the value that must hold in any case, `effect` the change that counts",
            );
            None
        }
        (Method::Static, Some(bound)) => Some(Some(amount(bound, &metric.unit, d)?.to_f64())),
        (Method::Percentage, Some(_)) => share(node, "bound", (0.0, 10.0), d),
        (Method::ZScore | Method::TTest | Method::LogNormal, Some(_)) => {
            share(node, "bound", (0.5, 0.999_999), d)
        }
        (Method::Iqr | Method::DeltaIqr | Method::Mad, Some(_)) => factor(node, "bound", d),
    }
}

fn amount(node: &Node, unit: &Unit, d: &mut Diagnostics) -> Option<Decimal> {
    unit.parse_amount(node.text()?)
        .map_err(|error| {
            d.error(node.span, error.to_string());
        })
        .ok()
}

/// A share in percent within the range, as a fraction; the outer `None` is a mistake.
#[allow(
    clippy::option_option,
    reason = "a mistake, nothing said, and a share are three things"
)]
fn share(
    node: &Node,
    key: &str,
    (low, high): (f64, f64),
    d: &mut Diagnostics,
) -> Option<Option<f64>> {
    let Some(node) = node.get(key) else {
        return Some(None);
    };
    let text = node.text()?;
    let percent = Unit::Percent.parse_amount(text).ok();
    let share = percent.map(|percent| percent.to_f64() / 100.0);
    let share = share.filter(|share| *share > low && *share <= high);
    if share.is_none() {
        d.error(
            node.span,
            format!("`{text}` is no share that `{key}` can have"),
        )
        .help(format!(
            "write a percentage above {} % and up to {} %",
            number::decimal(low * 100.0),
            number::decimal(high * 100.0)
        ));
    }
    share.map(Some)
}

/// A plain number above 0; the outer `None` is a mistake.
#[allow(
    clippy::option_option,
    reason = "a mistake, nothing said, and a number are three things"
)]
fn factor(node: &Node, key: &str, d: &mut Diagnostics) -> Option<Option<f64>> {
    let Some(node) = node.get(key) else {
        return Some(None);
    };
    let text = node.text()?;
    let factor = Unit::Points.parse_amount(text).ok().map(Decimal::to_f64);
    let factor = factor.filter(|factor| *factor > 0.0 && *factor <= 1_000.0);
    if factor.is_none() {
        d.error(
            node.span,
            format!("`{text}` is no number that `{key}` can be"),
        )
        .help("write a number above 0 and up to 1000, such as `4`");
    }
    factor.map(Some)
}

/// A number of runs: `30 runs`, or `30`; the outer `None` is a mistake.
#[allow(
    clippy::option_option,
    reason = "a mistake, nothing said, and a number are three things"
)]
fn runs(node: &Node, (least, most): (usize, usize), d: &mut Diagnostics) -> Option<Option<usize>> {
    let Some(node) = node.get("window") else {
        return Some(None);
    };
    let text = node.text()?.trim();
    let count = text.strip_suffix("runs").unwrap_or(text).trim();
    let count = count.parse::<usize>().ok();
    let count = count.filter(|count| (least..=most).contains(count));
    if count.is_none() {
        d.error(node.span, format!("`{text}` is no window of this rule"))
            .help(format!(
                "write a number of runs from {least} to {most}: `{} runs`",
                least.max(30)
            ));
    }
    count.map(Some)
}
