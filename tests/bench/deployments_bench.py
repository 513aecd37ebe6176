#!/usr/bin/env python3
"""How long each deployment of config/ takes to start (until the daemon listens), to be checked, and to be rehearsed; 10 s together are wanted.
deployments_bench.py BUILD_FOLDER"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

wanted_s, patience_s = 10, 120
build = pathlib.Path(sys.argv[1]).resolve()
source = pathlib.Path(__file__).resolve().parents[2]


def run(command, config, environment):
    subprocess.run([build / "src/cli/shubbak", command, "--config", config], check=True, env=environment, timeout=patience_s,
                   stdout=subprocess.DEVNULL)


def start(config, environment):
    daemon = subprocess.Popen([build / "src/daemon/shubbakd", "--config", config], env=environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    try:
        for line in daemon.stdout:
            if re.search(r'"http_port":\d+', line):
                return
        sys.exit(f"{config}: the daemon has ended")
    finally:
        daemon.terminate()
        daemon.communicate(timeout=patience_s)


slow = False
print(f"{'':20}{'start':>9}{'check':>9}{'test':>9}{'together':>10}")
for config in sorted(source.glob("config/*/shubbak.yaml")):
    with tempfile.TemporaryDirectory() as work:
        key = pathlib.Path(work, "key")
        key.write_text("a" * 64 + "\n")
        key.chmod(0o600)
        environment = dict(os.environ, SHUBBAK_STATE_DIR=work, SHUBBAK_KEY_FILE=str(key), SHUBBAK_HTTP_PORT="0", COUNCIL_CLIENT_SECRET="x")
        taken = []
        for step in (lambda: start(config, environment), lambda: run("check", config, environment), lambda: run("test", config, environment)):
            begun = time.monotonic()
            step()
            taken.append(time.monotonic() - begun)
    slow = slow or sum(taken) > wanted_s
    print(f"{config.parent.name:20}" + "".join(f"{one:7.2f} s" for one in taken) + f"{sum(taken):8.2f} s")
sys.exit(1 if slow else 0)
