"""Whether a package of the lock file has a known weakness, told by pip-audit where it can reach its data."""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
ASK = (
    "-r",
    str(LOCK),
    "--require-hashes",
    "--disable-pip",
    "-f",
    "json",
    "--progress-spinner",
    "off",
    "--timeout",
    "15",
)
UNKNOWN = "Not looked for known weaknesses of packages: pip-audit cannot reach its data from here"


def main() -> int:
    """1 where a package has a known weakness; 0 where none has, or it cannot be known, which is said."""
    try:
        asked = subprocess.run(
            [sys.executable, "-m", "pip_audit", *ASK],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        packages = json.loads(asked.stdout)["dependencies"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        print(f"{UNKNOWN} ({type(error).__name__}).")
        return 0
    weak = [(each, found) for each in packages for found in each.get("vulns", ())]
    skipped = [each for each in packages if "skip_reason" in each]
    if len(skipped) == len(packages):
        print(f"{UNKNOWN}: the package index here tells nothing of any of {len(packages)} packages.")
    else:
        looked = len(packages) - len(skipped)
        print(f"{looked} of {len(packages)} packages were looked up: {len(weak)} known weaknesses.")
    for each, found in weak:
        mended = ", ".join(found.get("fix_versions", ())) or "no version yet"
        print(f"{each['name']} {each['version']}: {found['id']}, mended in {mended}")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
