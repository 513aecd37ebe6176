#!/usr/bin/env python3
"""Messages to many numbers from the command line: written by one member of staff, approved by another, told by the daemon, once to
each number that may be told: broadcast_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. The operator's link is down: texts stay in the outbox."""
import datetime
import pathlib
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build, SYRIATEL_PORT="1")
check, run = system.check, system.run


def cast(act, *more, who="dina", code=0):
    return run("broadcast", act, *more, "--as", who, code=code)


def told():
    return system.rows("SELECT msisdn, count(*) FROM outbox WHERE broadcast <> 0 GROUP BY msisdn ORDER BY msisdn")


def local(hours):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=3 + hours)).strftime("%Y-%m-%dT%H:%M")


# --- a deployment whose phones are told at any hour, and what a short message costs there
text = system.config.read_text()
check(text.count('      short_code: "123"\n') == 1, "the configuration is another one")
system.config.write_text(text.replace('      short_code: "123"\n', '      short_code: "123"\n      price_per_part: "25"\n') +
                         '\nbroadcasts: {from: "00:00", until: "23:59", per_second: 100}\n')
system.add_staff(("root", "admin"), ("dina", "designer"), ("pia", "publisher"), ("pau", "publisher"), ("widad", "overseer"), ("sami", "clerk"))
for digit in (1, 2, 3, 4):
    run("link", "make", "--confirmed", "--msisdn", f"+96393377788{digit}", "--national-id", "-", "--office", "Homs post office", given=f"0202030405{digit}\n")
run("link", "suspend", "--msisdn", "+963933777882")

# --- what cannot be told is refused, and nothing is written
good = ("--kind", "outage", "--text", "ar=انقطاع غداً", "--text", "en=No power tomorrow", "--expires", local(24))
for wrong, why in ((("--kind", "news", *good[2:]), "kind: "),
                   ((*good[:2], "--text", "en=No power", *good[6:]), "no text in ar"),
                   ((*good[:2], "--text", "ar=" + "ب" * 300, *good[6:]), "shorten it"),
                   ((*good[:-1], local(-1)), "expires: "),
                   ((*good[:-1], "soon"), "expires: "),
                   ((*good, "--governorate", "99"), "governorate: "),
                   ((*good, "--operator", "nobody"), "operator: ")):
    check(why in cast("draft", *wrong, code=1), f"{wrong} is not told '{why}'")
check("LANGUAGE=TEXT" in cast("draft", "--kind", "outage", "--text", "ar", "--expires", local(24), code=2), "a text of no language is taken")
for who in ("widad", "sami"):
    cast("draft", *good, who=who, code=1)
check(run("broadcast", "list") == "", "what was refused is written")

# --- counted, proposed, and approved by somebody else only
check("broadcast 1 is drafted" in cast("draft", *good), "nothing is drafted")
check(run("broadcast", "preview", 1) == "syriatel  ar  3\n3 numbers, 3 short messages, 75 SYP\n", run("broadcast", "preview", 1))
check("there is no broadcast 2" in run("broadcast", "preview", 2, code=1), "one that there is not is counted")
cast("approve", 1, code=1)  # no publisher
check("cannot be approved" in cast("approve", 1, who="pia", code=1), "what nobody has proposed is approved")
check("another account decides" in cast("propose", 1, who="pia"), "nothing is proposed")
check("somebody else must" in cast("approve", 1, who="pia", code=1), "who has proposed it approves it")
check(" proposed  outage  to all active numbers  by dina " in run("broadcast", "list", "--open"), run("broadcast", "list"))
check("broadcast 1 is approved" in cast("approve", 1, who="pau"), "nothing is approved")
check("broadcast 2 is drafted" in cast("draft", *good, who="pia"), "nothing is drafted")
cast("propose", 2)
check("somebody else must" in cast("approve", 2, who="pia", code=1), "who has written it approves it")
check("broadcast 2 is rejected" in cast("reject", 2, who="pau"), "nothing is rejected")
check(told() == [], "somebody is told without a daemon")

# --- told by the daemon: each number once, not the suspended one; stopped at once, and after a restart too
daemon = system.start_daemon()
everybody = [(963933777881, 1), (963933777883, 1), (963933777884, 1)]
system.until(lambda: told() == everybody, lambda: f"they are not told: {told()}")
shown = run("broadcast", "show", 1)
check("prepared 3, waiting 3, sent 0, delivered 0, failed 0, expired 0" in shown and "en: No power tomorrow" in shown, shown)
check("broadcast 1 is paused" in cast("pause", 1), "it is not paused")
cast("resume", 1, code=1)  # who writes it does not let it go on
check("broadcast 1 is running" in cast("resume", 1, who="pia"), "it does not go on")
daemon.kill()
daemon.wait(system.patience_s)
system.start_daemon()
system.until(lambda: system.log().count('"event":"started"') == 2, "the daemon does not start again")
run("link", "suspend", "--msisdn", "+963933777884")  # what waits for a number goes with it
check(told() == everybody[:2], f"somebody is told twice: {told()}")
check("broadcast 1 is cancelled" in cast("cancel", 1), "it is not stopped")
check(told() == [], f"what is cancelled waits still: {told()}")
check("it is cancelled" in cast("resume", 1, who="pia", code=1), "what is over goes on")
check([line.split("  ")[1] for line in run("broadcast", "list").splitlines()] == ["cancelled", "rejected"], run("broadcast", "list"))
check(run("broadcast", "list", "--open") == "", "what is over is open")

# --- the trail has each step, and the log nobody's number
acts = system.rows("SELECT action, actor_name, thing FROM audit WHERE action LIKE 'broadcast.%' ORDER BY number")
check(acts == [(f"broadcast.{act}", who, f"broadcast.{number}") for act, who, number in
               (("drafted", "dina", 1), ("proposed", "pia", 1), ("approved", "pau", 1), ("drafted", "pia", 2), ("proposed", "dina", 2),
                ("rejected", "pau", 2), ("paused", "dina", 1), ("resumed", "pia", 1), ("cancelled", "dina", 1))], f"{acts}")
check("intact" in run("audit", "verify"), "the audit trail is not intact")
check("963933777" not in system.log(), "the log has a number")
print("ok")
