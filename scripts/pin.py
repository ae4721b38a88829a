"""Pin every dependency to an exact version, without any registry address: `uv run scripts/pin.py`.

Resolves afresh, then writes the versions to `[tool.uv] constraint-dependencies` in pyproject.toml.
"""

import re
import subprocess
from pathlib import Path

root = Path(__file__).resolve().parent.parent
project = root / "pyproject.toml"
head = project.read_text().split("[tool.uv]\n")[0]
project.write_text(head + "[tool.uv]\n")
(root / "uv.lock").unlink(missing_ok=True)
asked = ["uv", "export", "-q", "--all-extras", "--all-groups", "--no-hashes"]
asked += ["--no-emit-project", "--no-annotate", "--no-header"]
listing = subprocess.run(asked, cwd=root, check=True, capture_output=True, text=True).stdout
lines = [line.split(";")[0].strip() for line in listing.splitlines()]
pins = sorted({line for line in lines if re.match(r"[a-z0-9._-]+==", line)})
block = "".join(f'    "{pin}",\n' for pin in pins)
project.write_text(f"{head}[tool.uv]\nconstraint-dependencies = [\n{block}]\n")
