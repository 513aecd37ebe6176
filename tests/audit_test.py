#!/usr/bin/env python3
"""What an overseer does with `shubbak audit`, and what somebody with the database alone can do against it:
audit_test.py SHUBBAK CONFIG_FOLDER. The chain is computed here from docs/operating.md, not by Shubbak's code."""
import csv
import hashlib
import io
import json
import os
import pathlib
import pwd
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile

import without_payments

shubbak, shipped = sys.argv[1], sys.argv[2]
work = pathlib.Path(tempfile.mkdtemp())
national_id, other_id = "01234567890", "02345678901"
number = "+963933123456"


def check(true, what):
    if not true:
        shutil.rmtree(work)
        sys.exit(f"audit_test: {what}")


def run(*arguments, given="", code=0):
    done = subprocess.run([shubbak, *arguments, "--config", str(work / "config/syria-kuwwa/shubbak.yaml")],
                          input=given, capture_output=True, text=True, env=environment)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def text(octets):
    return struct.pack(">H", len(octets)) + octets


def chained(before, record):
    """docs/operating.md, "The chain"."""
    detail = json.dumps(record["detail"], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(
        before + struct.pack(">qq", record["number"], record["at"]) + text(record["by"]["kind"].encode()) +
        text(record["by"]["name"].encode()) + text(record["action"].encode()) + text(bytes.fromhex(record["person"])) +
        text(bytes.fromhex(record["msisdn"])) + text(record["thing"].encode()) + text(detail.encode())).digest()


def tamper(sql):
    database = sqlite3.connect(work / "shubbak.db")
    for trigger in ("audit_stays", "audit_is_kept", "audit_grows_at_its_end"):
        database.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    database.executescript(sql)
    database.commit()
    database.close()


shutil.copytree(shipped, work / "config")
without_payments.take_out(work / "config/syria-kuwwa")
(work / "key").write_text("a" * 64 + "\n")
(work / "key").chmod(0o600)
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                   COMPANY_DAMASCUS_URL="http://127.0.0.1:1", COMPANY_ALEPPO_URL="http://127.0.0.1:1",
                   COMPANY_HOMS_URL="http://127.0.0.1:1")

# --- a life: three links, one recycled, a publication
check("cannot be opened" in run("audit", "verify", code=1), "a database that there is not is not told")
check(not (work / "shubbak.db").exists(), "verifying made a database")
for msisdn, person in ((number, national_id), ("+963933123457", national_id), ("+963933123458", other_id)):
    run("link", "make", "--confirmed", "--msisdn", msisdn, "--national-id", "-", "--office", "Homs post office 11",
        given=person + "\n")
check("the phone is sent" in run("link", "release", "--msisdn", number, code=1), "a release without a code is not refused")
run("link", "recycle", "--msisdn", number)
run("publish", "--author", "أمل", "--note", "the first")
check("intact: 5 records" in run("audit", "verify"), "five changes are not five records")

# --- another program verifies the export from the documented format
exported = run("audit", "export")
records = [json.loads(line) for line in exported.splitlines()]
check([record["number"] for record in records] == [1, 2, 3, 4, 5], "the numbers are not 1 to 5")
before = bytes(32)
for record in records:
    before = chained(before, record)
    check(before.hex() == record["hash"], f"record {record['number']} does not follow by the documented format")
check(records[4]["detail"]["author"] == "أمل" and records[4]["action"] == "flow.published", "the publication is not told")
check([record["action"] for record in records[:4]] == ["link.imported"] * 3 + ["link.recycled"], "the links are not told")
user = pwd.getpwuid(os.getuid()).pw_name
check(all(record["by"] == {"kind": "command_line", "name": user} for record in records), "the Unix user is not told")
check(records[0]["detail"] == {"office": "Homs post office 11"}, "the office is not told")
for secret in (national_id, other_id, number[1:], number[4:]):
    check(secret not in exported, "an exported record holds a full number")

# --- searching
found = run("audit", "search", "--person", "-", "--format", "json", given=national_id + "\n").splitlines()
check([json.loads(line)["number"] for line in found] == [1, 2, 4], "the person's records are not 1, 2 and 4")
found = run("audit", "search", "--msisdn", number, "--action", "link.rec").splitlines()
check(len(found) == 1 and found[0].startswith("4  ") and national_id not in found[0], "the recycling is not found")
table = list(csv.DictReader(io.StringIO(run("audit", "search", "--format", "csv", "--action", "flow."))))
check(len(table) == 1 and table[0]["thing"] == records[4]["thing"], "the table does not hold the publication")
check(run("audit", "search", "--from", "2000-01-01", "--to", "2000-12-31") == "", "records of 2000 were found")
check(len(run("audit", "search", "--from", "2000-01-01").splitlines()) == 5, "not all records since 2000 were found")
for wrong in (("--from", "2026-02-30"), ("--to", "tomorrow"), ("--msisdn", "12"), ("--person", "12")):
    run("audit", "search", *wrong, code=2)

# --- heads, and what they are for
head = f"5:{records[4]['hash'][:16]}"
check("1 given" in run("audit", "verify", "--head", head), "the head that was given does not agree")
check("NUMBER:HASH" in run("audit", "verify", "--head", "5", code=2), "a head without hash is not refused")
tamper("UPDATE audit SET actor_name = 'nobody' WHERE number = 4")
check("broken: record 4 does not follow" in run("audit", "verify", code=1), "the edit is not found")

database = sqlite3.connect(work / "shubbak.db")
records[3]["by"]["name"] = "nobody"
before = bytes.fromhex(records[2]["hash"])
for record in records[3:]:
    before = chained(before, record)
    database.execute("UPDATE audit SET hash = ? WHERE number = ?", (before, record["number"]))
database.commit()
database.close()
check("intact: 5 records" in run("audit", "verify"), "the tail was not written anew as Shubbak would")
check("broken: record 5 is not the one of the head given" in run("audit", "verify", "--head", head, code=1),
      "the head of the SMS does not catch the tail that was written anew")
tamper("DELETE FROM audit WHERE number = 2")
check("broken: record 2 is missing" in run("audit", "verify", code=1), "the deletion is not found")
shutil.rmtree(work)
print("ok")
