#!/usr/bin/env python3
"""shubbak connectors test against real sample systems: shows what is asked without anybody's number or secret, asks what only reads,
and says what is wrong. Arguments: shubbak, the source folder, the build folder."""
import os
import pathlib
import subprocess
import sys
import tempfile

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
secret = "a-secret-that-nobody-sees"
environment = dict(os.environ, WATER_CLIENT_SECRET=secret, SHUBBAK_STATE_DIR="/nonexistent", SHUBBAK_KEY_FILE="/nonexistent")
started = []


def fail(what, output=""):
    sys.exit(f"connectors_test: {what}\n{output}")


def start(*command):
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    started.append(process)
    return "http://" + process.stdout.readline().split()[-1]


def test(*arguments, config, typed=""):
    done = subprocess.run([shubbak, "connectors", "test", "--config", str(config), *arguments], env=environment, input=typed,
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def expect(found, code, told=(), untold=()):
    if found[0] != code:
        fail(f"exit code {found[0]} in place of {code}", found[1])
    for part in told:
        if part not in found[1]:
            fail(f"'{part}' was not told", found[1])
    for part in (secret, *untold):
        if part in found[1]:
            fail(f"'{part}' was told", found[1])


try:
    environment["COMPANY_DAMASCUS_URL"] = start(build / "samples/sample_company", "--port", "0", "--name", "damascus")
    environment["COMPANY_WATER_URL"] = start(build / "samples/sample_water", "--port", "0")
    config = source / "tests/connected/shubbak.yaml"
    whole = test("water", "--account", "700123", "--national-id", "-", config=config, typed="01234567890\n")
    expect(whole, 0, ["water, by", "OAuth 2 (masked)", "X-Subscriber: ACCOUNT", "2 accounts", "30,250.50 due, 2 bills",
                      "POST /api/payments", "not asked: it changes something"], ["700123", "01234567890", "damascus"])
    expect(test(config=config), 0, ["damascus, by the company API", "give --account", "give --national-id"])
    expect(test("--account", "700999", "water", config=config), 1, ["WRONG: water: not_found"], ["700999"])
    expect(test("damascus", "--account", "700123", config=config), 1,
           ["WRONG: damascus: no account has a number of that form"], ["700123"])
    expect(test("gas", config=config), 2, ["no company is called gas"])

    # A description that looks in the wrong place is told by its pointer.
    with tempfile.TemporaryDirectory() as folder:
        changed = pathlib.Path(folder)
        (changed / "connectors").mkdir()
        described = (source / "tests/connected/connectors/sample_water.yaml").read_text(encoding="utf-8")
        (changed / "connectors/sample_water.yaml").write_text(described.replace("/data/balance/total", "/data/balance/sum"))
        text = config.read_text(encoding="utf-8").replace("../../config", str(source / "config"))
        (changed / "shubbak.yaml").write_text(text, encoding="utf-8")
        expect(test("water", "--account", "700123", config=changed / "shubbak.yaml"), 1,
               ["WRONG: water: garbage", "(/data/balance/sum)"])
        (changed / "connectors/sample_water.yaml").write_text(described.replace("is: ok", "is: okay"))
        expect(test(config=changed / "shubbak.yaml"), 1, ["sample_water.yaml:", "one of ok"])
        (changed / "connectors/sample_water.yaml").unlink()
        expect(test(config=changed / "shubbak.yaml"), 1, ["'sample_water' of water is in none of the folders"])
        (changed / "connectors/sample_water.yaml").symlink_to("sample_water.yaml")  # there, and not to be read
        expect(test(config=changed / "shubbak.yaml"), 1, ["sample_water.yaml:1:1: fault: cannot be read", "its permissions"])
    environment.pop("WATER_CLIENT_SECRET")
    expect(test(config=config), 1, ["the environment has no CLIENT_SECRET"])
finally:
    for process in started:
        process.terminate()
        process.wait()
print("ok")
