#!/usr/bin/env python3
"""The house stands as ARCHITECTURE.md draws it: rooms include only what lies below them, pure rooms neither Asio nor curl nor
SQLite, and only one file knows libsmpp34; no statement of the store hides another one of its name. Exits 1 with a line for each breach."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent

# Each room and the rooms it may include; what is not named here does not exist.
below = {
    "domain": set(),
    "audit": {"domain"},
    "identity": {"domain"},
    "ledger": {"domain"},
    "smpp": {"domain"},
    "broadcasts": {"domain", "smpp"},
    "ussd": {"domain", "smpp"},
    "flows": {"domain", "ussd"},
    "numbers": {"domain"},
    "otp": {"domain"},
    "staff": {"domain"},
    "cases": {"domain", "staff"},
    "vouchers": {"domain"},
    "payments": {"domain"},
    "reconcile": {"domain"},
    "rollout": {"domain", "reconcile"},
    "polls": {"domain"},
    "store": {"domain", "audit", "cases", "identity", "ledger", "otp", "payments", "polls", "reconcile", "rollout", "staff", "vouchers", "broadcasts"},
    "connectors": {"domain", "flows"},
    "companies": {"domain", "connectors", "payments", "reconcile"},
    "services": {"domain", "audit", "cases", "identity", "ledger", "staff", "flows", "otp", "payments", "polls", "rollout", "vouchers", "store", "companies"},
    "gateways": {"domain", "smpp"},
    "admin": {"domain", "audit", "cases", "identity", "numbers", "staff", "flows", "payments", "polls", "reconcile", "rollout", "store", "companies", "services", "broadcasts"},
    "daemon": {"domain", "audit", "cases", "identity", "staff", "smpp", "ussd", "flows", "otp", "store", "connectors", "companies", "services", "gateways", "rehearsal", "admin", "payments", "polls", "ledger", "vouchers", "reconcile", "rollout", "broadcasts"},
    "rehearsal": {"domain", "ussd", "flows"},
    "cli": {"domain", "audit", "cases", "identity", "ledger", "numbers", "staff", "smpp", "ussd", "flows", "rehearsal", "otp", "store", "connectors", "companies", "services", "gateways", "daemon", "admin", "payments", "polls", "vouchers", "reconcile", "rollout", "broadcasts"},
}
top_level = {"smpp", "ussd", "flows"}
pure = {"domain", "audit", "cases", "connectors", "identity", "ledger", "smpp", "ussd", "flows", "otp", "payments", "polls", "reconcile", "rollout", "staff", "vouchers", "rehearsal", "broadcasts"}
outside_pure = re.compile(r"boost/(asio|beast)|curl/|SQLiteCpp|sqlite3|openssl/|sodium|systemd/|prometheus/|spdlog/")
include = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def folder(room):
    return root / room if room in top_level else root / "src" / room


breaches = []
files = 0
for room, allowed in below.items():
    for path in sorted(folder(room).rglob("*.[ch]pp")):
        files += 1
        for name in include.findall(path.read_text(encoding="utf-8")):
            where = f"{path.relative_to(root)} includes {name}"
            other = name.split("/")[0]
            if other in below and other != room and other not in allowed:
                breaches.append(f"{where}: {room} lies below {other}")
            if room in pure and outside_pure.search(name):
                breaches.append(f"{where}: {room} is a pure room")
            if name.startswith("phonenumbers/") and room != "numbers":
                breaches.append(f"{where}: only src/numbers knows that library")
            if "smpp34" in name and not name.startswith("smpp/") and path.name != "libsmpp34.cpp":
                breaches.append(f"{where}: only smpp/libsmpp34.cpp knows that library")
unknown = {p.name for p in (root / "src").iterdir() if p.is_dir()} - set(below)
breaches += [f"src/{name} is a room that the map does not know" for name in sorted(unknown)]
statements = re.findall(r"^-- @ (\w+)$", (root / "src/store/sqlite/statements.sql").read_text(encoding="utf-8"), re.MULTILINE)
breaches += [f"statements.sql: '{name}' is there twice" for name in sorted(set(statements)) if statements.count(name) > 1]
if files < 50:
    breaches.append(f"only {files} files were looked at")
print("\n".join(breaches) or f"{files} files, no breach")
sys.exit(1 if breaches else 0)
