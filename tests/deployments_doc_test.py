#!/usr/bin/env python3
"""docs/deployments.md holds: each promise has its two cells, each conversation that it names is there, and each deployment has a table.
deployments_doc_test.py SOURCE_FOLDER DEPLOYMENT..."""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
faults = []
columns = ["promise", "by USSD", "by SMS"]
# A name of a file of conversations (or of rehearsals) with what is quoted of it: "pay: *pays a part …*; *more than …*".
part = re.compile(r"`[^`]*`|(rehearsals? )?\b([a-z_]+(?:, [a-z_]+)*): (?=\*|all\b|the same\b)|\*([^*]+)\*")


def conversations(folder, name):
    path = source / "config" / folder / f"{name}.yaml"
    return re.findall(r"^conversation: (.*)$", path.read_text(), re.M) if path.exists() else None


def look(deployment, cell):
    names, kind, all_rehearsals, quoted = [], "conversations", False, 0
    for found in part.finditer(cell):
        rehearsal, named, quote = found.groups()
        if named:
            all_rehearsals = all_rehearsals or rehearsal == "rehearsals "
            kind = "tests" if rehearsal or all_rehearsals else "conversations"
            names = named.split(", ")
            for name in names:
                if conversations(f"{deployment}/{kind}", name) is None:
                    faults.append(f"{deployment}: there is no {kind}/{name}.yaml")
        elif quote:
            quoted += 1
            wanted = re.compile(".*".join(re.escape(piece) for piece in quote.split("…")))
            for name in names:
                if not any(wanted.fullmatch(one) for one in conversations(f"{deployment}/{kind}", name) or []):
                    faults.append(f"{deployment}: {kind}/{name}.yaml has no conversation '{quote}'")
            if not names:
                faults.append(f"{deployment}: '{quote}' is of no file")
    for path in re.findall(r"`(tests/[^`]*)`", cell):
        if not (source / path).exists():
            faults.append(f"{deployment}: there is no {path}")
    return quoted


told, quotes, deployment, wide = {}, 0, None, False
for line in (source / "docs/deployments.md").read_text().splitlines():
    if heading := re.match(r"## (?:([a-z-]+):)?", line):
        deployment = heading[1]
    if deployment is None or not line.startswith("|"):
        continue
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if cells[0] == columns[0]:
        if cells != columns:
            faults.append(f"{deployment}: the columns are {cells}")
        continue
    if set(line) <= set("|- "):
        continue
    if len(cells) != len(columns) or not all(cells):
        faults.append(f"{deployment}: an empty cell, or too many: {line}")
        continue
    told[deployment] = told.get(deployment, 0) + 1
    quotes += sum(look(deployment, cell) for cell in cells[1:])

for folder in sys.argv[2:]:
    if told.get(folder, 0) < 5:
        faults.append(f"{folder}: its promises are not told")
if quotes < 100:
    faults.append(f"only {quotes} conversations are named")
for fault in faults:
    print(f"docs/deployments.md: {fault}")
sys.exit(1 if faults else 0)
