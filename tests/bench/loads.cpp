#include "loads.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "domain/money.hpp"
#include "smpp/text.hpp"

namespace shubbak::bench {

namespace {

constexpr std::chrono::microseconds spin_below{200};  // a sleep may last that much too long

smpp::Bytes octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::uint32_t person_of(const smpp::Sm& sm) {
  std::uint64_t number = 0;
  for (const char c : sm.destination.digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return static_cast<std::uint32_t>(number - phone_number(0));
}

// samples/README.md: due = 100 × (1000 + (7919·a + 104729·c) mod 900000) for account a in company c.
std::string due_of(std::uint32_t person) {
  const std::uint64_t account = 1'000'000 + person;
  const std::uint64_t company = person % 3;
  const auto minor = static_cast<std::int64_t>(100 * (1000 + (7919 * account + 104729 * company) % 900000));
  return format_amount({minor, Currency::SYP});
}

bool is_screen(const smpp::Sm& reply) {
  return reply.tlvs.find(smpp::TlvTag::ussd_service_op).has_value();
}

}  // namespace

// A phone
// ------------------------------------------------------------------------------------------------------------

const smpp::Sm& Phone::ussd(std::uint32_t person, bool begin, std::string_view typed) {
  address(person);
  tlvs_.clear();
  tlvs_.add_u8(smpp::TlvTag::ussd_service_op, begin ? 0x01 : 0x12).add_u16(smpp::TlvTag::its_session_info, 0x0700);
  sm_.data_coding = 15;
  sm_.short_message = octets(typed);
  sm_.tlvs = tlvs_.list();
  return sm_;
}

const smpp::Sm& Phone::sms(std::uint32_t person, std::string_view typed) {
  address(person);
  sm_.data_coding = 0;
  sm_.short_message = octets(typed);
  sm_.tlvs = {};
  return sm_;
}

void Phone::address(std::uint32_t person) {
  const int length =
      std::snprintf(digits_.data(), digits_.size(), "%llu", static_cast<unsigned long long>(phone_number(person)));
  sm_.source = {.ton = 1, .npi = 1, .digits = {digits_.data(), static_cast<std::size_t>(length)}};
  sm_.destination = {.ton = 3, .npi = 0, .digits = "123"};
}

// What phones do
// ------------------------------------------------------------------------------------------------------------

Load::Load(LoadSmsc& smsc, std::uint32_t persons) : smsc_(smsc), waits_(persons, false) {
  smsc_.on_submit([this](const smpp::Sm& sm) { on_reply(sm); });
}

void Load::begin(std::uint32_t person) {
  waits_[person] = true;
  send(person);
}

void Load::on_reply(const smpp::Sm& reply) {
  const std::uint32_t person = person_of(reply);
  if (person >= waits_.size() || !waits_[person]) die("a reply to somebody who did not ask");
  if ((reply.esm_class & smpp::udh_indicator) != 0) {
    auto whole = reassembler_.add(reply, smpp::Alphabet::gsm7, Clock::now());
    if (!whole) die("an unreadable part: " + whole.error().message);
    if (!*whole) return;
    long_text_ = std::move(**whole);
  }
  if (learns_ != nullptr) {
    learns_->assign(reply.short_message.begin(), reply.short_message.end());
  } else {
    check(person, reply);
    if (!is_last(person)) return;
  }
  waits_[person] = false;
  ++replies_;
  if (on_done) on_done(person);
}

std::string Load::text_of(const smpp::Sm& reply) const {
  if ((reply.esm_class & smpp::udh_indicator) != 0) return long_text_;
  return smpp::decode_text(reply.text_octets(), reply.data_coding, smpp::Alphabet::gsm7);
}

smpp::Buffer Load::ask(std::uint32_t person) {
  smpp::Buffer answer;
  learns_ = &answer;
  begin(person);
  finish(std::chrono::seconds(5));
  learns_ = nullptr;
  if (answer.empty()) die("an empty answer");
  return answer;
}

void Load::finish(std::chrono::seconds within) {
  const auto give_up = Clock::now() + within;
  while (std::ranges::find(waits_, true) != waits_.end()) {
    smsc_.pump(std::chrono::milliseconds(10));
    if (Clock::now() > give_up) die("a reply was lost");
  }
}

MenuLoad::MenuLoad(LoadSmsc& smsc, std::uint32_t persons) : Load(smsc, persons), at_(persons, nowhere) {
  learn();
}

bool MenuLoad::dial_anew() {
  std::ranges::fill(at_, nowhere);
  const smpp::Buffer before = home_;
  learn();
  at_[0] = nowhere;
  return home_ != before;
}

void MenuLoad::learn() {
  home_ = ask(0);
  at_[0] = home;
  languages_ = ask(0);
  at_[0] = languages;
  if (home_ == languages_) die("the menus cannot be told apart");
}

void MenuLoad::send(std::uint32_t person) {
  switch (at_[person]) {
    case nowhere:
      smsc().deliver(phone_.ussd(person, true, "*123#"));
      return;
    case home:
      smsc().deliver(phone_.ussd(person, false, "5"));
      return;
    case languages:
      smsc().deliver(phone_.ussd(person, false, "0"));
      return;
  }
}

void MenuLoad::check(std::uint32_t person, const smpp::Sm& reply) {
  at_[person] = at_[person] == home ? languages : home;
  const smpp::Buffer& expected = at_[person] == home ? home_ : languages_;
  if (!std::ranges::equal(expected, reply.short_message)) die("the wrong menu: " + text_of(reply));
}

void BillLoad::send(std::uint32_t person) {
  constexpr std::array<const char*, 3> governorates{"11", "21", "31"};
  std::array<char, 32> command{};
  const int length =
      std::snprintf(command.data(), command.size(), "%s %u", governorates[person % 3], 1'000'000 + person);
  smsc().deliver(phone_.sms(person, {command.data(), static_cast<std::size_t>(length)}));
}

void BillLoad::check(std::uint32_t person, const smpp::Sm& reply) {
  const std::string due = due_of(person);
  const std::string text = text_of(reply);
  if (text.find(due) == std::string::npos) die("the wrong bill, not " + due + ": " + text);
}

void ChangeLoad::send(std::uint32_t person) {
  smsc().deliver(phone_.sms(person, english_[person] ? "arabic" : "english"));
}

void ChangeLoad::check(std::uint32_t person, const smpp::Sm& reply) {
  english_[person] = !english_[person];
  std::string& expected = expected_[english_[person] ? 1 : 0];
  const std::string text = text_of(reply);
  if (expected.empty()) expected = text;
  if (text != expected || expected_[0] == expected_[1]) die("the wrong menu: " + text);
}

void PayLoad::send(std::uint32_t person) {
  // Its first subscription, all of it, from the card.
  smsc().deliver(paying_ ? phone_.ussd(person, false, "1") : phone_.ussd(person, true, "*123*6*1*1*1*1#"));
}

void PayLoad::check(std::uint32_t person, const smpp::Sm& reply) {
  const std::string text = text_of(reply);
  if (!paying_) {
    if (!text.starts_with("Pay " + due_of(person))) die("no confirm screen: " + text);
    return;
  }
  Payer& payer = payers_[person];
  if (is_screen(reply)) {
    if (payer.has_screen) {
      check_paid(person, text);
      payer.has_paid_screen = true;
      return;
    }
    payer.has_screen = true;
  } else if (payer.code.empty()) {
    payer.code = text.substr(0, text.find(' '));
    if (payer.code.size() != 6) die("no code: " + text);
  } else {
    check_paid(person, text);
    payer.has_receipt = true;
    return;
  }
  if (payer.has_screen && !payer.code.empty()) smsc().deliver(phone_.ussd(person, true, "*123*" + payer.code + "#"));
}

bool PayLoad::is_last(std::uint32_t person) const {
  return !paying_ || (payers_[person].has_paid_screen && payers_[person].has_receipt);
}

void PayLoad::check_paid(std::uint32_t person, const std::string& text) {
  if (text.find("Receipt ") == std::string::npos || text.find(due_of(person)) == std::string::npos)
    die("not paid: " + text);
}

void UnknownLoad::send(std::uint32_t person) {
  smsc().deliver(phone_.sms(person, "xyzzy"));
}
void UnknownLoad::check(std::uint32_t /*person*/, const smpp::Sm& reply) {
  if (reply.short_message.empty()) die("an empty help");
}

void EchoLoad::send(std::uint32_t person) {
  smsc().deliver(phone_.ussd(person, false, "5"));
}
void EchoLoad::check(std::uint32_t /*person*/, const smpp::Sm& reply) {
  if (reply.short_message.size() != 1) die("not an echo");
}

// When they do it
// ------------------------------------------------------------------------------------------------------------

void everybody_once(Load& load, std::uint32_t concurrent) {
  const std::uint64_t before = load.replies();
  const auto give_up = Clock::now() + std::chrono::seconds(60);
  for (std::uint32_t person = 0; person < load.persons(); ++person) {
    load.begin(person);
    while (person + 1 - (load.replies() - before) >= concurrent) {
      load.smsc().pump(std::chrono::milliseconds(10));
      if (Clock::now() > give_up) die("not everybody was answered");
    }
  }
  load.finish(std::chrono::seconds(10));
}

Cost closed_loop(const Process& process, Load& load, std::uint32_t concurrent, std::uint32_t persons,
                 double seconds) {
  std::uint32_t next = 0;
  std::uint32_t ready = concurrent;
  load.on_done = [&](std::uint32_t) { ++ready; };
  const auto pump_until = [&](Clock::time_point end) {
    while (Clock::now() < end) {
      for (; ready > 0; --ready) {
        while (load.waits(next)) next = (next + 1) % persons;
        load.begin(next);
        next = (next + 1) % persons;
      }
      load.smsc().pump(std::chrono::milliseconds(100));
    }
  };
  pump_until(Clock::now() + std::chrono::milliseconds(500));  // warm
  const std::uint64_t replies_before = load.replies();
  const double cpu_before = process.cpu_seconds();
  const auto began = Clock::now();
  pump_until(began + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
  const Cost cost{std::chrono::duration<double>(Clock::now() - began).count(), process.cpu_seconds() - cpu_before,
                  load.replies() - replies_before};
  load.on_done = nullptr;
  load.finish(std::chrono::seconds(10));
  return cost;
}

void Latencies::add(const Latencies& more) {
  ms.insert(ms.end(), more.ms.begin(), more.ms.end());
  longest_pause_ms = std::max(longest_pause_ms, more.longest_pause_ms);
}

Latencies open_loop(Load& load, double rate, double seconds) {
  std::vector<Clock::time_point> scheduled(load.persons());
  Latencies latencies;
  std::vector<double>& latencies_ms = latencies.ms;
  const auto count = static_cast<std::uint64_t>(rate * seconds);
  latencies_ms.reserve(count);
  load.on_done = [&](std::uint32_t person) {
    latencies_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - scheduled[person]).count());
  };
  const auto began = Clock::now() + std::chrono::milliseconds(10);
  const auto time_of = [&](std::uint64_t i) {
    return began + std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(i) / rate));
  };
  const auto give_up = time_of(count) + std::chrono::seconds(10);
  std::uint64_t sent = 0;
  std::uint32_t person = 0;
  auto wakes = began;  // when the load meant to look again
  while (latencies_ms.size() < count) {
    const auto now = Clock::now();
    const double late_ms = std::chrono::duration<double, std::milli>(now - wakes).count();
    latencies.longest_pause_ms = std::max(latencies.longest_pause_ms, late_ms);
    for (; sent < count && time_of(sent) <= now; ++sent) {
      for (std::uint32_t tried = 0; load.waits(person); ++tried) {
        if (tried == load.persons()) die("every person waits: the load is far over what can be served");
        person = (person + 1) % load.persons();
      }
      scheduled[person] = time_of(sent);
      load.begin(person);
      person = (person + 1) % load.persons();
    }
    // Sleeps if there is time to, so that the sample company beside it is not kept waiting.
    const auto left = sent < count ? time_of(sent) - Clock::now() : std::chrono::milliseconds(10);
    const auto sleep = left > spin_below ? left - spin_below : std::chrono::nanoseconds(0);
    wakes = Clock::now() + sleep;
    load.smsc().pump(sleep);
    if (now > give_up) die("open loop: replies were lost");
  }
  load.on_done = nullptr;
  return latencies;
}

}  // namespace shubbak::bench
