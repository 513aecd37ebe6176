#!/usr/bin/env python3
"""Payments whose company is gone, and how two members of staff end them: payment_ends_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER.
Cash is taken while the company is there and never answers; then it is away for good, and the daemon asks in vain."""
import json
import pathlib
import re
import sys
import urllib.request

from system import System, nowhere

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build, SYRIATEL_PORT="1")
check, run, rows, until = system.check, system.run, system.rows, system.until


def payments(act, *more, who="amal", code=0):
    return run("payments", act, *more, "--as", who, code=code)


def overdue():
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=system.patience_s) as answer:
        found = re.search(r'^shubbak_payments_overdue{company="aleppo"} (\S+)$', answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else None


def holds(kind, owner):
    found = rows(f"SELECT credits_posted - debits_posted FROM ledger_account WHERE kind = {kind} AND owner = '{owner}'")
    return found[0][0] if found else 0


def texts():
    return rows("SELECT count(*) FROM outbox")[0][0]


# --- a drawer, and a company that never answers
companies = system.start_those_that_are_paid()
system.add_staff(("root", "admin"), ("sami", "clerk@*/rif/post_7"), ("amal", "case_worker"), ("basel", "cashier"), ("widad", "overseer"))
number, person = "+963933777888", "02020304050"
run("link", "make", "--confirmed", "--msisdn", number, "--national-id", "-", "--office", "Homs post office", given=person + "\n")
run("cash", "open-drawer", "sami", "--directorate", "rif", "--office", "post_7", "--ceiling", "5000", "--as", "root")
taken = {}
for key, account in (("settled", "9000021"), ("released", "9000022")):
    told = run("cash", "take", "aleppo", account, "30", "--as", "sami", "--key", key, "--msisdn", number, "--format", "json", code=4)
    check(json.loads(told)["state"] == "held", told)
    taken[key] = rows(f"SELECT number FROM ledger_transfer WHERE key = 'cash-{key}'")[0][0]
check(holds(2, "sami.post_7") == 6_000 and holds(3, "aleppo") == 0, "what is held does not wait")

# --- it may answer still
evidence = ("--evidence", "letter of 12 Nov, D-7781")
check("may take the payment still" in payments("propose-settle", "--payment", taken["settled"], *evidence, code=1), "it is ended while its company may take it")
companies.terminate()
companies.wait(system.patience_s)
system.environment.update(nowhere)
((stays,),) = rows("SELECT sql FROM sqlite_master WHERE name = 'payment_stays'")
system.write(f"DROP TRIGGER payment_stays; UPDATE payment SET not_after = not_after - 7200000; {stays};")
system.start_daemon()
port = system.port_of("http")
until(lambda: '"payment_unknown"' in system.log(), "the company is not asked")
check(overdue() == 2, f"{overdue()}")
listed = run("payments", "open", "--company", "aleppo").splitlines()
check([line.split("  ")[:4] for line in listed] == [[str(taken["settled"]), "aleppo", "*0021", "30 SYP"], [str(taken["released"]), "aleppo", "*0022", "30 SYP"]], f"{listed}")
check(run("payments", "open").splitlines() == listed and run("payments", "open", "--company", "homs") == "", "it is not listed by company")
check(run("payments", "open", "--older-than", "2d") == "", "it is not listed by age")
before = texts()

# --- who may not, or has nothing in writing, ends nothing
for wrong, why in ((("propose-settle", 4711, *evidence), "no payment 4711"),
                   (("propose-settle", taken["settled"], "--evidence", person), "could be somebody's number"),
                   (("propose-settle", taken["settled"], "--evidence", "said by 0933777888."), "could be somebody's number"),
                   (("propose-settle", taken["settled"], "--evidence", "x" * 55), "at most 54"),
                   (("propose-settle", taken["settled"], "--evidence", " "), "in writing")):
    check(why in payments(*wrong, code=1), f"{wrong} is not told '{why}'")
payments("propose-settle", taken["settled"], *evidence, who="widad", code=1)
check("--evidence" in run("payments", "propose-settle", taken["settled"], "--as", "amal", code=2), "nothing is needed in writing")
check(run("payments", "proposals") == "", "what was refused is proposed")

# --- settled: proposed by one, approved by another, and told
check("proposal 1: settle payment" in payments("propose-settle", "--payment", taken["settled"], *evidence), "nothing is proposed")
check("proposal 1 of the payment waits" in payments("propose-release", taken["settled"], *evidence, code=1), "two ends of it are proposed")
payments("approve", "--proposal", 1, code=1)  # no cashier
check("1  proposed  settle payment" in run("payments", "proposals", "--open"), "what is proposed is not listed")
check(run("payments", "proposals").split("  ")[6] == "open", "it is not told that the payment is open still")
check(holds(3, "aleppo") == 0 and texts() == before, "what nobody has approved has moved money")
check(f"payment {taken['settled']} is settled" in payments("approve", "--proposal", 1, who="basel"), "nothing is approved")
check("decided already" in payments("approve", 1, who="basel", code=1), "it is approved twice")
check(holds(3, "aleppo") == 3_000 and holds(2, "sami.post_7") == 3_000, "the company is not owed what it has")
check(texts() == before + 1, "the person is not told, or twice")

# --- released: not by who proposed it, rejected once
check("proposal 2" in payments("propose-release", taken["released"], *evidence, who="basel"), "nothing is proposed")
check("somebody else must" in payments("approve", 2, who="basel", code=1), "who proposed it has approved it")
check("stays as it is" in payments("reject", 2, who="basel"), "nothing is rejected")
check("proposal 3" in payments("propose-release", taken["released"], *evidence), "nothing is proposed anew")
check(f"payment {taken['released']} is released" in payments("approve", 3, who="basel"), "nothing is released")
check(holds(3, "aleppo") == 3_000 and texts() == before + 2, "it is paid, or nobody is told")
((owed,),) = rows(f"SELECT amount FROM cash_owed WHERE payment = {taken['released']}")
check(owed == 3_000, f"the drawer owes {owed}")
check(run("payments", "open") == "" and overdue() == 0, "what is over is open")
check([line.split("  ")[1] for line in run("payments", "proposals").splitlines()] == ["done", "rejected", "done"], "it is not told what was decided")
check([line.split("  ")[6].split(" ")[0] for line in run("payments", "proposals").splitlines()] == ["settled", "released", "released"],
      "it is not told what became of the payments")

# --- the books are whole and name both, the trail has each step, and the log nobody's number
((said,),) = rows("SELECT evidence FROM ledger_transfer WHERE key = 'cash-settled'")
check(said == "staff amal, basel: letter of 12 Nov, D-7781", said)
for book, word in (("ledger", "whole"), ("audit", "intact")):
    check(word in run(book, "verify"), f"the {book} is not {word}")
trail = rows("SELECT action, actor_name, thing FROM audit WHERE action LIKE 'payment.%' ORDER BY number")
check(trail == [("payment.end_proposed", "amal", "ending.1"), ("payment.settled", "basel", "ending.1"),
                ("payment.end_proposed", "basel", "ending.2"), ("payment.end_rejected", "basel", "ending.2"),
                ("payment.end_proposed", "amal", "ending.3"), ("payment.released", "basel", "ending.3")], f"{trail}")
log = system.log()
for private in (person, number[1:]):
    check(private not in log, "the log tells who paid")
print("ok")
