//! Events as a report: what `andon record` reads, given to `andon check`.

use super::super::{Format, Head, Input, Kind};
use super::kept::Kept;
use super::written::{Form, Written};
use super::{csv, json};
use crate::domain::report::{Content, Problem};

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&FORMAT];

static FORMAT: Format = Format {
    id: "events",
    title: "Events as JSON lines or CSV",
    kind: Kind::Events,
    producers: &["andon export", "programs of your own"],
    // A name of their own: files of JSON lines that are called anything lie about in many projects.
    default_paths: &["events.jsonl", "**/*.events.jsonl", "**/*.events.csv"],
    sniff,
    parse,
    reads: "Each event as `andon record` reads it ([metrics.md](metrics.md)): name, value, unit, time, id, dimensions, and the run that it says it comes from. Gates with `stat` and rules over time judge them together with those of the history; `--record` records them.",
    omits: "Metadata is kept and not judged. Events beyond the first 250,000 of a file or 128 MiB of their texts, which is said: record such a file with `andon record`.",
    supplies: &[],
};

fn sniff(head: &Head) -> bool {
    match head.is_json() {
        true => json::holds_events(head),
        false => head.lines().next().is_some_and(csv::is_header),
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let head = input
        .source
        .head()
        .map_err(super::super::input::unreadable)?;
    let mut kept = Kept::new(content.events.get_or_insert_default());
    let mut take = |written: Written<'_>| {
        match written.event {
            Err(why) => kept.fault(written.line, why.to_string()),
            Ok(raw) => kept.take(written.line, raw, written.context),
        }
        Ok(())
    };
    let read = match Form::of_events(&head) {
        Form::Csv => csv::read(input, &mut take),
        _ => json::read(input, &mut take),
    };
    kept.tell(input);
    read
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_is_no_event_costs_no_other() {
        let text = "{\"name\":\"a\",\"value\":1,\"id\":7}\n{\"name\":\"a\"}\n\n{\"name\":\"a\",\"value\":2,\"context\":{\"run\":\"r\"}}\n";
        let report = report("events", text);
        let lines: Vec<u64> = report
            .problems
            .iter()
            .map(|problem| problem.place.unwrap().line)
            .collect();
        assert_eq!(lines, [2]);
        let events = report.content.events.unwrap();
        let told: Vec<_> = events.iter().map(|it| (it.line, it.raw.value)).collect();
        assert_eq!(told, [(1, 1.0), (4, 2.0)]);
        assert_eq!(events[0].raw.id.as_deref(), Some("7"));
        assert_eq!(events[1].context.as_ref().unwrap().run, "r");
    }

    #[test]
    fn events_are_told_from_other_lines_of_json_and_other_tables() {
        for text in [
            "{\"name\":\"a\",\"value\":1}\n",
            "{\"name\":\"a\",\"val\n{\"name\":\"a\",\"value\":1}\n",
            "[{\"name\":\"a\",\"value\":1,\"timestamp\":0}]\n",
            "{\"events\":[{\"name\":\"a\",\"value\":1}],\"context\":{}}\n",
            "[\n {\"name\":\"a\",\"value\":1,\"dimensions\":{\"x\":1}}\n]",
            "{\n \"context\":{\"run\":\"1\"},\"events\":[\n{\"name\":\"a\",\n\"value\":1}]}",
            "timestamp,name,value,os\n",
            "\"name\",\"value\"\n",
        ] {
            assert_eq!(sniffed(text), ["events"], "{text}");
        }
        for text in [
            "{\"name\":\"a\",\"value\":1,\"level\":\"info\"}\n",
            "{\"name\":\"a\",\"msg\":\"b\"}\n{\"level\":30}\n",
            "{\"events\":[{\"type\":\"click\"}]}\n",
            "{\n \"name\": \"x\",\n \"version\": \"1\"\n}",
            "[]\n",
            "name,price\n",
        ] {
            assert!(!sniffed(text).contains(&"events"), "{text}");
        }
        // Lists of name, unit and value are benchmarks.
        let list = "[{\"name\":\"a\",\"unit\":\"ms\",\"value\":1}]";
        assert_eq!(sniffed(list), ["custom_smaller_is_better"]);
    }
}
