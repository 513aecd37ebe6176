#include "deployment.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "daemon_under_test.hpp"

namespace shubbak::bench {
namespace {

// As "debt" is for what is owed, with a payment by voucher behind it.
constexpr std::string_view pay_flow = R"(flow: pay
schema: 1
entry: {}
requires: [active_link]
limits: {max_stages: 8, resume_ttl: 10m}
slots:
  accounts: {list: {id: {digits: 12}, label: {text: 14}, company: {text: 20}}, max: 40}
  account: {ref: accounts}
  due: {money: SYP, max: 9999999900}
  bills: {int: [0, 99]}
  voucher: {digits: 16, secret: true}
  receipt: {text: 19}
states:
  load:
    call: {service: bills.accounts, timeout: 3s}
    save: {accounts: $.accounts}
    then: {ok: [{when: "count(accounts) == 0", to: none}, {to: pick}], timeout|error: later}
  pick:
    menu: {text: pay_pick, from: accounts, item: account_item, save: account}
    pick: ask
    invalid: {retries: 2, text: pay_choose, to: dropped}
  ask:
    call: {service: bills.due, args: {company: account.company, account: account.id}, timeout: 3s}
    save: {due: $.amount, bills: $.count}
    then: {ok: show, timeout|error: later, not_found: none}
  show:
    menu:
      text: due_screen
      items: [{key: "1", text: pay_now, to: sure, when: "due > 0"}, {key: "2", text: due_by_sms, to: told}]
  sure:
    confirm: {text: pay_confirm, shows: [account.label, due], yes: prove, no: dropped}
  prove:
    otp: {binds: [account.id, due], text: pay_code}
    grants: proven
    then: {ok: card, fail|locked: dropped}
  card:
    input: {type: voucher_pin, save: voucher, text: pay_card, retries: 2}
    then: {ok: pay, fail: dropped}
  pay:
    needs: [proven]
    money: {service: payments.pay, args: {account: account.id, amount: due, voucher: voucher}, timeout: 8s}
    save: {receipt: $.receipt}
    then: {ok: paid, declined: declined, unknown: pending}
  paid: {end: {text: pay_paid, sms: pay_receipt}}
  pending: {end: {text: pay_pending, sms_later: pay_receipt}}
  declined: {end: {text: pay_declined}}
  told: {end: {text: due_sent, sms: due_long}}
  dropped: {end: {text: pay_dropped}}
  none: {end: {text: no_accounts}}
  later: {end: {text: companies_later}}
)";

constexpr std::string_view pay_en = R"(
pay_pick: Which account?
pay_choose: Choose a number
pay_now: Pay
pay_confirm: "Pay {due} for {account.label}?"
pay_code: A code is on its way. Dial *123*CODE#
pay_card: The card's number
pay_paid: Paid. Receipt {receipt}
pay_receipt: "Receipt {receipt}: {due} for {account.label}"
pay_pending: Held, not lost. You will hear.
pay_declined: Not paid.
pay_dropped: Nothing was paid.
)";

constexpr std::string_view pay_ar = R"(
pay_pick: أي اشتراك؟
pay_choose: اختر رقماً
pay_now: ادفع
pay_confirm: "دفع {due} عن {account.label}؟"
pay_code: وصلتك رسالة برمز. اطلب *123*الرمز#
pay_card: رقم البطاقة
pay_paid: تم الدفع. الإيصال {receipt}
pay_receipt: "إيصال {receipt}: {due} عن {account.label}"
pay_pending: المبلغ محجوز وستصلك رسالة.
pay_declined: لم يتم الدفع.
pay_dropped: لم يدفع شيء.
)";

struct Kind {
  std::string_view name;
  std::string_view by_sms;  // what follows its keyword in entry.sms
};
constexpr std::array<Kind, 5> kinds{
    {{"debt", ", start: all"}, {"payments", ""}, {"reading", ""}, {"lookup", ""}, {"pay", ""}}};

// The same flow under another name, with a code and a keyword of its own.
std::string renamed(std::string text, const Kind& kind, int number) {
  const std::string name = std::string(kind.name) + std::to_string(number);
  const std::string flow = "flow: " + std::string(kind.name) + "\n";
  const std::size_t at = text.find(flow);
  const std::size_t from = text.find("\nentry:");
  if (at == std::string::npos || from == std::string::npos)
    die("the flow " + std::string(kind.name) + " has changed");
  std::size_t to = from + 1;
  do {
    to = text.find('\n', to) + 1;
  } while (text[to] == ' ');
  text.replace(from + 1, to - from - 1,
               "entry: {ussd: \"" + std::to_string(number) + "\", sms: {keywords: [" + name + "]" +
                   std::string(kind.by_sms) + "}}\n");
  text.replace(at, flow.size(), "flow: " + name + "\n");
  return text;
}

bool is_named(const flows::SourceFile& file, std::string_view end) {
  return file.name.ends_with(end);
}

}  // namespace

std::vector<flows::SourceFile> large_deployment(Money money) {
  const std::vector<std::string> folders{SHUBBAK_SOURCE_DIR "/config/common",
                                         SHUBBAK_SOURCE_DIR "/config/syria-kuwwa"};
  auto files = flows::read_folders(folders);
  if (!files) die(files.error().message);
  if (money == Money::with) {
    for (flows::SourceFile& file : *files) {
      if (is_named(file, "syria-kuwwa/strings/ar.yaml")) file.text.append(pay_ar);
      if (is_named(file, "syria-kuwwa/strings/en.yaml")) file.text.append(pay_en);
    }
  }
  std::vector<flows::SourceFile> large = *files;
  int number = 10;
  for (const Kind& kind : kinds) {
    std::string text(pay_flow);
    if (kind.name != "pay") {
      const std::string end = "/flows/" + std::string(kind.name) + ".yaml";
      const auto shipped = std::ranges::find_if(*files, [&](const auto& file) { return is_named(file, end); });
      if (shipped == files->end()) die("there is no flow " + std::string(kind.name));
      text = shipped->text;
    } else if (money == Money::without) {
      continue;
    }
    for (int copy = 0; copy < copies_of_each; ++copy, ++number) {
      const std::string file = SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/flows/" + std::string(kind.name);
      large.push_back({file + std::to_string(number) + ".yaml", renamed(text, kind, number)});
    }
  }
  for (const flows::SourceFile& file : *files) {
    if (!is_named(file, "/strings/en.yaml")) continue;
    std::string name = file.name;
    name.replace(name.size() - 7, 2, "ckb");
    large.push_back({std::move(name), file.text});  // Kurdish forms its plurals as English does
  }
  return large;
}

}  // namespace shubbak::bench
