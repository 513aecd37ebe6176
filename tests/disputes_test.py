#!/usr/bin/env python3
"""Money of bank cards that nothing explains, from the gateway's callback to where two members of staff let it go:
disputes_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. The daemon is the real one; callbacks are signed here, not by Shubbak's code."""
import hashlib
import hmac
import json
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

from system import System, nowhere

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
secret = "a secret of the gateway that is long enough"
system = System(shubbak, source / "config", build, CARD_GATEWAY_SECRET=secret, CARD_GATEWAY_URL="http://127.0.0.1:1", SYRIATEL_PORT="1", **nowhere)
work, config, check, run, rows = system.work, system.config, system.check, system.run, system.rows


def refunds(act, *more, who="amal", code=0, given="", of=None):
    return run("refunds", act, *more, "--as", who, code=code, given=f"{given}{system.password}\n", config=of)


def charged(transaction, reference, minor, currency="SYP"):
    body = json.dumps({"reference": reference, "state": "charged", "transaction": transaction, "amount_minor": minor,
                       "currency": currency})
    path, now = "/gateway/sample/callback", str(int(time.time()))
    signature = hmac.new(secret.encode(), f"{now}.{path}.{body}".encode(), hashlib.sha256).hexdigest()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body.encode(),
                                     {"X-Shubbak-Timestamp": now, "X-Shubbak-Signature": signature})
    with urllib.request.urlopen(request, timeout=system.patience_s) as answer:
        return json.loads(answer.read())["result"]


def metric(name, labels):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=system.patience_s) as answer:
        found = re.search(rf"^{name}{{{labels}}} (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else None


def in_dispute(currency="SYP"):
    """As the metrics tell it: how many charges, how much."""
    labels = f'gateway="sample",currency="{currency}"'
    return metric("shubbak_bank_card_disputes_open", labels), metric("shubbak_bank_card_disputed_minor_units", labels)


def holds(kind, owner, currency="SYP"):
    found = rows(f"SELECT credits_posted - debits_posted FROM ledger_account WHERE kind = {kind} AND owner = '{owner}' AND currency = '{currency}'")
    return found[0][0] if found else 0


def texts():
    return rows("SELECT count(*) FROM outbox")[0][0]


# --- two people with a card, one without; the daemon; staff
people = {"+963944667831": "03456789012", "+963944667832": "02345678901", "+963944667833": "01234567890"}
for number, person in people.items():
    run("link", "make", "--confirmed", "--msisdn", number, "--national-id", "-", "--office", "Homs post office", given=person + "\n")
moment = int(time.time() * 1000)
system.write(f"""
INSERT INTO wallet SELECT '1234567890', national_id_index, 'SYP', {moment} FROM link WHERE msisdn = 963944667831;
INSERT INTO wallet SELECT '1234567891', national_id_index, 'SYP', {moment} FROM link WHERE msisdn = 963944667832;
INSERT INTO bank_card_order (number, key, gateway, msisdn, link, person, wallet, company, account, amount, fee, currency,
                             by_kind, by_name, at, expires, state, evidence)
SELECT 1, 'order.1', 'sample', 963944667831, 'syriatel', national_id_index, '1234567890', NULL, NULL, 30000, 0, 'SYP',
       1, 'ussd', {moment}, {moment + 900_000}, 1, '' FROM link WHERE msisdn = 963944667831;""")
system.start_daemon()
port = system.port_of("http")
system.add_staff(("root", "admin"), ("amal", "case_worker"), ("basel", "cashier"), ("widad", "overseer"))

# --- what a gateway tells that nothing explains is listed, and told to the metrics
check(metric("shubbak_bank_card_orders_open", 'gateway="sample"') == 1, "the open order is not told")
check(in_dispute() == (0, 0), f"{in_dispute()}")
for transaction, reference, minor, currency in (("G-1", "order.1", 30000, "SYP"), ("G-2", "order.1", 30000, "SYP"),
                                                ("G-3", "nobody", 50000, "SYP"), ("G-4", "nobody", 700, "KWD"), ("G-5", "nobody", 90, "SYP")):
    check(charged(transaction, reference, minor, currency) == "done", transaction)
check(charged("G-2", "order.1", 30000) == "done before", "a charge is taken twice")
check(metric("shubbak_bank_card_orders_open", 'gateway="sample"') == 0, "a charged order is open")
check(in_dispute() == (3, 80090) and in_dispute("KWD") == (1, 700), f"{in_dispute()} {in_dispute('KWD')}")
check(holds(2, "sample") == 80090, "what is in dispute is not in `pending` of the gateway")
listed = run("refunds", "disputed").splitlines()
check([line.split("  ")[:3] for line in listed] == [["2", "charged_before", "sample G-2"], ["3", "unknown_order", "sample G-3"],
                                                    ["4", "unknown_order", "sample G-4"], ["5", "unknown_order", "sample G-5"]], f"{listed}")
told = texts()

# --- who may not, or does not say where to, moves nothing
reason = ("--reason", "bank_says_theirs")
for wrong in ((2, *reason), (2, "--to-order", "--paid-back", "R-1", *reason), (2, "--to-order")):
    done = subprocess.run([shubbak, "refunds", "place", *map(str, wrong), "--as", "amal", "--config", str(config)], input=system.password,
                          capture_output=True, text=True, env=system.environment, timeout=system.patience_s)
    check(done.returncode not in (0, 1), f"{wrong}: {done.returncode}")
for wrong, why in (((9, "--to-order"), "there is no charge 9"), ((1, "--to-order"), "is not in dispute"),
                   ((3, "--to-order"), "find out whose it is"), ((2, "--to-msisdn", "12"), "--to-msisdn"),
                   ((2, "--to-msisdn", "+963944667839"), "no active link"), ((2, "--to-msisdn", "+963944667833"), "have no service card"),
                   ((2, "--to-person", "12"), "--to-person"), ((4, "--to-msisdn", "+963944667832"), "no service card in KWD"),
                   ((3, "--paid-back", "a refund"), "letters, digits")):
    check(why in refunds("place", *wrong, *reason, code=1), f"{wrong} is not told '{why}'")
check("one of syriatel" in refunds("place", 2, "--to-msisdn", "+963944667832", "--operator", "nobody", *reason, code=1), "an operator that there is not tells them")
refunds("place", 2, "--to-order", *reason, who="widad", code=1)
check("reason" in refunds("place", 2, "--to-order", "--reason", "She said so", code=1), "a reason that is no word is taken")

# --- onto the card of who ordered it: proposed by one, approved by another, once
check("placement 1 is proposed: 300 SYP of charge 2 onto card 1234567890;" in refunds("place", 2, "--to-order", *reason), "nothing is proposed")
check("placement 1: onto card 1234567890, bank_says_theirs, by amal" in run("refunds", "disputed"), run("refunds", "disputed"))
check("waits for a decision" in refunds("place", 2, "--paid-back", "R-1", *reason, code=1), "two placements of a charge are proposed")
refunds("approve-placement", 1, code=1)  # no cashier
check("there is no placement 9" in refunds("approve-placement", 9, who="basel", code=1), "what there is not is approved")
check(holds(0, "1234567890") == 30000 and texts() == told, "what nobody has approved has moved money")
check("placement 1 is done: 300 SYP of charge 2 onto card 1234567890\n" in refunds("approve-placement", 1, who="basel"), "nothing is approved")
check(refunds("pay", 1, who="basel", code=1) and refunds("refuse", 1, who="basel", code=1), "a placement is a refund")
check("decided already" in refunds("approve-placement", 1, who="basel", code=1), "it is approved twice")
check(holds(0, "1234567890") == 60000 and holds(2, "sample") == 50090, "the money is not where it was let go")
check(texts() == told + 1, "the person is not told, or twice")
check(in_dispute() == (2, 50090), f"{in_dispute()}")

# --- onto another's, found out by the bank; rejected first, and not by the same person who asked for it
check("placement 2 is proposed" in refunds("place", 3, "--to-person", "-", *reason, who="basel", given="02345678901\n"), "nothing is proposed")
check("somebody else must" in refunds("approve-placement", 2, who="basel", code=1), "who proposed it has approved it")
check("placement 2 is rejected: 500 SYP of charge 3 onto card 1234567891; the money stays in dispute" in refunds("reject-placement", 2, who="basel"), "nothing is rejected")
two = work / "config/syria-kuwwa/two.yaml"  # with another operator before
operator = re.search(r"  - name: syriatel\n(?:    .*\n)+", config.read_text())[0]
two.write_text(config.read_text().replace(operator, operator.replace("name: syriatel", "name: mtn") + operator))
for where, given in ((("--to-msisdn", "+963944667832"), ""), (("--to-person", "-"), "02345678901\n")):
    check("one of mtn, syriatel" in refunds("place", 3, *where, *reason, code=1, given=given, of=two), "it is not asked by whose link they are told")
check("placement 3 is proposed" in refunds("place", 3, "--to-msisdn", "+963944667832", "--operator", "syriatel", *reason, of=two), "nothing is proposed")
check(rows("SELECT link FROM bank_card_placement WHERE number = 3") == [("syriatel",)], "they are told by another link")
refunds("approve-placement", 3, who="basel")
check(holds(0, "1234567891") == 50000 and texts() == told + 2, "the money is not on the card, or nobody is told")

# --- back outside
refunds("place", 4, "--paid-back", "R-4", "--reason", "paid_back")
check("stands for another charge" in refunds("place", 5, "--paid-back", "R-4", "--reason", "paid_back", code=1), "a refund is the evidence of two charges")
refunds("place", 5, "--paid-back", "R-5", "--reason", "paid_back")
check("0.700 KWD of charge 4 paid back as R-4" in refunds("approve-placement", 4, who="basel"), "it is not told what was paid back")
refunds("approve-placement", 5, who="basel")
check(run("refunds", "disputed") == "", run("refunds", "disputed"))
check(in_dispute() == (0, 0) and in_dispute("KWD") in ((0, 0), (None, None)), f"{in_dispute()} {in_dispute('KWD')}")
check(holds(2, "sample") == 0 and holds(2, "sample", "KWD") == 0, "money is in dispute that nobody disputes")
check(holds(6, "sample") == -110000, "what was paid back is not outside")
check(texts() == told + 2, "somebody is told of what went back outside")

# --- the books are whole, and the trail has who did it; no number or name of a person is in the log
for book, word in (("ledger", "whole"), ("audit", "intact")):
    check(word in run(book, "verify"), f"the {book} is not {word}")
trail = [(action, name, thing) for action, name, thing in rows("SELECT action, actor_name, thing FROM audit WHERE action LIKE 'dispute.%' ORDER BY number")]
check(trail[:5] == [("dispute.proposed", "amal", "placement.1"), ("dispute.placed", "basel", "placement.1"),
                    ("dispute.proposed", "basel", "placement.2"), ("dispute.rejected", "basel", "placement.2"),
                    ("dispute.proposed", "amal", "placement.3")] and len(trail) == 10, f"{trail}")
log = system.log()
for private in (*people.values(), *(number[1:] for number in people)):
    check(private not in log, "the log tells whose money it was")
print("ok")
