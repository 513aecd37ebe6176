#include "cli/phone.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "smpp/text.hpp"

namespace shubbak::cli {
namespace {

constexpr std::uint8_t ton_unknown = 0;
constexpr std::uint8_t ton_international = 1;
constexpr std::uint8_t npi_isdn = 1;
constexpr std::uint8_t data_coding_default = 0;
constexpr std::uint32_t number_mask = 0x7FFF;  // of its_session_info, whose lowest bit says "last"

smpp::ReassemblyLimits reassembly_limits() {
  smpp::ReassemblyLimits limits;
  limits.messages_max = 100;
  return limits;
}

// Octets that a string of `units` takes on the air, packed as USSD packs (3GPP TS 23.038 section 6.1.2.3).
std::uint32_t octets_on_air(smpp::Alphabet alphabet, std::size_t units) {
  const std::size_t octets = alphabet == smpp::Alphabet::gsm7 ? (units * 7 + 7) / 8 : units * 2;
  return static_cast<std::uint32_t>(octets);
}

bool has_half_surrogate(smpp::Bytes ucs2) {
  for (std::size_t i = 0; i + 1 < ucs2.size(); i += 2) {
    const auto unit = [&](std::size_t at) { return (std::uint32_t{ucs2[at]} << 8U) | ucs2[at + 1]; };
    const std::uint32_t first = unit(i) & 0xFC00U;
    if (first == 0xDC00U) return true;
    if (first == 0xD800U) {
      if (i + 3 >= ucs2.size() || (unit(i + 2) & 0xFC00U) != 0xDC00U) return true;
      i += 2;
    }
  }
  return false;
}

}  // namespace

std::string_view to_string(DialogueEnd end) {
  switch (end) {
    case DialogueEnd::by_person:
      return "hung up";
    case DialogueEnd::dropped:
      return "dropped by the network";
    case DialogueEnd::idle:
      return "ended by the network: no answer from the person in time";
    case DialogueEnd::too_long:
      return "ended by the network: the dialogue took too long";
    case DialogueEnd::no_answer:
      return "ended by the network: no answer from the service in time";
    case DialogueEnd::refused:
      return "ended by the network: the service refused it";
  }
  return "ended";
}

Phone::Phone(Msisdn msisdn, PhoneConfig config, Air& air, PhoneEvents& events)
    : msisdn_(msisdn),
      digits_(msisdn.reveal()),
      config_(std::move(config)),
      air_(air),
      events_(events),
      reassembler_(reassembly_limits()) {}

Status Phone::dial(std::string_view code, Instant now) {
  // "*123#" leads here as "*123#" and with anything between its star and hash: "*123*1*4#".
  const std::string_view prefix = std::string_view(config_.service_code).substr(0, config_.service_code.size() - 1);
  const bool leads_here = code.size() > prefix.size() && code.starts_with(prefix) && code.ends_with('#') &&
                          (code.size() == prefix.size() + 1 || code[prefix.size()] == '*');
  if (!leads_here) {
    return Error{Errc::invalid, "this network knows only " + config_.service_code + " and codes below it, such as " +
                                    std::string(prefix) + "*1#"};
  }
  if (state_ != State::idle) end(DialogueEnd::by_person);
  last_code_ = code;
  ++session_;
  unit_ = 0;
  screens_ = 0;
  began_ = now;
  return send_ussd(config_.dialect.begin_op, code, now);
}

Status Phone::redial(Instant now) {
  return dial(last_code_.empty() ? config_.service_code : std::string(last_code_), now);
}

Status Phone::answer(std::string_view text, Instant now) {
  switch (state_) {
    case State::idle:
      return Error{Errc::conflict, "there is no dialogue to answer in: dial first"};
    case State::waiting_for_service:
      return Error{Errc::conflict, "the service has not answered yet"};
    case State::waiting_for_person:
      break;
  }
  const smpp::TextSize size = smpp::measure(text);
  if (octets_on_air(size.alphabet, size.units) > config_.screen_octets_max) {
    return Error{Errc::limit, "the answer is longer than one USSD string"};
  }
  return send_ussd(config_.dialect.answer_op, text, now);
}

Status Phone::send_ussd(std::uint8_t op, std::string_view text, Instant now) {
  smpp::Sm sm;
  sm.service_type = "USSD";
  sm.source = {ton_international, npi_isdn, digits_};
  sm.destination = {ton_unknown, npi_isdn, config_.service_code};
  smpp::Buffer octets;
  if (smpp::measure(text).alphabet == smpp::Alphabet::gsm7) {
    smpp::encode_gsm7(octets, text);
    sm.data_coding = config_.dialect.data_coding_gsm7;
  } else {
    smpp::encode_ucs2(octets, text);
    sm.data_coding = config_.dialect.data_coding_ucs2;
  }
  sm.short_message = octets;
  smpp::TlvBuilder tlvs;
  tlvs.add_u8(smpp::TlvTag::ussd_service_op, op);
  add_session(tlvs);
  sm.tlvs = tlvs.list();
  if (auto sent = air_.deliver(sm); !sent) {
    state_ = State::idle;
    return sent;
  }
  state_ = State::waiting_for_service;
  deadline_ = std::min(now + config_.service_timeout, began_ + config_.dialogue_timeout);
  return {};
}

void Phone::add_session(smpp::TlvBuilder& tlvs) {
  const ussd::Dialect& dialect = config_.dialect;
  switch (dialect.session_key) {
    case ussd::SessionKey::its_session_info: {
      const std::uint32_t mask = dialect.session_number_mask & number_mask;
      const int shift = std::countr_zero(mask);
      number_sent_ = ((session_ << shift) & mask) | (unit_++ & ~mask & number_mask);
      tlvs.add_u16(smpp::TlvTag::its_session_info, static_cast<std::uint16_t>(number_sent_ << 1U));
      return;
    }
    case ussd::SessionKey::user_message_reference:
      number_sent_ = session_ & 0xFFFFU;
      tlvs.add_u16(smpp::TlvTag::user_message_reference, static_cast<std::uint16_t>(number_sent_));
      return;
    case ussd::SessionKey::vendor_tlv: {
      number_sent_ = session_;
      const auto octet = [this](unsigned bits) { return static_cast<std::uint8_t>(number_sent_ >> bits); };
      const std::array<std::uint8_t, 4> octets{octet(24), octet(16), octet(8), octet(0)};
      tlvs.add(static_cast<smpp::TlvTag>(dialect.vendor_session_tag), octets);
      return;
    }
    case ussd::SessionKey::none:
      return;
  }
}

bool Phone::read_session(UssdScreen& screen, const smpp::Sm& sm) {
  const ussd::Dialect& dialect = config_.dialect;
  switch (dialect.session_key) {
    case ussd::SessionKey::its_session_info: {
      const std::uint32_t info = sm.tlvs.find_uint(smpp::TlvTag::its_session_info).value_or(0);
      const bool end_bit = (info & 1U) != 0;
      if (dialect.continue_op == dialect.end_op) screen.last = end_bit;
      if (dialect.end_bit && end_bit != screen.last) {
        screen.faults.emplace_back("the end bit of its_session_info and ussd_service_op contradict each other");
      }
      return ussd::same_session(dialect, info >> 1U, number_sent_);
    }
    case ussd::SessionKey::user_message_reference:
      return sm.tlvs.find_uint(smpp::TlvTag::user_message_reference) == number_sent_;
    case ussd::SessionKey::vendor_tlv:
      return sm.tlvs.find_uint(static_cast<smpp::TlvTag>(dialect.vendor_session_tag)) == number_sent_;
    case ussd::SessionKey::none:
      return true;
  }
  return false;
}

Status Phone::send_sms(std::string_view text) {
  ++reference_;
  const auto parts = smpp::split_text(text, smpp::LongTextMethod::udh8, reference_, config_.dialect.default_alphabet,
                                      config_.sms_parts_max);
  if (!parts) return parts.error();
  return deliver_parts(*parts);
}

Status Phone::deliver_parts(const std::vector<smpp::OutgoingPart>& parts) {
  for (const smpp::OutgoingPart& part : parts) {
    smpp::Sm sm;
    sm.source = {ton_international, npi_isdn, digits_};
    sm.destination = {ton_unknown, npi_isdn, config_.short_code};
    sm.esm_class = part.esm_class;
    sm.data_coding = part.data_coding;
    sm.short_message = part.short_message;
    sm.tlvs = part.tlvs.list();
    if (auto sent = air_.deliver(sm); !sent) return sent;
  }
  return {};
}

void Phone::hang_up() {
  if (state_ != State::idle) end(DialogueEnd::by_person);
}

void Phone::drop() {
  if (state_ != State::idle) end(DialogueEnd::dropped);
}

void Phone::refused() {
  if (state_ == State::waiting_for_service) end(DialogueEnd::refused);
}

void Phone::end(DialogueEnd end) {
  state_ = State::idle;
  events_.on_dialogue_ended(end);
}

smpp::CommandStatus Phone::take(const smpp::Sm& sm, Instant now) {
  return ussd::is_ussd(sm) ? take_ussd(sm, now) : take_sms(sm, now);
}

smpp::CommandStatus Phone::take_ussd(const smpp::Sm& sm, Instant now) {
  const ussd::Dialect& dialect = config_.dialect;
  const std::uint32_t op = sm.tlvs.find_uint(smpp::TlvTag::ussd_service_op).value_or(0x100);
  if (op != dialect.continue_op && op != dialect.end_op) {
    events_.on_fault("a reply with ussd_service_op " + std::to_string(op) + ", which this gateway does not know");
    return smpp::CommandStatus::invalid_tlv_value;
  }
  UssdScreen screen;
  screen.last = op == dialect.end_op;
  // An answer to a dialogue that is over must not appear in its successor.
  if (!read_session(screen, sm) || state_ == State::idle) return smpp::CommandStatus::rejected_app_error;
  if (state_ == State::waiting_for_person) {
    events_.on_fault("a second reply to one answer");
    return smpp::CommandStatus::rejected_app_error;
  }
  screen.number = ++screens_;
  judge_text(screen, sm);
  state_ = screen.last ? State::idle : State::waiting_for_person;
  deadline_ = std::min(now + config_.idle_timeout, began_ + config_.dialogue_timeout);
  events_.on_screen(screen);
  return smpp::CommandStatus::ok;
}

void Phone::judge_text(UssdScreen& screen, const smpp::Sm& sm) const {
  const smpp::Bytes octets = sm.text_octets();
  const ussd::Dialect& dialect = config_.dialect;
  auto& faults = screen.faults;
  if (sm.data_coding == dialect.data_coding_ucs2) {
    screen.alphabet = smpp::Alphabet::ucs2;
    screen.units = static_cast<std::uint32_t>(octets.size() / 2);
    screen.text = smpp::decode_ucs2(octets);
    if (octets.size() % 2 != 0) faults.emplace_back("half a UCS-2 character at the end");
    if (has_half_surrogate(octets)) faults.emplace_back("half a surrogate pair");
    if (smpp::measure(screen.text).alphabet == smpp::Alphabet::gsm7) {
      faults.emplace_back("sent as UCS-2 though GSM 7-bit has a place for every character");
    }
  } else if (sm.data_coding == dialect.data_coding_gsm7 || sm.data_coding == data_coding_default) {
    screen.units = static_cast<std::uint32_t>(octets.size());
    screen.text = smpp::decode_gsm7(octets);
    if (std::ranges::any_of(octets, [](std::uint8_t octet) { return octet > 0x7F; })) {
      faults.emplace_back("an octet over 0x7F in GSM 7-bit text");
    }
  } else {
    screen.units = static_cast<std::uint32_t>(octets.size());
    screen.text = smpp::decode_text(octets, sm.data_coding, dialect.default_alphabet);
    faults.push_back("data_coding " + std::to_string(sm.data_coding) + ", which this gateway does not show");
  }
  screen.octets = octets_on_air(screen.alphabet, screen.units);
  if (octets.empty()) faults.emplace_back("an empty screen");
  if (screen.octets > config_.screen_octets_max) {
    faults.push_back(std::to_string(screen.octets) + " octets on the air, " +
                     std::to_string(config_.screen_octets_max) + " fit");
  }
}

smpp::CommandStatus Phone::take_sms(const smpp::Sm& sm, Instant now) {
  ++parts_seen_;
  auto whole = reassembler_.add(sm, config_.dialect.default_alphabet, now);
  if (!whole) {
    events_.on_fault("a short message that cannot be put together: " + whole.error().message);
    return smpp::CommandStatus::submit_failed;
  }
  if (whole->has_value()) {
    ShortMessage message;
    message.from = sm.source.digits;
    message.text = std::move(**whole);
    message.parts = parts_seen_;
    message.alphabet = smpp::alphabet_of(sm.data_coding, config_.dialect.default_alphabet);
    parts_seen_ = 0;
    events_.on_message(message);
  }
  return smpp::CommandStatus::ok;
}

void Phone::tick(Instant now) {
  if (state_ == State::idle || now < deadline_) return;
  if (now >= began_ + config_.dialogue_timeout) {
    end(DialogueEnd::too_long);
  } else {
    end(state_ == State::waiting_for_service ? DialogueEnd::no_answer : DialogueEnd::idle);
  }
}

std::optional<Instant> Phone::next_deadline() const {
  if (state_ == State::idle) return std::nullopt;
  return deadline_;
}

}  // namespace shubbak::cli
