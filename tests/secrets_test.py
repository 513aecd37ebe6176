#!/usr/bin/env python3
"""What a full run leaves behind tells nobody's secrets: secrets_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER.

Every conversation of syria-kuwwa, that of kuwait-mew in which people type civil IDs, and some in which people type secrets
where nothing asks for them, is played on the whole system with the most talkative log, every walk recorded. While it runs metrics and health are scraped; then a counter,
overseers, designers, the API for staff and the operator's hook do their work. All that was written (logs, metrics,
output of commands, answers of HTTP, the database with its log while it is in use, after the end or a kill, and a
backup) is searched for national numbers, codes, PINs, voucher PINs, passwords and keys, and, but for the database, for
full mobile numbers; as octets, in other digits, in UTF-16, in hexadecimal, in base64. Each search must find what is
planted for it."""
import base64
import concurrent.futures
import functools
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
work = pathlib.Path(tempfile.mkdtemp())
processes = []
patience_s = 60


def fail(what):
    sys.exit(f"secrets_test: {what}")


def check(true, what):
    if not true:
        fail(what)


# --- what is secret
latin, arabic, persian = "0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
in_latin = str.maketrans(arabic + persian, latin + latin)

voucher_pins = ("5203917746602815", "8840126653970312")
typed_out_of_place = f"""conversation: people type secrets where nothing asks for them
given: {{link: {{msisdn: "+963955667701", national_id: "04567890123"}}}}
steps:
  - sms: "{voucher_pins[0]}"
  - expect_sms: {{contains: "لم نفهم"}}
  - sms: "04567890123"
  - sms: "تأشيرة"
  - expect_sms: {{contains: "شقة 1"}}
  - sms: "1"
  - expect_sms: {{contains: "أدخل"}}
  - sms: "{voucher_pins[0]}"
  - expect_sms: {{contains: "أدخل"}}
  - dial: "*123#"
  - expect: {{contains: "الكوة"}}
  - send: "{voucher_pins[1]}"
  - expect: {{contains: "الكوة", ended: false}}
  - send: "4"
  - expect: {{contains: "المحافظة", ended: false}}
  - send: "04567890123"
  - expect: {{contains: "المحافظة", ended: false}}
  - hang_up
  - dial: "*123*9#"
  - expect: {{ended: true}}
  - expect_sms: {{contains: "رقمك السري"}}
  - dial: "*123*{{code}}#"
  - expect: {{contains: "من 5 أرقام", ended: false}}
  - send: "٤٠٢٧٩"
  - expect: {{contains: "تم حفظ", ended: true}}
  - dial: "*123*9#"
  - expect: {{contains: "الحالي", ended: false}}
  - send: "40279"
  - expect: {{contains: "من 5 أرقام", ended: false}}
  - drop
"""


def conversations_of(file):
    return re.split(r"^---$", file.read_text(), flags=re.M)


def service_pins_typed_in(conversation):
    """Five digits alone, where the flow of the PIN is walked."""
    if not re.search(r'\*123\*9#|sms: "(pin|رقم سري)"', conversation):
        return []
    typed = re.findall(r'- (?:send|sms): "(\w+)"', conversation)
    return [one.translate(in_latin) for one in typed if re.fullmatch(r"\d{5}", one)]


def codes_in(phone_output):
    """Six digits alone, in what the phone showed: its USSD screens and messages."""
    return re.findall(r"(?<![\d.,])\d{6}(?![\d,])", phone_output.translate(in_latin))


def fill_codes_in(phone_output, script):
    """Twelve digits alone, which in Kuwait are no mobile number, that the script does not have as a civil ID."""
    told = re.findall(r"(?<!\d)\d{12}(?!\d)", phone_output.translate(in_latin))
    return sorted(set(told) - set(re.findall(r"\d{12}", script.translate(in_latin))))


# --- the search
class Form:
    """One way to write a text of digits; `alone`: a short one counts only where no other digit stands beside it."""

    def __init__(self, name, of_character):
        self.name, self.of_character = name, of_character
        self.digits = {of_character(digit) for digit in latin}
        self.width = len(of_character("0"))
        # Where a text of digits can be, with what is_fraction looks at: what is written with no other octets.
        octets = set(b"".join(self.digits) + of_character("."))
        self.run = re.compile(b"[%s]{%d,}" % (b"".join(b"\\x%02x" % one for one in octets), 5 * self.width))

    @functools.lru_cache(maxsize=64)
    def runs(self, data):
        return b"\n".join(self.run.findall(data))

    @functools.cache
    def written(self, text):
        return b"".join(map(self.of_character, text))

    def occurs(self, text, data):
        wanted = self.written(text)
        is_short = text.isdigit() and len(text) < 9
        if text.isdigit() and len(text) >= 5:
            data = self.runs(data)
        at = data.find(wanted)
        while at >= 0:
            if not is_short or not (data[at - self.width:at] in self.digits or self.is_fraction(data, at) or
                                    data[at + len(wanted):at + len(wanted) + self.width] in self.digits):
                return True
            at = data.find(wanted, at + 1)
        return False

    def is_fraction(self, data, at):
        return (data[at - self.width:at] == self.of_character(".") and
                data[at - 2 * self.width:at - self.width] in self.digits)


class Base64:
    """At each of its three alignments, without the ends that depend on what stands beside."""
    name = "base64"

    def occurs(self, text, data):
        if len(text) < 9:
            return False  # what is left of a short one stands in any long text
        return any(base64.b64encode(b"\0" * skipped + text.encode())[cut:-4].rstrip(b"=") in data
                   for skipped, cut in ((0, 0), (1, 4), (2, 4)))


class Integer:
    """As SQLite and as a dump of memory keep a number; only large ones, small ones stand in any file."""
    name = "integer"

    def occurs(self, text, data):
        if not text.isdigit() or not 2**31 <= int(text) < 2**63:
            return False
        number = int(text)
        return number.to_bytes(6, "big") in data if number < 2**47 else number.to_bytes(8, "big") in data


def digits_of(script):
    return lambda character: script[latin.index(character)] if character in latin else character


forms = []
for script_name, script in (("Latin", latin), ("Arabic", arabic), ("Persian", persian)):
    written = digits_of(script)
    for encoding in ("utf-8", "utf-16-be", "utf-16-le"):
        forms.append(Form(f"{script_name} digits in {encoding}", lambda c, w=written, e=encoding: w(c).encode(e)))
    if script is not latin:
        forms.append(Form(f"{script_name} digits escaped in JSON", lambda c, w=written: w(c).encode("unicode-escape")))
for case in (bytes.lower, bytes.upper):
    for encoding in ("utf-8", "utf-16-be"):
        forms.append(Form(f"hexadecimal of {encoding}", lambda c, k=case, e=encoding: k(c.encode(e).hex().encode())))
forms.append(Base64())
number_forms = forms  # a mobile number may stand in the database as an integer, and nowhere else
forms = forms + [Integer()]

zeros = re.compile(rb"\0{9,}")
hash_text = re.compile(rb"(?<![0-9a-fA-F])(?=[0-9]*[a-fA-F])[0-9a-fA-F]{16,}")


@functools.lru_cache(maxsize=1)
def without_hashes(data):
    return hash_text.sub(b" ", data)


def findings(kind, text, data):
    """The forms in which it occurs. Of hashes in hexadecimal, digits in a row are no text of anybody's."""
    plain = without_hashes(data) if text.isdigit() and len(text) < 9 else data
    wanted = number_forms if kind == "mobile number" else forms
    return [form.name for form in wanted
            if form.occurs(text, plain if form.name.startswith("Latin digits in utf-8") else data)]


def find_all(collected, secret, numbers):
    found = []
    for name, data in collected.items():
        data = zeros.sub(b"\0" * 8, data)  # a database's empty pages; nothing that is looked for has as many
        looked_for = dict(secret)
        if not name.split("/")[-1].startswith("database"):
            looked_for["mobile number"] = numbers
        for kind, texts in looked_for.items():
            for text in texts:
                found += [f"{kind} {text} in {name}: {form}" for form in findings(kind, text, data)]
    return found


# --- the run
class Syria:
    name, operator = "syria-kuwwa", "syriatel"
    companies, options, face = ("damascus", "aleppo", "homs"), (), "500"
    dialled = ()
    overseer, linked, of_clerk, unknown = "963911000111", "963955667799", "963955667788", "963955667755"
    masked = rb"9639\*\*\*\*\*\*\d\d"

    @staticmethod
    def at_home(number):
        return "0" + number[3:]


class Kuwait:
    name, operator = "kuwait-mew", "zain"
    companies, options, face = ("electricity", "water"), ("--currency", "KWD"), "20"
    dialled = ("--service-code", "*152#", "--short-code", "152")
    overseer, linked, of_clerk, unknown = "96591000111", "96555667799", "96555667788", "96555667755"
    masked = rb"9659\*\*\*\*\*\d\d"

    @staticmethod
    def at_home(number):
        return number[3:]


def line_of(stream, pattern, what):
    for line in stream:
        match = re.search(pattern, line)
        if match:
            return match
    fail(f"{what} ended before it said {pattern}")


class Run:
    def __init__(self, name, script, country=Syria):
        self.name, self.script, self.country = name, script, country
        self.operator = country.operator.upper()
        self.folder = work / name
        self.folder.mkdir()
        shutil.copytree(source / "config", self.folder / "config")
        self.key = secrets.token_hex(32)
        self.link_password, self.hook_secret = secrets.token_hex(4), secrets.token_hex(20)
        self.staff_passwords = ["a long " + secrets.token_hex(8), "another " + secrets.token_hex(8)]
        self.gateway_secret = secrets.token_hex(32)
        (self.folder / "key").write_text(self.key + "\n")
        (self.folder / "key").chmod(0o600)
        self.environment = dict(os.environ, SHUBBAK_STATE_DIR=str(self.folder), SHUBBAK_KEY_FILE=str(self.folder / "key"),
                                SHUBBAK_HTTP_PORT="0", SHUBBAK_ADMIN_PORT="0", SHUBBAK_RECORDED_SHARE="1",
                                HOOK_SECRET=self.hook_secret, MAIL_URL="smtp://127.0.0.1:1",
                                SHUBBAK_HANDSET_PASSWORD=self.link_password)
        self.environment[f"{self.operator}_PASSWORD"] = self.link_password
        self.config = self.folder / f"config/{country.name}/shubbak.yaml"
        self.configure()
        self.collected = {}

    def configure(self):
        yaml = self.config.read_text()
        for line, instead in ((f"deployment: {self.country.name}", r"\g<0>\nlog_level: debug"),
                              (f"  - name: {self.country.operator}", r"\g<0>\n    hook_secret: ${HOOK_SECRET}"),
                              ("admin:.*", r"\g<0>\n  plain_http: true")):
            yaml, count = re.subn(f"^{line}$", instead, yaml, flags=re.M)
            check(count == 1, f"the shipped configuration has no line {line}")
        yaml += f'overseers:\n  - {{msisdn: "+{self.country.overseer}", operator: {self.country.operator}}}\n'
        self.config.write_text(yaml)

    def keep(self, name, data):
        data = data.encode() if isinstance(data, str) else data
        self.collected[f"{self.name}/{name}"] = self.collected.get(f"{self.name}/{name}", b"") + data

    def start(self, arguments, **more):
        started = subprocess.Popen([str(one) for one in arguments], env=self.environment, text=True, **more)
        processes.append(started)
        return started

    def command(self, *arguments, given="", code=0):
        done = subprocess.run([shubbak, *arguments, "--config", str(self.config)], input=given, capture_output=True,
                              text=True, env=self.environment, timeout=patience_s)
        check(done.returncode == code, f"{arguments}: {done.returncode} and not {code}: {done.stdout}{done.stderr}")
        self.keep("command-line", done.stdout + done.stderr)
        return done.stdout

    def start_companies(self):
        names = [word for company in self.country.companies for word in ("--port", "0", "--name", company)]
        self.companies = self.start([build / "samples/sample_company", *names, *self.country.options],
                                    stdout=subprocess.PIPE, stderr=(self.folder / "companies.log").open("w"))
        for company in self.country.companies:
            address = line_of(self.companies.stdout, rf"{company} listening on (\S+)", "sample_company")[1]
            self.environment[f"COMPANY_{company.upper()}_URL"] = f"http://{address}"

    def start_gateway(self):
        """It calls back, so the daemon's port is chosen before."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.environment.update(SHUBBAK_HTTP_PORT=str(port), CARD_GATEWAY_SECRET=self.gateway_secret,
                                CARD_GATEWAY_CALLBACK=f"http://127.0.0.1:{port}")
        gateway = self.start([build / "samples/sample_gateway", "--port", "0"], stdout=subprocess.PIPE,
                             stderr=(self.folder / "gateway.log").open("w"))
        address = line_of(gateway.stdout, r"gateway listening on (\S+)", "sample_gateway")[1]
        self.environment["CARD_GATEWAY_URL"] = f"http://{address}"

    def sell_vouchers(self):
        """If the script types any; what staff type for it is drawn there and kept nowhere."""
        self.voucher_pins = []
        if "{voucher}" in self.script.read_text():
            done = subprocess.run([source / "samples/sell_vouchers", shubbak, self.config, self.folder, self.country.face],
                                  env=self.environment, timeout=patience_s)
            check(done.returncode == 0, f"no vouchers: {(self.folder / 'vouchers.log').read_text()}")
            self.keep("command-line", (self.folder / "vouchers.log").read_text())
            self.voucher_pins = (self.folder / "vouchers.pins").read_text().split()

    def start_phone(self):
        port_file = self.folder / "port"
        os.mkfifo(port_file)
        self.phone_output = (self.folder / "phone").open("w")
        self.phone = self.start([shubbak, "handset", "--listen", "127.0.0.1:0", "--port-file", port_file, "--system-id",
                                 "shubbak", *self.country.dialled, "--script", self.script, "--config", self.config,
                                 *(["--vouchers", self.folder / "vouchers.pins"] if self.voucher_pins else [])],
                                stdout=self.phone_output,
                                stderr=subprocess.STDOUT)
        self.environment[f"{self.operator}_PORT"] = port_file.read_text().strip()

    def start_daemon(self):
        """Its standard output is the log; a thread keeps it and scrapes once the port is told."""
        self.daemon = self.start([build / "src/daemon/shubbakd", "--config", self.config], stdout=subprocess.PIPE,
                                 stderr=(self.folder / "daemon.err").open("w"))
        started = threading.Event()
        ports = {}

        def keep_log():
            for line in self.daemon.stdout:
                self.keep("log", line)
                told = re.search(r'"event":"started".*"http_port":(\d+).*"admin_port":(\d+)', line)
                if told:
                    ports.update(http=int(told[1]), admin=int(told[2]))
                    started.set()

        self.reading = threading.Thread(target=keep_log)
        self.reading.start()
        check(started.wait(patience_s), f"the daemon did not start: {(self.folder / 'daemon.err').read_text()}")
        self.ports = ports
        self.keep("processes", pathlib.Path(f"/proc/{self.daemon.pid}/cmdline").read_bytes())

    def ask(self, port, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=patience_s)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        told = answer.read()
        self.keep("http-answers" if port == "admin" or method == "POST" else path.strip("/"),
                  f"{answer.status} {answer.getheaders()}\n".encode() + told)
        connection.close()
        return answer.status, told

    @staticmethod
    def without_words(data):
        """The flows that run stand in the database; they name one PIN, as an easy one, which nobody may have."""
        return data.replace(b" 12345:", b" :")

    def keep_database(self, when):
        sizes = {}
        for file in sorted(self.folder.glob("shubbak.db*")):
            sizes[file.name] = file.stat().st_size
            self.keep(f"database {when}: {file.name}", self.without_words(file.read_bytes()))
        return sizes

    def back_up(self):
        here, there = sqlite3.connect(self.folder / "shubbak.db"), sqlite3.connect(self.folder / "backup")
        here.backup(there)
        # Each value alone too: in the file its neighbours may be digits.
        for (table,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in there.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, (str, bytes)):
                        octets = value.encode() if isinstance(value, str) else value
                        self.keep("database by value", self.without_words(octets) + b"\0\n")
        here.close()
        there.close()
        self.keep("database backup", self.without_words((self.folder / "backup").read_bytes()))

    def tell(self, event, number, secret):
        body = json.dumps({"msisdn": "+" + number, "event": event, "id": f"{event} {secret == self.hook_secret}",
                           "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
        now, path = str(int(time.time())), f"/operator/{self.country.operator}/sim-change"
        signature = hmac.new(secret.encode(), f"{now}.{path}.{body}".encode(), hashlib.sha256).hexdigest()
        return self.ask("http", "POST", path, body, X_Shubbak_Timestamp=now, X_Shubbak_Signature=signature)[0]

    def play(self):
        self.start_companies()
        self.start_gateway()
        self.command("link", "given", str(self.script))
        self.sell_vouchers()
        self.start_phone()
        self.start_daemon()
        while True:  # scraped now and then as Prometheus does, until the phone is through
            check(self.ask("http", "GET", "/metrics")[0] == 200, "the metrics cannot be read")
            self.ask("http", "GET", "/health")
            try:
                code = self.phone.wait(2)
                break
            except subprocess.TimeoutExpired:
                pass
        phone = (self.folder / "phone").read_text()
        check(code == 0, f"{self.name} does not hold: {phone}")
        self.codes = codes_in(phone)
        self.fill_codes = fill_codes_in(phone, self.script.read_text()) if self.country is Kuwait else []
        self.ask("http", "GET", "/metrics")
        self.ask("http", "GET", "/health")

    def log_in(self, name, password):
        """The token: whoever logs in gets it, and nobody else."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["admin"], timeout=patience_s)
        connection.request("POST", "/login", json.dumps({"name": name, "password": password}), {"Content-Type": "application/json"})
        token = json.loads(connection.getresponse().read())["token"]
        connection.close()
        return token

    def fill_tankers(self):
        """With what was bought, again with one that is used, and with one that is mistyped."""
        self.command("staff", "add", "sabhan", "--full-name", "Sabhan", "--role", "station@*/*/sabhan",
                     given=self.staff_passwords[1] + "\n")
        bearer = "Bearer " + self.log_in("sabhan", self.staff_passwords[1])

        def redeem(key, code):
            told = self.ask("admin", "POST", "/fills/redeem", json.dumps({"code": code, "key": key}),
                            Content_Type="application/json", Authorization=bearer)[1]
            return json.loads(told).get("outcome", told)

        for number, code in enumerate(self.fill_codes):
            check(redeem(f"fill-{number}", code) == "redeemed", "what was bought is not filled")
        used = self.fill_codes[0]
        check(redeem("again", used) == "refused", "what was bought is filled twice")
        check(b"mistyped" in redeem("mistyped", used[:-1] + str((int(used[-1]) + 1) % 10)), "a mistyped code is not told as one")
        self.command("fills", "list")

    def ask_as_staff(self, numbers, persons):
        number, person = numbers[0], persons[0]
        for account, role, password in (("rana", "admin", 0), ("widad", f"clerk@{self.country.companies[0]}", 1)):
            self.command("staff", "add", account, "--full-name", "Amal Haddad", "--email", "a@example.org", "--role", role,
                         given=self.staff_passwords[password] + "\n")
        self.command("staff", "list")

        def post(path, body, **headers):
            return self.ask("admin", "POST", path, json.dumps(body), Content_Type="application/json", **headers)

        status, _ = post("/login", {"name": "widad", "password": self.staff_passwords[0]})
        check(status == 401, "a wrong password is let in")
        self.token = self.log_in("widad", self.staff_passwords[1])
        as_amal = {"Authorization": "Bearer " + self.token}
        for path, body in (("/links/find", {"msisdn": "+" + number}),
                           ("/links", {"msisdn": "+" + self.country.of_clerk, "national_id": person, "office": "post office"}),
                           ("/links", {"msisdn": "+" + self.country.of_clerk, "national_id": person}),
                           ("/links", {"msisdn": self.country.at_home(number), "national_id": "0" + person}),
                           ("/links/find/" + number, {}), ("/no-such-path?person=" + person, {})):
            post(path, body, **as_amal)
        self.ask("admin", "GET", "/me", **as_amal)

    def work_on(self, numbers, persons):
        """What a counter, designers, overseers and the operator do, beside the running daemon."""
        number, person = numbers[0], persons[0]
        for verb in ("show", "hold", "suspend", "resume", "clear-hold", "history"):
            self.command("link", verb, "--msisdn", "+" + number)
        self.command("link", "make", "--msisdn", self.country.at_home(number), "--national-id", "-", given=person + "\n",
                     code=1)
        linked = self.country.linked
        self.command("link", "make", "--confirmed", "--msisdn", "+" + linked, "--national-id", "-", given=person + "\n")
        self.command("link", "show", "--msisdn", "+" + self.country.unknown, code=1)
        self.ask_as_staff(numbers, persons)
        check(self.tell("sim_change", linked, self.hook_secret) == 200, "the operator's word is not taken")
        check(self.tell("suspend", number, "x" * 40) == 401, "somebody else's word is taken")
        self.command("link", "recycle", "--msisdn", "+" + linked)
        self.command("audit", "verify")
        self.command("audit", "export")
        self.command("audit", "search", "--person", "-", given=person + "\n")
        self.command("audit", "search", "--msisdn", "+" + number, "--format", "csv")
        for form in ("text", "csv", "json"):
            self.command("stats", "--format", form)
        for form in ("text", "json"):
            self.command("replay", "--format", form)
        self.command("revisions")

    def end(self, is_killed):
        self.ask("http", "GET", "/metrics")
        sizes = self.keep_database("in use")
        check(sizes.get("shubbak.db-wal", 0) > 0, f"the database in use has no log: {sizes}")
        self.back_up()
        self.daemon.send_signal(signal.SIGKILL if is_killed else signal.SIGTERM)
        check(self.daemon.wait(patience_s) == (-signal.SIGKILL if is_killed else 0), "the daemon did not end as told")
        self.reading.join()
        self.companies.terminate()
        self.companies.wait(patience_s)
        self.keep_database("after the end")
        for file in ("daemon.err", "companies.log"):
            self.keep(file, (self.folder / file).read_bytes())
        self.judge_collected()

    def judge_collected(self):
        """It holds what it should: otherwise finding nothing in it says nothing."""
        for name, wanted in (("log", rb'"msisdn":"' + self.country.masked + rb'"'), ("log", rb'"event":"admin_request"'),
                             ("metrics", rb"shubbak_state_entered_total\{.*\} [1-9]"), ("health", rb'"database"|"store"'),
                             ("command-line", rb"\d\d\*+\d\d"), ("command-line", rb'"action":"link\.made"'),
                             ("http-answers", rb'"national_id":"\d\d\*+\d\d"'), ("database backup", rb"SQLite format 3"),
                             ("database in use: shubbak.db-wal", rb"(?s)\A\x37\x7f\x06[\x82\x83]")):
            data = self.collected.get(f"{self.name}/{name}", b"")
            check(re.search(wanted, data), f"{self.name}: {name} ({len(data)} octets) has nothing like {wanted}")


def plant_everywhere(collected, secret, numbers):
    """Each kind in each form, at the end of each kind of file, must be found."""
    tried = 0
    samples = {}
    for name, data in collected.items():
        samples[name.split("/")[-1].split(":")[0]] = data[-5000:]
    for name, data in samples.items():
        for kind, texts in [*secret.items()] + ([] if name.startswith("database") else [("mobile number", numbers)]):
            text = max(texts, key=len)
            for form in number_forms if kind == "mobile number" else forms:
                if isinstance(form, Form):
                    if not text.isdigit() and not form.name.startswith(("Latin", "hexadecimal")):
                        continue
                    planted = b"".join(map(form.of_character, "a" + text + "z"))
                elif isinstance(form, Base64):
                    planted = base64.b64encode(b"tell " + text.encode() + b" to nobody") if len(text) >= 9 else b""
                else:
                    is_large = text.isdigit() and 2**31 <= int(text) < 2**47
                    planted = int(text).to_bytes(6, "big") if is_large else b""
                if not planted:
                    continue
                found = find_all({name: data + planted}, {**{one: [] for one in secret}, kind: [text]}, [text] if
                                 kind == "mobile number" else [])
                check(any(form.name in one and kind in one for one in found), f"{kind} as {form.name} is not found in {name}")
                tried += 1
    # In a database as SQLite writes it.
    database = sqlite3.connect(work / "planted")
    database.execute("CREATE TABLE planted (national_id, code)")
    database.execute("INSERT INTO planted VALUES (?, ?)", (int(secret["national number"][0]), secret["code"][0]))
    database.commit()
    database.close()
    found = find_all({"database planted": (work / "planted").read_bytes()}, secret, numbers)
    check(any("code" in one for one in found), "a code in a table is not found")
    return tried


def persons_of(script):
    return re.findall(r'national_id: "(\d+)"', script.read_text()) or ["07777777731"]


def played(script_and_country):
    """The run that has played it, ended."""
    script, country = script_and_country
    run = Run(script.stem, script, country)
    persons = persons_of(script)
    run.phones = re.findall(r'link: \{msisdn: "\+(\d+)"', script.read_text())
    if not run.phones:
        run.phones = ["963955667744"]
        run.command("link", "make", "--confirmed", "--msisdn", "+" + run.phones[0], "--national-id", "-",
                    given=persons[0] + "\n")
    run.play()
    run.work_on(run.phones, persons)
    if run.fill_codes:
        run.fill_tankers()
    run.end(is_killed=script == out_of_place)
    return run


out_of_place = work / "out_of_place.yaml"


def main():
    out_of_place.write_text(typed_out_of_place)
    scripts = [(script, Syria) for script in sorted((source / "config/syria-kuwwa/conversations").glob("*.yaml"))]
    scripts += [(out_of_place, Syria), *((source / f"config/kuwait-mew/conversations/{name}.yaml", Kuwait)
                                         for name in ("facility", "tanker"))]
    check(len(scripts) > 6, "the conversations are not where they were")
    secret = {"national number": [], "code": [], "service PIN": [], "voucher PIN": list(voucher_pins), "fill code": [],
              "password": [], "key": [], "token": []}
    numbers = [number for country in (Syria, Kuwait)
               for number in (country.overseer, country.linked, country.of_clerk, country.unknown)]
    collected = {}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(played, scripts))
    for (script, country), run in zip(scripts, runs):
        conversations, persons = conversations_of(script), persons_of(script)
        codes = [one for one in conversations if "{code}" in one or "{wrong_code}" in one]
        check(len(run.codes) >= len(codes), f"{run.name}: {len(run.codes)} codes came to the phone for {len(codes)}")
        # Civil IDs are typed, too.
        secret["national number"] += persons + (re.findall(r"(?<!\d)[23]\d{11}(?!\d)", script.read_text())
                                                if country is Kuwait else [])
        secret["code"] += run.codes
        secret["voucher PIN"] += run.voucher_pins
        secret["fill code"] += run.fill_codes
        secret["service PIN"] += sum(map(service_pins_typed_in, conversations), [])
        secret["password"] += [run.link_password, run.hook_secret, run.gateway_secret, *run.staff_passwords]
        secret["key"].append(run.key)
        secret["token"].append(run.token)
        numbers += run.phones + re.findall(r'"\+(\d+)"', script.read_text())
        collected.update(run.collected)
    secret = {kind: sorted(set(texts)) for kind, texts in secret.items()}
    check(all(secret.values()), f"a kind of secret was not used: {secret}")
    check({"39517", "70214", "12345", "40279"} <= set(secret["service PIN"]), "not every PIN was seen")
    # What stands in each way to write a number: +963…, 963…, 00963…, 0…; as many digits as eight only alone, so those whole too.
    cores = sorted({number[3:] for number in numbers} | {number for number in numbers if len(number) < 12})
    tried = plant_everywhere(collected, secret, cores)
    found = find_all(collected, secret, cores)
    check(not found, "told:\n" + "\n".join(found))
    octets = sum(map(len, collected.values()))
    print(f"ok: {len(collected)} files, {octets} octets, {sum(map(len, secret.values()))} secrets and {len(cores)} numbers: "
          f"none told; {tried} planted ones found")


try:
    main()
finally:
    for process in processes:
        if process.poll() is None:
            process.kill()
            process.wait()
    shutil.rmtree(work)
