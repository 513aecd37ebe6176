#!/usr/bin/env python3
"""Polls of a full run, read on the command line: polls_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. People answer as in
config/syria-kuwwa/conversations/poll.yaml, beside the running daemon, which ends a round of before."""
import contextlib
import datetime
import json
import os
import pathlib
import re
import sqlite3
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build)
check, run, rows = system.check, system.run, system.rows


def results(*arguments, code=0):
    return run("polls", "results", "--poll", "service", *arguments, code=code)


def day(number):
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(number))


# --- a round of 2019, as a daemon that was stopped then has left it
script = source / "config/syria-kuwwa/conversations/poll.yaml"
system.start_those_that_are_paid()
run("link", "given", script)
with contextlib.closing(sqlite3.connect(system.work / "shubbak.db")) as database:
    database.execute("INSERT INTO poll_round VALUES ('service', 30000600, 18000, 18029, 10, ?)", (os.urandom(32),))
    database.execute("INSERT INTO poll_taken VALUES ('service', 30000600, ?)", (os.urandom(16),))
    for place, (choice, answers) in enumerate((("good", 25), ("fair", 30), ("bad", 4))):
        database.execute("INSERT INTO poll_choice VALUES ('service', 30000600, ?, ?)", (place, choice))
        database.execute("INSERT INTO poll_count VALUES ('service', 30000600, '', 0, ?, ?)", (choice, answers))
    database.commit()
check("that round is not over" in results("--round", 30000600), "a round is told of that nobody has ended")

# --- people answer
phone = system.start_phone("--script", script)
system.start_daemon()
check(phone.wait(system.patience_s) == 0, f"the conversations did not hold: {system.shown()}")
system.until(lambda: run("audit", "search", "--action", "poll.round_ended").count("\n"), "the round of 2019 was not ended")
system.end_processes()

# --- what is kept of it
check(rows("SELECT count(*) FROM poll_taken WHERE round = 30000600") == [(0,)], "who has answered in 2019 is remembered")
check(rows("SELECT key FROM poll_round WHERE round = 30000600") == [(None,)], "the key of 2019 is there still")
((now,),) = rows("SELECT round FROM poll_round WHERE key IS NOT NULL")
check(rows(f"SELECT count(*) FROM poll_taken WHERE round = {now}") == [(5,)], "not five persons have answered")
kept = rows(f"SELECT company, channel, choice, answers FROM poll_count WHERE round = {now} ORDER BY channel, choice")
check(kept == [("", 0, "bad", 1), ("", 0, "good", 2), ("", 1, "fair", 2)], f"their answers are {kept}")
for action, count in (("configured", 1), ("round_ended", 1), ("removed", 0)):
    told = run("audit", "search", "--action", f"poll.{action}")
    check(told.count("\n") == count, f"poll.{action} is not told {count} times: {told}")
    check(not re.search("good|fair|citizen", told), f"the audit trail tells of an answer: {told}")
check("intact" in run("audit", "verify"), "the chain is broken")

# --- what is told of it
listed = run("polls", "list").splitlines()
check(len(listed) == 2 and f"round {now}  " in listed[0] and listed[0].endswith("running"), f"the polls are {listed}")
check(listed[1] == f"service  round 30000600  {day(18000)} to {day(18029)}  over", f"the polls are {listed}")
table = results()
check(f"service, round 30000600, {day(18000)} to {day(18029)}" in table and re.search(r"fair\+bad +34", table), f"told are {table}")
told = json.loads(results("--format", "json"))
check((told["state"], told["round"], told["first_day"]) == ("told", 30000600, day(18000)), f"told are {told}")
check([(row["by"], row["of"], row["choices"], row["answers"]) for row in told["rows"]]
      == [("all", "", "good", 25), ("all", "", "fair+bad", 34)], f"told are {told}")
lines = results("--format", "csv").splitlines()
check(lines[0] == "by,of,choices,answers" and len(lines) == 3 and lines[2].endswith("34"), f"the table is {lines}")
check("that round is not over" in results("--round", now), "a round is told of that runs")
check(json.loads(results("--round", now, "--format", "json"))["rows"] == [], "a round is told of that runs")
check("too few" in results("--round", 30000601), "a round is told of in which nobody has answered")
check("there is no such poll" in run("polls", "results", "--poll", "other", code=1), "there is another poll")

# --- an answer that was given is in no log
log = system.log()
check("polls.answer" not in log and "جيدة" not in log, f"the log tells of an answer: {log}")
print("ok")
