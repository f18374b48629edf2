#!/usr/bin/env python3
"""Measures every command on a history of many events, each as a process of its own, and prints a table.

Usage: tests/bench/history_commands.py ANDON FOLDER [EVENTS [SERIES [ids]]]

The events are those of `make_history.py`; FOLDER receives about 1 GB for ten million. `chrt -r 10` before it keeps other
programs out of the times.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
ANDON, FOLDER = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
EVENTS = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000_000
SHAPE = sys.argv[4:] or ["1000"]
POLICY = """version: 1
alerts:
  - name: slow
    when: "p95(metric_04, 24h) > 5s"
  - name: odd
    metric: metric_05
    anomaly: true
"""


def run(command, out=subprocess.DEVNULL, feed=None):
    """Runs a command: seconds, processor seconds, peak memory in MB of 10^6 bytes, and its exit code."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, cwd=FOLDER, stdin=feed, stdout=out, stderr=subprocess.PIPE, env=ENV)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, child.returncode, said.decode()


ENV = {**{k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI"))}, "GIT_CEILING_DIRECTORIES": str(FOLDER.parent)}


def say(what, result, bound=None, events=None):
    took, work, peak, code, said = result
    shown = f"{took * 1000:.0f} ms" if took < 1 else f"{took:.1f} s"
    rate = f", {events / took:,.0f} events/s" if events else ""
    over = " **over**" if peak > 100 or (bound and took > bound) else ""
    print(f"| {what} | {shown}{rate} | {work:.1f} s | {peak:.0f} MB{over} | {code} |", flush=True)
    if code not in (0, 1):
        print(said[:600], file=sys.stderr)


def size(path):
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and not file.name.startswith("query."))


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (FOLDER / "andon.yaml").write_text(POLICY)
    print(f"{EVENTS} events, {' '.join(SHAPE)} series of each of 100 metrics\n")
    print("| command | time | processor time | peak memory | exit code |\n|:--|--:|--:|--:|--:|")
    in_h = ["--history", "h"]
    make = subprocess.Popen([sys.executable, HERE / "make_history.py", str(EVENTS), *SHAPE], stdout=subprocess.PIPE)
    say("`record -`", run([ANDON, "record", "-", *in_h], feed=make.stdout), events=EVENTS)
    make.stdout.close()
    make.wait()
    print(f"| durable form | {size(FOLDER / 'h') / EVENTS * 10:.0f} KB per 10,000 events | | | |")
    history = lambda *what: [ANDON, "history", *what, *in_h]
    say("`history verify`", run(history("verify")))
    say("`history compact`", run(history("compact")))
    print(f"| durable form | {size(FOLDER / 'h') / EVENTS * 10:.0f} KB per 10,000 events | | | |")
    say("`history verify`", run(history("verify")))
    say("`history rebuild`", run(history("rebuild")), 60 * EVENTS / 1e7)
    print(f"| query form | {os.path.getsize(FOLDER / 'h/query.sqlite') / EVENTS * 10:.0f} KB per 10,000 events | | | |")
    one = [ANDON, "record", "--name", "metric_07", "--value", "0.41", "--unit", "s", *in_h]
    say("`record` of one event", min(run(one) for _ in range(5)))
    query = lambda *what: [ANDON, "query", *what, *in_h]
    say("`query` of nothing new, catching up", run(query("--metric", "metric_07", "--last", "1h", "-s", "count")))
    for what in [
        ["--metric", "metric_07", "--last", "48h", "-s", "p95"],
        ["--metric", "metric_07", "-g", "day", "-s", "p95"],
        ["--metric", "metric_07", "-g", "command", "-s", "p95"],
        ["-g", "day", "-s", "p95", "-f", "jsonl"],
        ["-g", "day", "-s", "p95", "-f", "json"],
        ["-g", "day", "-s", "p95"],
        ["-g", "command", "-s", "count", "-f", "jsonl"],
        ["-g", "day", "-s", "p95", "--where", "branch=main", "-f", "jsonl"],
        ["-g", "commit", "-s", "mean", "--metric", "metric_07", "-f", "jsonl"],
    ]:
        say(f"`query {' '.join(what)}`", min(run(query(*what)) for _ in range(2)))
    for what in [
        ["trend", "--metric", "metric_07"],
        ["trend", "--metric", "metric_07", "--group-by", "backend"],
        ["trend", "--metric", "metric_07", "--json", "--days", "400"],
        ["alerts"],
        ["alerts", "--when", "p95(metric_04, 24h) > 5s", "--group-by", "none"],
        ["correlate", "--metric", "metric_07"],
        ["correlate", "--metric", "metric_07", "--group-by", "none"],
        ["compare", "--metric", "metric_07", "2026-01-01..2026-05-01", "2026-06-01..2026-08-01"],
        ["compare", "2026-01-01..2026-05-01", "2026-06-01..2026-08-01"],
        ["ask", "p95 of metric_07 last week by backend"],
        ["export", "--metric", "metric_07"],
        ["export", "--format", "openmetrics"],
        ["export", "--format", "csv"],
    ]:
        say(f"`{' '.join(what)}`", run([ANDON, *what, *in_h]))
    with open(FOLDER / "exported.jsonl", "w") as out:
        most = [] if EVENTS <= 1_000_000 else ["--last", "36d"]
        say("`export " + " ".join(most) + "`", run([ANDON, "export", *most, *in_h], out))
    with open(FOLDER / "exported.jsonl") as lines:
        count = sum(1 for _ in lines)
    for to in ["h", "h2"]:
        what = f"`record` of {count} that were exported, {'where they come from' if to == 'h' else 'elsewhere'}"
        say(what, run([ANDON, "record", "exported.jsonl", "--history", to]), events=count)
    say("the same once more", run([ANDON, "record", "exported.jsonl", "--history", "h2"]), events=count)
    say("`query`, those to be taken in", run([ANDON, "query", "-s", "count", "--history", "h2"]))
    say("`export` of those", run([ANDON, "export", "--history", "h2"]))
    say("`history merge` of h and h2", run([ANDON, "history", "merge", "h", "--history", "h2"]))
    say("`query`, those to be taken in", run([ANDON, "query", "-s", "count", "--history", "h2"]))
    os.remove(FOLDER / "exported.jsonl")
    shutil.rmtree(FOLDER / "h2")
    say("`history merge` into an empty folder", run([ANDON, "history", "merge", "h", "--history", "h3"]))
    shutil.rmtree(FOLDER / "h3")
    say("`history export`", run(history("export", "all.jsonl")))
    say("`history import`", run([ANDON, "history", "import", "all.jsonl", "--history", "h4"]))
    os.remove(FOLDER / "all.jsonl")
    shutil.rmtree(FOLDER / "h4")
    say("`history forget --dim backend=native`", run(history("forget", "--dim", "backend=native")))
    say("`query`, the query form to be made anew", run(query("-s", "count")))
    (FOLDER / "andon.yaml").write_text("version: 1\nkeep: { events: 180d }\n")
    say("`history purge`", run(history("purge")))
    say("`history compact`", run(history("compact")))
    say("`query`", run(query("-s", "count")))


main()
