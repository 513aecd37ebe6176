// How each type of setting is written: from text, and back for the documentation. Not for use outside the
// configuration.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config.hpp"

namespace shubbak::daemon {

// The words that a choice is written with.
template <class E>
struct Choices;
template <>
struct Choices<ussd::SessionKey> {
  static constexpr std::array<std::pair<std::string_view, ussd::SessionKey>, 4> words{
      {{"its_session_info", ussd::SessionKey::its_session_info},
       {"user_message_reference", ussd::SessionKey::user_message_reference},
       {"vendor_tlv", ussd::SessionKey::vendor_tlv},
       {"none", ussd::SessionKey::none}}};
};
template <>
struct Choices<flows::DigitStyle> {
  static constexpr std::array<std::pair<std::string_view, flows::DigitStyle>, 2> words{
      {{"latin", flows::DigitStyle::latin}, {"arabic", flows::DigitStyle::arabic}}};
};
template <>
struct Choices<smpp::Alphabet> {
  static constexpr std::array<std::pair<std::string_view, smpp::Alphabet>, 2> words{
      {{"gsm7", smpp::Alphabet::gsm7}, {"latin1", smpp::Alphabet::latin1}}};
};
template <>
struct Choices<smpp::LongTextMethod> {
  static constexpr std::array<std::pair<std::string_view, smpp::LongTextMethod>, 4> words{
      {{"udh8", smpp::LongTextMethod::udh8},
       {"udh16", smpp::LongTextMethod::udh16},
       {"sar_tlvs", smpp::LongTextMethod::sar_tlvs},
       {"message_payload", smpp::LongTextMethod::message_payload}}};
};
template <>
struct Choices<gateways::BindType> {
  static constexpr std::array<std::pair<std::string_view, gateways::BindType>, 2> words{
      {{"transceiver", gateways::BindType::transceiver},
       {"transmitter_and_receiver", gateways::BindType::transmitter_and_receiver}}};
};
template <>
struct Choices<log::Level> {
  static constexpr std::array<std::pair<std::string_view, log::Level>, 4> words{{{"debug", log::Level::debug},
                                                                                 {"info", log::Level::info},
                                                                                 {"warning", log::Level::warning},
                                                                                 {"error", log::Level::error}}};
};
template <>
struct Choices<flows::Assurance> {
  static constexpr std::array<std::pair<std::string_view, flows::Assurance>, 3> words{
      {{"link", flows::Assurance::link}, {"confirm", flows::Assurance::confirm}, {"code", flows::Assurance::code}}};
};
template <>
struct Choices<companies::RegistryConfig::OnDown> {
  using OnDown = companies::RegistryConfig::OnDown;
  static constexpr std::array<std::pair<std::string_view, OnDown>, 2> words{
      {{"refuse", OnDown::refuse}, {"pending", OnDown::pending}}};
};
template <>
struct Choices<SecondPerson> {
  static constexpr std::array<std::pair<std::string_view, SecondPerson>, 2> words{
      {{"money_flows", SecondPerson::money_flows}, {"every_flow", SecondPerson::every_flow}}};
};
template <>
struct Choices<payments::Parts> {
  using Parts = payments::Parts;
  static constexpr std::array<std::pair<std::string_view, Parts>, 3> words{
      {{"any", Parts::any}, {"bills", Parts::bills}, {"none", Parts::none}}};
};
template <>
struct Choices<payments::Scope> {
  using Scope = payments::Scope;
  static constexpr std::array<std::pair<std::string_view, Scope>, 5> words{{{"number", Scope::number},
                                                                            {"person", Scope::person},
                                                                            {"card", Scope::card},
                                                                            {"agent", Scope::agent},
                                                                            {"payee", Scope::payee}}};
};
template <>
struct Choices<reconcile::Separator> {
  static constexpr std::array<std::pair<std::string_view, reconcile::Separator>, 3> words{
      {{"comma", reconcile::Separator::comma},
       {"semicolon", reconcile::Separator::semicolon},
       {"tab", reconcile::Separator::tab}}};
};
template <>
struct Choices<reconcile::AmountForm> {
  static constexpr std::array<std::pair<std::string_view, reconcile::AmountForm>, 3> words{
      {{"minor_units", reconcile::AmountForm::minor_units},
       {"decimal_point", reconcile::AmountForm::decimal_point},
       {"decimal_comma", reconcile::AmountForm::decimal_comma}}};
};
template <>
struct Choices<reconcile::TimeForm> {
  static constexpr std::array<std::pair<std::string_view, reconcile::TimeForm>, 3> words{
      {{"iso", reconcile::TimeForm::iso},
       {"day_month_year", reconcile::TimeForm::day_month_year},
       {"compact", reconcile::TimeForm::compact}}};
};
template <>
struct Choices<cases::About> {
  using About = cases::About;
  static constexpr std::array<std::pair<std::string_view, About>, 5> words{{{"nothing", About::nothing},
                                                                            {"network", About::network},
                                                                            {"payment", About::payment},
                                                                            {"staff", About::staff},
                                                                            {"request", About::request}}};
};
template <>
struct Choices<staff::Role> {  // that work cases
  using Role = staff::Role;
  static constexpr std::array<std::pair<std::string_view, Role>, 3> words{
      {{"clerk", Role::clerk}, {"cashier", Role::cashier}, {"case_worker", Role::case_worker}}};
};
template <>
struct Choices<bool> {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> words{{{"true", true}, {"false", false}}};
};

template <class E>
concept Choice = requires {
  Choices<E>::words;
};

template <Choice E>
std::string choices() {
  std::string all;
  for (const auto& [word, value] : Choices<E>::words) all.append(all.empty() ? "" : ", ").append(word);
  return all;
}

inline Status parse_value(const std::string& text, std::string& out) {
  out = text;
  return {};
}

template <Choice E>
Status parse_value(const std::string& text, E& out) {
  for (const auto& [word, value] : Choices<E>::words) {
    if (word == text) {
      out = value;
      return {};
    }
  }
  return Error{Errc::invalid, "must be one of " + choices<E>()};
}

template <std::unsigned_integral N>
requires(!std::same_as<N, bool>) Status parse_value(const std::string& text, N& out) {
  const bool hexadecimal = text.starts_with("0x");
  const char* first = text.data() + (hexadecimal ? 2 : 0);
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, out, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != last) {
    return Error{Errc::invalid, "must be a whole number from 0 to " + std::to_string(N(~N{0}))};
  }
  return {};
}

template <class T>
Status parse_value(const std::string& text, std::optional<T>& out) {
  return parse_value(text, out.emplace());
}

inline Status parse_value(const std::string& text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, std::chars_format::fixed);
  if (error == std::errc{} && end == text.data() + text.size() && std::isfinite(out)) return {};
  return Error{Errc::invalid, "must be a number such as 0.01"};
}

// "500ms", "30s", "2m", "3h", "30d"; a minus sign for offsets.
inline Status parse_duration(std::string_view text, std::chrono::milliseconds& out) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{
      {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  constexpr std::int64_t longest = 1'000'000;
  for (const auto& [word, scale] : units) {
    if (error == std::errc{} && unit == word && number >= -longest && number <= longest) {
      out = std::chrono::milliseconds(number * scale);
      return {};
    }
  }
  return Error{Errc::invalid, "must be a time such as 500ms, 30s, 2m, 3h or 30d"};
}

inline Status parse_value(const std::string& text, std::chrono::milliseconds& out) {
  Status parsed = parse_duration(text, out);
  if (parsed && out.count() < 0) return Error{Errc::invalid, "must not be negative"};
  return parsed;
}

inline Status parse_value(const std::string& text, std::chrono::hours& out) {
  std::chrono::milliseconds exact{};
  Status parsed = parse_duration(text, exact);
  out = std::chrono::duration_cast<std::chrono::hours>(exact);
  if (parsed && (out.count() < 1 || out != exact))
    return Error{Errc::invalid, "must be whole hours or days, such as 12h or 7d"};
  return parsed;
}
inline Status parse_value(const std::string& text, std::optional<std::chrono::hours>& out) {
  return parse_value(text, out.emplace());
}

inline Status parse_value(const std::string& text, std::chrono::minutes& out) {
  std::chrono::milliseconds exact{};
  Status parsed = parse_duration(text, exact);
  out = std::chrono::duration_cast<std::chrono::minutes>(exact);
  return parsed;
}

inline Status parse_value(const std::string& text, std::optional<std::chrono::minutes>& out) {
  return parse_value(text, out.emplace());
}

inline Status parse_value(const std::string& text, std::chrono::seconds& out) {
  std::chrono::milliseconds exact{};
  Status parsed = parse_value(text, exact);
  out = std::chrono::duration_cast<std::chrono::seconds>(exact);
  return parsed;
}

// "06:00"
inline Status parse_value(const std::string& text, TimeOfDay& out) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100; };
  if (text.size() == 5 && text[2] == ':') {
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    if (hour < 24 && minute < 60) {
      out.since_midnight = std::chrono::hours(hour) + std::chrono::minutes(minute);
      return {};
    }
  }
  return Error{Errc::invalid, "must be a time of the day such as 06:00"};
}

inline Status parse_value(const std::string& text, std::optional<Msisdn>& out) {
  const auto parsed = Msisdn::parse(text);
  if (!parsed) return parsed.error();
  out = *parsed;
  return {};
}

inline Status parse_value(const std::string& text, Country& out) {
  const auto parsed = parse_country(text);
  if (!parsed) return parsed.error();
  out = *parsed;
  return {};
}

inline Status parse_value(const std::string& text, Currency& out) {
  const auto parsed = parse_currency(text);
  if (!parsed) return parsed.error();
  out = *parsed;
  return {};
}

inline Status parse_value(const std::string& text, companies::AccountForm& out) {
  auto parsed = companies::AccountForm::parse(text);
  if (!parsed) return parsed.error();
  out = *std::move(parsed);
  return {};
}

// --- for the documentation
// ------------------------------------------------------------------------------------------------
inline std::string written(const std::string& value) {
  return value;
}
inline std::string written(Country value) {
  return std::string(to_string(value));
}
inline std::string written(Currency value) {
  return std::string(to_string(value));
}
template <class T>
std::string written(const std::vector<T>&) {
  return {};
}
inline std::string written(const std::optional<Msisdn>&) {
  return {};  // there is no default
}
inline std::string written(Money value) {
  return std::to_string(value.minor);  // of a default, which is 0
}
inline std::string written(TimeOfDay value) {
  const std::chrono::hh_mm_ss time(value.since_midnight);
  const auto two = [](auto count) { return (count < 10 ? "0" : "") + std::to_string(count); };
  return two(time.hours().count()) + ":" + two(time.minutes().count());
}
template <Choice E>
std::string written(E value) {
  for (const auto& [word, of] : Choices<E>::words) {
    if (of == value) return std::string(word);
  }
  return {};
}
template <std::unsigned_integral N>
requires(!std::same_as<N, bool>) std::string written(N value) {
  return std::to_string(value);
}
inline std::string written(std::chrono::milliseconds value);
template <class T>
std::string written(const std::optional<T>& value) {
  return value ? written(*value) : std::string();
}
inline std::string written(double value) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}
inline std::string written(std::chrono::milliseconds value) {
  constexpr std::chrono::milliseconds day = std::chrono::days(1);
  if (value >= day && value % day == std::chrono::milliseconds(0)) return std::to_string(value / day) + "d";
  return value.count() % 1000 == 0 ? std::to_string(value.count() / 1000) + "s"
                                   : std::to_string(value.count()) + "ms";
}

}  // namespace shubbak::daemon
