#include "smpp/receipt.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "smpp/text.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::size_t message_id_max = 64;
constexpr std::size_t error_max = 16;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool starts_with_word(std::string_view text, std::string_view lower_case) {
  if (text.size() < lower_case.size()) return false;
  return std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

bool is_gap(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';' || c == '|' || c == '\0';
}

bool begins_with_key(std::string_view text) {
  constexpr std::array<std::string_view, 8> keys{
      "id:", "sub:", "dlvrd:", "submit date:", "done date:", "stat:", "err:", "text:"};
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return starts_with_word(text, key); });
}

struct TextFields {
  std::string_view id;
  std::string_view stat;
  std::string_view err;
};

// Appendix B. A key counts only at the beginning or after a gap, so that "grid:7" is no id; its value reaches to the
// next gap.
TextFields read_fields(std::string_view text) {
  constexpr std::string_view end_key = "text:";
  TextFields fields;
  const std::array<std::pair<std::string_view, std::string_view*>, 3> keys{
      {{"id:", &fields.id}, {"stat:", &fields.stat}, {"err:", &fields.err}}};
  bool after_gap = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (after_gap && starts_with_word(rest, end_key)) break;
    const auto* key = std::find_if(keys.begin(), keys.end(), [&](const auto& candidate) {
      return after_gap && starts_with_word(rest, candidate.first);
    });
    if (key == keys.end()) {
      after_gap = is_gap(text[at++]);
      continue;
    }
    at += key->first.size();
    const std::size_t value_at = std::min(text.find_first_not_of(' ', at), text.size());
    // "err: text:…": the value is missing, and what stands there is the next key.
    if (value_at > at && begins_with_key(text.substr(value_at))) continue;
    at = value_at;
    while (at < text.size() && !is_gap(text[at])) ++at;
    if (key->second->empty()) *key->second = text.substr(value_at, at - value_at);
    after_gap = false;
  }
  return fields;
}

// SMSCs cut these words at seven letters or write them out; five tell them apart.
MessageState state_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, MessageState>, 10> words{{{"deliv", MessageState::delivered},
                                                                             {"undel", MessageState::undeliverable},
                                                                             {"expir", MessageState::expired},
                                                                             {"rejec", MessageState::rejected},
                                                                             {"delet", MessageState::deleted},
                                                                             {"accep", MessageState::accepted},
                                                                             {"enrou", MessageState::enroute},
                                                                             {"sched", MessageState::enroute},
                                                                             {"faile", MessageState::undeliverable},
                                                                             {"skipp", MessageState::undeliverable}}};
  for (const auto& [begin, state] : words) {
    if (starts_with_word(word, begin)) return state;
  }
  return MessageState::unknown;
}

// TLV message_state, section 5.3.2.35; 0 (scheduled) and 9 (skipped) came with v5.0.
MessageState state_of(std::uint32_t value) {
  if (value == 0) return MessageState::enroute;
  if (value == 9) return MessageState::undeliverable;
  if (value > static_cast<std::uint32_t>(MessageState::rejected)) return MessageState::unknown;
  return static_cast<MessageState>(value);
}

// A C-octet string in a TLV, with its final zero or without.
std::string_view text_of(Bytes value) {
  const std::string_view text(reinterpret_cast<const char*>(value.data()), value.size());
  return text.substr(0, text.find('\0'));
}

std::string_view without_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

std::optional<std::uint64_t> number_of(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

bool is_decimal_of(std::string_view decimal, std::string_view hexadecimal) {
  const auto value = number_of(decimal, 10);
  return value && value == number_of(hexadecimal, 16);
}

}  // namespace

std::optional<Receipt> parse_receipt(const Sm& sm) {
  constexpr std::uint8_t type_mask = 0x3C;
  constexpr std::uint8_t type_receipt = 0x04;
  const auto id = sm.tlvs.empty() ? std::nullopt : sm.tlvs.find(TlvTag::receipted_message_id);
  const auto state = sm.tlvs.empty() ? std::nullopt : sm.tlvs.find_uint(TlvTag::message_state);
  if ((sm.esm_class & type_mask) != type_receipt && !(id && state)) return std::nullopt;

  Bytes octets = sm.text_octets();
  if ((sm.esm_class & udh_indicator) != 0 && !octets.empty()) {
    octets = octets.subspan(std::min<std::size_t>(octets[0] + 1U, octets.size()));
  }
  // The form is ASCII whatever the data_coding says (osmo-msc: 2), unless it is UCS-2.
  const bool ucs2 = alphabet_of(sm.data_coding, Alphabet::latin1) == Alphabet::ucs2;
  const std::string text = ucs2 ? decode_text(octets, sm.data_coding, Alphabet::latin1) : std::string();
  const TextFields fields = read_fields(
      ucs2 ? std::string_view(text) : std::string_view(reinterpret_cast<const char*>(octets.data()), octets.size()));

  Receipt receipt;
  receipt.message_id = (id && !text_of(*id).empty() ? text_of(*id) : fields.id).substr(0, message_id_max);
  receipt.state = state ? state_of(*state) : state_of(fields.stat);
  receipt.error = fields.err.substr(0, error_max);
  if (sm.tlvs.empty()) return receipt;
  const auto network_error = sm.tlvs.find(TlvTag::network_error_code);  // network type, then the code
  if (receipt.error.empty() && network_error && network_error->size() == 3) {
    receipt.error = std::to_string((*network_error)[1] << 8U | (*network_error)[2]);
  }
  const auto reference = sm.tlvs.find_uint(TlvTag::user_message_reference);
  if (reference && *reference <= 0xFFFF) receipt.user_message_reference = static_cast<std::uint16_t>(*reference);
  return receipt;
}

bool same_message_id(std::string_view submitted, std::string_view receipted) {
  if (submitted.empty() || receipted.empty()) return false;
  if (submitted == receipted) return true;
  const std::string_view a = without_zeros(submitted);
  const std::string_view b = without_zeros(receipted);
  const bool same_digits =
      std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
  return same_digits || is_decimal_of(a, b) || is_decimal_of(b, a);
}

}  // namespace shubbak::smpp
