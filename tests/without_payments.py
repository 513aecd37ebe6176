"""Takes what pays bills and fees and tops up cards out of a copy of the shipped deployment, so that one person alone may publish it: flows that move
money take two (that they do is tests/peers/admin_test.js's and tests/publish_test.sh's). without_payments.py DEPLOYMENT"""
import pathlib
import re
import sys


def take_out(deployment):
    folder = pathlib.Path(deployment)
    common = folder.parent / "common"
    for file in (folder / "flows/pay.yaml", folder / "tests/pay.yaml", folder / "tests/card.yaml", folder / "tests/cases.yaml",
                 folder / "tests/case_fee.yaml", folder / "tests/case_visit.yaml", common / "flows/card.yaml", common / "flows/cases.yaml",
                 common / "flows/case_reopen.yaml", common / "flows/case_answer.yaml", common / "flows/answer.yaml"):
        file.unlink(missing_ok=True)  # what is common two deployments have once
    home = folder / "flows/home.yaml"
    home.write_text(re.sub(r".*flow: (pay|card|cases)}\n", "", home.read_text(encoding="utf-8")), encoding="utf-8")
    for strings in (place / f"strings/{language}.yaml" for place in (folder, common) for language in ("ar", "en")):
        text = strings.read_text(encoding="utf-8")
        # What the deployment says of cases in its own words; of the common ones some are for other flows.
        own = r"|case_\w+" if folder in strings.parents else ""
        # A string and the lines that go on with it.
        strings.write_text(re.sub(rf"^(pay_\w+|card_\w+|home_pay|home_card|home_cases|voucher_ask{own}):.*\n(?:(?: .*)?\n)*", "", text, flags=re.M),
                           encoding="utf-8")


if __name__ == "__main__":
    take_out(sys.argv[1])
