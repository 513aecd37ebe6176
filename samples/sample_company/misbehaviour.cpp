#include "samples/sample_company/misbehaviour.hpp"

#include <charconv>

#include <boost/json.hpp>

#include "samples/sample_company/named_accounts.hpp"

namespace shubbak::samples {

namespace json = boost::json;

namespace {

constexpr std::size_t huge_octets = std::size_t{10} * 1024 * 1024;

// Every number becomes a text, every text a number, all the way down.
void swap_types(json::value& value) {
  if (value.is_object()) {
    for (auto& member : value.get_object()) swap_types(member.value());
  } else if (value.is_array()) {
    for (auto& entry : value.get_array()) swap_types(entry);
  } else if (value.is_string()) {
    value = 7;
  } else {
    value = json::serialize(value);
  }
}

void replace_member(json::value& value, std::string_view name, std::string_view with) {
  if (value.is_object()) {
    for (auto& member : value.get_object()) {
      if (member.key() == name) {
        member.value() = json::string(with);
      } else {
        replace_member(member.value(), name, with);
      }
    }
  } else if (value.is_array()) {
    for (auto& entry : value.get_array()) replace_member(entry, name, with);
  }
}

void lengthen_lists(json::object& object) {
  for (auto& member : object) {
    if (!member.value().is_array()) continue;
    json::array& list = member.value().get_array();
    json::value entry = list.empty() ? json::value(json::object()) : list.front();
    while (list.size() < 10'000) {
      replace_member(entry, "account", std::to_string(5'000'000 + list.size()));
      list.push_back(entry);
    }
  }
}

// The enumerators begin with 1, in the order of their accounts.
template <class Enum>
std::optional<Enum> by_account(std::string_view account, std::uint64_t first, std::uint64_t last) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(account.data(), account.data() + account.size(), number);
  if (failed != std::errc() || end != account.data() + account.size()) return std::nullopt;
  if (number < first || number > last) return std::nullopt;
  return static_cast<Enum>(number - first + 1);
}

}  // namespace

std::optional<Misbehaviour> misbehaviour_of_account(std::string_view account) {
  return by_account<Misbehaviour>(account, misbehaving_first, misbehaving_last);
}

std::optional<PaidMisbehaviour> misbehaviour_when_paid(std::string_view account) {
  return by_account<PaidMisbehaviour>(account, misbehaving_when_paid_first, misbehaving_when_paid_last);
}

std::optional<PaidMisbehaviour> misbehaviour_when_paid(std::string_view account, std::int64_t amount_minor) {
  if (account == filling_account && amount_minor == misbehaving_fill_minor) return PaidMisbehaviour::pays_then_hangs;
  return misbehaviour_when_paid(account);
}

std::optional<OddPerson> odd_person(std::string_view national_id) {
  constexpr std::string_view of_twelve_digits = "20001010";
  constexpr std::string_view in_egypt = "200010101";
  OddPerson odd{' ', {}};
  if (national_id.size() == 12 && national_id.starts_with(of_twelve_digits)) {
    odd = {national_id[8], "90000" + std::string(national_id.substr(9, 2))};
  } else if (national_id.size() == 14 && national_id.starts_with(in_egypt)) {
    odd = {national_id[9], "90000" + std::string(national_id.substr(10, 2))};
  } else if (national_id.size() > 4 && national_id.starts_with("000")) {
    odd = {national_id[3], std::string(national_id.substr(4))};
  }
  const bool is_odd = (odd.where >= '0' && odd.where <= '2' && misbehaviour_of_account(odd.account)) ||
                      (odd.where == '2' && misbehaviour_when_paid(odd.account));
  return is_odd ? std::optional(odd) : std::nullopt;
}

std::optional<Misbehaviour> misbehaviour_of_person(std::string_view national_id, std::uint64_t company_index) {
  const auto odd = odd_person(national_id);
  if (!odd || odd->where == '2' || (odd->where == '1' && company_index != 0)) return std::nullopt;
  return misbehaviour_of_account(odd->account);
}

Reply bend(Misbehaviour misbehaviour, Reply right) {
  switch (misbehaviour) {
    case Misbehaviour::huge:
      right.body.pop_back();
      right.body += ",\"filler\":\"" + std::string(huge_octets, 'x') + "\"}";
      return right;
    case Misbehaviour::garbage:
      return {200, "\xFF\xFE{{{ not JSON \x01"};
    case Misbehaviour::status_500:
      return {500, R"({"error":"internal"})"};
    case Misbehaviour::html:
      return {200, "<!DOCTYPE html><html><body><h1>Under maintenance</h1></body></html>"};
    case Misbehaviour::deep:
      return {200, std::string(1000, '[') + std::string(1000, ']')};
    case Misbehaviour::redirects:
      return {302, ""};
    case Misbehaviour::wrong_types:
    case Misbehaviour::somebody_else:
    case Misbehaviour::other_currency:
    case Misbehaviour::ten_thousand:
    case Misbehaviour::control_characters:
      break;
    case Misbehaviour::hangs:
    case Misbehaviour::resets:
    case Misbehaviour::answers_twice:
    case Misbehaviour::late:
    case Misbehaviour::half:
    case Misbehaviour::not_http:
    case Misbehaviour::endless_headers:
    case Misbehaviour::drips:
    case Misbehaviour::closes:
      return right;
  }
  json::value body = json::parse(right.body);
  if (misbehaviour == Misbehaviour::wrong_types) {
    swap_types(body);
  } else if (misbehaviour == Misbehaviour::somebody_else) {
    replace_member(body, "national_id", "09999999999");
    replace_member(body, "account", "4521007");
  } else if (misbehaviour == Misbehaviour::other_currency) {
    replace_member(body, "currency", "EGP");
  } else if (misbehaviour == Misbehaviour::ten_thousand) {
    lengthen_lists(body.as_object());
  } else {  // control_characters: clears the terminal, turns the text around, breaks the line
    replace_member(body, "label", "\x1B[2J\u202Eabc\n");
    replace_member(body, "place", "\x1B[2J\u202Eabc\n");
  }
  return {right.status, json::serialize(body)};
}

Reply bend(PaidMisbehaviour misbehaviour, Reply right) {
  switch (misbehaviour) {
    case PaidMisbehaviour::other_reference: {
      json::value body = json::parse(right.body);
      replace_member(body, "reference", "another-reference");
      return {right.status, json::serialize(body)};
    }
    case PaidMisbehaviour::garbage_after_posting:
      return bend(Misbehaviour::garbage, std::move(right));
    case PaidMisbehaviour::status_500_after_posting:
      return bend(Misbehaviour::status_500, std::move(right));
    case PaidMisbehaviour::pays_then_hangs:
    case PaidMisbehaviour::hangs_before:
    case PaidMisbehaviour::pays_late:
    case PaidMisbehaviour::status_unknown_for_a_while:
    case PaidMisbehaviour::declines:
      break;
  }
  return right;
}

}  // namespace shubbak::samples
