#!/usr/bin/env python3
"""What an overseer does with `shubbak ledger`, beside somebody who has the database alone:
ledger_test.py SHUBBAK CONFIG_FOLDER. The rows are written here from the schema, not by Shubbak's code."""
import hashlib
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile

shubbak, shipped = sys.argv[1], sys.argv[2]
work = pathlib.Path(tempfile.mkdtemp())


def check(true, what):
    if not true:
        shutil.rmtree(work)
        sys.exit(f"ledger_test: {what}")


def run(*arguments, given="", code=0):
    done = subprocess.run([shubbak, *arguments, "--config", str(work / "config/syria-kuwwa/shubbak.yaml")],
                          input=given, capture_output=True, text=True, env=environment)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def octets(*values):
    """docs/operating.md, "Seals": a number is 8 octets, a text its length and its octets."""
    return b"".join(struct.pack(">q", value) if isinstance(value, int) else struct.pack(">q", len(value)) + value.encode()
                    for value in values)


def begun(key, by_kind, by_name, expires, corrects=0):
    return octets(key) + bytes(32) + octets(by_kind, by_name, expires, corrects)


def sealed(before, *parts):
    return hashlib.sha256(before + b"".join(parts)).digest()


def write(path, sql):
    database = sqlite3.connect(path)
    database.executescript(sql)
    database.commit()
    database.close()


shutil.copytree(shipped, work / "config")
(work / "key").write_text("a" * 64 + "\n")
(work / "key").chmod(0o600)
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                   COMPANY_DAMASCUS_URL="http://127.0.0.1:1", COMPANY_ALEPPO_URL="http://127.0.0.1:1",
                   COMPANY_HOMS_URL="http://127.0.0.1:1")
database = work / "shubbak.db"

# --- nothing there yet
check("cannot be opened" in run("ledger", "verify", code=1), "a database that there is not is not told")
check(not database.exists(), "verifying made a database")
run("link", "make", "--confirmed", "--msisdn", "+963933123456", "--national-id", "-", "--office", "Homs post office 11",
    given="01234567890\n")
check("whole: 0 entries of 0 transfers (0 reserved) on 0 accounts" in run("ledger", "verify"), "an empty ledger is not whole")
check(run("ledger", "balance") == "", "an empty ledger has balances")
check("there is no account wallet:7f3a:SYP" in run("ledger", "balance", "--account", "wallet:7f3a:SYP", code=1),
      "an account that there is not is not told")

# --- topped up with 1,000.00, 300.50 reserved, of that 250.00 posted, 12.00 still reserved
moment = 1790000000000
resolved = octets(1, 0, "", "receipt 4711")
first = sealed(bytes(32),
               octets(1, 1, 0, 1, 2, 100000, moment), begun("T1", 0, "", 0), octets(1, 0, "", ""),
               octets(6, "main", "SYP"), octets(0, "7f3a", "SYP"),
               octets(2, 2, 5, 2, 3, 30050, moment), begun("P1", 1, "ussd", moment + 600000), octets(3, "damascus", "SYP"),
               octets(3, 2, 2, 2, 3, 25000, moment), resolved, octets(4, 2, 3, 2, 3, 5050, moment), resolved)
second = sealed(first, octets(5, 3, 1, 2, 3, 1200, moment), begun("P2", 1, "sms", moment + 600000))
write(database, f"""
INSERT INTO ledger_account VALUES (1, 6, 'main', 'SYP', {moment}, NULL, 0, 0, 100000, 0, 1);
INSERT INTO ledger_account VALUES (2, 0, '7f3a', 'SYP', {moment}, 500000, 1200, 0, 25000, 100000, 5);
INSERT INTO ledger_account VALUES (3, 3, 'damascus', 'SYP', {moment}, NULL, 0, 1200, 0, 25000, 5);
INSERT INTO ledger_transfer VALUES (1, 'T1', zeroblob(32), 1, 2, 100000, 0, '', {moment}, NULL, NULL, 1, NULL, 100000, {moment}, 0, '', '');
INSERT INTO ledger_transfer VALUES (2, 'P1', zeroblob(32), 2, 3, 30050, 1, 'ussd', {moment}, {moment + 600000}, NULL, 1, {moment}, 25000, {moment}, 0, '', 'receipt 4711');
INSERT INTO ledger_transfer VALUES (3, 'P2', zeroblob(32), 2, 3, 1200, 1, 'sms', {moment}, {moment + 600000}, NULL, 0, NULL, 0, NULL, NULL, NULL, '');
INSERT INTO ledger_entry VALUES (1, 1, 0, 1, 2, 100000, {moment}, 0, 0);
INSERT INTO ledger_entry VALUES (2, 2, 5, 2, 3, 30050, {moment}, 1, 0);
INSERT INTO ledger_entry VALUES (3, 2, 2, 2, 3, 25000, {moment}, 2, 2);
INSERT INTO ledger_entry VALUES (4, 2, 3, 2, 3, 5050, {moment}, 3, 3);
INSERT INTO ledger_seal VALUES (4, {moment}, x'{first.hex()}');
INSERT INTO ledger_entry VALUES (5, 3, 1, 2, 3, 1200, {moment}, 4, 4);
INSERT INTO ledger_seal VALUES (5, {moment}, x'{second.hex()}');
""")
told = run("ledger", "verify")
check("whole: 5 entries of 3 transfers (1 reserved) on 3 accounts" in told, f"what was written is not whole: {told}")

# --- what people read
balances = run("ledger", "balance").splitlines()
check(balances == ["suspense:main:SYP  holds -1,000  available -1,000  to leave 0  to come 0",
                   "wallet:7f3a:SYP  holds 750  available 738  to leave 12  to come 0  ceiling 5,000",
                   "company_payable:damascus:SYP  holds 250  available 250  to leave 0  to come 12"],
      f"the balances are {balances}")
check(run("ledger", "balance", "--account", "wallet:7f3a:SYP").splitlines() == balances[1:2], "one account is not told alone")
lines = [line.split("  ") for line in run("ledger", "statement", "--account", "wallet:7f3a:SYP").splitlines()]
check([line[0] for line in lines] == ["5", "4", "3", "2", "1"], f"the statement is {lines}")
check([line[1] for line in lines] == ["2026-09-21 17:13:20.000"] * 5, f"the times are not local: {lines}")
check([line[2:] for line in lines] == [
    ["reserve", "-12", "company_payable:damascus:SYP", "P2", "holds 750", "available 738"],
    ["release", "-50.50", "company_payable:damascus:SYP", "P1", "holds 750", "available 750"],
    ["post", "-250", "company_payable:damascus:SYP", "P1", "holds 750", "available 699.50"],
    ["reserve_sent", "-300.50", "company_payable:damascus:SYP", "P1", "holds 1,000", "available 699.50"],
    ["move", "+1,000", "suspense:main:SYP", "T1", "holds 1,000", "available 1,000"]], f"the statement is {lines}")
for wrong in ("wallet", "wallet:7f3a:USD", "purse:7f3a:SYP", "wallet:a b:SYP"):
    run("ledger", "statement", "--account", wrong, code=2)
run("ledger", "statement", code=2)

# --- each damage is found, and told where
for sql, where in (
        ("UPDATE ledger_entry SET amount = 24999 WHERE number = 3", "broken: transfer 2 is kept as posted with 25000 posted"),
        (f"UPDATE ledger_entry SET at = {moment + 1} WHERE number = 5", "broken: entries 5 to 5 are not what their seal was made of"),
        ("UPDATE ledger_account SET owner = 'me' WHERE number = 2", "broken: entries 1 to 4 are not what their seal was made of"),
        ("UPDATE ledger_transfer SET evidence = '' WHERE number = 2", "broken: entries 1 to 4 are not what their seal was made of"),
        ("DELETE FROM ledger_entry WHERE number = 2", "broken: entry 2 is missing"),
        ("UPDATE ledger_account SET credits_posted = 100001 WHERE number = 2",
         "broken: account 2 is kept with debits 25000 (1200 pending), credits 100001 (0 pending)"),
        ("INSERT INTO ledger_entry VALUES (6, 2, 2, 2, 3, 100, 0, 5, 5)",
         "broken: entry 6 is of transfer 2, which was resolved before it: it is resolved twice")):
    damaged = work / "damaged.db"
    shutil.copy(database, damaged)
    reading = sqlite3.connect(damaged)
    triggers = reading.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'ledger_%'").fetchall()
    reading.close()  # with the last one that closes, all is in the file
    check(len(triggers) == 13, f"there are {len(triggers)} triggers of the ledger and not 13")
    write(damaged, "".join(f"DROP TRIGGER {name};" for (name,) in triggers) + sql)
    shutil.move(database, work / "whole.db")
    shutil.move(damaged, database)
    told = run("ledger", "verify", code=1)
    check(where in told, f"after '{sql}' is told: {told}")
    shutil.move(work / "whole.db", database)
check("whole: 5 entries" in run("ledger", "verify"), "the ledger is not whole any more")

# --- what gateways of bank cards have taken that nothing explains, and whose phone ordered it
check(run("refunds", "disputed") == "", "money is in dispute")
write(database, f"""
INSERT INTO bank_card_order (number, key, gateway, msisdn, link, person, wallet, company, account, amount, fee, currency,
                             by_kind, by_name, at, expires, state, evidence)
VALUES (1, 'order.1', 'sample', 963933123456, 'syriatel', zeroblob(16), '1234567890', 'aleppo', '2100345', 30000, 0, 'SYP',
        1, 'ussd', {moment}, {moment + 900_000}, 2, '');
INSERT INTO bank_card_charge (number, gateway, charge, reference, amount, currency, charge_use, dispute, at)
VALUES (1, 'sample', 'G-1', 'order.1', 30000, 'SYP', 0, 0, {moment}), (2, 'sample', 'G-2', 'order.1', 29999, 'SYP', 2, 2, {moment}),
       (3, 'other', 'G-1', 'order.1', 700, 'KWD', 2, 1, {moment});""")
told = run("refunds", "disputed").splitlines()
check([line.rsplit("  ", 1)[0] for line in told] ==
      ["2  charged_before  sample G-2  order order.1  299.99 SYP  by 9639******56",
       "3  unknown_order  other G-1  order order.1  0.700 KWD  of an order that there is not"], f"{told}")
shutil.rmtree(work)
print("ok")
