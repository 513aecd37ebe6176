#!/usr/bin/env python3
"""Payments of a full run against the company's own file: reconcile_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. The companies are
the sample ones, the file is what aleppo exports of the day; then differences of each kind are planted in it."""
import csv
import datetime
import hashlib
import http.client
import io
import json
import os
import pathlib
import re
import subprocess
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build)
work, config, check, run, rows, environment = system.work, system.config, system.check, system.run, system.rows, system.environment


def today():
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


# --- a day at the companies
day = today()
paying = (source / "config/syria-kuwwa/conversations/pay.yaml").read_text().split("\n---\n")
script = [one for one in paying if "pays with a voucher by SMS" in one or "a company declines" in one]
check(len(script) == 2, "pay.yaml has not the conversations that this test is of")
by_card = script[1].replace("9000028", "2100345").replace("was not made", "Paid")
by_card = re.sub(r"  - dial: \"\*123\*7#\"\n.*\n?$", '  - expect_sms: {contains: "Receipt"}\n', by_card)
script[1] = script[1].replace("330 SYP", "380 SYP")
for number in (1, 2, 3):
    amount = f"{10 * number}"
    script.append(by_card.replace("963944667816", f"96394466782{number}").replace('"50"', f'"{amount}"').replace("Pay 50", f"Pay {amount}")
                  .replace("pay 50", f"pay {amount}"))
(work / "day.yaml").write_text("\n---\n".join(script))

system.start_those_that_are_paid()
run("link", "given", work / "day.yaml")
system.sell_vouchers(source)
phone = system.start_phone("--script", work / "day.yaml", "--vouchers", work / "vouchers.pins")
system.start_daemon()
check(phone.wait(system.patience_s) == 0, f"the day did not hold: {system.shown()}")

# --- the company's file of it, as it is
connection = http.client.HTTPConnection(environment["COMPANY_ALEPPO_URL"].removeprefix("http://"), timeout=system.patience_s)
connection.request("POST", "/v1/payments/export", json.dumps({"day": day}))
exported = connection.getresponse().read().decode()
connection.close()
if today() != day:  # midnight came between: once more
    system.end_all()
    os.execv(sys.executable, [sys.executable, *sys.argv])
lines = exported.splitlines()
check(len(lines) == 5, f"aleppo lists {exported}")
head, listed = lines[0], [line.split(",") for line in lines[1:]]
minor = sum(int(line[2]) for line in listed)
check(minor == 18_000, f"aleppo has been paid {minor}")

for who, role in (("amal", "cashier"), ("basel", "case_worker"), ("clerk", "clerk"), ("widad", "overseer"), ("sami", "cashier@damascus"),
                  ("rula", "case_worker@damascus")):
    run("staff", "add", who, "--full-name", who, "--role", role)


def importing(text, who="amal", of=day, code=0, name="file.csv", company="aleppo"):
    (work / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("reconcile", "import", "--as", who, "--company", company, "--day", of, work / name, code=code)


def report():
    return json.loads(run("reconcile", "report", "--company", "aleppo", "--day", day, "--format", "json"))


def totals():
    told = report()
    check(len(told["totals"]) == 1, f"{told}")
    (one,) = told["totals"]
    check(one["adds_up"], f"{one}")
    there = sum(one[part]["minor"] for part in ("matched", "there_of_other_days", "there_open", "there_differs", "missing_here", "twice"))
    here = sum(one[part]["minor"] for part in ("matched", "here_of_other_days", "here_differs", "missing_there", "uncompared"))
    check(one["there"]["minor"] == there and one["here"]["minor"] == here, f"{one} does not add up")
    return one


def cases(*arguments):
    return [json.loads(line) for line in run("reconcile", "cases", "--format", "json", *arguments).splitlines()]


def is_unchanged():
    imports = rows("SELECT number, state FROM reconciliation_import WHERE state = 1")
    return imports, rows("SELECT * FROM reconciliation_case"), rows("SELECT * FROM reconciliation_listed")


check(report()["import"] is None and totals()["uncompared"] == {"count": 4, "minor": 18_000}, "the day is not told before its file")
for who, told in (("clerk", "reconcile.import"), ("basel", "reconcile.import"), ("widad", "reconcile.import"), ("sami", "")):
    check(told in importing(exported, who, code=1), f"{who} is not told what they may not")
check(rows("SELECT count(*) FROM reconciliation_import") == [(0,)], "who may not has left something")
told = importing(exported)
check("imported 4 lines: 0 cases opened, 0 closed" in told and "adds up" in told and "not over" in told, told)
one = totals()
check(one["matched"] == one["here"] == one["there"] == {"count": 4, "minor": 18_000}, f"{one}")
check(report()["import"]["sha256"] == hashlib.sha256(exported.encode()).hexdigest(), "the file's hash is not told")
before = is_unchanged()
check("imported before" in importing(exported) and is_unchanged() == before, "the same file changes something")

# --- what cannot be read changes nothing, and is told where it is
bad = listed[1][:]
for text, where in (
        ("", "the file is empty"), (exported.replace("amount_minor", "amount"), "line 1, column 1: no column of the head line is 'amount_minor'"),
        (exported.replace("amount_minor", "account"), "line 1, column 2: the head line has 'account' twice"),
        (exported + ",".join(bad[:5]) + "\n", "line 6: it has 5 columns, the first line has 6"),
        (exported.encode() + b"\xff" + ",".join(bad).encode() + b"\n", "line 6, column 1: octets that are not UTF-8"),
        (exported.encode("utf-16"), "line 1, column 1: the file is UTF-16"),
        (exported.replace(f",{listed[2][2]},", ",12.50,"), "line 4, column 3: amount_minor must be a whole number"),
        (exported.replace(day, "2020-01-01"), "line 2, column 6: time is 2020-01-01"),
        (exported + '"', "line 6, column 1: the field in quotes that begins in line 6 never ends"),
        (exported + "\n", "line 6, column 1: the line is empty"),
        ((work / "shubbak.db").read_bytes(), "line 1, column 1: ")):
    told = importing(text, code=1)
    check(f"file.csv: {where}" in told, f"'{where}' is not told: {told}")
check(is_unchanged() == before, "what cannot be read has changed something")
for arguments, code in ((("--company", "nobody", "--day", day), 2), (("--company", "aleppo", "--day", "26.11.2026"), 2),
                        (("--company", "aleppo", "--day", "2999-01-01"), 2)):
    run("reconcile", "import", "--as", "amal", *arguments, work / "file.csv", code=code)
wrong = "".join(f"X{i},4521007,500,SYP,P9,{day}T12:00:00Z\n" for i in range(10_001))
check("is it the file of this company and day" in importing(head + "\n" + wrong, code=1), "somebody else's file is not told")
check(is_unchanged() == before, "somebody else's file has changed something")

# --- differences of each kind
released = rows("SELECT key FROM ledger_transfer JOIN payment USING (number) WHERE state = 2")
check(len(released) == 1, f"{released} are not what was declined")
planted = [line[:] for line in listed]
planted[0][2] = str(int(planted[0][2]) + 1)  # amount differs
planted[1][1] = "2100346"  # and the account
gone = planted.pop(2)  # missing there
planted.append(planted[2][:])  # twice
planted.append([released[0][0], "9000028", "5000", "SYP", "P1-99", f"{day}T12:00:00Z"])  # late success
planted.append(["nobodys", "4521007", "700", "SYP", "P1-98", f"{day}T12:00:00Z"])  # never here
text = "\n".join([head, *map(",".join, planted)]) + "\n"
told = importing(text)
check("imported 6 lines: 6 cases opened, 0 closed" in told, told)
found = {(case["outcome"], case["reference"]): case for case in cases("--open")}
check(set(found) == {("amount_differs", listed[0][0]), ("amount_differs", listed[1][0]), ("missing_there", gone[0]),
                     ("twice", listed[3][0]), ("missing_here", released[0][0]), ("missing_here", "nobodys")}, f"{sorted(found)}")
case = found["amount_differs", listed[0][0]]
check(case["there"]["amount_minor"] == case["here"]["amount_minor"] + 1 and case["line"] == 2 and case["day"] == day, f"{case}")
check(found["missing_here", released[0][0]]["receipt"] and not found["missing_here", "nobodys"]["receipt"], "a payment is not named")
one = totals()
check(one["matched"]["count"] == 1 and one["missing_there"] == {"count": 1, "minor": int(gone[2])} and
      one["missing_here"] == {"count": 2, "minor": 5_700} and one["twice"] == {"count": 1, "minor": int(listed[3][2])}, f"{one}")
check(one["here"]["minor"] == 18_000 and one["there"]["minor"] == sum(int(line[2]) for line in planted), f"{one}")

# --- resolved by who may, once, and why
number = found["missing_here", "nobodys"]["case"]


def resolving(case, *more, who="basel", how="company_corrects", note="their bookkeeper rang back", code=0):
    return run("reconcile", "resolve", case, "--as", who, "--how", how, "--note", note, *more, code=code)


mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
for more in (dict(case=mistyped), dict(case=number, how="listed_later"), dict(case=number, note=""), dict(case=number, note="x" * 1001)):
    resolving(**more, code=2)
for who in ("amal", "widad", "clerk", "rula"):
    resolving(number, who=who, code=1)
check(len(cases("--open")) == 6, "who may not has resolved a case")
check(f"resolved case {number}" in resolving(number), "a case is not resolved")
check("is resolved already" in resolving(number, code=1), "a case is resolved twice")
check(len(cases("--open")) == 5 and len(cases()) == 6, "a resolved case is not told")
told = run("reconcile", "cases")
check(f"{number}  company_corrects  missing_here  aleppo {day} line 7  nobodys  there 7 SYP on 4521007 as P1-98" in told and
      "by basel: their bookkeeper rang back" in told, told)
check(b"rang back" not in (work / "shubbak.db").read_bytes() + (work / "shubbak.db-wal").read_bytes(), "a note is in clear")

# --- what the accountants get is a file that we read ourselves; it is the corrected one here
export = run("reconcile", "export", "--company", "aleppo", "--day", day)
table = list(csv.DictReader(io.StringIO(export)))
check([[row[name] for name in ("reference", "account", "amount_minor", "currency", "company_reference")] for row in table] ==
      [line[:5] for line in listed], f"{export} is not {listed}")
check(all(re.fullmatch(r"\d{8}", row["receipt"]) for row in table), export)
told = importing(export)
check("imported 4 lines: 0 cases opened, 5 closed" in told, told)
one = totals()
check(one["matched"] == one["here"] == one["there"] == {"count": 4, "minor": 18_000} and not cases("--open"), f"{one}")
check({case["resolution"] for case in cases()} == {"withdrawn", "company_corrects"}, "a resolved case does not stay")

# --- killed halfway: as if it had never been
before = is_unchanged()
(work / "half.csv").write_text(head + "\n" + wrong[:wrong.index("X9000,")])
half = subprocess.Popen([shubbak, "reconcile", "import", "--as", "amal", "--company", "aleppo", "--day", day, str(work / "half.csv"),
                         "--config", str(config)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                        text=True, env=environment)
half.stdin.write(system.password + "\n")
half.stdin.close()
while not rows("SELECT count(*) FROM reconciliation_line")[0][0]:
    check(half.poll() is None, "the import has ended by itself")
half.kill()
half.wait()
check(is_unchanged() == before, "half an import has changed something")
check("imported 6 lines: 5 cases opened, 0 closed" in importing(text), "nothing can be imported after a kill")
check(len(cases("--open")) == 5 and totals()["twice"]["count"] == 1, "the file is not in force")
check(rows("SELECT count(*) FROM reconciliation_line") == [(0,)], "what the kill has left is there still")

# --- a payment goes back to its card: one asks, another pays, and the person is told
receipt = table[-1]["receipt"]
paid = int(table[-1]["amount_minor"])
run("staff", "add", "nada", "--full-name", "nada", "--role", "cashier")


def refund(act, what, *more, who="amal", code=0):
    return run("refunds", act, what, "--as", who, *more, code=code)


def on_cards():
    return rows("SELECT sum(credits_posted - debits_posted) FROM ledger_account WHERE kind = 0")[0][0]


held = on_cards()
outbox = rows("SELECT count(*) FROM outbox")[0][0]
check("more would be refunded" in refund("propose", receipt, "--reason", "paid_twice", "--amount", "5000", code=1), "too much is refunded")
check("mistyped" in refund("propose", "12345678", "--reason", "paid_twice", code=1), "a receipt that is none is refunded")
for wrong_amount in ("0", "-1", "1.234", "much"):
    run("refunds", "propose", receipt, "--as", "amal", "--reason", "paid_twice", f"--amount={wrong_amount}", code=1)
for who in ("clerk", "widad"):
    refund("propose", receipt, "--reason", "paid_twice", who=who, code=1)
check("refund 1 is proposed" in refund("propose", receipt, "--reason", "paid_twice"), "no refund is proposed")
check("somebody else must" in refund("pay", "1", code=1), "who asked for a refund has paid it")
refund("pay", "1", who="basel", code=1)  # no cashier
check(on_cards() == held, "a refund that nobody has decided has moved money")
check("refund 1 is paid" in refund("pay", "1", who="nada"), "a refund is not paid")
refund("pay", "1", who="nada", code=1)
check(on_cards() == held + paid, "the money is not on the card again")
check(rows("SELECT count(*) FROM outbox")[0][0] == outbox + 1, "the person is not told, or twice")
check("proposed" not in run("refunds", "list", "--open"), "a refund that is paid waits still")
check(f"1  paid  receipt {receipt}" in run("refunds", "list"), run("refunds", "list"))

today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
refunded = [row for row in csv.DictReader(io.StringIO(run("reconcile", "export", "--company", "aleppo", "--day", today))) if row["kind"] == "refund"]
check([[row["receipt"], row["reference"], row["amount_minor"]] for row in refunded] == [[receipt, "refund.1", str(-paid)]], f"{refunded}")
told = run("reconcile", "report", "--company", "aleppo", "--day", today)
check(re.search(r"refunded here +1 ", told), told)

# --- overseers
check("whole:" in run("ledger", "verify"), "the ledger is not whole")
check("intact" in run("audit", "verify"), "the audit trail is not intact")
told = run("audit", "search", "--action", "reconcile.imported", "--format", "json")
check(len(told.splitlines()) == 4 and f'"lines":6,"cases":6,"file":"{hashlib.sha256(text.encode()).hexdigest()}"' in told, told)
told = run("audit", "search", "--action", "refund.paid", "--format", "json")
check(f'"payment":{int(receipt[:-1])}' in told, told)
told = run("audit", "search", "--action", "reconcile.resolved")
check("staff basel" in told and "company_corrects" in told, told)
print("ok")
