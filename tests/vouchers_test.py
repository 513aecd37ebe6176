#!/usr/bin/env python3
"""What staff and overseers do with `shubbak vouchers`: vouchers_test.py SHUBBAK CONFIG_FOLDER. The print file is opened with
openssl, the database is read as somebody who has it alone would."""
import base64
import datetime
import hashlib
import os
import pathlib
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile

shubbak, shipped = sys.argv[1], sys.argv[2]
work = pathlib.Path(tempfile.mkdtemp())
password = "a long password"


def check(true, what):
    if not true:
        shutil.rmtree(work)
        sys.exit(f"vouchers_test: {what}")


def run(*arguments, given=password + "\n", code=0):
    done = subprocess.run([shubbak, *map(str, arguments), "--config", str(work / "config/syria-kuwwa/shubbak.yaml")],
                          input=given, capture_output=True, text=True, env=environment)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def certificate(name, kind="rsa:3072", *more):
    code, _, told = openssl("req", "-x509", "-newkey", kind, *more, "-nodes", "-days", "30", "-subj", f"/CN={name}", "-keyout",
                            work / f"{name}.key", "-out", work / f"{name}.pem")
    check(code == 0, f"no certificate: {told}")
    return work / f"{name}.pem"


def damm(digits):
    table = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017",
             "9438617205", "2581436790"]
    interim = 0
    for digit in digits:
        interim = int(table[interim][int(digit)])
    return interim


def rows(sql):
    database = sqlite3.connect(work / "shubbak.db")
    found = database.execute(sql).fetchall()
    database.close()
    return found


shutil.copytree(shipped, work / "config")
(work / "key").write_text("a" * 64 + "\n")
(work / "key").chmod(0o600)
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                   SYRIATEL_PORT="1", SHUBBAK_HTTP_PORT="0", COMPANY_DAMASCUS_URL="http://127.0.0.1:1",
                   COMPANY_ALEPPO_URL="http://127.0.0.1:1", COMPANY_HOMS_URL="http://127.0.0.1:1")
printer = certificate("printer")
end = datetime.date.today() + datetime.timedelta(days=400)
made = work / "batch.cms"


def issue(count=2500, face="500", expires=end, recipient=printer, file=made, who="amal", **more):
    return run("vouchers", "issue", "--as", who, "--face", face, "--count", count, "--expires", expires, "--recipient", recipient,
               "--print-file", file, **more)


# --- who may
check("cannot be opened" in run("vouchers", "stock", code=1), "a database that there is not is not told")
for who, role in (("amal", "cashier"), ("basel", "cashier"), ("clerk", "clerk")):
    run("staff", "add", who, "--full-name", who, "--role", role)
check("voucher.issue" in issue(who="clerk", code=1), "who may not issue is not told why")
issue(given="not the password\n", code=1)
check(rows("SELECT count(*) FROM voucher_batch") == [(0,)] and not made.exists(), "who may not has left something")
check("whole: 0 vouchers in 0 batches" in run("vouchers", "verify"), "nothing is not whole")

# --- bad input changes nothing
elliptic = certificate("elliptic", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
small = certificate("small", "rsa:1024")
for wrong, code in ((dict(face="0"), 1), (dict(face="1.234"), 2), (dict(face="-5"), 2), (dict(count=0), 1), (dict(count=1000000), 1),
                    (dict(expires="2020-01-01"), 1), (dict(expires="tomorrow"), 2), (dict(recipient=elliptic), 1),
                    (dict(recipient=small), 1), (dict(recipient=work / "key"), 1), (dict(file=work / "no/where"), 1)):
    issue(**wrong, code=code)
made.write_text("somebody's")
check("is there already" in issue(code=1), "a file that is there is not told")
check(made.read_text() == "somebody's", "a file that was there was written to")
made.unlink()
check(rows("SELECT count(*) FROM voucher_batch") == [(0,)] and not made.exists(), "bad input has left something")

# --- issued, and read by the printer only
told = issue()
check("issued batch 1: 2500 vouchers" in told, told)
check(f"SHA-256 of the file: {hashlib.sha256(made.read_bytes()).hexdigest()}" in told, told)
check(stat.S_IMODE(made.stat().st_mode) == 0o600, "the print file may be read by others")
code, plain, problem = openssl("cms", "-decrypt", "-inform", "DER", "-in", made, "-inkey", work / "printer.key", "-recip", printer)
check(code == 0, f"openssl does not open the print file: {problem}")
lines = plain.decode().splitlines()
check(lines[0] == "serial,pin" and len(lines) == 2501, f"{len(lines)} lines, {lines[0]}")
serials, pins = zip(*(line.split(",") for line in lines[1:]))
check(len(set(pins)) == 2500 and all(re.fullmatch(r"\d{16}", pin) and damm(pin) == 0 for pin in pins), "the PINs are not PINs")
check([serial[:13] for serial in serials] == [f"000001-{i:06}" for i in range(1, 2501)], "the serials are not in order")
check(all(damm(serial.replace("-", "")) == 0 for serial in serials), "a serial does not check itself")
certificate("thief")
code, opened, _ = openssl("cms", "-decrypt", "-inform", "DER", "-in", made, "-inkey", work / "thief.key", "-recip", work / "thief.pem")
check(code != 0 or b"serial" not in opened, "somebody else opens the print file")
damaged = bytearray(made.read_bytes())
damaged[len(damaged) // 2] ^= 1
(work / "damaged.cms").write_bytes(damaged)
code, _, _ = openssl("cms", "-decrypt", "-inform", "DER", "-in", work / "damaged.cms", "-inkey", work / "printer.key", "-recip", printer,
                     "-out", work / "damaged.txt")
check(code != 0, "a damaged print file is not noticed")

# --- the PINs are nowhere else
written = b"".join(path.read_bytes() for path in work.iterdir() if path.is_file() and path.suffix not in (".key", ".pem", ".txt"))
for pin in pins:
    for form in (pin.encode(), pin[:15].encode(), base64.b64encode(pin.encode())[:20], pin.encode().hex().encode(),
                 int(pin).to_bytes(7, "big"), int(pin).to_bytes(7, "little"),
                 hashlib.sha256(pin.encode()).digest(), hashlib.sha256(pin.encode()).hexdigest().encode()):
        check(form not in written, "a PIN stands in what was written")
check(pins[0] not in told, "a PIN was told")

# --- a second person activates
line = f"of 500 SYP  until {end}  2500 issued:  2500 unused (0 blocked)  0 redeemed  0 void  0 expired"
check(run("vouchers", "stock") == f"1  issued  {line}  by amal\n", run("vouchers", "stock"))
check("another person" in run("vouchers", "activate", "1", "--as", "amal", code=1), "the maker activates")
check("is not the print file" in run("vouchers", "activate", "1", "--as", "basel", "--print-file", work / "damaged.cms", code=1),
      "another print file is not noticed")
run("vouchers", "activate", "7", "--as", "basel", code=1)
run("vouchers", "activate", serials[0], "--as", "basel", code=2)
run("vouchers", "activate", "1", "--as", "basel", "--print-file", made)
check("is activated" in run("vouchers", "activate", "1", "--as", "basel", code=1), "a batch is activated twice")
check(run("vouchers", "stock", "1") == f"1  activated  {line}  by amal, basel\n", run("vouchers", "stock", "1"))
owed = "card_liability:batch.1:SYP"
check(f"{owed}  holds 1,250,000 " in run("ledger", "balance", "--account", owed), "the ledger owes something else")

# --- blocked and void
check("blocked 1 vouchers" in run("vouchers", "block", serials[4], "--as", "amal"), "one is not blocked")
check("blocked 9 vouchers of batch 1; 1 were" in run("vouchers", "block", f"{serials[0]}..{serials[9]}", "--as", "amal"), "ten are not")
check("unblocked 1 vouchers" in run("vouchers", "block", serials[4].replace("-", ""), "--lift", "--as", "basel"), "no block is lifted")
check("voided 20 vouchers" in run("vouchers", "void", f"{serials[5]}..{serials[24]}", "--as", "amal"), "twenty are not void")
check("voided 0 vouchers" in run("vouchers", "void", serials[5], "--as", "amal"), "what is void is voided again")
check("2480 unused (4 blocked)  0 redeemed  20 void" in run("vouchers", "stock", "1"), run("vouchers", "stock", "1"))
check(run("vouchers", "stock", serials[0]) == f"{serials[0]}  blocked\n", run("vouchers", "stock", serials[0]))
check(run("vouchers", "stock", serials[5]) == f"{serials[5]}  void\n", run("vouchers", "stock", serials[5]))
check(run("vouchers", "stock", serials[30]) == f"{serials[30]}  unused\n", run("vouchers", "stock", serials[30]))
check(f"{owed}  holds 1,240,000 " in run("ledger", "balance", "--account", owed), "what is void is still owed")
mistyped = serials[0][:-1] + str((int(serials[0][-1]) + 1) % 10)
for wrong in (mistyped, "twelve", "0", f"{serials[3]}..{serials[2]}", f"{serials[3]}..x"):
    run("vouchers", "block", wrong, "--as", "amal", code=2)
run("vouchers", "block", "1", "--as", "clerk", code=1)
run("vouchers", "void", "1", "--as", "clerk", code=1)
check("blocked batch 1" in run("vouchers", "block", "1", "--as", "amal"), "the batch is not blocked")
check("activated, blocked" in run("vouchers", "stock", "1"), "a block is not told")
run("vouchers", "block", "1", "--lift", "--as", "basel")
issue(count=3, face="12.50", file=work / "second.cms")
run("vouchers", "void", "2", "--as", "amal")
check("0 unused (0 blocked)  0 redeemed  3 void" in run("vouchers", "stock", "2"), run("vouchers", "stock", "2"))
run("vouchers", "activate", "2", "--as", "basel", code=1)

# --- issuing is killed halfway
half = subprocess.Popen([shubbak, "vouchers", "issue", "--as", "amal", "--face", "500", "--count", "50000", "--expires", str(end),
                         "--recipient", str(printer), "--print-file", str(work / "half.cms"),
                         "--config", str(work / "config/syria-kuwwa/shubbak.yaml")],
                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env=environment)
half.stdin.write(password + "\n")
half.stdin.close()
while not rows("SELECT added FROM voucher_batch WHERE number = 3 AND added > 0"):
    check(half.poll() is None, "issuing has ended by itself")
half.kill()
half.wait()
made_of_third = rows("SELECT added FROM voucher_batch WHERE number = 3")[0][0]
check(0 < made_of_third < 50000 and made_of_third % 250 == 0, f"{made_of_third} were made")
told = run("vouchers", "stock", "3")
check(f"3  issuing  of 500 SYP  until {end}  {made_of_third} of 50000 made:  {made_of_third} unused (0 blocked)" in told, told)
check((work / "half.cms").read_bytes() == b"", "something was written before it was encrypted")
run("vouchers", "activate", "3", "--as", "basel", code=1)
run("vouchers", "void", "3", "--as", "amal")
told = run("vouchers", "stock", "3")
check(f"{made_of_third} of 50000 made:  0 unused (0 blocked)  0 redeemed  {made_of_third} void  0 expired" in told, told)
vouchers_made = 2503 + made_of_third

# --- overseers
check(f"whole: {vouchers_made} vouchers in 3 batches" in run("vouchers", "verify"), run("vouchers", "verify", code=0))
check("whole:" in run("ledger", "verify"), "the ledger is not whole")
check("intact" in run("audit", "verify"), "the audit trail is not intact")
for action, who in (("voucher.opened", "amal"), ("voucher.issued", "amal"), ("voucher.activated", "basel"), ("voucher.blocked", "amal"),
                    ("voucher.unblocked", "basel"), ("voucher.voided", "amal")):
    check(f"staff {who}" in run("audit", "search", "--action", action), f"{action} is not told")
for sql, where in (
        ("UPDATE voucher SET state = 0 WHERE serial = 1000006", "to be redeemed, the ledger holds"),
        ("DELETE FROM voucher WHERE serial = 1000100", "has 2499 vouchers, 2500 were written"),
        ("UPDATE voucher SET state = 1, \"transfer\" = 1 WHERE serial = 1000100", "has 1 redeemed vouchers, the ledger has 0"),
        ("PRAGMA ignore_check_constraints = ON; UPDATE voucher_batch SET checker = maker WHERE number = 1", "by a second person")):
    shutil.copy(work / "shubbak.db", work / "whole.db")
    database = sqlite3.connect(work / "shubbak.db")
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'voucher_%'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.executescript(sql)
    database.commit()
    database.close()
    told = run("vouchers", "verify", code=1)
    check(f"broken: batch 1: " in told and where in told, f"after '{sql}' is told: {told}")
    shutil.move(work / "whole.db", work / "shubbak.db")
check(f"whole: {vouchers_made}" in run("vouchers", "verify"), "the vouchers are not whole any more")
shutil.rmtree(work)
print("ok")
