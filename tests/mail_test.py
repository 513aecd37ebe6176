#!/usr/bin/env python3
"""Where copies go by e-mail, as a counter registers it on the command line: mail_test.py SHUBBAK CONFIG_FOLDER."""
import json
import sys

from system import System, nowhere

system = System(sys.argv[1], sys.argv[2], **nowhere)
check, run = system.check, system.run
national_id, number, address = "01234567890", "+963933123456", "amal.haddad@example.org"


def email(*more, given="", code=0):
    told = run("link", "email", "--msisdn", number, *more, given=given, code=code)
    check(address not in told, f"an address is printed: {told}")
    return told


def kept():
    return json.loads(run("privacy", "export", "--national-id", "-", given=national_id + "\n"))


def registered():
    return [bytes(row[0]) for row in system.rows("SELECT address_sealed FROM mail_address")]


run("link", "make", "--confirmed", "--msisdn", number, "--national-id", "-", given=national_id + "\n")

# --- a deployment without a mail server
check("sends no e-mail" in email("--address", address, code=1), "an address is taken that nothing goes to")
system.environment["MAIL_URL"] = "smtp://127.0.0.1:1"

# --- registered, changed, told to its person, removed
check("no e-mail address" in email("--remove", code=1), "there was one to remove")
check("--address" in email(code=1), "nothing was asked for")
for hostile in ("amal", "amal@example", "amal@example.org\r\nBcc: all@example.org", "a b@example.org", "<amal@example.org>"):
    check("--address" in email("--address", hostile, code=1), f"{hostile!r} is taken as an address")
check(registered() == [], "what was refused is kept")
check("active" in email("--address", "other@example.org"), "an address is not taken")
email("--address", "-", given=address + "\n")
check(len(registered()) == 1 and address.encode() not in registered()[0], "the address is not sealed, or not alone")
check([link["email"] for link in kept()["links"]] == [address], "the person is not told their address")
shown = run("link", "show", "--msisdn", number)
check("e-mail since" in shown and "refused" not in shown and "example.org" not in shown, f"the link is shown otherwise: {shown}")
email("--remove")
check(registered() == [] and kept()["links"][0]["email"] is None, "the address is there still")

# --- gone with the number
email("--address", address)
run("link", "recycle", "--msisdn", number)
check(registered() == [], "a number that is released has an address")
email("--address", address, code=1)
check(registered() == [], "a released number takes an address")
run("privacy", "erase", "--national-id", "-", "--yes", given=national_id + "\n")
trail = run("audit", "search")
check([trail.count(f"link.email_{what}") for what in ("set", "removed")] == [3, 1], f"the trail is told otherwise: {trail}")
check("example.org" not in trail, "the trail names an address")
check("intact" in run("audit", "verify"), "the chain is broken")
octets = b"".join(path.read_bytes() for path in system.work.glob("shubbak.db*"))
check(address.encode() not in octets, "the address stands in the database")
print("ok")
