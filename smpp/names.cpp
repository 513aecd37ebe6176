// Names of commands, statuses and TLV tags as the specification writes them, in snake_case.
#include <algorithm>
#include <array>
#include <span>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {
namespace {

struct Name {
  std::uint32_t number;
  std::string_view name;
};

constexpr std::array command_names = {
    // section 5.1.2.1; sorted by number
    Name{0x00000001, "bind_receiver"},
    Name{0x00000002, "bind_transmitter"},
    Name{0x00000003, "query_sm"},
    Name{0x00000004, "submit_sm"},
    Name{0x00000005, "deliver_sm"},
    Name{0x00000006, "unbind"},
    Name{0x00000007, "replace_sm"},
    Name{0x00000008, "cancel_sm"},
    Name{0x00000009, "bind_transceiver"},
    Name{0x0000000B, "outbind"},
    Name{0x00000015, "enquire_link"},
    Name{0x00000021, "submit_multi"},
    Name{0x00000102, "alert_notification"},
    Name{0x00000103, "data_sm"},
    Name{0x80000000, "generic_nack"},
    Name{0x80000001, "bind_receiver_resp"},
    Name{0x80000002, "bind_transmitter_resp"},
    Name{0x80000003, "query_sm_resp"},
    Name{0x80000004, "submit_sm_resp"},
    Name{0x80000005, "deliver_sm_resp"},
    Name{0x80000006, "unbind_resp"},
    Name{0x80000007, "replace_sm_resp"},
    Name{0x80000008, "cancel_sm_resp"},
    Name{0x80000009, "bind_transceiver_resp"},
    Name{0x80000015, "enquire_link_resp"},
    Name{0x80000021, "submit_multi_resp"},
    Name{0x80000103, "data_sm_resp"},
};

constexpr std::array status_names = {
    // section 5.1.3; sorted by number
    Name{0x00, "ok"},
    Name{0x01, "invalid_message_length"},
    Name{0x02, "invalid_command_length"},
    Name{0x03, "invalid_command_id"},
    Name{0x04, "incorrect_bind_status"},
    Name{0x05, "already_bound"},
    Name{0x06, "invalid_priority_flag"},
    Name{0x07, "invalid_registered_delivery"},
    Name{0x08, "system_error"},
    Name{0x0A, "invalid_source_address"},
    Name{0x0B, "invalid_destination_address"},
    Name{0x0C, "invalid_message_id"},
    Name{0x0D, "bind_failed"},
    Name{0x0E, "invalid_password"},
    Name{0x0F, "invalid_system_id"},
    Name{0x11, "cancel_failed"},
    Name{0x13, "replace_failed"},
    Name{0x14, "message_queue_full"},
    Name{0x15, "invalid_service_type"},
    Name{0x33, "invalid_number_of_destinations"},
    Name{0x34, "invalid_distribution_list_name"},
    Name{0x40, "invalid_destination_flag"},
    Name{0x42, "invalid_submit_with_replace"},
    Name{0x43, "invalid_esm_class"},
    Name{0x44, "cannot_submit_to_distribution_list"},
    Name{0x45, "submit_failed"},
    Name{0x48, "invalid_source_ton"},
    Name{0x49, "invalid_source_npi"},
    Name{0x50, "invalid_destination_ton"},
    Name{0x51, "invalid_destination_npi"},
    Name{0x53, "invalid_system_type"},
    Name{0x54, "invalid_replace_flag"},
    Name{0x55, "invalid_number_of_messages"},
    Name{0x58, "throttled"},
    Name{0x61, "invalid_schedule_delivery_time"},
    Name{0x62, "invalid_validity_period"},
    Name{0x63, "invalid_predefined_message"},
    Name{0x64, "temporary_app_error"},
    Name{0x65, "permanent_app_error"},
    Name{0x66, "rejected_app_error"},
    Name{0x67, "query_failed"},
    Name{0xC0, "invalid_tlv_stream"},
    Name{0xC1, "tlv_not_allowed"},
    Name{0xC2, "invalid_parameter_length"},
    Name{0xC3, "missing_tlv"},
    Name{0xC4, "invalid_tlv_value"},
    Name{0xFE, "delivery_failure"},
    Name{0xFF, "unknown_error"},
};

constexpr std::array tag_names = {
    // section 5.3.2; sorted by number
    Name{0x0005, "dest_addr_subunit"},
    Name{0x0006, "dest_network_type"},
    Name{0x0007, "dest_bearer_type"},
    Name{0x0008, "dest_telematics_id"},
    Name{0x000D, "source_addr_subunit"},
    Name{0x000E, "source_network_type"},
    Name{0x000F, "source_bearer_type"},
    Name{0x0010, "source_telematics_id"},
    Name{0x0017, "qos_time_to_live"},
    Name{0x0019, "payload_type"},
    Name{0x001D, "additional_status_info_text"},
    Name{0x001E, "receipted_message_id"},
    Name{0x0030, "ms_msg_wait_facilities"},
    Name{0x0201, "privacy_indicator"},
    Name{0x0202, "source_subaddress"},
    Name{0x0203, "dest_subaddress"},
    Name{0x0204, "user_message_reference"},
    Name{0x0205, "user_response_code"},
    Name{0x020A, "source_port"},
    Name{0x020B, "destination_port"},
    Name{0x020C, "sar_msg_ref_num"},
    Name{0x020D, "language_indicator"},
    Name{0x020E, "sar_total_segments"},
    Name{0x020F, "sar_segment_seqnum"},
    Name{0x0210, "sc_interface_version"},
    Name{0x0302, "callback_num_pres_ind"},
    Name{0x0303, "callback_num_atag"},
    Name{0x0304, "number_of_messages"},
    Name{0x0381, "callback_num"},
    Name{0x0420, "dpf_result"},
    Name{0x0421, "set_dpf"},
    Name{0x0422, "ms_availability_status"},
    Name{0x0423, "network_error_code"},
    Name{0x0424, "message_payload"},
    Name{0x0425, "delivery_failure_reason"},
    Name{0x0426, "more_messages_to_send"},
    Name{0x0427, "message_state"},
    Name{0x0428, "congestion_state"},
    Name{0x0501, "ussd_service_op"},
    Name{0x0600, "broadcast_channel_indicator"},
    Name{0x0601, "broadcast_content_type"},
    Name{0x060B, "broadcast_message_class"},
    Name{0x060D, "source_network_id"},
    Name{0x060E, "dest_network_id"},
    Name{0x060F, "source_node_id"},
    Name{0x0610, "dest_node_id"},
    Name{0x0611, "dest_addr_np_resolution"},
    Name{0x0612, "dest_addr_np_information"},
    Name{0x0613, "dest_addr_np_country"},
    Name{0x1201, "display_time"},
    Name{0x1203, "sms_signal"},
    Name{0x1204, "ms_validity"},
    Name{0x130C, "alert_on_message_delivery"},
    Name{0x1380, "its_reply_type"},
    Name{0x1383, "its_session_info"},
};

static_assert(std::ranges::is_sorted(command_names, {}, &Name::number));
static_assert(std::ranges::is_sorted(status_names, {}, &Name::number));
static_assert(std::ranges::is_sorted(tag_names, {}, &Name::number));

std::string_view find(std::span<const Name> names, std::uint32_t number, std::string_view otherwise) {
  const auto found = std::ranges::lower_bound(names, number, {}, &Name::number);
  return found != names.end() && found->number == number ? found->name : otherwise;
}

}  // namespace

std::string_view to_string(CommandId id) {
  return find(command_names, static_cast<std::uint32_t>(id), "unknown");
}

std::string_view to_string(CommandStatus status) {
  const auto number = static_cast<std::uint32_t>(status);
  return find(status_names, number, number >= 0x400 && number <= 0x4FF ? "vendor" : "reserved");
}

std::string_view to_string(TlvTag tag) {
  const auto number = static_cast<std::uint32_t>(tag);
  return find(tag_names, number, number >= 0x1400 && number <= 0x3FFF ? "vendor" : "unknown");
}

}  // namespace shubbak::smpp
