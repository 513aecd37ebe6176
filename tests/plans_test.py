#!/usr/bin/env python3
"""What is asked of tables that grow without end is found by an index, never by reading through all of them: SQLite's own plan
of these statements says so, on the schema as it is. Exits 1 with a line for each that does not."""
import pathlib
import re
import sqlite3
import sys

store = pathlib.Path(__file__).resolve().parent.parent / "src/store"

# Statements, and the tables that each may look up in but not read through.
looked_up = {
    "add_payment": ["citizen_case"],
    "audit_actions": ["audit"],
    "audit_page": ["audit"],
    "audit_page_of_action": ["audit"],
    "audit_page_of_actor": ["audit"],
    "audit_page_of_number": ["audit"],
    "audit_page_of_person": ["audit"],
    "broadcast_candidates": ["notice", "its"],
    "broadcast_groups": ["notice", "its"],
    "cash_held_before": ["cash_sum"],
    "citizen_case_to_join": ["citizen_case", "event"],
    "citizen_cases": ["other"],
    "companies_of_open_payments": ["payment"],
    "companies_with_payments_refused_before": ["payment"],
    "count_open_payments_of_person": ["payment"],
    "count_subscriptions": ["subscription"],
    "drop_old_mail": ["mail"],
    "mail_of_number": ["mail"],
    "next_mail": ["mail", "address"],
    "note_mail_refused": ["mail_address", "mail"],
    "open_joined_citizen_cases": ["citizen_case"],
    "open_payees_of_person": ["payment"],
    "open_payment_to": ["payment"],
    "open_payments": ["payment", "transfer", "refund"],
    "payments_not_over": ["payment", "transfer", "refund"],
    "payments_of_person": ["payment", "transfer", "refund"],
    "subscriptions_due": ["subscription"],
    "subscriptions_of_number": ["subscription"],
    "untell_notices": ["subscription", "outbox"],
}
# Of these, those that need not sort what they find: a page is the work of a page.
in_order = {"citizen_case_to_join", "audit_page", "audit_page_of_action", "audit_page_of_actor", "next_mail", "open_payments", "payments_not_over", "payments_of_person", "subscriptions_due"}
# Behind a number is most of a table: only what is not searched for goes through it so.
goes_through = {"audit_page", "next_mail"}
# Those that read an index and no row beside it: what they count or compare may be many.
by_index_alone = ["companies_with_payments_refused_before", "count_open_payments_of_person", "note_unnamed_folder_revisions",
                  "open_payees_of_person", "open_payment_to"]
# Those that are bounded by a range of an index: the step that says so.
ranges = {
    "broadcast_candidates": "SEARCH its USING INDEX citizen_case_open_of_number (msisdn=?)",
    "broadcast_groups": "SEARCH its USING INDEX citizen_case_open_of_number (msisdn=?)",
    "audit_page_of_action": "SEARCH audit USING INDEX audit_of_action (action=? AND rowid>? AND rowid<?)",
    "cash_held_before": "SEARCH cash_sum USING PRIMARY KEY (drawer=? AND quarter>?)",
    "cash_sums_of_drawers": "SEARCH moved USING PRIMARY KEY (drawer=? AND quarter>? AND quarter<?)",
}

database = sqlite3.connect(":memory:")
for migration in sorted((store / "schema").glob("*.sql")):
    database.executescript(migration.read_text(encoding="utf-8"))
text = (store / "sqlite/statements.sql").read_text(encoding="utf-8")
statements = dict(re.findall(r"^-- @ (\w+)\n(.*?)(?=^-- @ |\Z)", text, re.MULTILINE | re.DOTALL))

breaches = []


def plan_of(name):
    if name not in statements:
        breaches.append(f"{name}: there is no such statement")
        return []
    values = [0] * max([int(number) for number in re.findall(r"\?(\d+)", statements[name])], default=0)
    return [row[3] for row in database.execute("EXPLAIN QUERY PLAN " + statements[name], values)]


for name, tables in looked_up.items():
    plan = plan_of(name)
    breaches += [f"{name}: {step}" for step in plan for table in tables if re.match(rf"SCAN {table}\b", step)]
    breaches += [f"{name}: {step}" for step in plan for table in tables
                 if name not in goes_through and re.match(rf"SEARCH {table} USING INTEGER PRIMARY KEY \(rowid[<>]", step)]
    breaches += [f"{name}: {step}" for step in plan if name in in_order and "FOR ORDER BY" in step]
for name in by_index_alone:
    breaches += [f"{name}: {step}" for step in plan_of(name) if re.match(r"(SEARCH|SCAN) payment\b", step) and "COVERING INDEX" not in step]
for name, step in ranges.items():
    breaches += [] if step in plan_of(name) else [f"{name}: there is no step {step}"]
print("\n".join(breaches) or f"{len(looked_up)} statements, no breach")
sys.exit(1 if breaches else 0)
