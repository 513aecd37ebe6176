#!/usr/bin/env python3
"""Cases of a full run, worked on the command line: cases_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. People report and complain as in
config/syria-kuwwa/conversations/complaint.yaml, beside the running daemon."""
import datetime
import json
import pathlib
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build)
work, check, run = system.work, system.check, system.run


def cases(who, *arguments, code=0):
    return run("cases", *arguments, "--as", who, code=code)


# --- people complain
wanted = ("reports an outage in Arabic", "the same again", "drops at the confirmation", "asks for what became of it")
conversations = (source / "config/syria-kuwwa/conversations/complaint.yaml").read_text().split("\n---\n")
script = work / "complaint.yaml"
chosen = [one for one in conversations if any(name in one for name in wanted)]
check(len(chosen) == len(wanted), "complaint.yaml has not the conversations that this test is of")
script.write_text("\n---\n".join(chosen))
system.start_those_that_are_paid()
run("link", "given", script)
phone = system.start_phone("--script", script)
system.start_daemon()
check(phone.wait(system.patience_s) == 0, f"the conversations did not hold: {system.shown()}")

# --- staff work what came of it
system.add_staff(("amal", "case_worker@aleppo"), ("issa", "case_worker@*/*/inspection"), ("badr", "clerk@aleppo"), ("widad", "overseer"))
listed = cases("amal", "list").splitlines()
check(len(listed) == 1 and "outage  received  open  version 1" in listed[0] and "of aleppo" in listed[0], f"amal sees {listed}")
tracking = listed[0].split()[0]
everything = cases("widad", "list", "--open").splitlines()
check(len(everything) == 2 and "staff_complaint" in everything[1] and "at inspection" in everything[1], f"an overseer sees {everything}")
about_staff = everything[1].split()[0]
check(cases("widad", "escalated") == "" and cases("badr", "list") == "", "something is late, or a clerk's")
for who in ("amal", "badr"):
    check("there is no case" in cases(who, "show", about_staff, code=1), f"{who} sees a complaint about staff")
check(json.loads(cases("issa", "show", about_staff))["history"][0]["text"] == "they asked for a bribe", "the inspection does not see it")

shown = json.loads(cases("amal", "show", tracking))
check(shown["address"] == "قرب الطاحونة" and shown["next"] == ["crew", "resolved"], f"it is shown as {shown}")
check("not joined to itself" in cases("amal", "join", tracking, "--to", tracking, "--seen", 1, code=1), "a case was joined to itself")
check("there is no case" in cases("amal", "join", tracking, "--to", about_staff, "--seen", 1, code=1), "amal joins what amal does not see")
check("joined to no other" in cases("amal", "unjoin", tracking, "--reason", "شارع آخر", "--seen", 1, code=1), "a case was taken out of nothing")
check(json.loads(cases("amal", "take", tracking, "--seen", 1))["worker"] == "amal", "it is not taken")
check("somebody else has changed the case" in cases("amal", "take", tracking, "--seen", 1, code=1), "an older version was changed")
check(json.loads(cases("amal", "reply", tracking, "نعمل عليه", "--seen", 2))["version"] == 3, "no reply")
check("does not follow" in cases("amal", "move", tracking, "received", "--seen", 3, code=1), "a case went back")
check(json.loads(cases("amal", "move", tracking, "crew", "--seen", 3))["stage"] == "crew", "it did not move")
cases("amal", "quote", tracking, "--amount", "5000.123", "--account", "2100345", "--seen", 4, code=2)
quoted = json.loads(cases("amal", "quote", tracking, "--amount", "5000", "--account", "2100345", "--why", "عداد جديد", "--seen", 4))
check([quoted[one] for one in ("fee", "fee_account", "fee_state")] == [500000, "2100345", "due"], f"the fee is {quoted}")
day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)).strftime("%Y-%m-%d")
slots = [f"{day} 09:00-12:00", f"{day} 13:00-16:00"]
offering = ["offer", tracking, "--team", "crew_1", "--slot", slots[0], "--slot", slots[1]]
check("2 to 4 slots" in cases("amal", *offering[:-2], "--seen", 5, code=1), "one slot was offered")
check(json.loads(cases("amal", *offering, "--seen", 5))["offers"] == slots, "the slots are not offered")
check("no appointment" in cases("amal", "visited", tracking, "--outcome", "absent", "--seen", 6, code=1), "who was visited?")
check(json.loads(cases("amal", "cancel-visit", tracking, "--text", "مطر", "--seen", 6))["offers"] == [], "the slots are offered still")
check("permission" in cases("widad", "resolve", tracking, "--seen", 7, code=1), "an overseer has resolved a case")
check("not paid" in cases("amal", "resolve", tracking, "--seen", 7, code=1), "a case was resolved with a fee that is due")
resolved = json.loads(cases("amal", "resolve", tracking, "--text", "الكبل جديد", "--waive", "--seen", 7))
check(resolved["state"] == "resolved" and resolved["history"][-1]["text"] == "الكبل جديد", f"it is {resolved}")
check(cases("amal", "list", "--open") == "", "a resolved case is open")

# --- figures of it
today = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=3)).date()
days = ("--from", (today - datetime.timedelta(days=1)).isoformat(), "--to", today.isoformat())


def report(name, *arguments):
    return json.loads(run("report", name, "--format", "json", *arguments))["rows"]


check([(row["kind"], row["worker"], row["opened"], row["resolved"]) for row in report("cases", "--by", "kind,worker", *days)] ==
      [("outage", "", 1, 0), ("outage", "amal", 0, 1), ("staff_complaint", "", 1, 0)], "cases are counted otherwise")
check([(row["stage"], row["ended"], row["late"]) for row in report("cases-stages", "--by", "stage", "--company", "aleppo", *days)] ==
      [("crew", 1, 0), ("received", 1, 0)], "stages are counted otherwise")
check([(row["office"], row["age"], row["open"]) for row in report("cases-open", "--by", "office,age")] == [("inspection", "under_1_day", 1)],
      "open cases are counted otherwise")
check("staff_complaint" in run("report", "cases-open", "--by", "kind"), "no table for people")
check("no case is open" in run("report", "cases-open", "--company", "homs"), "nothing is a table")
check("worker" in run("report", "cases", "--by", "worker", "--format", "csv", *days), "nothing for a spreadsheet")
for name in ("cases", "cases-stages"):
    check("books say" in run("report", name, "--by", "company,office,worker,day", "--verify", *days), "figures are not the histories'")
check("not kept by channel" in run("report", "cases", "--by", "channel", *days, code=1), "a report is by anything")

# --- and what is told of it
kept = json.loads(run("privacy", "export", "--national-id", "-", given="01234567890\n"))
check([one["tracking"] for one in kept["cases"]] == [tracking], "the export has other cases")
check([one["what"] for one in kept["cases"][0]["history"]] == ["opened", "taken", "replied", "moved", "quoted", "offered", "visit_cancelled", "resolved"], "its history is another")
check(kept["cases"][0]["fee"]["state"] == "waived", "the export has no fee")
for action, count in (("opened", 2), ("taken", 1), ("quoted", 1), ("resolved", 1)):
    check(run("audit", "search", "--action", f"case.{action}").count("\n") == count, f"case.{action} is not told {count} times")
check("intact" in run("audit", "verify"), "the chain is broken")
for file in [*work.glob("shubbak.db*"), work / "log"]:
    for text in ("قرب الطاحونة", "they asked for a bribe", "الكبل جديد"):
        check(text.encode() not in file.read_bytes(), f"{file} holds what was written")
print("ok")
