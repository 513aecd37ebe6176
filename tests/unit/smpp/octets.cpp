#include "octets.hpp"

#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace shubbak::smpp::test {
namespace {

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  throw std::invalid_argument(std::string("not hexadecimal: ") + c);
}

// Sections of SMPP v3.4 issue 1.2 in the remarks.
std::vector<Sample> make_samples() {
  std::vector<Sample> made;
  // A command_length of 0 in the text is filled in; any other must be right.
  const auto add = [&](std::string_view name, std::string_view annotated) {
    const Buffer octets = octets_of(annotated);
    const std::uint32_t written = decode_header(octets).command_length;
    if (written != 0 && written != octets.size())
      throw std::invalid_argument("command_length of " + std::string(name));
    made.push_back({name, with_length(octets)});
  };
  add("bind_transmitter", R"(
    00 00 00 2F            # command_length 47: the example of section 3.2.1
    00 00 00 02            # command_id bind_transmitter
    00 00 00 00            # command_status
    00 00 00 01            # sequence_number
    "SMPP3TEST" 00         # system_id
    "secret08" 00          # password
    "SUBMIT1" 00           # system_type
    00                     # interface_version, as in the example
    01                     # addr_ton
    01                     # addr_npi
    00                     # address_range
  )");
  add("bind_receiver", R"(
    00 00 00 00  00 00 00 01  00 00 00 00  00 00 00 07   # header, section 4.1.3
    "shubbak" 00           # system_id
    "pw" 00                # password
    "USSD" 00              # system_type
    34                     # interface_version 3.4
    00 01                  # addr_ton, addr_npi
    "^96" 00               # address_range
  )");
  add("bind_transceiver", R"(
    00 00 00 1E  00 00 00 09  00 00 00 00  7F FF FF FF   # section 4.1.5; the highest sequence_number
    "s" 00  "p" 00  "t" 00                               # system_id, password, system_type
    34  05  09                                           # interface_version, addr_ton, addr_npi
    "1000" 00                                            # address_range
  )");
  for (const auto& [name, id] : {std::pair{"bind_transmitter_resp", "02"}, std::pair{"bind_receiver_resp", "01"},
                                 std::pair{"bind_transceiver_resp", "09"}}) {
    add(name, std::string("00 00 00 1D  80 00 00 ") + id + R"(  00 00 00 00  00 00 00 01   # section 4.1.2
      "kuwwagw" 00         # system_id of the SMSC
      02 10  00 01  34     # sc_interface_version 3.4
    )");
  }
  add("outbind", R"(
    00 00 00 1A  00 00 00 0B  00 00 00 00  00 00 00 05   # section 4.1.7
    "smsc" 00              # system_id
    "pass" 00              # password
  )");
  add("unbind", "00 00 00 10  00 00 00 06  00 00 00 00  00 00 00 09  # section 4.2.1");
  add("unbind_resp", "00 00 00 10  80 00 00 06  00 00 00 00  00 00 00 09  # section 4.2.2");
  add("generic_nack", "00 00 00 10  80 00 00 00  00 00 00 03  00 00 00 09  # section 4.3.1, invalid_command_id");
  add("enquire_link", "00 00 00 10  00 00 00 15  00 00 00 00  00 00 00 0A  # section 4.11.1");
  add("enquire_link_resp", "00 00 00 10  80 00 00 15  00 00 00 00  00 00 00 0A  # section 4.11.2");
  add("submit_sm", R"(
    00 00 00 00  00 00 00 04  00 00 00 00  00 00 00 02   # section 4.4.1
    "USSD" 00              # service_type
    05 00 "KUWWA" 00       # source_addr_ton alphanumeric, npi, source_addr
    01 01 "963933123456" 00# dest_addr_ton international, npi ISDN, destination_addr
    00                     # esm_class
    00                     # protocol_id
    01                     # priority_flag
    "000000001000000R" 00  # schedule_delivery_time, relative
    "000001000000000R" 00  # validity_period
    01                     # registered_delivery
    00                     # replace_if_present_flag
    08                     # data_coding UCS-2
    00                     # sm_default_msg_id
    08                     # sm_length
    06 45  06 31  06 2D  06 28                            # short_message
    02 04  00 02  12 34    # user_message_reference
    05 01  00 01  02       # ussd_service_op USSR request
    13 83  00 02  01 00    # its_session_info
    14 01  00 03  AA BB CC # a vendor's own
  )");
  add("submit_sm_resp", R"(
    00 00 00 00  80 00 00 04  00 00 00 00  00 00 00 02   # section 4.4.2
    "0a1b2c3d" 00          # message_id
  )");
  add("deliver_sm", R"(
    00 00 00 00  00 00 00 05  00 00 00 00  00 00 00 03   # section 4.6.1
    00                     # service_type
    01 01 "963933123456" 00# source
    00 01 "1000" 00        # destination
    00  00  00             # esm_class, protocol_id, priority_flag
    00  00                 # schedule_delivery_time, validity_period: not used
    00  00  00  00         # registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id
    05  "*123#"            # sm_length, short_message
    05 01  00 01  01       # ussd_service_op PSSR indication
    13 83  00 02  00 2A    # its_session_info
  )");
  add("deliver_sm receipt", R"(
    00 00 00 00  00 00 00 05  00 00 00 00  00 00 00 04   # section 4.6.1 and appendix B
    00  01 01 "963933123456" 00  05 00 "KUWWA" 00
    04  00  00  00  00  00  00  00  00                   # esm_class 4: a delivery receipt
    1B  "id:12 stat:DELIVRD err:000 "
    00 1E  00 03  "12" 00  # receipted_message_id
    04 27  00 01  02       # message_state DELIVERED
    04 23  00 03  03 00 00 # network_error_code
  )");
  add("deliver_sm_resp",
      "00 00 00 11  80 00 00 05  00 00 00 00  00 00 00 03  00  # section 4.6.2: message_id unused");
  add("data_sm", R"(
    00 00 00 00  00 00 01 03  00 00 00 00  00 00 00 06   # section 4.7.1
    "WAP" 00  01 01 "963933123456" 00  00 01 "1000" 00   # service_type, source, destination
    00  01  00                                           # esm_class, registered_delivery, data_coding
    04 24  00 05  "hello"                                # message_payload
  )");
  add("data_sm_resp", R"(
    00 00 00 00  80 00 01 03  00 00 00 00  00 00 00 06   # section 4.7.2
    "77" 00                                              # message_id
  )");
  add("query_sm", R"(
    00 00 00 00  00 00 00 03  00 00 00 00  00 00 00 0B   # section 4.8.1
    "0a1b2c3d" 00  05 00 "KUWWA" 00                      # message_id, source
  )");
  add("query_sm_resp", R"(
    00 00 00 00  80 00 00 03  00 00 00 00  00 00 00 0B   # section 4.8.2
    "0a1b2c3d" 00  "240131120000000+" 00  02  00         # message_id, final_date, message_state, error_code
  )");
  add("alert_notification", R"(
    00 00 00 00  00 00 01 02  00 00 00 00  00 00 00 0C   # section 4.12.1
    01 01 "963933123456" 00  00 00 "1000" 00             # source, esme
    04 22  00 01  00                                     # ms_availability_status: available
  )");
  add("cancel_sm", R"(
    00 00 00 00  00 00 00 08  00 00 00 00  00 00 00 0D   # section 4.9.1: kept undecoded
    00  "12" 00  01 01 "1000" 00  01 01 "963933123456" 00
  )");
  return made;
}

}  // namespace

Buffer octets_of(std::string_view annotated) {
  Buffer out;
  for (std::size_t i = 0; i < annotated.size(); ++i) {
    const char c = annotated[i];
    if (c == '#') {
      while (i < annotated.size() && annotated[i] != '\n') ++i;
    } else if (c == '"') {
      for (++i; annotated.at(i) != '"'; ++i) out.push_back(static_cast<std::uint8_t>(annotated[i]));
    } else if (c != ' ' && c != '\n') {
      out.push_back(static_cast<std::uint8_t>(nibble(c) << 4 | nibble(annotated.at(i + 1))));
      ++i;
    }
  }
  return out;
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> made = make_samples();
  return made;
}

Bytes sample(std::string_view name) {
  for (const Sample& each : samples()) {
    if (each.name == name) return each.octets;
  }
  throw std::invalid_argument("no sample " + std::string(name));
}

GuardedOctets::GuardedOctets(Bytes octets) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t readable = (octets.size() / page + 1) * page;
  mapped_octets_ = readable + page;
  mapped_ = mmap(nullptr, mapped_octets_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped_ == MAP_FAILED) throw std::runtime_error("mmap");
  auto* const memory = static_cast<std::uint8_t*>(mapped_);
  if (mprotect(memory + readable, page, PROT_NONE) != 0) throw std::runtime_error("mprotect");
  std::uint8_t* const begin = memory + readable - octets.size();
  if (!octets.empty()) std::memcpy(begin, octets.data(), octets.size());
  bytes_ = Bytes(begin, octets.size());
}

GuardedOctets::~GuardedOctets() {
  munmap(mapped_, mapped_octets_);
}

Buffer with_length(Buffer pdu) {
  const std::size_t length = pdu.size();
  for (std::size_t i = 0; i < 4; ++i) pdu.at(i) = static_cast<std::uint8_t>(length >> (24 - 8 * i));
  return pdu;
}

}  // namespace shubbak::smpp::test
