#!/usr/bin/env python3
"""A day at a drawer: cash_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. The daemon is the real one, the companies are the sample
ones; cash is taken by the command line and by the API, answers are lost, commands killed, and the books add up."""
import datetime
import http.client
import json
import pathlib
import re
import ssl
import subprocess
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build, SHUBBAK_ADMIN_PORT="0")
work, config, check, run, rows, until = system.work, system.config, system.check, system.run, system.rows, system.until


def cash(*arguments, code=0):
    """What the command tells: as JSON where it was done."""
    is_done = code not in (1, 2)
    told = run("cash", *arguments, *(["--format", "json"] if is_done else []), code=code)
    return json.loads(told) if is_done else told


def ledger(kind, owner="amal.post_7"):
    """Of an account: 2 pending, 3 company, 4 fees, 5 drawer."""
    found = rows(f"SELECT debits_posted - credits_posted FROM ledger_account WHERE kind = {kind} AND owner = '{owner}'")
    return (found[0][0] if found else 0) * (1 if kind == 5 else -1)


# --- companies, a person with a card, the daemon
check("payments: {parts: bills}" in config.read_text(), "homs takes whole bills no more")
environment = system.environment
environment.update(SHUBBAK_ADMIN_CERTIFICATE=str(work / "certificate.pem"), SHUBBAK_ADMIN_PRIVATE_KEY=str(work / "private.pem"))
made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                       "/CN=shubbak", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", environment["SHUBBAK_ADMIN_PRIVATE_KEY"],
                       "-out", environment["SHUBBAK_ADMIN_CERTIFICATE"]], capture_output=True, timeout=system.patience_s)
check(made.returncode == 0, f"no certificate: {made.stderr}")
paying = (source / "config/syria-kuwwa/conversations/pay.yaml").read_text().split("\n---\n")
script = [one for one in paying if "pays with a voucher by SMS" in one]
check(len(script) == 1, "pay.yaml has not the conversation that opens a card")
(work / "day.yaml").write_text(script[0])
system.start_those_that_are_paid()
run("link", "given", work / "day.yaml")
system.sell_vouchers(source)
phone = system.start_phone("--script", work / "day.yaml", "--vouchers", work / "vouchers.pins")
system.start_daemon()
check(phone.wait(system.patience_s) == 0, f"no card was opened: {system.shown()}{system.log()}")
((card,),) = rows("SELECT number FROM wallet")
on_card = ledger(0, card)
port = system.port_of("admin")
system.add_staff(("root", "admin"), ("amal", "clerk@*/rif/post_7"), ("badr", "clerk@*/rif/post_7"), ("carl", "clerk@*/rif/post_8"),
                 ("basel", "cashier"), ("nada", "cashier"), ("widad", "overseer"))
trust = ssl.create_default_context(cafile=environment["SHUBBAK_ADMIN_CERTIFICATE"])


def api(method, path, body=None, token="", status=200):
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=system.patience_s, context=trust)
    connection.request(method, path, None if body is None else json.dumps(body),
                       {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})})
    answer = connection.getresponse()
    told = json.loads(answer.read() or b"{}")
    connection.close()
    check(answer.status == status, f"{method} {path} {body}: {answer.status} and not {status}: {told}")
    return told


def login(who):
    return api("POST", "/login", {"name": who, "password": system.password})["token"]


# --- a drawer
opening = ("open-drawer", "amal", "--directorate", "rif", "--office", "post_7", "--ceiling", "5000")
for who, told in (("amal", "cash.manage"), ("basel", "cash.manage"), ("widad", "cash.manage")):
    check(told in cash(*opening, "--as", who, code=1), f"{who} opens a drawer")
check("no account" in cash("open-drawer", "nobody", *opening[2:], "--as", "root", code=1), "nobody has a drawer")
check("may not take cash there" in cash("open-drawer", "carl", *opening[2:], "--as", "root", code=1), "a drawer is elsewhere")
drawer = cash(*opening, "--as", "root")
check((drawer["name"], drawer["holds"], drawer["ceiling"]) == ("amal.post_7", 0, 500_000), f"{drawer}")
check("has a drawer" in cash(*opening, "--as", "root", code=1), "a drawer is opened twice")

# --- cash for bills, by the command line
quote = cash("quote", "aleppo", "2100345", "100")
check((quote["amount"], quote["fee"], quote["total"], quote["currency"]) == (10_000, 0, 10_000, "SYP") and quote["due"] > 0, f"{quote}")
paid = cash("take", "aleppo", "2100345", "100", "--as", "amal", "--key", "first")
check(paid["state"] == "settled" and re.fullmatch(r"\d{8,}", paid["receipt"]) and re.fullmatch(r"\d{7}", paid["check"]), f"{paid}")
check(cash("take", "aleppo", "2100345", "100", "--as", "amal", "--key", "first") == paid, "the same key pays twice")
check("another payment has that key" in cash("take", "aleppo", "2100345", "101", "--as", "amal", "--key", "first", code=1), "a key is two payments")
check("just taken the same" in cash("take", "aleppo", "2100345", "100", "--as", "amal", code=1), "the same is taken twice unasked")
check(ledger(5) == 10_000 and ledger(2) == 0, "the drawer does not hold what was taken")
for arguments, told in ((("aleppo", "2100345", "0"), "above 0"), (("aleppo", "2100345", "4950"), "more than it may"),
                        (("aleppo", "2100777", "1"), "no more than what is due"), (("aleppo", "1", "1"), "no such account"),
                        (("damascus", "4521007", "9"), "no part below 10 SYP"), (("homs", "3100912", "1"), "whole bills only"),
                        (("nowhere", "1", "1"), "no company")):
    check(told in cash("take", *arguments, "--as", "amal", code=1), f"{arguments} is taken, or not told '{told}'")
for amount in ("much", "1.234", "-5", "92233720368547758.08", "99999999999999999999"):
    cash("take", "aleppo", "2100345", amount, "--as", "amal", code=2)
for who, told in (("badr", "another account"), ("carl", "cash.take"), ("widad", "cash.take")):
    check(told in cash("take", "aleppo", "2100345", "5", "--as", who, "--drawer", "amal.post_7", code=1), f"{who} takes cash of others")
check("no drawer of that name" in cash("take", "aleppo", "2100345", "5", "--as", "amal", "--drawer", "amal.post_8", code=1), "no drawer takes cash")
check(ledger(5) == 10_000, "what was refused has moved something")

# --- a company that does not tell, nor when it is asked at first: the cash waits until the daemon ends it; the number that was given is told
run("link", "make", "--confirmed", "--msisdn", "+963933777888", "--national-id", "-", given="02020304050\n")
before = rows("SELECT count(*) FROM outbox")[0][0]
held = cash("take", "aleppo", "9000027", "30", "--as", "amal", "--key", "lost", "--msisdn", "+963933777888", code=4)
check(held["state"] == "held" and "check" not in held, f"{held}")
check(ledger(5) == 13_000 and ledger(2) == 3_000, "what is held does not wait")
check([one["key"] for one in cash("payments", "amal.post_7", "--open")["payments"]] == ["lost"], "what is held is not found")
check("not over yet" in cash("take", "aleppo", "9000027", "30", "--as", "amal", "--again", code=1), "what is held is paid twice")
until(lambda: ledger(2) == 0, "the daemon has not ended what was held")
check(cash("take", "aleppo", "9000027", "30", "--as", "amal", "--key", "lost", "--msisdn", "+963933777888")["state"] == "settled", "it is not settled")
check(rows("SELECT count(*) FROM outbox")[0][0] == before + 1, "the end is not told, or twice")
check(cash("payments", "amal.post_7", "--open")["payments"] == [], "what is over is open")

# --- a command that is killed while the company is asked
half = subprocess.Popen([shubbak, "cash", "take", "aleppo", "9000023", "20", "--as", "amal", "--key", "killed", "--config", str(config)],
                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env=environment)
half.stdin.write(system.password + "\n")
half.stdin.close()
until(lambda: rows("SELECT 1 FROM ledger_transfer WHERE key = 'cash-killed'") or half.poll() is not None, "nothing was begun")
half.kill()
half.wait()
until(lambda: ledger(2) == 0, "what a killed command has begun does not end")
check(cash("take", "aleppo", "9000023", "20", "--as", "amal", "--key", "killed")["state"] == "settled", "it is not settled")
check(ledger(5) == 15_000, "a killed command has taken twice, or nothing")

# --- what a company declines is given back
declined = cash("take", "aleppo", "9000028", "7", "--as", "amal", code=3)
check(declined["state"] == "released" and declined["owed"] == 700, f"{declined}")
check(ledger(5) == 15_700 and ledger(2) == 700, "what is owed is not there")
check("another account" in cash("give-back", declined["receipt"], "7", "--as", "badr", "--drawer", "amal.post_7", code=1), "another one gives back")
check("nothing of it" in cash("give-back", paid["receipt"], "100", "--as", "amal", code=1), "what was paid is given back")
check("mistyped" in cash("give-back", "12345678", "7", "--as", "amal", code=1), "a receipt that is none is given back")
check("is 7 SYP" in cash("give-back", declined["receipt"], "6", "--as", "amal", code=1), "another sum than is owed is given back")
for _ in range(2):
    check(cash("give-back", declined["receipt"], "7", "--as", "amal", "--key", "back")["owed"] == 0, "it is owed still")
check("nothing of it" in cash("give-back", declined["receipt"], "7", "--as", "amal", code=1), "it is given back twice")
check(ledger(5) == 15_000 and ledger(2) == 0, "it was given back twice, or not")

# --- by the API: a whole bill, a card
amal, basel, widad = login("amal"), login("basel"), login("widad")
bill = {"company": "homs", "account": "3100912", "currency": "SYP"}
due = api("POST", "/cash/quote", {**bill, "amount": 31_050_000, "drawer": "amal.post_7"}, amal)
api("POST", "/cash/quote", {**bill, "amount": 31_050_000, "drawer": "amal.post_7"}, basel, 403)  # a drawer of another
check((due["due"], due["fee"], due["total"]) == (31_050_000, 0, 31_050_000), f"{due}")
told = api("POST", "/cash/payments", {**bill, "amount": 31_050_000, "key": "api-1", "drawer": "amal.post_7"}, amal, 409)
check("more than it may" in told["error"]["message"], f"{told}")
run("cash", "ceiling", "amal.post_7", "400000", "--as", "root")
told = api("POST", "/cash/payments", {**bill, "amount": 31_050_000, "key": "api-1", "drawer": "amal.post_7", "fee": 1}, amal, 409)
check("the fee is 0 SYP" in told["error"]["message"] and told["error"]["field"] == "fee", f"{told}")
for more, status, field in (({"amount": -1}, 400, "amount"), ({"amount": 1.5}, 400, "amount"), ({"amount": 2**63}, 400, "amount"),
                            ({"amount": 10**15 + 1}, 422, "amount"), ({"amount": 0}, 422, "amount"), ({"currency": "EGP"}, 422, "currency")):
    told = api("POST", "/cash/payments", {**bill, "amount": 100, "key": "api-1", "drawer": "amal.post_7", **more}, amal, status)
    check(told["error"]["field"] == field, f"{more}: {told}")
whole = api("POST", "/cash/payments", {**bill, "amount": 31_050_000, "key": "api-1", "drawer": "amal.post_7"}, amal)
check(whole["state"] == "settled" and whole["fee"] == 0, f"{whole}")
check(ledger(5) == 31_065_000 and ledger(3, "homs") == 31_050_000, "a whole bill was not taken")
topping = {"key": "api-2", "drawer": "amal.post_7", "card": card, "amount": 2_500, "currency": "SYP", "msisdn": "+963933777888"}
for _ in range(2):
    check(api("POST", "/cash/top-ups", topping, amal)["amount"] == 2_500, "a card is not topped up")
check(ledger(0, card) == on_card + 2_500 and ledger(5) == 31_067_500, "a card is topped up twice, or not")
check(rows("SELECT count(*) FROM outbox")[0][0] == before + 2, "who gave a number is not told of the card, or twice")
api("POST", "/cash/top-ups", {**topping, "currency": "EGP", "key": "api-3"}, amal, 422)
api("POST", "/cash/top-ups", {**topping, "amount": -1, "key": "api-3"}, amal, 400)
api("POST", "/cash/top-ups", {**topping, "card": "9999999999", "key": "api-3"}, amal, 404)
api("POST", "/cash/top-ups", topping, widad, 403)
check(cash("top-up", card, "1", "--as", "amal")["amount"] == 100, "the command line tops up no card")
listed = cash("top-ups", "amal.post_7")["top_ups"]
check([one["amount"] for one in listed] == [100, 2_500] and listed[1]["key"] == "api-2", f"a top-up is not found: {listed}")

# --- refunded by two others, given back out of the drawer
check("refund 1 is proposed" in run("refunds", "propose", whole["receipt"], "--as", "basel", "--reason", "paid_twice", "--amount", "50"), "no refund")
check("refund 1 is paid" in run("refunds", "pay", "1", "--as", "nada"), "no refund is paid")
check(cash("payments", "amal.post_7", "--open")["payments"][0]["owed"] == 5_000, "a refund is not owed")
cash("give-back", whole["receipt"], "50", "--as", "amal")
check(ledger(5) == 31_062_600, "a refund is not given back")

# --- brought in by another, counted, told
deposit = ("deposit", "amal.post_7", "310000", "--reference", "bank-1")
for who in ("amal", "badr", "widad"):
    check("cash.deposit" in cash(*deposit, "--as", who, code=1), f"{who} brings in what they may not")
check("does not hold so much" in cash("deposit", "amal.post_7", "310627", "--reference", "bank-1", "--as", "basel", code=1), "too much is brought in")
cash("deposit", "amal.post_7", "0", "--reference", "bank-1", "--as", "basel", code=1)
for _ in range(2):
    check(cash(*deposit, "--key", "slip-1", "--as", "basel")["holds"] == 62_600, "it was brought in twice, or not")
check("note the rest as SLIP-2" in cash("deposit", "amal.post_7", "10", "--reference", "bank-1", "--as", "basel", code=1), "a slip is brought in twice")
counted = cash("count", "625", "--as", "amal")
check((counted["expected"], counted["missing"], counted["surplus"]) == (62_600, 100, 0), f"{counted}")
check(ledger(5) == 62_600, "a count moves money")
today = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=3)).date()
days = ("--from", (today - datetime.timedelta(days=1)).isoformat(), "--to", today.isoformat())
one = cash("statement", "amal.post_7", *days)
taken = one["payments_minor"] + one["top_ups_minor"]
check(one["opening"] == 0 and one["closing"] == 62_600 and one["adds_up"], f"{one}")
check(taken == one["given_back_minor"] + one["deposits_minor"] + one["closing"], f"receipts are not deposits and balance: {one}")
check((one["payments"], one["payments_minor"], one["fees_minor"], one["top_ups"], one["given_back_minor"]) ==
      (5, 31_065_700, 0, 2, 5_700), f"{one}")
check(one["counts"][0]["missing"] == 100, f"{one}")
check(cash("statement", "amal.post_7", "--day", "2020-01-01")["closing"] == 0, "a day without cash is told cash")
check("366 days" in cash("statement", "amal.post_7", "--from", "2020-01-01", "--to", today.isoformat(), code=1), "years are told at once")
for wrong in ("26.11.2026", "2026-13-01"):
    cash("statement", "amal.post_7", "--day", wrong, code=1)
check("adds up" in run("cash", "statement", "amal.post_7", *days), "nobody can read the statement")
for by, names in (("account", ["amal"]), ("office", ["post_7"]), ("directorate", ["rif"]), ("company", ["", "aleppo", "homs"])):
    found = cash("report", "--by", by, *days)["rows"]
    check([row["name"] for row in found] == names and sum(row["payments_minor"] for row in found) == 31_065_700, f"{found}")
range_of = {"from": days[1], "to": days[3]}
check(api("POST", "/cash/report", {"by": "company", **range_of}, widad)["rows"] == cash("report", "--by", "company", *days)["rows"], "two reports differ")
api("POST", "/cash/report", {"by": "company", **range_of}, amal, 403)  # of offices that are none of hers
api("POST", "/cash/report", {"by": "company", "directorate": "rif", "office": "post_7", **range_of}, amal)
check(api("POST", "/cash/statement", {"drawer": "amal.post_7", **range_of}, basel)["closing"] == 62_600, "a cashier reads nothing")

reported = json.loads(run("report", "payments", "--by", "office,channel", "--directorate", "rif", "--format", "json", *days))["rows"]
check([(row["office"], row["channel"]) for row in reported] == [("post_7", "counter")], f"{reported}")
check(reported[0]["settled_minor"] + reported[0]["released_minor"] == 31_065_700, f"{reported}")
check(api("POST", "/reports/payments", {"by": ["office", "channel"], "directorate": "rif", **range_of}, widad)["rows"] == reported,
      "two reports differ")
check("books say" in run("report", "payments", "--by", "company,directorate,office,day,channel,purpose", "--verify", *days), "the sums are not the books'")
check("counter" in run("report", "payments", "--by", "channel", "--format", "csv", *days), "nothing for a spreadsheet")
collected = json.loads(run("report", "collectors", "--by", "account,drawer", "--format", "json", *days))["rows"]
check([(row["account"], row["drawer"], row["opening_minor"], row["balance_minor"]) for row in collected] == [("amal", "amal.post_7", 0, 62_600)],
      f"{collected}")
check(all(collected[0][key] == one[key] for key in ("payments", "payments_minor", "top_ups_minor", "given_back_minor", "deposits_minor")),
      f"the report is not the statement: {collected}")
check(api("POST", "/reports/collectors", {"by": ["account", "drawer"], **range_of}, widad)["rows"] == collected, "two reports differ")
api("POST", "/reports/collectors", {"by": ["drawer"], **range_of}, amal, 403)  # of offices that are none of hers
check("626" in run("report", "collectors", "--by", "drawer", *days), "no amount for people")
check("books say" in run("report", "collectors", "--by", "drawer,company,day", "--verify", *days), "sums are not the movements")

# --- mistyped: taken back by two others, as far as it is there
mistyped = cash("top-up", card, "300", "--as", "amal")
number = str(cash("top-ups", "amal.post_7")["top_ups"][0]["number"])
before_it = ledger(0, card)
correction = ("correct", "amal.post_7", "270", "--top-up", number, "--reason", "mistyped")
check("cash.propose" in cash(*correction, "--as", "widad", code=1), "an overseer proposes")
check("more would be taken back" in cash("correct", "amal.post_7", "301", *correction[3:], "--as", "amal", code=1), "too much is taken back")
check(cash(*correction, "--as", "amal")["state"] == "proposed", "nothing is proposed")
check("waits" in cash(*correction, "--as", "amal", code=1), "the same is proposed twice")
check("cash.decide" in cash("approve", "1", "--as", "badr", code=1), "a clerk approves")
check(ledger(0, card) == before_it and len(cash("proposals", "--open")["proposals"]) == 1, "what nobody approved has moved money")
check(cash("approve", "1", "--as", "basel")["checker"] == "basel", "nothing is approved")
check("decided already" in cash("approve", "1", "--as", "nada", code=1), "a proposal is carried out twice")
check(ledger(0, card) == before_it - 27_000, "a top-up is not corrected")
cash("correct", "amal.post_7", "10000", "--slip", "bank-1", "--reason", "mistyped", "--as", "basel")
check("somebody else must" in cash("approve", "2", "--as", "basel", code=1), "who proposes approves")
cash("approve", "2", "--as", "nada")
check(ledger(5) == 62_600 + 3_000 + 1_000_000, "a deposit is not corrected")

# --- a difference is written off; a drawer whose keeper is gone is handed over
check(cash("count", "10656", "--as", "amal")["surplus"] == 0, "what was corrected is not counted")
check("what should be there" in cash("write-off", "amal.post_7", "--reason", "miscounted", "--as", "amal", code=1), "nothing is written off")
cash("count", "10655", "--as", "amal")
cash("write-off", "amal.post_7", "--reason", "miscounted", "--as", "amal")
check(cash("reject", "3", "--as", "basel")["state"] == "refused", "nothing is refused")
cash("write-off", "amal.post_7", "--reason", "miscounted", "--as", "amal")
cash("approve", "4", "--as", "basel")
check(ledger(5) == 1_065_500, "a difference is not written off")
owed = cash("take", "aleppo", "9000028", "8", "--as", "amal", code=3)
run("cash", "open-drawer", "badr", *opening[2:-1], "50000", "--as", "root")
handing = ("hand-over", "amal.post_7", "--counted", "10660", "--to", "badr.post_7", "--reason", "left")
check("close that account" in cash(*handing, "--as", "basel", code=1), "who is there is handed over")
run("staff", "disable", "amal")
cash(*handing, "--as", "basel")
check(cash("approve", "5", "--as", "nada")["to"] == "badr.post_7", "nothing is handed over")
check((ledger(5), ledger(5, "badr.post_7")) == (0, 1_066_000), "what was in the drawer is not in the other one")
check(cash("give-back", owed["receipt"], "8", "--as", "badr")["owed"] == 0, "what a closed drawer owes is not given back by another")
check((ledger(2), ledger(5, "badr.post_7")) == (0, 1_065_200), "it is not given back")
one = cash("statement", "amal.post_7", *days)
check(one["adds_up"] and one["closing"] == 0 and "closed" in one, f"{one}")
check((one["top_ups_corrected_minor"], one["deposits_corrected_minor"], one["missing_minor"], one["handed_over_minor"]) ==
      (27_000, 1_000_000, 400, 1_066_000), f"{one}")
check("written off 4" in run("cash", "statement", "amal.post_7", *days), "nobody can read what was corrected")
check(cash("statement", "badr.post_7", *days)["taken_over_minor"] == 1_066_000, "who took over is not told")
held = json.loads(run("report", "collectors", "--by", "drawer", "--format", "json", *days))["rows"]
check({row["drawer"]: row["balance_minor"] for row in held} == {"amal.post_7": 0, "badr.post_7": 1_065_200}, f"{held}")
check("books say" in run("report", "collectors", "--by", "drawer", "--verify", *days), "sums of what was corrected are not the movements")

# --- a bank whose clock is another one: its files of the day and of those beside it
system.add_staff(("kfh", "bank@*/banks/kfh"))
cash("open-drawer", "kfh", "--directorate", "banks", "--office", "kfh", "--ceiling", "5000", "--as", "root")
now = datetime.datetime.now(datetime.timezone.utc)
told = api("POST", "/bank/payments", {"reference": "K-1", "company": "aleppo", "account": "2100345", "amount": 1_000, "currency": "SYP",
                                      "paid_at": now.strftime("%Y-%m-%dT%H:%M:%SZ")}, login("kfh"))
check((told["reference"], told["state"]) == ("K-1", "settled"), f"{told}")
here = datetime.timezone(datetime.timedelta(hours=3))
((begun,),) = rows("SELECT at FROM payment_in_ledger ORDER BY number DESC LIMIT 1")
midnight = datetime.datetime.fromtimestamp(begun / 1000, here).replace(hour=0, minute=0, second=0, microsecond=0)


def bank(act, *more, minutes=None, beside=(), code=0):
    """`minutes` after the day's midnight: when the day's file says that K-1 was paid; None: the file has nothing. `beside`: likewise."""
    arguments = []
    for name, paid in {"day": minutes, **dict(beside)}.items():
        at = None if paid is None else (midnight + datetime.timedelta(minutes=paid)).isoformat()
        lines = ["reference,account,amount_minor,currency,paid_at", *([] if at is None else [f"K-1,2100345,1000,SYP,{at}"])]
        (work / f"{name}.csv").write_text("\n".join(lines) + "\n")
        arguments += [work / "day.csv"] if name == "day" else [f"--{name}", work / f"{name}.csv"]
    return run("bank", act, *arguments, "--bank", "kfh", "--day", midnight.date(), *more, code=code)


days_long = 24 * 60
check("1 lines, 1 matched, 0 differ" in bank("compare", minutes=1), "what the bank was paid is not what it told")
check("missing_there  K-1" in bank("compare", code=3), "what the bank does not list is not missing")
bank("compare", beside={"day-before": -1})
bank("compare", beside={"day-after": days_long + 1})
check("twice  line 2  K-1" in bank("compare", minutes=1, beside={"day-before": -1}, code=3), "two days list it, and nobody says so")
bank("compare", minutes=1, beside={"day-after": days_long + 1})
for name, of_the_other in (("day-before", 2 * days_long - 1), ("day-after", -days_long)):
    check("is it the right file?" in bank("compare", beside={name: of_the_other}, code=1), f"the other file is taken as --{name}")
check("is the file of the day itself" in bank("compare", "--day-before", work / "day.csv", minutes=1, code=2), "a day is held against itself")
bank("compare", "--day-after", "", code=2)
check("1 cases opened, 0 withdrawn" in bank("import", "--as", "basel"), "no case is made of it")
check("0 cases opened, 1 withdrawn" in bank("import", "--as", "basel", beside={"day-before": -1}), "its case stays open")

# --- overseers
check("whole:" in run("ledger", "verify"), "the ledger is not whole")
check("intact" in run("audit", "verify"), "the audit trail is not intact")
told = run("audit", "search", "--action", "cash.")
for action, times in (("cash.opened", 3), ("cash.taken", 7), ("cash.topped_up", 3), ("cash.given_back", 3), ("cash.deposited", 1), ("cash.counted", 3),
                      ("cash.proposed", 5), ("cash.refused", 1), ("cash.corrected", 2), ("cash.written_off", 1), ("cash.handed_over", 1)):
    check(told.count(action) == times, f"{action} is told {told.count(action)} times: {told}")
log = system.log()
check("963933777888" not in log and "933777888" not in told, "a number is in the log or the trail")
print("ok")
