#include "cli/person_json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <boost/json.hpp>

#include "cli/audit_output.hpp"
#include "domain/text.hpp"
#include "payments/receipt.hpp"

namespace shubbak::cli {
namespace {

namespace json = boost::json;

json::value time_value(WallTime at) {
  if (at == WallTime{}) return nullptr;  // never, or not known
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return json::string(text.data());
}

json::string word(std::string_view text) {
  return json::string(text);
}

std::string_view channel_word(store::WalkChannel channel) {
  return channel == store::WalkChannel::ussd ? "ussd" : "sms";
}

std::string_view state_word(store::ReadingState state) {
  switch (state) {
    case store::ReadingState::recorded:
      return "recorded";
    case store::ReadingState::delivered:
      return "delivered";
    case store::ReadingState::refused:
      return "refused";
  }
  std::abort();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A code that is still good is for the phone only, not for whoever hands this over.
std::string without_codes(const std::string& text) {
  constexpr std::size_t code_digits = 6;
  std::string latin = latin_digits(text);
  bool has_code = false;
  for (std::size_t at = 0; at < latin.size();) {
    std::size_t end = at;
    while (end < latin.size() && is_digit(latin[end])) ++end;
    if (end - at == code_digits) {
      latin.replace(at, code_digits, code_digits, '*');
      has_code = true;
    }
    at = std::max(end, at + 1);
  }
  return has_code ? latin : text;
}

json::object of(const store::LinkHistoryEntry& entry) {
  return {{"event", word(to_string(entry.event))},
          {"at", time_value(entry.at)},
          {"by", word(to_string(entry.by.kind))},
          {"name", word(entry.by.name)}};
}

std::string_view source_word(store::ReadingSource source) {
  return source == store::ReadingSource::staff ? "staff" : "citizen";
}

json::object of(const store::Reading& reading) {
  return {{"reference", word(reading.reference)},
          {"company", word(reading.company)},
          {"account", word(reading.account)},
          {"value", reading.value},
          {"period", word(reading.period)},
          {"at", time_value(reading.at)},
          {"state", word(state_word(reading.state))},
          {"source", word(source_word(reading.source))},
          {"channel", word(reading.channel ? channel_word(*reading.channel) : "")},
          {"office", word(reading.office)}};
}

json::object of(const store::OutboxMessage& text) {
  return {{"text", word(without_codes(text.text))},
          {"created", time_value(text.created)},
          {"expires", time_value(text.expires)}};
}

json::object of(const store::Subscription& subscription) {
  return {{"company", word(subscription.company)},
          {"account", word(subscription.account)},
          {"governorate", word(subscription.governorate.value_or(""))},
          {"since", time_value(subscription.since)}};
}

json::object of(const store::KeptMail& mail) {
  return {{"text", word(without_codes(mail.text))}, {"created", time_value(mail.created)}};
}

json::object of(const store::KeptWalk& walk) {
  return {{"channel", word(channel_word(walk.channel))}, {"expires", time_value(walk.expires)}};
}

json::object of(const store::KeptLink& kept);

json::object of(const store::KeptWallet& kept) {
  return {{"number", word(kept.wallet.number)},
          {"currency", word(to_string(kept.wallet.currency))},
          {"balance", kept.available},
          {"opened", time_value(kept.opened)}};
}

json::object of(const store::StoredPayment& payment) {
  return {{"receipt", word(payments::receipt_number(payment.number))},
          {"msisdn", payment.msisdn ? word(payment.msisdn->masked()) : json::value()},
          {"company", word(payment.company)},
          {"account", word(payment.account)},
          {"amount", payment.amount.minor},
          {"currency", word(to_string(payment.amount.currency))},
          {"at", time_value(payment.at)},
          {"state", word(to_string(payment.state))}};
}

json::object of(const store::StoredOrder& order) {
  return {{"msisdn", order.msisdn ? word(order.msisdn->masked()) : json::value()},
          {"company", word(order.company)},
          {"account", word(order.account)},
          {"card", word(order.wallet.number)},
          {"amount", order.amount.minor},
          {"currency", word(to_string(order.amount.currency))},
          {"at", time_value(order.at)},
          {"state", word(to_string(order.state))}};
}

std::string_view state_word(store::PlacementState state) {
  switch (state) {
    case store::PlacementState::proposed:
      return "proposed";
    case store::PlacementState::done:
      return "done";
    case store::PlacementState::rejected:
      return "rejected";
  }
  std::abort();
}

// Who of the staff has said so is theirs.
json::object of(const store::KeptPlacement& kept) {
  const store::StoredPlacement& placement = kept.placement;
  return {{"msisdn", placement.msisdn ? word(placement.msisdn->masked()) : json::value()},
          {"card", word(placement.card)},
          {"amount", kept.amount.minor},
          {"currency", word(to_string(kept.amount.currency))},
          {"reason", word(placement.reason)},
          {"proposed", time_value(placement.proposed)},
          {"decided", placement.decided ? time_value(*placement.decided) : json::value()},
          {"state", word(state_word(placement.state))}};
}

json::object of(const store::StoredFill& fill) {
  constexpr std::array<std::string_view, 5> states{"ordered", "unused", "redeemed", "over", "refunded"};
  return {{"receipt", word(payments::receipt_number(fill.payment))},
          {"state", word(states[static_cast<std::size_t>(fill.is.state)])},
          {"gallons", fill.is.gallons},
          {"taken", fill.is.redeemed},
          {"bought", fill.bought ? time_value(*fill.bought) : json::value()},
          {"expires", fill.is.expires ? time_value(*fill.is.expires) : json::value()}};
}

json::object of(const store::CitizenCaseEvent& event) {
  return {{"what", word(to_string(event.act))},
          {"at", time_value(event.at)},
          {"by", word(to_string(event.by.kind))},
          {"stage", word(event.stage)},
          {"text", word(event.text)}};
}

json::value visit_value(const cases::Slot& slot) {
  return json::object{{"from", time_value(slot.starts)}, {"until", time_value(slot.ends)}};
}

json::value fee_value(const cases::Fee& fee) {
  return json::object{{"amount", fee.amount.minor},
                      {"currency", word(to_string(fee.amount.currency))},
                      {"account", word(fee.account)},
                      {"state", word(to_string(fee.state))},
                      {"quoted", time_value(fee.quoted)}};
}

json::object of(const store::KeptCase& kept);

template <class T>
json::array all_of(const std::vector<T>& many) {
  json::array array;
  for (const T& one : many) array.push_back(of(one));
  return array;
}

json::object of(const store::KeptCase& kept) {
  const store::StoredCitizenCase& one = kept.is;
  return {{"tracking", word(cases::tracking_number(one.number))},
          {"kind", word(one.is.kind)},
          {"stage", word(one.is.stage)},
          {"state", word(to_string(one.is.state))},
          {"company", word(one.is.from.company)},
          {"accused_office", word(one.is.from.accused)},
          {"receipt", one.payment ? word(payments::receipt_number(*one.payment)) : json::value()},
          {"address", word(one.address)},
          {"opened", time_value(one.is.opened)},
          {"rating", one.is.stars ? json::value(*one.is.stars) : json::value()},
          {"fee", one.is.fee ? fee_value(*one.is.fee) : json::value()},
          {"visit", one.is.appointment ? visit_value(*one.is.appointment) : json::value()},
          {"history", all_of(kept.events)}};
}

// One that no phone confirmed may be a stranger's, mistyped at a counter.
bool was_theirs(const store::KeptLink& kept) {
  return std::ranges::any_of(kept.history, [](const store::LinkHistoryEntry& entry) {
    return entry.event == identity::LinkEvent::confirm || entry.event == identity::LinkEvent::import;
  });
}

json::object of(const store::KeptLink& kept) {
  const identity::LinkRecord& record = kept.link.record;
  const Msisdn msisdn = kept.link.msisdn;
  return {{"msisdn", word(was_theirs(kept) ? "+" + msisdn.reveal() : msisdn.masked())},
          {"state", word(to_string(record.state))},
          {"since", time_value(record.since)},
          {"made", time_value(record.made)},
          {"verified", record.verified},
          {"payments_held", record.hold != store::MoneyHold::none},
          {"quarantine_end", time_value(record.quarantine_end)},
          {"sim_noted", kept.has_sim},
          {"language", kept.locale.empty() ? json::value(nullptr) : json::value(word(kept.locale))},
          {"history", all_of(kept.history)},
          {"readings", all_of(kept.readings)},
          {"saved_walks", all_of(kept.walks)},
          {"waiting_texts", all_of(kept.texts)},
          {"bill_notices", all_of(kept.subscriptions)},
          {"code_sent", kept.has_code},
          {"operator", kept.carrier.empty() ? json::value(nullptr) : json::value(word(kept.carrier))},
          {"refuses_broadcasts", kept.refuses_broadcasts},

          {"email", kept.email ? json::value(word(kept.email->address.reveal())) : json::value(nullptr)},
          {"waiting_mails", all_of(kept.mails)}};
}

template <class Tries>
json::object of_tries(const Tries& tries) {
  return {{"failures", tries.failures}, {"locked_until", time_value(tries.locked_until)}};
}

// As `shubbak audit export` writes it.
json::value of(const audit::Record& record) {
  boost::system::error_code error;
  const std::string line = to_json_line(record);
  json::value parsed = json::parse(line, error);
  return error ? json::value(word(line)) : parsed;
}

}  // namespace

std::string person_json(const NationalId& person, const store::PersonFile& file,
                        const std::vector<audit::Record>& records) {
  json::array audit;
  for (const audit::Record& record : records) audit.push_back(of(record));
  json::value pin = nullptr;
  if (file.pin_since) pin = json::object{{"set", true}, {"since", time_value(*file.pin_since)}};
  json::value tries = nullptr;
  if (file.tries) tries = json::object{{"ussd", of_tries(file.tries->ussd)}, {"sms", of_tries(file.tries->sms)}};
  json::value voucher_tries = nullptr;
  if (file.voucher_tries) voucher_tries = of_tries(*file.voucher_tries);
  const json::object all{{"national_id", json::object{{"country", word(to_string(person.country()))},
                                                      {"digits", word(person.reveal())}}},
                         {"links", all_of(file.links)},
                         {"pin", pin},
                         {"failed_tries", tries},
                         {"failed_vouchers", voucher_tries},
                         {"cards", all_of(file.wallets)},
                         {"payments", all_of(file.payments)},
                         {"bank_card_orders", all_of(file.bank_card_orders)},
                         {"placements", all_of(file.placements)},
                         {"cases", all_of(file.cases)},
                         {"fills", all_of(file.fills)},
                         {"audit", audit}};
  return json::serialize(all) + "\n";
}

}  // namespace shubbak::cli
