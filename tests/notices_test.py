#!/usr/bin/env python3
"""What becomes due reaches the phones that have asked for it: notices_test.py SHUBBAK SOURCE_FOLDER BUILD_FOLDER. A subscription's moment is
half an hour away at least, which no conversation waits for; so it is noon where the daemon is, and each moment is put into the past."""
import datetime
import pathlib
import sys

from system import System

shubbak, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
system = System(shubbak, source / "config", build)
check, run = system.check, system.run

now = datetime.datetime.now(datetime.timezone.utc)
text = system.config.read_text()
check(text.count("\nutc_offset: 180m\n") == 1, "the configuration is another one")
system.config.write_text(text.replace("\nutc_offset: 180m\n", f"\nutc_offset: {12 * 60 - (60 * now.hour + now.minute)}m\n"))

# The second one's company asks for both numbers' account in one go: nobody is told again what they know.
(system.work / "day.yaml").write_text("""
conversation: who has cancelled is not told
given: {link: {msisdn: "+963944880021", national_id: "08888888821"}}
steps:
  - sms: "E 31 3100912"
  - expect_sms: {contains: "إلغاء 3100912"}
  - sms: "إلغاء 3100912"
  - expect_sms: {contains: "أوقفنا إشعارات الاشتراك 3100912"}
---
conversation: a notice in Arabic tells whose account and how much, how it is stopped, and no more
given: {link: {msisdn: "+963944880022", national_id: "08888888822"}}
steps:
  - sms: "E 21 2100345"
  - expect_sms: {contains: "إلغاء 2100345"}
  - expect_sms: {contains: ["ذمة على اشتراك طلبت إشعاراته", "أرسل كلمة إلغاء", "كهرباء حلب", "345", "48,750"], not_contains: ["2100345", "بيت"]}
---
conversation: one in English, after which they are stopped
given: {link: {msisdn: "+963944880023", national_id: "08888888823"}}
steps:
  - sms: "english"
  - expect_sms: {contains: "Debt"}
  - sms: "E 21 2100345"
  - expect_sms: {contains: "cancel 2100345"}
  - expect_sms: {contains: ["Due on a subscription that you get notices of", "text: cancel", "Aleppo", "345", "48,750"], not_contains: "2100345"}
  - sms: "cancel 2100345"
  - expect_sms: {equals: "Notices of subscription 2100345 are stopped."}
""")
system.start_those_that_are_paid()
run("link", "given", system.work / "day.yaml")
phone = system.start_phone("--expect-timeout", "60", "--script", system.work / "day.yaml")
system.start_daemon()


def day_is_over():
    system.write("UPDATE subscription SET next_at = 0 WHERE next_at > 0;")
    return phone.poll() is not None


system.until(lambda: system.rows("SELECT 1 FROM subscription WHERE company = 'aleppo'") or phone.poll() is not None,
             lambda: f"nobody has subscribed: {system.shown()}")  # and who has cancelled was not asked about before
system.until(day_is_over, lambda: f"no notice has come: {system.shown()}")
shown = system.shown()
check(phone.returncode == 0, f"the conversations did not hold: {shown}")
check("310,500" not in shown, "who has cancelled is told")
check(shown.count("48,750") == 2, f"not each of the two is told once: {shown}")
check([amount for (amount,) in system.rows("SELECT told FROM subscription")] == [4875000], "what was told is not noted")
check("2100345" not in system.log() and "96394488" not in system.log(), "the log tells who asks for what")
print("ok")
