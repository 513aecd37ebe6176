#!/usr/bin/env python3
"""What is done for a person who asks what is kept of them, or wants it erased: privacy_test.py SHUBBAK CONFIG_FOLDER."""
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile

shubbak, shipped = sys.argv[1], sys.argv[2]
work = pathlib.Path(tempfile.mkdtemp())
national_id, other_id = "01234567890", "02345678901"
number, second = "+963933123456", "+963933123457"


def check(true, what):
    if not true:
        shutil.rmtree(work)
        sys.exit(f"privacy_test: {what}")


def run(*arguments, given="", code=0):
    done = subprocess.run([shubbak, *arguments, "--config", str(work / "config/syria-kuwwa/shubbak.yaml")],
                          input=given, capture_output=True, text=True, env=environment)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def link(verb, msisdn, person=None, code=0):
    if person is None:
        return run("link", verb, "--msisdn", msisdn, code=code)
    return run("link", verb, "--confirmed", "--msisdn", msisdn, "--national-id", "-", given=person + "\n", code=code)


def privacy(verb, *more, person=national_id, code=0):
    return run("privacy", verb, "--national-id", "-", *more, given=person + "\n", code=code)


shutil.copytree(shipped, work / "config")
(work / "key").write_text("a" * 64 + "\n")
(work / "key").chmod(0o600)
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                   COMPANY_DAMASCUS_URL="http://127.0.0.1:1", COMPANY_ALEPPO_URL="http://127.0.0.1:1",
                   COMPANY_HOMS_URL="http://127.0.0.1:1")
link("make", number, national_id)
link("make", second, other_id)

# --- told
kept = json.loads(privacy("export"))
check(kept["national_id"] == {"country": "SY", "digits": national_id}, "the person is not told")
check([one["msisdn"] for one in kept["links"]] == [number], "the links are others")
check([one["event"] for one in kept["links"][0]["history"]] == ["import"], "the history is another one")
check([one["action"] for one in kept["audit"]] == ["link.imported"] and kept["pin"] is None, "the rest is another one")
out = work / "person.json"
check(privacy("export", "--output", str(out)) == "", "an export into a file prints something")
check(stat.S_IMODE(out.stat().st_mode) == 0o600, "others may read the export")
check([one["action"] for one in json.loads(out.read_text())["audit"]] == ["link.imported", "privacy.exported"],
      "the export before is not told")
check("File exists" in privacy("export", "--output", str(out), code=1), "a file was written over")
out.unlink()

# --- erased
check("--yes" in privacy("erase", code=2), "it is not asked whether it is meant")
check("active: release it first" in privacy("erase", "--yes", code=1), "a person with an active link was erased")
check("active" in link("show", number), "a refused erasure has changed something")
link("recycle", number)
told = privacy("erase", "--yes")
check("erased" in told and national_id not in told, f"the erasure is told otherwise: {told}")
check("nothing is kept of this person" in privacy("erase", "--yes", code=1), "a second erasure found something")
check(json.loads(privacy("export"))["links"] == [], "links are told that were erased")
history = link("history", number)
check(history.count("erased") == 2 and "recycle" in history, f"the history is told otherwise: {history}")
check("erased" in link("show", number, code=1), "the link is told otherwise")
link("make", number, other_id)  # the operator has vouched that the number is somebody else's
check("active" in link("show", second), "the other person's link is gone")
check(run("audit", "search", "--action", "privacy.erased").count("\n") == 1, "the trail is not told once")
check("intact" in run("audit", "verify"), "the chain is broken")
database = sqlite3.connect(work / "shubbak.db")
check(database.execute("SELECT hex(national_id_index) FROM link WHERE id = 1").fetchone()[0] == "0" * 32, "the index stays")
database.close()
for file in work.glob("shubbak.db*"):
    check(national_id.encode() not in file.read_bytes(), f"{file} holds the national number")

check("--national-id" in privacy("export", person="12", code=2), "a wrong national number is not told")
shutil.rmtree(work)
print("ok")
