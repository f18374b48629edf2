//! What a regression rule says of a series, in words.

use jiff::tz::TimeZone;

use super::finding::{Finding, amount, beside, no_worse, runs};
use super::subjects::Subject;
use crate::domain::gate::followed::{Followed, others};
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::Reading;
use crate::domain::stats::{NoAnswer, Side, median};
use crate::domain::watch::{
    EffectBy, Judgement, Level, Method, Outcome, Reference, Settings, Since, Standing,
};
use crate::text::plural;

/// The repetitions that samples are worth a value by.
const REPETITIONS: usize = 5;
/// So much of a commit's id as people are shown.
const SHORT: usize = 10;

/// A measuring with those before it that it takes to have so many repetitions: five commands that recorded one each are one.
fn pooled(mut run: Vec<f64>, earlier: &mut Vec<&[f64]>, least: usize) -> Vec<f64> {
    while run.len() < least {
        let Some(before) = earlier.pop() else { break };
        run.extend(before);
    }
    run
}

/// Judges the value by the branch's runs before it: by the level at which they stand, or stood before they became worse.
pub(super) fn regression(
    gate: &Gate,
    (settings, repetitions, since): (&Settings, Option<usize>, Option<&Since>),
    subject: &Subject<'_>,
    followed: &Followed,
) -> Finding {
    let is_figure = subject.stated || followed.computed.contains(&*gate.metric.id);
    let usual = if is_figure { 1 } else { REPETITIONS };
    let settings = Settings {
        repetitions: repetitions.unwrap_or(usual),
        ..*settings
    };
    let level = level(gate, (&settings, since), subject, followed);
    let mut earlier = subject.earlier.clone();
    let least = match settings.method {
        Method::Andon => settings.repetitions,
        _ => 1,
    };
    let run = pooled(subject.run.clone(), &mut earlier, least);
    let mut before = Vec::new();
    while let Some(again) = earlier.pop() {
        before.push(pooled(again.to_vec(), &mut earlier, least));
    }
    before.reverse();
    let is_change = followed.goes_to.is_some();
    let mut found = level.judge(&run, &before, is_change);
    if found.judgement == Judgement::Unconfirmed
        && before.is_empty()
        && let Some(past) = subject.before
    {
        // What the commit was measured at on a day before can confirm it, wherever others lie between.
        let again = level.judge(&run, &[past.to_vec()], is_change);
        if again.judgement == Judgement::Fail {
            found = again;
        }
    }
    let reading = match found.judgement {
        Judgement::Pass => Reading::Steady,
        Judgement::Noisy => Reading::Noisy,
        Judgement::Warn => Reading::Suspect,
        Judgement::Unconfirmed => Reading::Unconfirmed,
        Judgement::Fail => Reading::Worse,
        Judgement::Insufficient(lack) => return insufficient(lack, &level, subject),
    };
    let branch = Branch {
        level: &level,
        followed,
        is_again: !subject.again.is_empty(),
        standing: found.standing.filter(|_| reading != Reading::Steady),
    };
    let mut words = words(gate, &found, level.points());
    words += &branch.words(gate, found.contradicted.is_some());
    let usual = Settings::new(settings.method).effect;
    let is_let_pass = found
        .effect
        .is_some_and(|effect| (usual..settings.effect).contains(&effect));
    if settings.effect_by == EffectBy::Runner && is_let_pass {
        words += ", which is less than what counts on a hosted runner (`effect` or `hosted: false` says otherwise)";
    }
    if let Some(since) = level.awaited() {
        words += &format!(", {}", awaited(since));
    } else if let Some(since) = level.accepted().filter(|_| reading != Reading::Steady) {
        words += &format!(", its past begins with `since: {}`", written(since));
    }
    let side = Side::worse(gate.metric.better);
    let mut finding = Finding::new(reading, words, found.effect.unwrap_or_default());
    finding.within = found.limit.map(|limit| no_worse(side, limit, limit));
    if let Some(remedy) = branch.remedy(reading, &settings, found.reference) {
        finding.remedy = remedy;
    }
    finding
}

/// The level that the value is held against. A replay knows it up to some point; a check walks all points.
fn level(
    gate: &Gate,
    (settings, since): (&Settings, Option<&Since>),
    subject: &Subject<'_>,
    followed: &Followed,
) -> Level {
    let known = subject
        .course
        .and_then(|course| followed.levels.of(gate, &course.key));
    let (mut level, taken) = match known {
        Some(known) => (known.level.with(settings), known.taken),
        None => (Level::new(gate.metric.better, settings, since.cloned()), 0),
    };
    let (mut time, mut number) = (None, 0);
    for (place, (at, value)) in subject.past.iter().enumerate() {
        number = if time == Some(*at) { number + 1 } else { 0 };
        time = Some(*at);
        if place >= taken {
            level.add(*at, subject.commit(*at, number, &followed.commit), *value);
        }
    }
    level.reach(followed.now, &followed.commit);
    level
}

/// Why it cannot be judged, with what is no part of its past.
fn insufficient(lack: NoAnswer, level: &Level, subject: &Subject<'_>) -> Finding {
    let again = subject.earlier.len();
    let mut finding = Finding::insufficient(lack);
    finding.advice = match (lack, level.accepted(), again) {
        (NoAnswer::TooFew { .. }, Some(since), _) => {
            format!("its past begins with `since: {since}`")
        }
        (NoAnswer::TooFew { .. }, None, 1..) => {
            let own = format!(
                "{} of the same commit before {} no past that it is held against",
                runs(again),
                plural::pick(again as u64, "is", "are")
            );
            let all = [Some(own), others(subject.left_out)];
            all.into_iter().flatten().collect::<Vec<_>>().join("; ")
        }
        _ => return finding,
    };
    finding
}

/// That what is to be accepted is not there, so that nothing is.
fn awaited(since: &Since) -> String {
    match since {
        Since::Commit(_) => {
            format!("no run before is of {since}, which `since` names, so that nothing is accepted")
        }
        Since::At(_) => format!("`since: {since}` is yet to come, so that nothing is accepted"),
    }
}

/// How the value stands to what it is held against.
fn words(gate: &Gate, found: &Outcome, past: &[f64]) -> String {
    let effect = beside(found.effect);
    let usual = || match median(past) {
        Ok(usual) => format!(
            " (the median of {} is {})",
            runs(past.len()),
            amount(gate, usual)
        ),
        Err(_) => String::new(),
    };
    let mut words = match (found.reference, found.baseline) {
        (Reference::Past, Some(baseline)) => format!(
            "{effect} the {} of {}",
            amount(gate, baseline),
            runs(found.points)
        ),
        (Reference::Bound, Some(bound)) => {
            format!("{effect} the bound {}{}", amount(gate, bound), usual())
        }
        (Reference::Budget, Some(budget)) => {
            format!("{effect} the budget {}{}", amount(gate, budget), usual())
        }
        (_, None) => format!(
            "held by the budget alone: {} of its past",
            runs(found.points)
        ),
    };
    if let Some(limit) = found.limit.filter(|_| found.reference == Reference::Past) {
        words += &format!(", limit {}", amount(gate, limit));
    }
    if let Some(again) = found.confirmation {
        words += &format!(", the run before {}", amount(gate, again));
    }
    if let Some((beyond, runs)) = found.contradicted {
        let are = plural::pick(beyond as u64, "is", "are");
        words += &format!(", {beyond} of the {runs} runs of this commit {are} beyond it");
    }
    words
}

/// The branch whose runs the value is held against.
struct Branch<'a> {
    level: &'a Level,
    followed: &'a Followed,
    /// Whether runs of the judged commit are part of the past.
    is_again: bool,
    /// Where it stands beyond the limit, if the value is of interest.
    standing: Option<Standing>,
}

impl Branch<'_> {
    /// Since when the branch stands where it does, as people say it: a commit, or a day.
    fn begin(&self, standing: Standing) -> String {
        let day = standing.since.strftime("%Y-%m-%d");
        match short(self.level.began()) {
            "" => day.to_string(),
            commit => format!("{commit} of {day}"),
        }
    }

    /// That the branch itself stands beyond the limit.
    fn words(&self, gate: &Gate, is_contradicted: bool) -> String {
        let Some(standing) = self.standing else {
            return String::new();
        };
        let begin = self.begin(standing);
        match &self.followed.goes_to {
            // The runs of the commit are not all beyond it.
            None if is_contradicted => format!(
                ", and {} before this commit's {} beyond it since {begin}",
                runs(standing.runs),
                plural::pick(standing.runs as u64, "was", "were")
            ),
            None => {
                format!(", beyond it since {begin} ({})", runs(standing.runs))
            }
            Some(branch) => format!(
                "; {branch} itself is at {} since {begin}",
                amount(gate, standing.value)
            ),
        }
    }

    /// What to write to accept the level at which the value is: the commit that it began with, or the day.
    fn since(&self) -> Since {
        let (at, commit) = match (self.standing, &self.followed.goes_to) {
            (Some(standing), _) => (standing.since, self.level.began()),
            (None, None) if !self.is_again => (self.followed.now, self.followed.commit.as_str()),
            (None, None) => (self.followed.now, ""),
            // What is merged of a change is a commit of its own.
            (None, Some(_)) => (self.followed.now, ""),
        };
        match short(commit) {
            "" if self.standing.is_some() => Since::At(at),
            "" => {
                let day = at.to_zoned(TimeZone::UTC).start_of_day();
                Since::At(day.map_or(at, |day| day.timestamp()))
            }
            commit => Since::Commit(commit.to_owned()),
        }
    }

    fn remedy(
        &self,
        reading: Reading,
        settings: &Settings,
        reference: Reference,
    ) -> Option<String> {
        let accept = || {
            format!(
                "accept the new level by `regression: {{ method: {}, since: {} }}`, beside what it says already",
                settings.method,
                written(&self.since())
            )
        };
        let is_change = self.followed.goes_to.is_some();
        Some(match (reading, reference, &self.followed.goes_to) {
            (Reading::Worse, Reference::Bound, _) => {
                "undo what made it worse, or agree on another `bound`".to_owned()
            }
            (Reading::Worse, Reference::Budget, _) => {
                "undo what made it worse, or agree on another `budget`".to_owned()
            }
            (Reading::Worse, ..) => format!("undo what made it worse, or {}", accept()),
            (Reading::Unconfirmed, _, Some(branch)) if self.standing.is_some() => format!(
                "{branch} is what became worse: undo that there, or {}",
                accept()
            ),
            (Reading::Unconfirmed, ..) if !is_change => {
                "run it again: a second run that is worse too confirms it, and so does that of the next commit"
                    .to_owned()
            }
            _ => return None,
        })
    }
}

/// As YAML takes it for a text: what could be a number is quoted.
fn written(since: &Since) -> String {
    match since {
        Since::Commit(id) if id.parse::<f64>().is_ok() => format!("\"{id}\""),
        since => since.to_string(),
    }
}

fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}
