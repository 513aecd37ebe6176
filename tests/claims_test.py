#!/usr/bin/env python3
"""Every claim of docs/claims.md has a test of its name where the page says, and every test that is named after a claim stands on
the page. Exits 1 with a line for each that does not."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
page = (root / "docs" / "claims.md").read_text(encoding="utf-8")
claimed = re.findall(r"^- (.+) — `(.+)`$", page, re.MULTILINE)
wrong = []
if len(claimed) != len(re.findall(r"^- ", page, re.MULTILINE)):
    wrong.append("a line of docs/claims.md is not '- claim — `file`'")
for claim, file in claimed:
    path = root / file
    if not path.is_file() or f'"claim: {claim}"' not in path.read_text(encoding="utf-8"):
        wrong.append(f"{file} has no test 'claim: {claim}'")
known = set(claimed)
for path in [*root.glob("tests/unit/*/*.cpp"), root / "tests/CMakeLists.txt"]:
    name = str(path.relative_to(root))
    for claim in re.findall(r'(?:TEST_CASE|TEST_CASE_METHOD|add_test)\([^"]*"claim: ([^"]+)"', path.read_text(encoding="utf-8")):
        if (claim, name) not in known:
            wrong.append(f"docs/claims.md does not have '{claim}' of {name}")
if len(claimed) < 40:
    wrong.append(f"only {len(claimed)} claims were found")
print("\n".join(wrong) or f"{len(claimed)} claims, each with a test of its name")
sys.exit(1 if wrong else 0)
