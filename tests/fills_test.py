#!/usr/bin/env python3
"""Water for tankers, bought on a phone and taken on the command line of a station: fills_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER."""
import datetime
import json
import pathlib
import re
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build, ZAIN_PASSWORD="secret")
system.config = system.work / "config/kuwait-mew/shubbak.yaml"
work, check, run = system.work, system.check, system.run


def redeem(digits, key, *more, who="sabhan", code=0):
    return run("fills", "redeem", "--as", who, "--key", key, *more, given=f"{system.password}\n{digits}\n", code=code)


# Damm's check digit: the last one leads back to 0.
damm = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205",
        "2581436790")


def is_checked(digits):
    interim = 0
    for digit in digits:
        interim = int(damm[interim][int(digit)])
    return interim == 0


# --- somebody buys 3,000 gallons
conversations = (source / "config/kuwait-mew/conversations/tanker.yaml").read_text().split("\n---\n")
script = [one for one in conversations if "opens a service card" in one or "after asking for too much" in one]
check(len(script) == 2, "tanker.yaml has not the conversations that this test is of")
(work / "day.yaml").write_text("\n---\n".join(script))
system.start_those_that_are_paid("electricity", "water", currency="KWD")
run("link", "given", work / "day.yaml")
system.sell_vouchers(source, "20")
check("0 bought = 0 unused + 0 redeemed" in run("fills", "list"), "something is bought before anybody has")
phone = system.start_phone("--service-code", "*152#", "--short-code", "152", "--script", work / "day.yaml", "--vouchers", work / "vouchers.pins")
system.environment["ZAIN_PORT"] = system.environment["SYRIATEL_PORT"]
system.start_daemon()
check(phone.wait(system.patience_s) == 0, f"the day did not hold: {system.shown()}")
codes = {digits for digits in re.findall(r"(?<!\d)\d{12}(?!\d)", system.shown()) if is_checked(digits)} - {"279030301307"}
check(len(codes) == 1, f"{len(codes)} fill codes were told")
(digits,) = codes

# --- what was paid for it is told apart from bills
now = datetime.datetime.now(datetime.timezone.utc)
days = ("--from", f"{now - datetime.timedelta(days=1):%Y-%m-%d}", "--to", f"{now + datetime.timedelta(days=1):%Y-%m-%d}")
reported = json.loads(run("report", "payments", "--by", "purpose", "--format", "json", *days))["rows"]
check([row["settled"] for row in reported if row["purpose"] == "water"] == [1], f"{reported}")
check("books say" in run("report", "payments", "--by", "purpose,company", "--verify", *days), "the sums are not the books'")

# --- a station takes it once
system.add_staff(("sabhan", "station@*/*/sabhan"), ("doha", "station@*/*/doha"), ("amal", "cashier"))
listed = run("fills", "list")
check("unused  3000 gallons, 3000 left" in listed and "gallons: 3000 bought = 3000 unused + 0 redeemed + 0 expired + 0 refunded" in listed, listed)
receipt = listed.split()[0]
check("fill.redeem" in redeem(digits, "press-1", who="amal", code=1), "a cashier fills tankers")
mistyped = digits[:-1] + str((int(digits[-1]) + 1) % 10)
check("mistyped" in redeem(mistyped, "press-1", code=1), "a mistyped code is not told as one")
check("12 digits" in redeem("1234", "press-1", code=1), "a short code is not told as one")
check("only_whole" in redeem(digits, "press-1", "--gallons", 1000, code=1), "a part is taken where parts are not allowed")
check("too_much" in redeem(digits, "press-1", "--gallons", 4000, code=1), "more is taken than was bought")
first = redeem(digits, "press-1")
check(first.endswith(f"fill 3000 gallons: receipt {receipt}, 0 left\n"), first)
again = redeem(digits, "press-1")
check(again.startswith(first) and "told before, at 2" in again, f"who has lost the answer is not told it again, and that it is the same: {again}")
check("refused" in redeem(digits, "press-2", code=1), "it is taken twice")
check("refused" in redeem(digits, "press-1", who="doha", code=1), "it is taken twice, at two stations")
check("another code or volume" in redeem(digits, "press-1", "--gallons", 3000, code=1), "one key serves two requests")
listed = run("fills", "list")
check("redeemed  3000 gallons, 0 left" in listed and "gallons: 3000 bought = 0 unused + 3000 redeemed" in listed, listed)
shown = run("fills", "show", receipt)
check("  3000 gallons  " in shown and "by sabhan at sabhan" in shown, shown)
check("no receipt" in run("fills", "show", "1234", code=1), "any number is a receipt's")

# --- wrong codes lock the account that types them, and no other
guess = next(f"50000000000{last}" for last in range(10) if is_checked(f"50000000000{last}"))
for number in range(3):
    check("refused" in redeem(guess, f"guess-{number}", code=1), "a guess is not refused")
check("try again in" in redeem(guess, "guess-9", code=1), "guessing costs nothing")
check("refused" in redeem(guess, "guess-9", who="doha", code=1), "who has not guessed is locked")

# --- what was written tells nobody the code
check(digits not in system.log() + listed + shown + first, "a code is told where it must not be")
print("ok")
