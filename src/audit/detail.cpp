#include "audit/detail.hpp"

#include <algorithm>
#include <array>

#include "domain/text.hpp"

namespace shubbak::audit {
namespace {

enum class Form : std::uint8_t { word, name, account, count, amount, hash, time };

struct Rule {
  std::string_view key;
  Form form;
};
// In the order of Key.
constexpr std::array<Rule, 41> rules{
    {{"was", Form::word},          {"reason", Form::word},     {"channel", Form::word},
     {"purpose", Form::word},      {"role", Form::word},       {"company", Form::name},
     {"directorate", Form::name},  {"office", Form::account},  {"author", Form::account},
     {"publication", Form::count}, {"proposal", Form::count},  {"note_octets", Form::count},
     {"tries", Form::count},       {"seconds", Form::count},   {"fields", Form::count},
     {"service", Form::word},      {"seal", Form::hash},       {"amount", Form::amount},
     {"vouchers", Form::count},    {"first", Form::count},     {"last", Form::count},
     {"print_file", Form::hash},   {"day", Form::amount},      {"lines", Form::amount},
     {"cases", Form::count},       {"file", Form::hash},       {"case", Form::amount},
     {"payment", Form::amount},    {"expected", Form::amount}, {"share", Form::count},
     {"from", Form::time},         {"until", Form::time},      {"was_share", Form::count},
     {"was_from", Form::time},     {"was_until", Form::time},  {"choices", Form::count},
     {"days", Form::count},        {"least", Form::count},     {"round", Form::count},
     {"gallons", Form::amount},    {"main", Form::amount}}};

constexpr std::size_t word_octets_max = 32;
constexpr std::ptrdiff_t digits_max = 6;
constexpr std::size_t account_octets_max = 64;
constexpr std::string_view formula_signs = "=+-@";

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= word_octets_max &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || c == '_' || c == '.'; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= word_octets_max && std::ranges::count_if(text, is_digit) <= digits_max &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// "2026-12-01T08:00:00Z"
bool is_time(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char of_form) {
           return of_form == '0' ? is_digit(c) : c == of_form;
         });
}

bool has_form(Form form, const std::variant<std::int64_t, std::string>& value) {
  const auto* count = std::get_if<std::int64_t>(&value);
  if (form == Form::count) return count != nullptr && *count >= 0 && *count <= Detail::count_max;
  if (form == Form::amount) return count != nullptr && *count >= 0;
  if (count != nullptr) return false;
  const auto& text = std::get<std::string>(value);
  if (form == Form::hash) return is_hash(text);
  if (form == Form::time) return is_time(text);
  return form == Form::word ? is_word(text) : form == Form::name ? is_name(text) : is_account_name(text);
}

}  // namespace

bool is_account_name(std::string_view text) {
  if (text.empty() || text.size() > account_octets_max ||
      formula_signs.find(text.front()) != std::string_view::npos) {
    return false;
  }
  const std::string latin = latin_digits(text);
  return std::ranges::count_if(latin, is_digit) <= digits_max && std::ranges::none_of(text, [](char c) {
           return (static_cast<unsigned char>(c) < ' ') || c == '"' || c == '\\' || c == '\x7f';
         });
}

Detail& Detail::add(Key key, std::int64_t count) {
  entries_.emplace_back(key, count);
  return *this;
}

Detail& Detail::add(Key key, std::string_view text) {
  entries_.emplace_back(key, std::string(text));
  return *this;
}

Result<std::string> Detail::json() const {
  std::string text = "{";
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    const auto& [key, value] = *entry;
    const Rule& rule = rules[static_cast<std::size_t>(key)];
    const std::string named(rule.key);
    const auto is_same = [key = key](const auto& before) { return before.first == key; };
    if (std::any_of(entries_.begin(), entry, is_same)) {
      return Error{Errc::invalid, "the audit detail has '" + named + "' twice"};
    }
    if (!has_form(rule.form, value)) {
      return Error{Errc::invalid, "the audit detail's '" + named + "' has not the form that this key takes"};
    }
    if (text.size() > 1) text += ',';
    text.append("\"").append(named).append("\":");
    if (const auto* count = std::get_if<std::int64_t>(&value)) {
      text += std::to_string(*count);
    } else {
      text.append("\"").append(std::get<std::string>(value)).append("\"");
    }
  }
  text += '}';
  if (text.size() > octets_max) return Error{Errc::limit, "the audit detail is too long"};
  return text;
}

}  // namespace shubbak::audit
