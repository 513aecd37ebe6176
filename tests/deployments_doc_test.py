#!/usr/bin/env python3
"""docs/deployments.md holds: each promise has a conversation in either cell, in which somebody dials or texts; each conversation that it names
is there, each file of them is named, and each deployment has a table. deployments_doc_test.py SOURCE_FOLDER DEPLOYMENT..."""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
faults = []
columns = ["promise", "by USSD", "by SMS"]
# What is there to be seen in a conversation that shows a promise by USSD, or by SMS.
seen = {"by USSD": re.compile(r"^  - dial:", re.M), "by SMS": re.compile(r"^  - (sms|expect_sms):", re.M)}
# Where by nature nobody dials or texts, and why: promise, column, cell.
not_by_phone = {
    ("a dropped dialogue goes on where it was", "by SMS"): "nothing is dropped there",
}
# A name of a file of conversations (or of rehearsals) with what is quoted of it: "pay: *pays a part …*; *more than …*".
part = re.compile(r"`[^`]*`|(rehearsals? )?\b([a-z_]+(?:, [a-z_]+)*): (?=\*|(all\b))|\*([^*]+)\*")


def conversations(folder, name):
    """Of a file: each by its name. Nothing: there is no such file."""
    path = source / "config" / folder / f"{name}.yaml"
    if not path.exists():
        return None
    told = {}
    for text in path.read_text().split("\n---\n"):
        if heading := re.search(r"^conversation: (.*)$", text, re.M):
            told[heading[1]] = text
    return told


def look(deployment, column, cell):
    """How many conversations the cell quotes, whether one shows it in its column, and the files that it names."""
    names, kind, quoted, is_shown, files = [], "conversations", 0, False, set()
    for found in part.finditer(cell):
        rehearsal, named, is_all, quote = found.groups()
        if named:
            kind = "tests" if rehearsal else "conversations"
            names = named.split(", ")
            for name in names:
                told = conversations(f"{deployment}/{kind}", name)
                if told is None:
                    faults.append(f"{deployment}: there is no {kind}/{name}.yaml")
                elif not rehearsal:
                    files.add(name)
                    is_shown = is_shown or (bool(is_all) and any(seen[column].search(text) for text in told.values()))
        elif quote:
            quoted += 1
            wanted = re.compile(".*".join(re.escape(piece) for piece in quote.split("…")))
            for name in names:
                held = [text for one, text in (conversations(f"{deployment}/{kind}", name) or {}).items() if wanted.fullmatch(one)]
                if not held:
                    faults.append(f"{deployment}: {kind}/{name}.yaml has no conversation '{quote}'")
                is_shown = is_shown or (kind == "conversations" and any(seen[column].search(text) for text in held))
            if not names:
                faults.append(f"{deployment}: '{quote}' is of no file")
    for path in re.findall(r"`(tests/[^`]*)`", cell):
        if not (source / path).exists():
            faults.append(f"{deployment}: there is no {path}")
    return quoted, is_shown, files


told, quotes, named, deployment, unused = {}, 0, {}, None, set(not_by_phone)
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
    for column, cell in zip(columns[1:], cells[1:]):
        quoted, is_shown, files = look(deployment, column, cell)
        quotes += quoted
        named.setdefault(deployment, set()).update(files)
        unused.discard((cells[0], column))
        if not is_shown and not_by_phone.get((cells[0], column)) != cell:
            faults.append(f"{deployment}: '{cells[0]}' names no conversation that shows it {column}: {cell}")

for folder in sys.argv[2:]:
    if told.get(folder, 0) < 5:
        faults.append(f"{folder}: its promises are not told")
    for path in sorted((source / "config" / folder / "conversations").glob("*.yaml")):
        if path.stem not in named.get(folder, set()):
            faults.append(f"{folder}: conversations/{path.name} shows no promise")
if quotes < 100:
    faults.append(f"only {quotes} conversations are named")
faults += [f"'{promise}' is no promise any more that is not shown {column}" for promise, column in sorted(unused)]
for fault in faults:
    print(f"docs/deployments.md: {fault}")
sys.exit(1 if faults else 0)
