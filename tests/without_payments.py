"""Takes what pays bills out of a copy of the shipped deployment, so that one person alone may publish it: flows that move
money take two (that they do is tests/peers/admin_test.js's and tests/publish_test.sh's). without_payments.py DEPLOYMENT"""
import pathlib
import re
import sys


def take_out(deployment):
    folder = pathlib.Path(deployment)
    for file in ("flows/pay.yaml", "tests/pay.yaml"):
        (folder / file).unlink()
    home = folder / "flows/home.yaml"
    home.write_text(re.sub(r".*flow: pay}\n", "", home.read_text(encoding="utf-8")), encoding="utf-8")
    for language in ("ar", "en"):
        strings = folder / f"strings/{language}.yaml"
        text = strings.read_text(encoding="utf-8")
        # A string and the lines that go on with it.
        strings.write_text(re.sub(r"^(pay_\w+|home_pay|voucher_ask):.*\n(?:(?: .*)?\n)*", "", text, flags=re.M),
                           encoding="utf-8")


if __name__ == "__main__":
    take_out(sys.argv[1])
