#!/usr/bin/env python3
"""A deliberate fault of each kind, put into a copy of a deployment, is found by `shubbak check` where it stands.

faults_test.py SHUBBAK CONFIG_FOLDER RULES_HPP: for every rule of RULES_HPP the table below has one change of the deployment
syria-kuwwa (with the payment flow of tests/added/bill_pay), and where the fault is to be told. Exits 1 with a line for each rule
without a fault in the table, and for each fault that is not told, told elsewhere, or told beside others."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import without_payments

shubbak, shipped, rules_file = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
added = pathlib.Path(__file__).resolve().parent / "added" / "bill_pay"
town = "syria-kuwwa/"
pay, lookup, home = (f"{town}flows/{name}.yaml" for name in ("bill_pay", "lookup", "home"))
debt, payments, reading, pin = (f"common/flows/{name}.yaml" for name in ("debt", "payments", "reading", "pin"))
ar, en = f"{town}strings/ar.yaml", f"{town}strings/en.yaml"
end = "\n\0"  # in place of what is replaced: the end of the file

# By rule: changes as (file, what stands there, what shall stand there instead). The mark ^ in one of them is no part of the text:
# it is where the fault is to be told.
faults = {
    "form": [(debt, "requires: [active_link]", "^require: [active_link]")],
    "limit": [(pay, "grants: authorised", "grants: [authorised, b, c, d, e, f, g, ^h]")],
    "unknown-name": [(debt, "{to: pick}", "{to: ^pikc}")],
    "unset-slot": [(debt, "save: {due: $.amount, bills: $.count}", "save: {due: $.amount}"), (debt, "  show:", "  ^show:")],
    "missing-branch": [(debt, "timeout|error: later, not_found: none", "timeout|error: later"),
                       (debt, "then: {ok: [{when: \"due == 0\"", "then: ^{ok: [{when: \"due == 0\"")],
    "type-mismatch": [(pay, "amount: due, voucher", "amount: ^n, voucher")],
    "missing-string": [(en, "due_clear: Nothing is due on {account.label}.\n", ""), (debt, "due_clear", "^due_clear")],
    "string-pattern": [(en, "due_sent: You will get", "due_sent: ^You {will get")],
    "plural-form": [(ar, "bill_due: \"{n, plural, zero{لا فواتير} ", "bill_due: ^\"{n, plural, ")],
    "placeholder": [(en, "due_clear: Nothing is due on {account.label}", "due_clear: ^Nothing is due on {acount.label}")],
    "unused-string": [(en, end, "spare: ^Nobody reads this.\n"), (ar, end, "spare: لا أحد\n")],
    "unreachable-state": [(debt, end, "  ^lost: {end: {text: no_accounts}}\n")],
    "no-end": [(debt, "clear: {end: {text: due_clear}}",
                "^clear: {menu: {text: due_clear, items: [{key: \"1\", text: due_by_sms, to: clear}]}}")],
    "empty-menu": [(debt, "ok: [{when: \"count(accounts) == 0\", to: none}, {to: pick}]", "ok: pick"), (debt, "  pick:", "  ^pick:")],
    "endless-round": [(debt, "{to: show}], timeout|error: later", "{to: show}], timeout|error: ask"), (debt, "  ask:", "  ^ask:")],
    "key-clash": [(debt, "{key: \"1\", text: due_by_sms", "{key: ^\"0\", text: due_by_sms")],
    "keyword-clash": [(lookup, "اشتراك, lookup]", "اشتراك, ^bill]")],
    "code-clash": [(lookup, "ussd: \"4\"", "ussd: ^\"1\"")],
    "screen-overflow": [(debt, "label: {text: 24}, company", "label: {text: 80}, company"), (debt, "  pick:", "  ^pick:")],
    "too-many-stages": [(pay, "max_stages: 8", "max_stages: 3"), (pay, "  load:", "  ^load:")],
    "over-budget": [(pay, "budget: 100s", "budget: 10s"), (pay, "  load:", "  ^load:")],
    "service-timeout": [(debt, "{service: bills.accounts, timeout: 4s}", "{service: bills.accounts, timeout: 12s}"), (debt, "  load:", "  ^load:")],
    "money-unconfirmed": [(pay, "shows: [acct.label, due]", "shows: [acct.label]"), (pay, "  pay:", "  ^pay:")],
    "money-unauthorised": [(pay, "binds: [acct.id, due]", "binds: [acct.id]"), (pay, "  pay:", "  ^pay:")],
    "money-changed": [(pay, "then: {ok: pay, fail: bye}", "then: {ok: other, fail: bye}\n  other: {set: {due: 5000}, then: pay}"),
                      (pay, "  pay:", "  ^pay:")],
    "late-message": [(pay, "declined: {end: {text: bill_declined}}", "^declined: {end: {text: bill_declined, sms_later: bill_receipt_long}}")],
    "secret-shown": [(en, "bill_declined: Not paid.", "bill_declined: Not paid with {voucher}."),
                     (ar, "bill_declined: لم يتم التسديد", "bill_declined: لم يتم التسديد {voucher}"), (pay, "  declined:", "  ^declined:")],
    "subflow-use": [(lookup, "  later: {end: {text: companies_later}}", "  later: {return: later}"),
                    (home, "flow: lookup}", "flow: ^lookup}")],
    "unconfirmed": [(reading, "yes: submit, no", "yes: round, no"),
                    (reading, "  submit:\n", "  round: {set: {value: 5}, then: submit}\n  ^submit:\n")],
    "unauthorised": [(pin, "    needs: [proven]\n", ""), (pin, "call: {service: pin.set", "call: ^{service: pin.set")],
    "moved-code": [(debt, "ussd: \"1\"", "ussd: \"2\""), (payments, "ussd: \"2\"", "ussd: \"1\""), (payments, "  load:", "  ^load:")],
}


def change(deployment, changes):
    """Where the fault is to be told: file, line, column."""
    place = None
    for name, old, new in changes:
        path = deployment / name
        text = path.read_text(encoding="utf-8")
        if old == end:
            at, old = len(text), ""
        else:
            at = text.find(old)
            assert at >= 0, f"{name} has no '{old}'"
        if "^" in new:
            before = text[:at] + new[:new.index("^")]
            place = (name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
            new = new.replace("^", "")
        path.write_text(text[:at] + new + text[at + len(old):], encoding="utf-8")
    return place


def check(work, environment, *options):
    command = [shubbak, "check", "--config", work / "config" / town / "shubbak.yaml", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def told_by(work, environment):
    """What check tells: [(rule, file, line, column)]. What it only notes is told by its text alone."""
    lines = check(work, environment).stdout
    notes = re.findall(r"^note: .*?/config/(\S+?):(\d+):(\d+): .* \[(.*)\]$", lines, re.MULTILINE)
    told = [(rule, name, int(line), int(column)) for name, line, column, rule in notes]
    for fault in json.loads(check(work, environment, "--format", "json").stdout)["faults"]:
        name = os.path.normpath(fault["file"]).removeprefix(str(work / "config") + "/")
        told.append((fault["rule"], name, fault["line"], fault["column"]))
    return told


def main():
    wrong = []
    names = re.search(r"rule_names\{(.*?)\}", rules_file.read_text(encoding="utf-8"), re.DOTALL)
    rules = re.findall(r'"([a-z-]+)"', names.group(1))
    assert len(rules) >= 28
    wrong += [f"{rule}: the table has no fault of it" for rule in rules if rule not in faults]
    wrong += [f"{rule}: there is no such rule" for rule in faults if rule not in rules]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder).resolve()
        (work / "key").write_text("a" * 64)
        (work / "key").chmod(0o600)
        environment = dict(os.environ, SHUBBAK_STATE_DIR=str(work), SHUBBAK_KEY_FILE=str(work / "key"), SYRIATEL_PASSWORD="x",
                           **{f"COMPANY_{name}_URL": "http://127.0.0.1:1" for name in ("DAMASCUS", "ALEPPO", "HOMS")})
        shutil.copytree(shipped, work / "config")
        without_payments.take_out(work / "config" / town)
        config = work / "config" / town / "shubbak.yaml"
        subprocess.run([shubbak, "publish", "--config", config, "--author", "a", "--note", "n"], env=environment, check=True,
                       capture_output=True)
        for language in ("ar", "en"):
            with (work / "config" / town / "strings" / f"{language}.yaml").open("a", encoding="utf-8") as strings:
                strings.write((added / "strings" / f"{language}.yaml").read_text(encoding="utf-8"))
        shutil.copy(added / "flows" / "bill_pay.yaml", work / "config" / pay)
        whole = work / "whole"
        shutil.copytree(work / "config", whole)
        before = told_by(work, environment)
        wrong += [f"without a fault, this is told: {one}" for one in before]
        for rule, changes in faults.items():
            shutil.rmtree(work / "config")
            shutil.copytree(whole, work / "config")
            wanted = (rule, *(change(work / "config", changes) or (None, 0, 0)))
            told = told_by(work, environment)
            if wanted not in told:
                wrong.append(f"{rule}: wanted at {wanted[1:]}, told: {told}")
            wrong += [f"{rule}: also told: {one}" for one in told if one[0] != rule]
    print("\n".join(wrong) or f"{len(faults)} faults, each found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
