"""`diff-quality` with clippy as a tool: a driver that reads the short form of its messages.

Usage: quality.py REPORT --compare-branch=BASE --format=json:FILE
"""

import sys

from diff_cover import diff_quality_tool
from diff_cover.violationsreporters.base import RegexBasedDriver

diff_quality_tool.QUALITY_DRIVERS["clippy"] = RegexBasedDriver(
    name="clippy",
    supported_extensions=["rs"],
    command=["cargo", "clippy"],
    expression=r"^([^:]+):(\d+):\d+: ((?:warning|error).*)$",
    command_to_check_install=["true"],
)
diff_quality_tool.main(["diff-quality", "--violations=clippy", "--quiet", *sys.argv[1:]])
