#include "tests/kill/phones.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "domain/money.hpp"
#include "tests/kill/fetch.hpp"
#include "tests/under_test/process.hpp"

namespace shubbak::kill {
namespace {

using gateways::EsmeId;
using gateways::SmscServer;
using smpp::CommandStatus;

constexpr std::chrono::milliseconds dials_again_after{200};  // whom the network has just refused
// Whose company answers wrong, and mostly at once, or whose last payment is not over, takes a rest before the next
// bill: not all the load is to be theirs, and bills that nobody takes are soon used up.
constexpr std::chrono::milliseconds rests_up_to{3'000};
constexpr std::size_t npos = std::string::npos;

gateways::SmscServerConfig server_config() {
  gateways::SmscServerConfig config;
  config.session.role = smpp::Role::smsc;
  config.session.system_id = "operator";
  return config;
}

std::string digits_behind(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + word.size());
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}

// "... 1,234 SYP ...": 123,400 minor units; the first one. 0: there is none, or not in whole pounds.
std::int64_t amount_in(std::string_view text) {
  std::size_t end = text.find(" SYP");
  if (end == std::string_view::npos) return 0;
  std::size_t begin = end;
  while (begin > 0 && std::string_view("0123456789,").find(text[begin - 1]) != std::string_view::npos) --begin;
  std::string digits(text.substr(begin, end - begin));
  std::erase(digits, ',');
  return digits.empty() || digits.size() > 9 ? 0 : std::stoll(digits) * minor_per_pound;
}

std::string without_digits(std::string text) {
  std::erase_if(text, [](char letter) { return letter >= '0' && letter <= '9'; });
  return text;
}

}  // namespace

class Subscriber final : public cli::PhoneEvents {
 public:
  Subscriber(Phones& phones, const Citizen& citizen)
      : phones_(phones), citizen_(citizen), phone_(citizen.msisdn, {}, phones, *this), again_(phones.loop_) {}

  [[nodiscard]] const std::vector<Attempt>& attempts() const { return attempts_; }
  [[nodiscard]] bool in_flight() const {
    if (attempts_.empty() || !attempts_.back().begun) return false;
    const Attempt& last = attempts_.back();
    return last.by_bank_card ? last.is_charged && !is_told(last) : !last.answered && is_waiting();
  }
  [[nodiscard]] bool is_idle() const { return phone_.state() == cli::Phone::State::idle && !goes_on_; }
  cli::Phone& phone() { return phone_; }

  // Dials: to go on with what the lost link has cut, or to pay the next bill.
  void go_on() {
    goes_on_ = false;
    if (!phones_.bound() || phone_.state() != cli::Phone::State::idle) return;
    is_proving_ = false;
    if (!attempts_.empty() && !attempts_.back().answered) {
      check_sent(phone_.dial("*123#", std::chrono::steady_clock::now()));
      return;
    }
    if (!phones_.paying_ || attempts_.size() == attempts_max) return;
    const auto pounds = static_cast<std::int64_t>(attempts_.size()) + 1;
    const bool by_bank_card = !citizen_.badly_served && phones_.draw(phones_.shares_.bank_cards);
    attempts_.push_back({.minor = pounds * minor_per_pound,
                         .voucher = by_bank_card ? std::nullopt : phones_.draw_voucher(),
                         .by_bank_card = by_bank_card});
    check_sent(phone_.dial("*123*6*1*1*2*" + std::to_string(pounds) + "*" + way_of(attempts_.back()) + "#",
                           std::chrono::steady_clock::now()));
  }
  void go_on_soon() {
    goes_on_ = true;
    boost::asio::post(phones_.loop_, [this] { go_on(); });
  }

 private:
  // The key in the menu of where to pay from.
  [[nodiscard]] static std::string way_of(const Attempt& attempt) {
    if (attempt.by_bank_card) return "3";
    return attempt.voucher ? "2" : "1";
  }
  [[nodiscard]] static bool is_told(const Attempt& attempt) {
    return !attempt.receipts.empty() || attempt.told_not_paid;
  }
  [[nodiscard]] bool is_waiting() const { return phone_.state() == cli::Phone::State::waiting_for_service; }
  [[nodiscard]] Attempt& current() { return attempts_.back(); }
  // The one whose payment is shown where no amount says which: the last one that was authorised, which need not be
  // the last one that was dialled. One may be shown again that was not taken while another to its account was under
  // way.
  [[nodiscard]] Attempt& asked_for_last() { return authorised_ ? attempts_[*authorised_] : current(); }
  void fault(const std::string& what) {
    phones_.faults_.push_back("phone " + std::to_string(citizen_.msisdn.value() % 10'000) + ": " + what);
  }
  // A link that is lost just now is told by on_closed.
  void check_sent(const Status& sent) {
    if (!sent && sent.error().code != Errc::unavailable) fault(sent.error().message);
  }
  void go_on_after(std::chrono::milliseconds rest) {
    goes_on_ = true;
    again_.expires_after(rest);
    again_.async_wait([this](const boost::system::error_code& stopped) {
      if (!stopped) go_on();
    });
  }
  void answer(std::string_view text) { check_sent(phone_.answer(text, std::chrono::steady_clock::now())); }

  void on_screen(const cli::UssdScreen& screen) override {
    for (const std::string& broken : screen.faults) fault(broken + ": " + screen.text);
    if (screen.last) {
      last_screen(screen.text);
      // Of an account one payment is under way at a time, and one link open: who has one waits for news of it.
      if (citizen_.badly_served || attempts_.empty() || current().by_bank_card || current().receipts.empty()) {
        go_on_after(phones_.draw_rest());
      } else {
        go_on_soon();
      }
      return;
    }
    if (attempts_.empty()) return fault("a dialogue that it did not begin: " + screen.text);
    boost::asio::post(phones_.loop_, [this, text = screen.text, number = attempts_.size()] {
      const bool goes_on = phone_.state() == cli::Phone::State::waiting_for_person;
      if (goes_on && number == attempts_.size()) answer_screen(text);
    });
  }

  void answer_screen(const std::string& text) {
    const auto has = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    Attempt& attempt = current();
    const std::string pounds = std::to_string(attempt.minor / minor_per_pound);
    if (has("service PIN")) {
      Attempt* const asked = attempt_in(text);
      if (asked == nullptr) return;
      authorised_ = static_cast<std::size_t>(asked - attempts_.data());
      if (std::exchange(refused_, std::nullopt) == authorised_) asked->told_not_paid = false;  // once more
      is_proving_ = true;
      // Whatever comes after, a voucher's PIN that was sent stays sent.
      asked->begun = asked->begun || !asked->voucher;
      answer(service_pin);
    } else if (has("voucher's PIN, 16")) {
      Attempt& asked = asked_for_last();
      asked.begun = true;
      answer(phones_.town_.vouchers[asked.voucher.value_or(0)].reveal());
    } else if (text.starts_with("Pay " + format_amount({attempt.minor, Currency::SYP}))) {
      if (!has(citizen_.account)) fault("is asked to pay another account: " + text);
      answer("1");
    } else if (text.starts_with("Pay ") && !has("Pay from")) {
      answer("2");  // one that was dropped before it was authorised: not any more
    } else if (has("Pay from")) {
      answer(way_of(attempt));
    } else if (has("How much of")) {
      answer(pounds);
    } else if (has("Due ")) {
      answer("2");
    } else if (has("Choose a subscription") || has("Of my subscriptions")) {
      answer("1");
    } else if (has("One window")) {  // where it was before the kill was not kept: nothing was authorised, or it is
                                     // over
      attempt.answered = true;
      phone_.hang_up();
      go_on_soon();
    } else {
      fault("an unexpected screen: " + text);
      attempt.answered = true;
      phone_.hang_up();
    }
  }

  void last_screen(const std::string& text) {
    const auto has = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    if (attempts_.empty()) return fault("a dialogue that it did not begin: " + text);
    current().answered = true;
    ++phones_.ends_[without_digits(text)];
    if (has("Paid: ")) {
      told_receipt(text, {digits_behind(text, "Receipt "), digits_behind(text, "Check code ")});
    } else if (text.starts_with("The payment of ")) {
      if (Attempt* const one = attempt_in(text)) one->told_not_paid = true;
    } else if (has("The payment link is no longer good")) {
      asked_for_last().told_not_paid = true;
    } else if (has("An earlier payment to this")) {
      // For the one that was authorised nothing was reserved. If its walk is there once more, it may be again.
      asked_for_last().told_not_paid = true;
      refused_ = authorised_;
    } else if (has("nothing was paid") || has("Nothing was paid")) {
      (is_proving_ ? asked_for_last() : current()).told_not_paid = true;
    } else if (!has("held, not lost") && !has("could not be reached") && !has("not available now") &&
               !has("the payment link") && !has("The payment link") && !has("A link for this account") &&
               !has("The money is here, not lost")) {
      fault("an unexpected end: " + text);
    }
  }

  void on_message(const cli::ShortMessage& message) override {
    const std::string& text = message.text;
    if (text.starts_with("Receipt ")) {
      told_receipt(text, {digits_behind(text, "Receipt "), digits_behind(text, "check code ")});
    } else if (text.starts_with("Your payment came through.")) {
      const std::string rest = text.substr(text.rfind(". ") + 2);
      told_receipt(text, {rest.substr(0, rest.find(' ')), rest.substr(rest.find(' ') + 1)});
    } else if (text.starts_with("Your payment did not come through.") || text.find("was not paid with it") != npos) {
      if (Attempt* const one = attempt_in(text)) one->told_not_paid = true;
    } else if (const std::size_t link = text.find("http://"); link != npos) {
      open_page(text.substr(link), amount_in(text) == 0 ? last_order() : attempt_in(text));
    } else if (text.find("being looked into") != npos) {
      disputed(amount_in(text));
    } else if (text.find("held, not lost") == npos) {
      fault("an unexpected message: " + text);
    }
  }

  // A link may come twice, as may a press.
  void open_page(const std::string& link, Attempt* ordered) {
    if (ordered == nullptr) return fault("a link that it never asked for");
    const std::string how = phones_.draw_button();
    if (press(link + how) != 200 || how == "?how=cancel") return;
    ordered->is_charged = true;
    ordered->is_overcharged = how == "?how=overcharged";
  }
  [[nodiscard]] Attempt* last_order() {
    const auto found = std::find_if(attempts_.rbegin(), attempts_.rend(),
                                    [](const Attempt& one) { return one.by_bank_card && one.begun; });
    return found == attempts_.rend() ? nullptr : &*found;
  }
  void disputed(std::int64_t minor) {
    const auto found = std::ranges::find_if(
        attempts_, [&](const Attempt& one) { return one.is_overcharged && 2 * one.minor == minor; });
    if (found == attempts_.end()) return fault("is told of a dispute that its page knows nothing of");
    found->told_not_paid = true;
  }

  Attempt* attempt_in(const std::string& text) {
    const std::int64_t pounds = amount_in(text) / minor_per_pound;
    if (pounds >= 1 && pounds <= static_cast<std::int64_t>(attempts_.size()))
      return &attempts_[static_cast<std::size_t>(pounds) - 1];
    fault("is told of a payment that it never asked for: " + text);
    return nullptr;
  }

  void told_receipt(const std::string& text, const ToldReceipt& receipt) {
    Attempt* const one = attempt_in(text);
    if (one != nullptr && std::ranges::find(one->receipts, receipt) == one->receipts.end())
      one->receipts.push_back(receipt);
  }

  void on_dialogue_ended(cli::DialogueEnd end) override {
    if (end != cli::DialogueEnd::refused) return;
    ++phones_.refused_;
    go_on_after(dials_again_after);
  }
  void on_fault(std::string_view what) override { fault(std::string(what)); }

  Phones& phones_;
  const Citizen& citizen_;
  cli::Phone phone_;
  boost::asio::steady_timer again_;
  bool goes_on_ = false;  // go_on() is to come
  std::vector<Attempt> attempts_;
  std::optional<std::size_t> authorised_;  // of attempts_: whose PIN was entered last
  std::optional<std::size_t> refused_;     // likewise: beside a payment to its account that was not over
  bool is_proving_ = false;                // in this dialogue
};

Phones::Phones(boost::asio::io_context& loop, const Town& town, std::uint64_t seed, const Shares& shares)
    : loop_(loop), town_(town), random_(seed), shares_(shares), server_(loop.get_executor(), server_config(), *this) {
  for (const Citizen& citizen : town.citizens) subscribers_.push_back(std::make_unique<Subscriber>(*this, citizen));
  if (const Status started = server_.start(); !started) under_test::die(started.error().message);
}

Phones::~Phones() = default;

std::size_t Phones::in_flight() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(subscribers_, [](const auto& one) { return one->in_flight(); }));
}

std::string Phones::account_of_ends() const {
  const auto through =
      std::ranges::count_if(subscribers_, [](const auto& one) { return one->attempts().size() == attempts_max; });
  std::string told = std::to_string(in_flight()) + " in flight, " + std::to_string(through) + " of " +
                     std::to_string(subscribers_.size()) + " phones have no more to pay\n";
  for (const auto& [words, count] : ends_) told += std::to_string(count) + " times: " + words + "\n";
  return told;
}

bool Phones::all_idle() const {
  return std::ranges::all_of(subscribers_, [](const auto& one) { return one->is_idle(); });
}

std::size_t Phones::begun() const {
  std::size_t sum = 0;
  for (const auto& one : subscribers_)
    sum += static_cast<std::size_t>(std::ranges::count_if(one->attempts(), [](const auto& a) { return a.begun; }));
  return sum;
}

const std::vector<Attempt>& Phones::attempts(std::size_t citizen) const {
  return subscribers_[citizen]->attempts();
}

Subscriber* Phones::find(std::string_view digits) {
  const auto msisdn = Msisdn::parse(digits);
  const std::uint64_t first = town_.citizens.front().msisdn.value();  // the numbers follow each other
  if (!msisdn || msisdn->value() < first || msisdn->value() - first >= subscribers_.size()) return nullptr;
  return subscribers_[msisdn->value() - first].get();
}

std::optional<std::size_t> Phones::draw_voucher() {
  if (vouchers_used_ == town_.vouchers.size()) return std::nullopt;
  if (!draw(shares_.vouchers)) return std::nullopt;
  return vouchers_used_++;
}

// On the gateway's page: most pay as they should, and some learn what gateways do.
std::string Phones::draw_button() {
  constexpr std::array<std::string_view, 10> buttons{
      "", "", "", "", "?how=twice", "?how=twice", "?how=late", "?how=never", "?how=overcharged", "?how=cancel"};
  return std::string(buttons[std::uniform_int_distribution<std::size_t>(0, buttons.size() - 1)(random_)]);
}

std::chrono::milliseconds Phones::draw_rest() {
  using Count = std::chrono::milliseconds::rep;
  return std::chrono::milliseconds(std::uniform_int_distribution<Count>(0, rests_up_to.count())(random_));
}

Status Phones::deliver(const smpp::Sm& sm) {
  const auto from = Msisdn::parse(sm.source.digits);
  return from ? server_.deliver(sm, from->value()) : Status(from.error());
}

CommandStatus Phones::on_bind_request(SmscServer& /*server*/, EsmeId /*esme*/, smpp::BindMode /*mode*/,
                                      const smpp::Bind& /*bind*/) {
  return CommandStatus::ok;
}

void Phones::on_bound(SmscServer& /*server*/, EsmeId /*esme*/, smpp::BindMode /*mode*/,
                      std::string_view /*system_id*/) {
  ++bound_;
  ends_.clear();
  for (const auto& one : subscribers_) one->go_on_soon();
}

void Phones::on_closed(SmscServer& /*server*/, EsmeId /*esme*/, std::string_view /*reason*/) {
  if (bound_ == 0) return;
  --bound_;
  for (const auto& one : subscribers_) one->phone().drop();
}

std::optional<CommandStatus> Phones::on_submit(SmscServer& /*server*/, EsmeId /*esme*/,
                                               const smpp::SessionEvents::Delivery& submit,
                                               std::string_view /*message_id*/) {
  Subscriber* const one = find(submit.sm.destination.digits);
  if (one == nullptr) {
    faults_.emplace_back("a message to nobody in town");
    return CommandStatus::ok;
  }
  return one->phone().take(submit.sm, std::chrono::steady_clock::now());
}

void Phones::on_response(SmscServer& /*server*/, EsmeId /*esme*/, std::uint64_t tag,
                         smpp::SessionEvents::Outcome outcome, CommandStatus status) {
  const bool is_refused = outcome == smpp::SessionEvents::Outcome::answered && status != CommandStatus::ok;
  const auto number = Msisdn::from_value(tag);
  if (!is_refused || !number) return;
  subscribers_[tag - town_.citizens.front().msisdn.value()]->phone().refused();
}

void Phones::on_protocol_error(SmscServer& /*server*/, EsmeId /*esme*/, std::uint32_t command_id,
                               std::uint32_t /*offset*/, std::string_view reason) {
  faults_.push_back("SMPP command " + std::to_string(command_id) + ": " + std::string(reason));
}

}  // namespace shubbak::kill
