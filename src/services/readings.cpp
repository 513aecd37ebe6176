// Meter readings: readings.last, readings.used, readings.submit, readings.history, readings.verify.
#include <algorithm>

#include "payments/receipt.hpp"
#include "services/reading_rules.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t history_max = 10;  // that were sent here

boost::json::string_view json_text(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view word_of(store::ReadingSource source) {
  return source == store::ReadingSource::staff ? "staff" : "person";
}

std::string_view word_of(store::ReadingState state) {
  switch (state) {
    case store::ReadingState::recorded:
      return "recorded";
    case store::ReadingState::delivered:
      return "taken";
    case store::ReadingState::refused:
      return "refused";
  }
  std::abort();
}

// The reading of a billing period.
struct SentReading {
  std::int64_t value = 0;
  std::string on;         // the day, and the time of one that was sent here
  std::string reference;  // of one that was sent here
  std::string_view by;    // person, staff, reader (the company's own), company (that it got otherwise)
};

std::optional<SentReading> told_by_company(const companies::LastReading& last,
                                           const std::optional<companies::DayWindow>& window,
                                           std::string_view period) {
  if (last.read_by == companies::ReadBy::untold || period_of(last, window) != period) return std::nullopt;
  return SentReading{last.value, last.date, {}, last.read_by == companies::ReadBy::reader ? "reader" : "company"};
}

// The company's own reader comes before what was sent here: then that is not what counts. What citizens sent is told
// with its reference.
std::optional<SentReading> sent_in(std::string_view period, const companies::LastReading& last,
                                   const std::optional<companies::DayWindow>& window,
                                   const std::vector<store::Reading>& kept, std::chrono::minutes utc_offset) {
  std::optional<SentReading> told = told_by_company(last, window, period);
  if (told && told->by == "reader") return told;
  const auto ours = std::ranges::find_if(kept, [&](const store::Reading& one) {
    return one.period == period && one.state != store::ReadingState::refused;
  });
  if (ours == kept.end()) return told;
  return SentReading{ours->value, local_minute(ours->at, utc_offset), ours->reference, word_of(ours->source)};
}

store::ReadingRemark remark_of(Judgement judged) {
  if (judged == Judgement::turned) return store::ReadingRemark::turned_over;
  return judged == Judgement::odd ? store::ReadingRemark::confirmed : store::ReadingRemark::none;
}

// Why it is not taken, whatever its value; "": it may be.
std::string_view refusal_of(const companies::LastReading& last, const std::optional<companies::DayWindow>& window,
                            WallTime now, std::chrono::minutes utc_offset) {
  if (last.meter != companies::MeterState::in_service) return "not_found";
  if (window && !is_open(*window, local_day(now, utc_offset))) return "not_open";
  return told_by_company(last, window, billing_period(now, utc_offset, window)) ? "already" : "";
}

// Why that value is not taken; "": it is. What is out of the ordinary is taken as it was shown and confirmed.
std::string_view refusal_of(Judgement judged, const ReadingBasis& basis, std::int64_t value, const Request& request) {
  switch (judged) {
    case Judgement::plausible:
      return "";
    case Judgement::odd:
      return amount_arg(request, "used") == consumption(basis, value) ? "" : "implausible";
    case Judgement::turned:
      return amount_arg(request, "passed") == basis.highest ? "" : "too_low";
    case Judgement::too_low:
      return "too_low";
    case Judgement::too_high:
      return "implausible";
  }
  std::abort();
}

}  // namespace

boost::asio::awaitable<Answer> readings_last(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  auto asking = own->company->last_reading(own->account, time_left(request));
  const auto last = co_await std::move(asking);
  if (!last) co_return failed(last.error());
  const auto kept = world.store.readings_of_account(own->company->config().name, own->account, history_max);
  if (!kept) co_return answer("error");
  const companies::ReadingPolicy& policy = own->company->config().readings;
  const std::chrono::sys_days today = local_day(request.now, world.utc_offset);
  const ReadingBasis basis = basis_of(*last, policy, today);
  const auto told_window = window_of(*last, policy);
  const companies::DayWindow window = told_window.value_or(companies::DayWindow{});
  const std::string period = billing_period(request.now, world.utc_offset, told_window);
  const auto sent = sent_in(period, *last, told_window, *kept, world.utc_offset);
  const SentReading shown = sent.value_or(SentReading{});
  const bool is_new = basis.is_replaced && last->meter == companies::MeterState::in_service;
  const std::string_view meter =
      is_new ? "replaced" : companies::meter_state_names[static_cast<std::size_t>(last->meter)];
  // A meter that was never read has no date, and none is shown.
  const std::string date = basis.date.empty() ? local_date(request.now, world.utc_offset) : basis.date;
  co_return answer("ok", {{"value", basis.last},
                          {"date", date},
                          {"meter", json_text(meter)},
                          {"open", is_open(window, today) ? 1 : 0},
                          {"first_day", std::int64_t{window.first}},
                          {"last_day", std::int64_t{window.last}},
                          {"highest", basis.highest},
                          {"turned", basis.turned},
                          {"most", basis.most},
                          {"days", basis.days},
                          {"sent", sent ? 1 : 0},
                          {"sent_value", shown.value},
                          {"sent_on", shown.on},
                          {"sent_reference", shown.reference},
                          {"sent_by", json_text(shown.by)}});
}

// What the person is shown when they are asked again. The answer about the last reading is the one that they see.
boost::asio::awaitable<Answer> readings_used(World& /*world*/, Request request) {
  const auto last = amount_arg(request, "last");
  const auto value = amount_arg(request, "value");
  if (!last || !value || *value < *last) co_return answer("error");
  co_return answer("ok", {{"used", *value - *last}});
}

// The reading is recorded here, with its reference, before the citizen is told; the company gets it afterwards under
// that reference (daemon/reading_delivery), and again until it answers.
boost::asio::awaitable<Answer> readings_submit(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  const auto* value = request.args.if_contains("value");
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) co_return answer("error");
  auto asking = own->company->last_reading(own->account, time_left(request));
  const auto last = co_await std::move(asking);
  if (!last) co_return failed(last.error());
  const companies::ReadingPolicy& policy = own->company->config().readings;
  const ReadingBasis basis = basis_of(*last, policy, local_day(request.now, world.utc_offset));
  const Judgement judged = judge_reading(basis, value->get_int64());
  const auto window = window_of(*last, policy);
  std::string_view refusal = refusal_of(*last, window, request.now, world.utc_offset);
  if (refusal.empty()) refusal = refusal_of(judged, basis, value->get_int64(), request);
  if (!refusal.empty()) co_return answer(std::string(refusal));

  store::Reading reading{
      .reference = reading_reference(world.random()),
      .msisdn = request.caller.subject,
      .company = own->company->config().name,
      .account = own->account,
      .value = value->get_int64(),
      .period = billing_period(request.now, world.utc_offset, window),
      .at = request.now,
      .state = store::ReadingState::recorded,
      .link = std::string(request.caller.link),
      .source = request.caller.is_assisted() ? store::ReadingSource::staff : store::ReadingSource::citizen,
      .remark = remark_of(judged),
      .channel = request.caller.channel == flows::Channel::ussd ? store::WalkChannel::ussd : store::WalkChannel::sms,
      .office = request.caller.is_assisted() ? request.caller.agent->office : std::string()};
  Answer recorded = answer("ok", {{"reference", reading.reference}});
  recorded.changes.emplace_back(store::AddReading{std::move(reading)});
  recorded.outcome_on_conflict = "already";
  co_return recorded;
}

// What was sent here, and the last one of the company's reader; the newest first. A company that does not answer now
// takes nothing from what is kept here.
boost::asio::awaitable<Answer> readings_history(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  const auto kept = world.store.readings_of_account(own->company->config().name, own->account, history_max);
  if (!kept) co_return answer("error");
  auto asking = own->company->last_reading(own->account, time_left(request));
  const auto last = co_await std::move(asking);
  if (!last && (kept->empty() || last.error().code == Errc::not_found)) co_return failed(last.error());

  boost::json::array rows;
  bool is_reader_due = last && last->read_by == companies::ReadBy::reader && !last->date.empty();
  const auto add_reader = [&] {
    rows.push_back({{"date", last->date},
                    {"on", last->date},
                    {"value", last->value},
                    {"by", "reader"},
                    {"state", "taken"},
                    {"reference", ""}});
    is_reader_due = false;
  };
  for (const store::Reading& reading : *kept) {
    if (is_reader_due && last->date >= local_date(reading.at, world.utc_offset)) add_reader();
    rows.push_back({{"date", local_date(reading.at, world.utc_offset)},
                    {"on", local_minute(reading.at, world.utc_offset)},
                    {"value", reading.value},
                    {"by", json_text(word_of(reading.source))},
                    {"state", json_text(word_of(reading.state))},
                    {"reference", reading.reference}});
  }
  if (is_reader_due) add_reader();
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"readings", std::move(rows)}, {"count", count}});
}

// Who has the reference reads what was sent under it, and when; wrong ones count like those of receipts.
boost::asio::awaitable<Answer> readings_verify(World& world, Request request) {
  const Msisdn who = request.caller.subject;
  if (!world.inquiries.may_verify_receipt(who, request.now)) co_return answer("limited");
  std::optional<store::Reading> reading;
  if (const auto reference = parse_reading_reference(text_arg(request, "reference"))) {
    auto found = world.store.find_reading(*reference);
    if (!found) co_return answer("error");
    reading = *std::move(found);
  }
  if (!reading) {
    world.inquiries.count_wrong_receipt(who, request.now);
    co_return answer("not_found");
  }
  co_return answer("ok", {{"company_label", json_text(label_or_name(world, reading->company, request.caller.locale))},
                          {"account", payments::masked_account(reading->account)},
                          {"value", reading->value},
                          {"on", local_minute(reading->at, world.utc_offset)},
                          {"state", json_text(word_of(reading->state))}});
}

}  // namespace shubbak::services
