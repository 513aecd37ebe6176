#!/usr/bin/env python3
"""What an administrator does with `shubbak keys` and key_command: keys_test.py SHUBBAK CONFIG_FOLDER."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

shubbak, shipped = sys.argv[1], sys.argv[2]
work = pathlib.Path(tempfile.mkdtemp())
national_id = "01234567890"
number = "+963933123456"


def check(true, what):
    if not true:
        shutil.rmtree(work)
        sys.exit(f"keys_test: {what}")


def run(*arguments, given="", code=0):
    done = subprocess.run([shubbak, *arguments, "--config", str(config)], input=given, capture_output=True, text=True,
                          env=environment)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode} and not {code}: {done.stdout}{done.stderr}")
    told = done.stdout + done.stderr
    check("a" * 8 not in told and "b" * 8 not in told, f"{arguments} tells of a key: {told}")
    return told


def write_keys(*lines):
    (work / "key").write_text("".join(line + "\n" for line in lines))
    (work / "key").chmod(0o600)


shutil.copytree(shipped, work / "config")
config = work / "config/syria-kuwwa/shubbak.yaml"
first, second = "a" * 64, "b" * 64
environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                   COMPANY_DAMASCUS_URL="http://127.0.0.1:1", COMPANY_ALEPPO_URL="http://127.0.0.1:1",
                   COMPANY_HOMS_URL="http://127.0.0.1:1")

write_keys(first)
check("there is no database" in run("keys", "status", code=1), "a database that there is not is not told")
check("there is no database" in run("keys", "rotate", code=1), "a database that there is not was rotated")
run("link", "make", "--confirmed", "--msisdn", number, "--national-id", "-", given=national_id + "\n")
check("key 1 · seals 1 field: 1 national numbers · seals what is new" in run("keys", "status"), "the link is not counted")

# --- a second key: not in use by itself, nor by commands beside a daemon
write_keys(first, "2 " + second)
check("key 2 · not in use yet: restart shubbakd" in run("keys", "status"), "the new key is not shown")
check("restart shubbakd first" in run("keys", "rotate", code=1), "a key came into use unseen")
run("link", "make", "--confirmed", "--msisdn", "+963933123457", "--national-id", "-", given=national_id + "\n")
check("key 1 · seals 2 fields" in run("keys", "status"), "a command sealed with a key that no daemon knows")
check("2 fields sealed anew, with key 2" in run("keys", "rotate", "--no-daemon"), "not all was sealed anew")
check("key 2 · seals 2 fields" in run("keys", "status"), "the second key does not seal all")
check("active" in run("link", "show", "--msisdn", number), "the link does not open any more")
check("0 fields sealed anew" in run("keys", "rotate"), "a second rotation did something")
told = run("audit", "search", "--action", "key.")
check(told.count("key.rotated") == 1 and "key 2" in told and '{"fields":2}' in told, f"the trail is told otherwise: {told}")
check("intact" in run("audit", "verify"), "the chain is broken")
check(len(run("audit", "search", "--person", "-", given=national_id + "\n").splitlines()) == 2, "the pseudonym is another one")

# --- keys that are missing or others
write_keys(first)
check("lacks key 2" in run("link", "show", "--msisdn", number, code=1), "the missing key is not named")
write_keys("2 " + second)
check("lacks key 1" in run("link", "show", "--msisdn", number, code=1), "the missing first key is not named")
write_keys(first, "2 " + "c" * 64)
check("another key 2" in run("keys", "rotate", code=1), "another key was taken")

# --- a command that prints the keys
text = config.read_text()
line = next(one for one in text.splitlines() if one.startswith("key_file:"))
write_keys(first, "2 " + second)
config.write_text(text.replace(line, f"key_command: [cat, {work}/key]"))
check("active" in run("link", "show", "--msisdn", number), "the command's keys do not open the link")
config.write_text(text.replace(line, "key_command: [sh, -c, exit 7]"))
check("exit code 7" in run("link", "show", "--msisdn", number, code=1), "the failure of the command is not told")
config.write_text(text.replace(line, "key_command: [/nonexistent/keys]"))
check("cannot be run" in run("keys", "rotate", code=1), "a program that there is not is not told")
shutil.rmtree(work)
print("ok")
