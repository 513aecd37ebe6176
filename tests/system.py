"""A whole system in a folder of its own, for the tests beside this file: a copy of the shipped syria-kuwwa with its key, and on demand the
sample companies, a phone, the daemon and members of staff. What was started ends with the test, and the folder goes with it."""
import atexit
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

companies = ("damascus", "aleppo", "homs")
nowhere = {f"COMPANY_{name.upper()}_URL": "http://127.0.0.1:1" for name in companies}  # where no company is


class System:
    password = "a long password"  # of every member of staff
    patience_s = 120

    def __init__(self, shubbak, shipped, build=None, **environment):
        """`shipped`: the folder config of the sources; `build`: of companies and daemon, where they are started."""
        self.shubbak, self.build = shubbak, build
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.processes = []
        atexit.register(self.end_all)
        shutil.copytree(shipped, self.work / "config")
        self.config = self.work / "config/syria-kuwwa/shubbak.yaml"
        (self.work / "key").write_text("a" * 64 + "\n")
        (self.work / "key").chmod(0o600)
        self.environment = dict(os.environ, SHUBBAK_STATE_DIR=str(self.work), SHUBBAK_KEY_FILE=str(self.work / "key"),
                                SHUBBAK_HTTP_PORT="0", SYRIATEL_PASSWORD="secret", SHUBBAK_HANDSET_PASSWORD="secret", **environment)

    def end_processes(self):
        for process in self.processes:
            process.terminate()
            process.wait(self.patience_s)
        self.processes.clear()

    def end_all(self):
        self.end_processes()
        shutil.rmtree(self.work, ignore_errors=True)

    @staticmethod
    def check(true, what):
        if not true:
            sys.exit(f"{pathlib.Path(sys.argv[0]).stem}: {what}")

    def until(self, true, what):
        """What it becomes; `what` tells what has not come, or is asked for it then."""
        deadline = time.monotonic() + self.patience_s
        while not (found := true()):
            if time.monotonic() > deadline:
                self.check(False, what() if callable(what) else what)
            time.sleep(0.05)
        return found

    # --- what is run to its end, and what goes on
    def run(self, *arguments, given=password + "\n", code=0, config=None):
        done = subprocess.run([self.shubbak, *map(str, arguments), "--config", str(config or self.config)], input=given,
                              capture_output=True, text=True, env=self.environment, timeout=self.patience_s)
        told = done.stdout + done.stderr
        self.check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {told}")
        return told

    def start(self, arguments, **more):
        process = subprocess.Popen([str(one) for one in arguments], env=self.environment, text=True, **more)
        self.processes.append(process)
        return process

    def rows(self, sql):
        database = sqlite3.connect(self.work / "shubbak.db", timeout=self.patience_s)
        found = database.execute(sql).fetchall()
        database.close()
        return found

    def write(self, sql):
        """As somebody who has the database alone would."""
        database = sqlite3.connect(self.work / "shubbak.db", timeout=self.patience_s)
        database.executescript(sql)
        database.close()

    # --- parts of the system
    def start_companies(self, *names, currency="SYP"):
        """Their process, and where each listens: "127.0.0.1:4711"."""
        wanted = ["--currency", currency, *(word for name in names for word in ("--port", "0", "--name", name))]
        process = self.start([self.build / "samples/sample_company", *wanted], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        told = {name: re.fullmatch(rf"{name} listening on (\S+)\n", process.stdout.readline()) for name in names}
        self.check(all(told.values()), "the companies did not start")
        return process, {name: one[1] for name, one in told.items()}

    def start_those_that_are_paid(self, *names, **more):
        """Those of syria-kuwwa, or others, where the configuration finds them."""
        process, at = self.start_companies(*(names or companies), **more)
        self.environment.update({f"COMPANY_{name.upper()}_URL": f"http://{where}" for name, where in at.items()})
        return process

    def start_phone(self, *arguments, **more):
        """What it shows stands in work / "phone"."""
        os.mkfifo(self.work / "port")
        phone = self.start([self.shubbak, "handset", "--listen", "127.0.0.1:0", "--port-file", self.work / "port", "--system-id", "shubbak",
                            *arguments], stdout=(self.work / "phone").open("w"), stderr=subprocess.STDOUT, **more)
        self.environment["SYRIATEL_PORT"] = (self.work / "port").read_text().strip()
        return phone

    def shown(self):
        return (self.work / "phone").read_text()

    def start_daemon(self):
        """Another one after it writes behind it into the same log."""
        return self.start([self.build / "src/daemon/shubbakd", "--config", self.config], stdout=(self.work / "log").open("a"),
                          stderr=subprocess.STDOUT)

    def log(self):
        return (self.work / "log").read_text()

    def port_of(self, what):
        """Of "http" or "admin", once the daemon listens there."""
        return int(self.until(lambda: re.search(rf'"{what}_port":(\d+)', self.log()), f"the daemon does not say where its {what} port is")[1])

    def sell_vouchers(self, source, *face):
        """Their PINs stand in work / "vouchers.pins"."""
        sold = subprocess.run([source / "samples/sell_vouchers", self.shubbak, self.config, self.work, *face], env=self.environment,
                              timeout=self.patience_s)
        self.check(sold.returncode == 0, "no vouchers were sold")

    def add_staff(self, *who_as_what):
        for who, role in who_as_what:
            self.run("staff", "add", who, "--full-name", who, "--role", role)
