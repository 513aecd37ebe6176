#include "examples.hpp"

namespace shubbak::flows::test {

Deployment bill_pay() {
  return {.flows = {{"bill_pay", R"(
flow: bill_pay
schema: 1
entry: {ussd: "1", sms: {keywords: [bill, فاتورة]}}
requires: [active_link]
nav: {back: "0", home: "00", next: "9", prev: "8"}
limits: {max_stages: 8, budget: 100s, resume_ttl: 10m}
slots:
  accounts: {list: {id: {digits: 12}, label: {text: 14}}, max: 40}
  acct: {ref: accounts}
  due:  {money: SYP, max: 9999999900}
  n:    {int: [0, 99]}
  voucher: {digits: 16, secret: true}
  receipt_no: {text: 19}
states:
  load:
    call: {service: bills.accounts, timeout: 3s}
    save: {accounts: $.accounts}
    then: {ok: [{when: "count(accounts) == 0", to: none}, {to: pick}], timeout|error: later}
  pick:
    menu: {text: pick_title, from: accounts, item: acct_item, save: acct, page: auto}
    pick: detail
    invalid: {retries: 2, text: bad_choice, to: bye}
  detail:
    call: {service: bills.due, args: {company: acct.id, account: acct.id}, timeout: 3s}
    save: {due: $.amount, n: $.count}
    then: {ok: show, timeout|error|not_found: later}
  show:
    menu:
      text: due_screen
      items: [{key: "1", text: lbl_pay, to: confirm, when: "due > 0"}, {key: "2", text: lbl_sms, to: sms}]
  confirm:
    confirm: {text: confirm_ask, shows: [acct.label, due], yes: otp, no: bye}
  otp:
    otp: {binds: [acct.id, due], text: otp_ask, message: otp_sms}
    grants: authorised
    then: {ok: voucher, fail|locked: bye}
  voucher:
    input: {type: voucher_pin, save: voucher, text: voucher_ask, retries: 2}
    then: {ok: pay, fail: bye}
  pay:
    needs: [authorised]
    money: {service: payments.pay, args: {account: acct.id, amount: due, voucher: voucher}, timeout: 8s, save: {receipt_no: $.receipt}}
    then: {ok: receipt, declined: declined, unknown: pending}
  receipt: {end: {text: receipt, sms: receipt_long}}
  pending: {end: {text: pending, sms_later: receipt_long}}
  declined: {end: {text: declined}}
  sms: {end: {text: sms_sent, sms: due_long}}
  none: {end: {text: no_accounts}}
  later: {end: {text: try_later}}
  bye: {end: {text: goodbye}}
migrate: {renamed: {pick_account: pick}, deleted: restart}
)"}},
          .en = R"(
pick_title: Which account?
acct_item: "{label}"
bad_choice: Choose a number
due_screen: "{n, plural, one{# bill} other{# bills}}\nTo pay: {due}"
lbl_pay: Pay
lbl_sms: By SMS
confirm_ask: "Pay {due} for {acct.label}?"
otp_ask: A code is on its way. Dial *123*CODE#
otp_sms: "{code} pays {due} for {acct.label}"
voucher_ask: The card's number
receipt: "Paid. Receipt {receipt_no}"
receipt_long: "Receipt {receipt_no}: {due} for {acct.label}"
pending: Held, not lost. You will hear.
declined: Not paid.
sms_sent: You will get an SMS.
due_long: "{acct.label}: {due}"
no_accounts: No accounts.
try_later: Try later.
goodbye: Goodbye.
)",
          .locales = {"en"}};
}

}  // namespace shubbak::flows::test
