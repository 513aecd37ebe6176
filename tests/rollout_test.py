#!/usr/bin/env python3
"""What staff do with `shubbak rollout`, beside what the configuration says: rollout_test.py SHUBBAK CONFIG_FOLDER."""
import sys

from system import System, nowhere

system = System(sys.argv[1], sys.argv[2], **nowhere)
check, run = system.check, system.run


def rows():
    return system.rows("SELECT service, company, since, until, share, by_name FROM rollout")


with system.config.open("a") as file:
    file.write("\nrollout:\n  - {company: homs, share: 0}\n")
system.add_staff(("nada", "publisher"), ("root", "admin"), ("clerk", "clerk"), ("ola", "overseer"))

# --- what is configured, and what may be named
told = run("rollout", "list")
check("*  homs  off  (configured)\n" in told, told)
check("bills, bills.accounts," in told and "payments.cash" in told and "Companies: damascus, aleppo, homs." in told, told)

# --- who may
homs_on = ("rollout", "set", "--company", "homs", "--share", "100")
for who in ("clerk", "ola"):
    check("rollout.set" in run(*homs_on, "--as", who, code=1), f"{who} may, or is not told why not")
run(*homs_on, "--as", "nada", given="not the password\n", code=1)

# --- bad input changes nothing
for wrong, field in ((("--service", "paymnts"), "--service: there is no such service"), (("--company", "hama"), "--company: there is no company"),
                     (("--share", "101"), "--share: "), (("--from", "soon"), "--from: a time is written as"),
                     (("--from", "2026-12-02", "--until", "2026-12-01"), "--until: ")):
    share = () if "--share" in wrong else ("--share", "10")
    told = run("rollout", "set", "--as", "nada", *wrong, *share, code=1)
    check(field in told, f"{wrong}: {told}")
run("rollout", "set", "--as", "nada", "--share", "-1", code=2)
run("rollout", "set", "--as", "nada", code=2)
check("--company: there is no company" in run("rollout", "clear", "--as", "nada", "--company", "hama", code=1), "a name is not judged")
check("no switch was set" in run("rollout", "clear", "--as", "nada", "--company", "homs", code=1), "what is configured was cleared")
check(rows() == [], "what was refused has left something")

# --- set, over what is configured, and cleared
told = run(*homs_on, "--as", "nada", "--from", "2026-12-01")  # local midnight, at +3
check("*  homs  on  from 2026-11-30T21:00:00Z  (by nada, " in told, told)
run("rollout", "set", "--as", "root", "--service", "payments", "--share", "25", "--until", "2027-01-01T08:00")
told = run("rollout", "list")
check("*  homs  on  from 2026-11-30T21:00:00Z  (by nada, " in told and "(configured)" not in told, told)
check("payments  *  25% of the numbers  until 2027-01-01T05:00:00Z  (by root, " in told, told)
check([row[:2] + row[4:] for row in rows()] == [("*", "homs", 100, "nada"), ("payments", "*", 25, "root")], rows())
check("what is configured holds again" in run("rollout", "clear", "--as", "root", "--company", "homs"), "it was not cleared")
check("*  homs  off  (configured)\n" in run("rollout", "list"), "what is configured does not hold again")

# --- the trail
told = run("audit", "search", "--action", "rollout.")
check(told.count("rollout.set") == 2 and told.count("rollout.cleared") == 1, told)
check('{"service":"all","company":"homs","was_share":0,"share":100,"from":"2026-11-30T21:00:00Z"}' in told, told)
check('{"service":"all","company":"homs","was_share":100,"was_from":"2026-11-30T21:00:00Z","share":0}' in told, told)
print("ok")
