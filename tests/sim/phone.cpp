#include "tests/sim/phone.hpp"

#include <algorithm>
#include <utility>

#include "domain/clock.hpp"
#include "domain/money.hpp"

namespace shubbak::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t vain_max = 6;  // then they give it up
constexpr std::int64_t amounts_per_phone = 100;
constexpr std::chrono::seconds wait_stands{120};  // a code lives for 180 s, and what is dialled may come 20 s late
const std::string service_code = "*123#";

std::string digits_after(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + word.size());
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}

// "... 1,234 SYP ...": 1234; the first one. 0: there is none.
std::int64_t pounds_in(std::string_view text) {
  const std::size_t end = text.find(" SYP");
  if (end == std::string_view::npos) return 0;
  std::size_t begin = end;
  while (begin > 0 && std::string_view("0123456789,").find(text[begin - 1]) != std::string_view::npos) --begin;
  std::string digits(text.substr(begin, end - begin));
  std::erase(digits, ',');
  return digits.empty() || digits.size() > 9 ? 0 : std::stoll(digits);
}

bool contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// Ends of which no amount says whose they are.
bool says_nothing_paid(std::string_view text) {
  return contains(text, "nothing was paid") || contains(text, "Nothing was paid") ||
         contains(text, "Nothing was taken. Please");
}

}  // namespace

// Whose language cannot be looked up is answered in Arabic.
bool says_later(std::string_view text) {
  return contains(text, "has ended. Please dial again") || contains(text, "not available now") ||
         contains(text, "No confirmation code is awaited") || contains(text, "انتهت الجلسة") ||
         contains(text, "الخدمة غير متاحة الآن");
}

Phone::Phone(std::size_t number, const Deployment& deployment, Air& air, Random& random)
    : number_(number),
      deployment_(deployment),
      citizen_(deployment.citizens[number]),
      air_(air),
      random_(random),
      pounds_before_first_(amounts_per_phone * static_cast<std::int64_t>(number + 1)) {}

bool Phone::is_done() const {
  return !in_dialogue_ && !thinks_ && (attempts_.empty() || attempts_.back().answered) && attempts_.size() >= bills_;
}

void Phone::think() {
  think_after(milliseconds(random_.between(100, 5'000)));
}

void Phone::think_after(milliseconds rest) {
  thinks_ = true;
  air_.later(rest, [this, thought = ++thoughts_] {
    if (thought != thoughts_) return;
    thinks_ = false;
    do_next();
  });
}

void Phone::do_next() {
  if (in_dialogue_) return;
  if (attempts_.empty() || current().answered) return begin_next();
  if (++vain_ > vain_max) {
    current().answered = true;
    return begin_next();
  }
  waits_for_code_ = false;
  dial(service_code);  // to go on with what was cut
}

void Phone::begin_next() {
  vain_ = 0;
  waits_for_code_ = false;
  code_.clear();
  if (attempts_.size() >= bills_) return;
  const std::int64_t pounds = pounds_before_first_ + static_cast<std::int64_t>(attempts_.size()) + 1;
  attempts_.push_back({.minor = pounds * minor_per_pound});
  if (random_.one_in(3)) current().voucher = random_.below(deployment_.vouchers.size());
  const std::string amount = "*123*6*1*1*2*" + std::to_string(pounds);
  if (random_.one_in(2)) return dial(amount + "#");  // and what it is paid from is a screen of its own
  dial(amount + (current().voucher ? "*2#" : "*1#"));
}

void Phone::dial(const std::string& code) {
  ++session_;
  in_dialogue_ = true;
  attempt_of_session_[session_] = attempts_.size() - 1;
  note_wait(code);
  air_.press(number_, session_, Air::Press::dial, code);
  wait_for_screen();
}

// A code that was sent, and to which nothing was answered, is waited for whatever else happens: the wait was
// committed before the phone was told. A text of this phone may come at any time later, and end it.
void Phone::note_wait(const std::string& dialled) {
  const bool is_code = !code_.empty() && dialled == "*123*" + code_ + "#";
  const bool stands = untouched_wait_ && wall_now() < *untouched_wait_ + wait_stands && !has_texted_;
  goes_on_in_.reset();
  if (stands && (is_code || dialled == service_code)) goes_on_in_ = session_;
  if (dialled != service_code) untouched_wait_.reset();
}

// The network ends a dialogue in which nothing happens; the service hears of it now and then.
void Phone::wait_for_screen() {
  air_.later(milliseconds(random_.between(11'000, 20'000)), [this, waiting = ++waitings_, session = session_] {
    if (waiting != waitings_ || !in_dialogue_ || session != session_) return;
    if (random_.one_in(2)) air_.press(number_, session_, Air::Press::hang_up, {});
    dialogue_over(milliseconds(random_.between(1'000, 30'000)));
  });
}

void Phone::dialogue_over(milliseconds rest) {
  in_dialogue_ = false;
  ++waitings_;
  think_after(rest);
}

void Phone::answer_later(const std::string& keys) {
  ++waitings_;
  air_.later(milliseconds(random_.between(300, 4'000)), [this, keys, session = session_] {
    if (!in_dialogue_ || session != session_) return;
    if (random_.one_in(60)) {  // a hand slips
      air_.press(number_, session_, Air::Press::hang_up, {});
      return dialogue_over(milliseconds(random_.between(500, 10'000)));
    }
    untouched_wait_.reset();
    air_.press(number_, session_, Air::Press::answer, keys);
    if (random_.one_in(30)) air_.press(number_, session_, Air::Press::answer, keys);  // pressed twice
    wait_for_screen();
  });
}

void Phone::on_screen(std::uint8_t session, bool last, const std::string& text) {
  if (!in_dialogue_ || session != session_) return;
  const bool is_first = std::exchange(goes_on_in_, std::nullopt) == session;
  if (is_first && (contains(text, "One window") || contains(text, "No confirmation code is awaited")))
    faults_.push_back("a code that was sent is waited for no more: " + text);
  last ? read_last(text) : read(text);
}

void Phone::read(const std::string& text) {
  Attempt& attempt = current();
  const std::string pounds = std::to_string(attempt.minor / minor_per_pound);
  if (contains(text, "voucher's PIN, 16")) {
    answer_later(draw_voucher());
  } else if (contains(text, "Enter the code")) {
    if (code_.empty()) {  // it has not come yet, or never will
      air_.press(number_, session_, Air::Press::hang_up, {});
      waits_for_code_ = true;
      return dialogue_over(milliseconds(random_.between(5'000, 40'000)));
    }
    send_code();
    answer_later(code_);
  } else if (text.starts_with("Pay " + format_amount({attempt.minor, Currency::SYP}))) {
    if (!contains(text, citizen_.account)) faults_.push_back("is asked to pay another account: " + text);
    answer_later(random_.one_in(25) ? "2" : "1");
  } else if (text.starts_with("Pay ") && !contains(text, "Pay from") && !contains(text, "Pay a bill")) {
    answer_later("2");  // an earlier one: not any more
  } else if (contains(text, "Pay from")) {
    answer_later(attempt.voucher ? "2" : "1");
  } else if (contains(text, "How much of")) {
    answer_later(pounds);
  } else if (contains(text, "Due ")) {
    answer_later("2");
  } else if (contains(text, "Choose a subscription") || contains(text, "Of my subscriptions")) {
    answer_later("1");
  } else if (contains(text, "One window")) {  // what was under way is over, or was not kept
    attempt.answered = true;
    air_.press(number_, session_, Air::Press::hang_up, {});
    dialogue_over(milliseconds(random_.between(500, 5'000)));
  } else if (contains(text, "did not answer")) {
    answer_later("1");
  } else {
    faults_.push_back("an unexpected screen: " + text);
    attempt.answered = true;
    dialogue_over(milliseconds(1'000));
  }
}

void Phone::read_last(const std::string& text) {
  Attempt& attempt = current();
  if (contains(text, "sent you a code")) {
    waits_for_code_ = true;
    dialogue_over(milliseconds(random_.between(20'000, 60'000)));
    return code_.empty() ? void() : use_code();
  }
  if (says_later(text)) return dialogue_over(milliseconds(random_.between(1'000, 20'000)));
  const bool is_end = contains(text, "Paid: ") || contains(text, "was not made") || says_nothing_paid(text) ||
                      contains(text, "held, not lost") || contains(text, "could not be reached") ||
                      contains(text, "did not understand") || contains(text, "Too many wrong");
  if (!is_end) faults_.push_back("an unexpected end: " + text);
  attempt.answered = true;
  dialogue_over(milliseconds(random_.between(500, 8'000)));
}

void Phone::on_message(const std::string& text) {
  if (contains(text, " is your code to pay ")) {
    code_ = text.substr(0, 6);
    if (const Attempt* const one = attempt_in(text)) code_is_of_ = static_cast<std::size_t>(one - attempts_.data());
    if (waits_for_code_) use_code();
    return;
  }
  if (attempts_.empty()) return faults_.push_back("an unexpected message: " + text);
  Attempt& attempt = current();
  if (contains(text, "voucher's PIN, 16")) {
    if (attempt.answered) return;
    air_.later(milliseconds(random_.between(1'000, 9'000)), [this, pin = draw_voucher()] { send_text(pin); });
    return;
  }
  const bool has_amount = contains(text, "you paid ") || contains(text, "Your payment ");
  if (has_amount) {
    Attempt* const one = attempt_in(text);
    if (one == nullptr || one != &attempt) return;
  } else if (!says_nothing_paid(text) && !contains(text, "was not made") && !contains(text, "held, not lost")) {
    const bool is_known = says_later(text) || contains(text, "did not understand") ||
                          contains(text, "could not be reached") || contains(text, "Enter the code") ||
                          contains(text, "Too many wrong");
    if (!is_known) faults_.push_back("an unexpected message: " + text);
    return;
  }
  attempt.answered = true;
  if (!in_dialogue_) think();
}

// By whichever way; now and then a wrong one first.
void Phone::use_code() {
  think_after(milliseconds(random_.between(40'000, 60'000)));  // if nothing comes of it
  air_.later(milliseconds(random_.between(500, 15'000)), [this, attempt = attempts_.size(), code = code_] {
    if (in_dialogue_ || !waits_for_code_ || attempt != attempts_.size() || current().answered) return;
    waits_for_code_ = false;
    const bool is_wrong = random_.one_in(20);
    const std::string sent = is_wrong ? (code == "111111" ? "222222" : "111111") : code;
    if (!is_wrong) send_code();
    if (random_.one_in(3)) {
      send_text(sent);
      think_after(milliseconds(random_.between(30'000, 60'000)));
    } else {
      dial("*123*" + sent + "#");
    }
  });
}

void Phone::send_text(const std::string& content) {
  has_texted_ = true;
  air_.text(number_, content);
}

void Phone::send_code() {
  codes_sent_.emplace(code_is_of_, code_);
  Attempt& attempt = attempts_[code_is_of_];
  attempt.has_code = true;
  if (!attempt.voucher) attempt.begun = true;
}

// What asks for it does not say for which payment: it may be for any whose code was sent.
std::string Phone::draw_voucher() {
  std::size_t voucher = current().voucher.value_or(0);
  for (Attempt& attempt : attempts_) {
    if (!attempt.voucher || !attempt.has_code) continue;
    attempt.begun = true;
    if (!attempt.answered) voucher = *attempt.voucher;
  }
  return std::string(deployment_.vouchers[voucher].reveal());
}

// ------------------------------------------------------------------------------------------------ what it was told

void Phone::told(const std::string& text, std::optional<std::uint8_t> session) {
  if (session == session_ && contains(text, "sent you a code")) untouched_wait_ = wall_now();
  if (text.starts_with("Paid: ")) {
    told_receipt(text, {digits_after(text, "Receipt "), digits_after(text, "Check code ")});
  } else if (text.starts_with("Receipt ")) {
    told_receipt(text, {digits_after(text, "Receipt "), digits_after(text, "check code ")});
  } else if (text.starts_with("Your payment came through.")) {
    const std::string rest = text.substr(text.rfind(". ") + 2);
    told_receipt(text, {rest.substr(0, rest.find(' ')), rest.substr(rest.find(' ') + 1)});
  } else if (text.starts_with("Your payment did not come through.")) {
    if (Attempt* const one = attempt_in(text)) one->told_not_paid = true;
  } else if (text.starts_with("The payment of ")) {
    if (const Attempt* const one = attempt_in(text)) not_paid({static_cast<std::size_t>(one - attempts_.data())});
  } else if (says_nothing_paid(text)) {
    const bool is_of_dialogue = session && attempt_of_session_.contains(*session);
    auto candidates = is_of_dialogue ? std::set{attempt_of_session_.at(*session)} : open_ones();
    if (!is_of_dialogue && !attempts_.empty()) candidates.insert(attempts_.size() - 1);
    not_paid(std::move(candidates));
  }
}

std::set<std::size_t> Phone::open_ones() const {
  std::set<std::size_t> open;
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    if (attempts_[i].begun && attempts_[i].receipts.empty()) open.insert(i);
  }
  return open;
}

void Phone::not_paid(std::set<std::size_t> candidates) {
  if (candidates.empty()) faults_.emplace_back("is told of a payment that it has not authorised");
  told_not_made_.push_back({std::move(candidates), wall_now()});
}

void Phone::told_receipt(const std::string& text, const ToldReceipt& receipt) {
  Attempt* const one = attempt_in(text);
  if (one != nullptr && std::ranges::find(one->receipts, receipt) == one->receipts.end())
    one->receipts.push_back(receipt);
}

Attempt* Phone::attempt_in(const std::string& text) {
  const std::int64_t index = pounds_in(text) - pounds_before_first_ - 1;
  if (index >= 0 && index < static_cast<std::int64_t>(attempts_.size()))
    return &attempts_[static_cast<std::size_t>(index)];
  faults_.push_back("is told of a payment that it never asked for: " + text);
  return nullptr;
}

}  // namespace shubbak::sim
