#!/usr/bin/env python3
"""Messages to those of a governorate, and to those who have told of an outage of an area: broadcast_segments_test.py SHUBBAK SOURCE_FOLDER
BUILD_FOLDER. People subscribe and tell of it by phone; then staff write, count and approve on the command line, whose roles are for all
or for one company. The operator's link is down by then: texts stay in the outbox."""
import datetime
import pathlib
import sys

from system import System, nowhere

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build, **nowhere)
check, run = system.check, system.run

text = system.config.read_text()
check(text.count('      short_code: "123"\n') == 1, "the configuration is another one")
system.config.write_text(text.replace('      short_code: "123"\n', '      short_code: "123"\n      price_per_part: "25"\n') +
                         '\nbroadcasts: {from: "00:00", until: "23:59", per_second: 100}\n')

# --- two numbers with notices of Homs' company, of its two governorates; two in the dark around Douma, one around Zabadani
outage = """
  - dial: "*123*15*5*1*{area}#"
  - expect: {{contains: "اكتب شكواك", ended: false}}
  - send: انقطعت الكهرباء عن الحي كله
  - expect: {{contains: "{called}", ended: false}}
  - send: "1"
  - expect: {{contains: "سجلت شكواك. رقم المتابعة:", ended: true}}
  - expect_sms: {{contains: "سجلت شكواك برقم المتابعة"}}"""
subscription = """
  - sms: "E {governorate} {account}"
  - expect_sms: {{contains: "إلغاء {account}"}}"""
steps = {51: subscription.format(governorate="31", account="3100912"), 52: subscription.format(governorate="33", account="3300912"),
         53: outage.format(area=1, called="مركز دوما"), 54: outage.format(area=1, called="مركز دوما"),
         55: outage.format(area=2, called="مركز الزبداني")}
script = system.work / "day.yaml"
script.write_text("\n---\n".join(f'conversation: phone {n}\ngiven: {{link: {{msisdn: "+9639448800{n}", national_id: "088888888{n}"}}}}\nsteps:{its}'
                                 for n, its in steps.items()) + "\n")
run("link", "given", script)
phone = system.start_phone("--script", script)
system.start_daemon()
check(phone.wait(system.patience_s) == 0, f"the conversations did not hold: {system.shown()}")
system.end_processes()
check(system.rows("SELECT governorate FROM subscription ORDER BY msisdn") == [("31",), ("33",)], "governorates are not kept as they were typed")

# --- staff write, and count
system.add_staff(("dina", "designer"), ("pia", "publisher"), ("dima", "designer@damascus"), ("ola", "publisher@damascus"))
expires = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=27)).strftime("%Y-%m-%dT%H:%M")
good = ("--kind", "outage", "--text", "ar=انقطاع غداً", "--text", "en=No power tomorrow", "--expires", expires)


def cast(act, *more, who="dina", code=0):
    return run("broadcast", act, *more, "--as", who, code=code)


for wrong, why in ((("--governorate", "99"), "governorate: no company owns a governorate of that code: known are 11, 21, 31, 33"),
                   (("--governorate", "21", "--company", "homs"), "governorate: homs owns no governorate of that code: known are 31, 33"),
                   (("--area", "duma"), "area: no area has that name: known are douma, zabadani"),
                   (("--area", "douma", "--company", "homs"), "area: no area has that name: there are none"),
                   (("--case-kind", "staff_complaint"), "case_kind: no kind of cases that may be told of has that name: known are outage, "),
                   (("--directorate", "Rif Dimashq"), "directorate: "),
                   (("--office", "inspection"), "office: cases that may be told of are worked at no office of that name: known are ")):
    told = cast("draft", *good, *wrong, code=1)
    check(why in told, f"{wrong} is not told '{why}' but {told}")
for wanted, count in ((("--governorate", "31"), 1), (("--company", "homs"), 2), (("--company", "homs", "--governorate", "33", "--language", "ar"), 1),
                      (("--area", "douma"), 2), (("--case-kind", "area_outage", "--company", "damascus"), 3), (("--case-kind", "outage"), 0),
                      (("--area", "douma", "--governorate", "11"), 0)):
    number = cast("draft", *good, *wanted).split()[1]
    counted = run("broadcast", "preview", number)
    check(counted.endswith(f"{count} numbers, {count} short messages, {25 * count} SYP\n"), f"{wanted} is counted as {counted}")
listed = run("broadcast", "list")
for words in ("to numbers with notices of homs in governorate 31  by dina", "to numbers with open cases in area douma  by dina",
              "to numbers with open cases of kind area_outage of damascus  by dina",
              "to numbers with notices of damascus in governorate 11 with open cases in area douma of damascus  by dina"):
    check(words in listed, f"'{words}' is not in {listed}")

# --- whose roles are for a company
check("designer@damascus/*/*" in cast("draft", *good, "--area", "douma", who="dima", code=1), "dima writes to those of all companies")
check("designer@damascus/*/*" in cast("draft", *good, "--governorate", "31", who="dima", code=1), "dima writes to those of Homs")
own = cast("draft", *good, "--company", "damascus", "--area", "douma", who="dima").split()[1]
cast("propose", own, who="dima")
cast("propose", 1)
check("there is no broadcast" in cast("approve", 1, who="ola", code=1), "ola decides on what is for Homs")
check("is approved" in cast("approve", own, who="ola"), "what is for Damascus is not approved")

# --- told to those who are there by then
run("link", "suspend", "--msisdn", "+963944880054")
system.environment["SYRIATEL_PORT"] = "1"
system.start_daemon()


def told_now():
    return system.rows(f"SELECT msisdn FROM outbox WHERE broadcast = {own}")


system.until(lambda: "prepared 1," in run("broadcast", "show", own), lambda: run("broadcast", "show", own))
system.until(lambda: system.rows(f"SELECT min(is_over) FROM broadcast_lane WHERE broadcast = {own}") == [(1,)], "not all numbers are looked at")
check(told_now() == [(963944880053,)], f"others are told: {told_now()}")
check("intact" in run("audit", "verify"), "the audit trail is not intact")
print("ok")
