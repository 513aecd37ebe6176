#!/usr/bin/env python3
"""A company's file of many lines: reconcile_many_test.py SHUBBAK CONFIG_FOLDER [LINES]. It is imported beside another process that
writes, which never waits long, in memory that does not grow with the file. Run it with 1000000 to measure; prints what it took.
Of a file that is imported the caches of the database grow as well, so that a bound of them shows only much. Of one whose last line is
bad nothing is written: what grows then is held of the file."""
import datetime
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid

shubbak, shipped = sys.argv[1], sys.argv[2]
lines = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
bad_lines = 300_000  # 27 MB
bad_growth_max_mib = 8  # what a process shows at least is what its parent had when it was made: Python, 25 MiB
memory_max_mib = 450  # more than a bad file: the page caches of the store are bounded at 320, the password's hash takes 70
# Where AddressSanitizer is built in: of what is freed it keeps 256 MiB otherwise.
sanitizer = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
wait_max_s = 1.0
work = pathlib.Path(tempfile.mkdtemp())
password = "a long password"


def check(true, what):
    if not true:
        shutil.rmtree(work)
        sys.exit(f"reconcile_many_test: {what}")


def run(*arguments, fails=False):
    """What it told, and the most memory that it took, in MiB."""
    with (work / "password").open() as typed, (work / "told").open("w+") as told:
        started = subprocess.Popen([shubbak, *map(str, arguments), "--config", str(work / "config/syria-kuwwa/shubbak.yaml")],
                                   stdin=typed, stdout=told, stderr=told, env=environment)
        _, status, took = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        text = told.read()
    check((started.returncode != 0) == fails, f"{arguments}: {text}")
    return text, took.ru_maxrss / 1024


def import_of(name, **options):
    return run("reconcile", "import", "--as", "amal", "--company", "aleppo", "--day", "2026-11-20", work / name, **options)


def memory_of_bad_file(lines):
    with (work / "bad.csv").open("w") as file:
        file.write("reference,account,amount_minor,currency,company_reference,time\n")
        for number in range(lines):
            file.write(f"{number:032x},2100345,100,SYP,P1-{number:08},2026-11-20T00:00:00Z\n")
        file.write("the last line is cut\n")
    told, took_mib = import_of("bad.csv", fails=True)
    check(f":{lines + 2}:" in told or f"line {lines + 2}" in told, f"another fault than that of the last line: {told}")
    (work / "bad.csv").unlink()
    return took_mib


shutil.copytree(shipped, work / "config")
(work / "key").write_text("a" * 64 + "\n")
(work / "key").chmod(0o600)
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                   ASAN_OPTIONS=sanitizer)
(work / "password").write_text(password + "\n")
run("staff", "add", "amal", "--full-name", "Amal", "--role", "cashier")
few_mib, many_mib = memory_of_bad_file(1_000), memory_of_bad_file(bad_lines)
print(f"a bad file of 1000 lines: {few_mib:.0f} MiB, of {bad_lines}: {many_mib:.0f} MiB")
check(many_mib - few_mib < bad_growth_max_mib, "memory grows with the file")

# That many payments of a day that is over, as the daemon writes them; what they have moved is the ledger's affair.
day = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)
begins = int(day.timestamp() * 1000)
database = sqlite3.connect(work / "shubbak.db", timeout=30)
for number, (kind, owner) in enumerate(((0, "1234567890"), (3, "aleppo")), 1):
    database.execute("INSERT INTO ledger_account (number, kind, owner, currency, opened) VALUES (?, ?, ?, 'SYP', 0)", (number, kind, owner))
for (trigger,) in database.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'ledger_transfer_grows%'").fetchall():
    database.execute(f"DROP TRIGGER {trigger}")
with (work / "file.csv").open("w") as file:
    file.write("reference,account,amount_minor,currency,company_reference,time\n")
    for number in range(1, lines + 1):
        key, at, amount = uuid.uuid4().hex, begins + number % 86_400_000, 100 + number % 1000
        database.execute("INSERT INTO ledger_transfer (number, key, request, debit, credit, amount, by_kind, by_name, at, state, posted,"
                         " resolved, evidence) VALUES (?, ?, zeroblob(32), 1, 2, ?, 1, 'ussd', ?, 1, ?, ?, 'aleppo posted P1')",
                         (number, key, amount, at, amount, at))
        database.execute("INSERT INTO payment (number, msisdn, link, person, company, account, not_after, open, revision) VALUES"
                         " (?, 963933123456, 'syriatel', zeroblob(16), 'aleppo', '2100345', ?, 0, '')", (number, at + 15_000))
        file.write(f"{key},2100345,{amount},SYP,P1-{number:08},2026-11-20T00:00:00Z\n")
database.commit()
database.execute("CREATE TABLE beside (number INTEGER)")  # for whoever writes at the same time
database.commit()

longest = [0.0]
is_over = threading.Event()


def write_beside():
    own = sqlite3.connect(work / "shubbak.db", timeout=30, isolation_level=None)
    while not is_over.wait(0.05):
        began = time.monotonic()
        own.execute("INSERT INTO beside VALUES (1)")
        longest[0] = max(longest[0], time.monotonic() - began)
    own.close()


beside = threading.Thread(target=write_beside)
beside.start()
began = time.monotonic()
told, memory_mib = import_of("file.csv")
took = time.monotonic() - began
is_over.set()
beside.join()
check(f"imported {lines} lines: 0 cases opened, 0 closed" in told and "adds up" in told, told)
check(database.execute("SELECT count(*) FROM reconciliation_listed").fetchone() == (lines,), "not every line is listed")
database.close()
print(f"{lines} lines: {took:.1f} s, {memory_mib:.0f} MiB, another process waited {longest[0] * 1000:.0f} ms at most")
check(memory_mib - few_mib < memory_max_mib, f"it took {memory_mib:.0f} MiB, and {few_mib:.0f} for a file of a few lines")
check(longest[0] < wait_max_s, f"another process that writes waited {longest[0]:.1f} s")
shutil.rmtree(work)
