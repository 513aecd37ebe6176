#!/usr/bin/env python3
"""What a counter does by `shubbak link`, with the phone at hand: link_cli_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. The daemon and the
phone are the real ones; the register of persons is the sample company's, and cannot be reached at first."""
import pathlib
import re
import subprocess
import sys

from system import System, nowhere

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
number, owner, next_owner, nobody = "+963944667841", "07777777741", "07777777742", "06789012345"
system = System(shubbak, source / "config", build, REGISTER="http://127.0.0.1:1", **nowhere)
work, config, check, rows, shown = system.work, system.config, system.check, system.rows, system.shown


def link(verb, *more, given="", code=0, msisdn=number):
    told = system.run("link", verb, "--msisdn", msisdn, *more, given=given, code=code)
    for secret in (owner, next_owner, nobody, number[1:]):
        check(secret not in told, f"{verb} prints a full number: {told}")
    return told


def until(true, what):
    return system.until(true, lambda: f"{what}: {shown()}")


# --- the phone: what it has shown, as letters and digits alone since its frames break lines
def letters(text):
    return re.sub(r"\W+", "", text)


def words(name):
    text = (work / "config/common/strings/ar.yaml").read_text()
    return letters(re.search(rf"^{name}: (.*)$", text, re.M)[1])


class Messages:
    """Those that come from now on."""

    def __init__(self):
        self.begin = len(shown())

    def has(self, name):
        return words(name) in letters(shown()[self.begin:])

    def told(self, name):
        until(lambda: self.has(name), f"the phone is not told {name}")

    def code(self, name):
        self.told(name)
        return until(lambda: re.findall(r"(?<!\d)\d{6}(?!\d)", shown()[self.begin:]), "no code came")[-1]


def press(*lines):
    phone.stdin.write("".join(line + "\n" for line in lines))
    phone.stdin.flush()


def state():
    return rows("SELECT state FROM link ORDER BY id DESC LIMIT 1")[0][0]  # 0 pending, 1 active


def confirmed():
    press("*123#", "1")
    until(lambda: state() == 1, "the phone's yes makes no active link")


def other(code):
    return "111111" if code != "111111" else "222222"


config.write_text(config.read_text() + "\ncodes: {sends_min_gap: 0s, sends_per_number_hour: 50, sends_per_number_day: 50}\n"
                  "registry: {url: '${REGISTER}', on_down: pending}\n")
_, listening = system.start_companies("register")
phone = system.start_phone("--msisdn", number, stdin=subprocess.PIPE)
system.start_daemon()

# --- the register cannot be asked: the link waits, and so does its phone
for verb in ("verify", "release-code", "reset-pin", "clear-tries", "release"):
    check("no link" in link(verb, code=1), f"{verb} of a number that nobody has")
to_owner = ("--national-id", "-")
check("not verified yet" in link("make", *to_owner, given=owner + "\n"), "it does not wait for the register")
link("verify", code=1)
check("not verified yet" in link("show"), "it was verified by nobody")
asked = Messages()
system.environment["REGISTER"] = f"http://{listening['register']}/v1/persons/verify"
check("pending" in link("verify"), "it is not verified")
check("not verified" not in link("show"), "it is not verified")
asked.told("sys_link_asks")
confirmed()
check("active" in link("verify", code=1), "what is active is verified once more")
check("register of persons" in link("make", *to_owner, given=nobody + "\n", code=1, msisdn="+963944667842"), "nobody is linked")

# --- a PIN, wrong ones, and what a counter does about them
check("PIN" in link("reset-pin", code=1), "a PIN is taken away that there is not")
sent = Messages()
press("*123*9#")
code = until(lambda: re.findall(r"(?<!\d)\d{6}(?!\d)", shown()[sent.begin:]), "no code for a PIN came")[-1]
press(f"*123*{code}#", "39517")
until(lambda: rows("SELECT 1 FROM service_pin"), "no PIN is set")
press("*123*9#", "11223", "end")
until(lambda: rows("SELECT 1 FROM otp_tries"), "a wrong PIN is not counted")
notices = Messages()
link("clear-tries")
check(rows("SELECT 1 FROM otp_tries") == [], "what was failed is not forgotten")
notices.told("sys_tries_cleared")
again = Messages()
link("clear-tries")  # nothing is left to forget, and nobody is told
link("reset-pin")
check(rows("SELECT 1 FROM service_pin") == [], "the PIN is there still")
again.told("sys_pin_reset")
check(not again.has("sys_tries_cleared"), "the phone is told of what was not done")
check("PIN" in link("reset-pin", code=1), "a PIN is taken away twice")

# --- to another person, whom the present one has agreed to
check("--code" in link("relink", *to_owner, given=next_owner + "\n", code=1), "a relink without a code")
check("--national-id" in link("relink-code", code=1), "a relink to nobody")
agreed = Messages()
link("relink-code", *to_owner, given=next_owner + "\n")
code = agreed.code("sys_relink_asks")
check("--code" in link("relink", *to_owner, "--code", other(code), given=next_owner + "\n", code=1), "a wrong code relinks")
link("relink", *to_owner, "--code", code, given="07777777743\n", code=1)  # not whom the phone agreed to
check("07*******41" in link("show") and state() == 1, "a wrong code has changed something")
asked = Messages()
told = link("relink", *to_owner, "--code", code, given=next_owner + "\n")
check("pending" in told and "07*******42" in told, f"it is not relinked: {told}")
link("relink", *to_owner, "--code", code, given=owner + "\n", code=1)  # it is used up
asked.told("sys_link_asks")
confirmed()

# --- released, with its code
check("the phone is sent" in link("release", code=1), "a release without a code")
ends = Messages()
link("release-code")
code = ends.code("sys_release_asks")
check("--code" in link("release", "--code", other(code), code=1), "a wrong code releases")
check("active" in link("show"), "a wrong code has released")
check("released" in link("release", "--code", "-", given=code + "\n"), "the right code releases nothing")
check("released" in link("show", code=1), "it is not released")
link("release", "--code", code, code=1)
history = link("history").splitlines()
events = [re.split(" · ", line)[2] for line in history]
check(sorted(events) == sorted(["make_unverified", "verify", "confirm", "release", "make", "confirm", "release"]), f"another history: {events}")
print("ok")
