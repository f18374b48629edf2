"""Runs the statements of docs/history.md on an export, in an embedded ClickHouse.

    pip install chdb
    andon export --format jsonl -o points.jsonl
    python3 tests/bench/clickhouse.py points.jsonl [PROJECT METRIC]
"""

import pathlib
import re
import sys
import tempfile

from chdb import session

DOCS = pathlib.Path(__file__).parents[2] / "docs" / "history.md"


def main(points, project="owner/name", metric="response_time"):
    recipe = DOCS.read_text().split("## A fleet in ClickHouse")[1].split("\n## ")[0]
    create, queries = re.findall(r"```sql\n(.*?)```", recipe, re.S)
    lines = pathlib.Path(points).read_text()
    with tempfile.TemporaryDirectory() as folder:
        clickhouse = session.Session(folder)
        clickhouse.query(create)
        insert = "INSERT INTO event SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow "
        # Twice: what is sent again counts once.
        for _ in range(2):
            clickhouse.query(insert + lines)
        count = clickhouse.query("SELECT count() FROM event FINAL", "TabSeparated")
        print(f"{len(lines.splitlines())} lines, {str(count).strip()} events")
        for query in queries.strip().split(";\n\n"):
            query = query.replace("owner/name", project).replace("response_time", metric)
            print(clickhouse.query(query.rstrip(";\n"), "TabSeparatedWithNames"))


if __name__ == "__main__":
    main(*sys.argv[1:])
