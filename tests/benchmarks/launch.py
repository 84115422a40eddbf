"""Starts a program and tells, as JSON, how long it took and how much memory it used at its peak.

A process of its own, because a program inherits the peak of the process that started it: this one is small.
`python -m tests.benchmarks.launch TEXT-FOR-STDIN PROGRAM ARGUMENT...`
"""

import json
import os
import subprocess
import sys
from time import perf_counter


def main(text: str, command: list[str]) -> None:
    """Feed the program `text`; seconds to its first line and to its end, CPU seconds, peak in MB."""
    began = perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(text.encode())
    process.stdin.close()
    line = process.stdout.readline()
    first = perf_counter() - began
    rest = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    told = {
        "first": first,
        "whole": took,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": peak,
        "said": (line + rest).decode(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
