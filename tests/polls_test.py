#!/usr/bin/env python3
"""Polls of a full run, read on the command line: polls_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. People answer as in
config/syria-kuwwa/conversations/poll.yaml, beside the running daemon, which ends a round of before."""
import atexit
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
work = pathlib.Path(tempfile.mkdtemp())
patience_s = 120
processes = []


def end_all():
    for process in processes:
        process.terminate()
        process.wait(patience_s)
    processes.clear()


atexit.register(shutil.rmtree, work, ignore_errors=True)
atexit.register(end_all)


def check(true, what):
    if not true:
        sys.exit(f"polls_test: {what}")


def start(arguments, **more):
    process = subprocess.Popen([str(one) for one in arguments], env=environment, text=True, **more)
    processes.append(process)
    return process


def run(*arguments, code=0):
    done = subprocess.run([shubbak, *map(str, arguments), "--config", str(config)], capture_output=True, text=True,
                          env=environment, timeout=patience_s)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def results(*arguments, code=0):
    return run("polls", "results", "--poll", "service", *arguments, code=code)


def rows(query):
    with contextlib.closing(sqlite3.connect(work / "shubbak.db")) as database:
        return database.execute(query).fetchall()


def day(number):
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(number))


# --- a round of 2019, as a daemon that was stopped then has left it
shutil.copytree(source / "config", work / "config")
config = work / "config/syria-kuwwa/shubbak.yaml"
(work / "key").write_text("a" * 64 + "\n")
(work / "key").chmod(0o600)
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="secret",
                   SHUBBAK_HANDSET_PASSWORD="secret", SHUBBAK_HTTP_PORT="0")
script = source / "config/syria-kuwwa/conversations/poll.yaml"
companies = start([build / "samples/sample_company", *"--port 0 --name damascus --port 0 --name aleppo --port 0 --name homs".split()],
                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
for name in ("damascus", "aleppo", "homs"):
    told = re.fullmatch(rf"{name} listening on (\S+)\n", companies.stdout.readline())
    check(told, "the companies did not start")
    environment[f"COMPANY_{name.upper()}_URL"] = f"http://{told[1]}"
run("link", "given", script)
with contextlib.closing(sqlite3.connect(work / "shubbak.db")) as database:
    database.execute("INSERT INTO poll_round VALUES ('service', 600, 18000, 18029, 10, ?)", (os.urandom(32),))
    database.execute("INSERT INTO poll_taken VALUES ('service', 600, ?)", (os.urandom(16),))
    for place, (choice, answers) in enumerate((("good", 25), ("fair", 30), ("bad", 4))):
        database.execute("INSERT INTO poll_choice VALUES ('service', 600, ?, ?)", (place, choice))
        database.execute("INSERT INTO poll_count VALUES ('service', 600, '', 0, ?, ?)", (choice, answers))
    database.commit()
check("that round is not over" in results("--round", 600), "a round is told of that nobody has ended")

# --- people answer
os.mkfifo(work / "port")
phone = start([shubbak, "handset", "--listen", "127.0.0.1:0", "--port-file", work / "port", "--system-id", "shubbak", "--script", script],
              stdout=(work / "phone").open("w"), stderr=subprocess.STDOUT)
environment["SYRIATEL_PORT"] = (work / "port").read_text().strip()
start([build / "src/daemon/shubbakd", "--config", config], stdout=(work / "log").open("w"), stderr=subprocess.STDOUT)
check(phone.wait(patience_s) == 0, f"the conversations did not hold: {(work / 'phone').read_text()}")
deadline = time.monotonic() + patience_s
while run("audit", "search", "--action", "poll.round_ended").count("\n") == 0:
    check(time.monotonic() < deadline, "the round of 2019 was not ended")
    time.sleep(0.05)
end_all()

# --- what is kept of it
check(rows("SELECT count(*) FROM poll_taken WHERE round = 600") == [(0,)], "who has answered in 2019 is remembered")
check(rows("SELECT key FROM poll_round WHERE round = 600") == [(None,)], "the key of 2019 is there still")
((now,),) = rows("SELECT round FROM poll_round WHERE key IS NOT NULL")
check(rows(f"SELECT count(*) FROM poll_taken WHERE round = {now}") == [(3,)], "not three persons have answered")
kept = rows(f"SELECT company, channel, choice, answers FROM poll_count WHERE round = {now} ORDER BY channel, choice")
check(kept == [("", 0, "bad", 1), ("", 0, "good", 1), ("", 1, "fair", 1)], f"their answers are {kept}")
for action, count in (("configured", 1), ("round_ended", 1), ("removed", 0)):
    told = run("audit", "search", "--action", f"poll.{action}")
    check(told.count("\n") == count, f"poll.{action} is not told {count} times: {told}")
    check(not re.search("good|fair|citizen", told), f"the audit trail tells of an answer: {told}")
check("intact" in run("audit", "verify"), "the chain is broken")

# --- what is told of it
listed = run("polls", "list").splitlines()
check(len(listed) == 2 and f"round {now}  " in listed[0] and listed[0].endswith("running"), f"the polls are {listed}")
check(listed[1] == f"service  round 600  {day(18000)} to {day(18029)}  over", f"the polls are {listed}")
table = results()
check(f"service, round 600, {day(18000)} to {day(18029)}" in table and re.search(r"fair\+bad +34", table), f"told are {table}")
told = json.loads(results("--format", "json"))
check((told["state"], told["round"], told["first_day"]) == ("told", 600, day(18000)), f"told are {told}")
check([(row["by"], row["of"], row["choices"], row["answers"]) for row in told["rows"]]
      == [("all", "", "good", 25), ("all", "", "fair+bad", 34)], f"told are {told}")
lines = results("--format", "csv").splitlines()
check(lines[0] == "by,of,choices,answers" and len(lines) == 3 and lines[2].endswith("34"), f"the table is {lines}")
check("that round is not over" in results("--round", now), "a round is told of that runs")
check(json.loads(results("--round", now, "--format", "json"))["rows"] == [], "a round is told of that runs")
check("too few" in results("--round", 601), "a round is told of in which nobody has answered")
check("there is no such poll" in run("polls", "results", "--poll", "other", code=1), "there is another poll")

# --- an answer that was given is in no log
log = (work / "log").read_text()
check("polls.answer" not in log and "جيدة" not in log, f"the log tells of an answer: {log}")
print("ok")
