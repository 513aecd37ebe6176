// The one configuration file of shubbakd: a YAML document, read whole and checked whole before anything starts. Every
// fault is told with file:line:column. ${NAME} and ${NAME:-default} in a value are taken from the environment, so
// that secrets and ports need not stand in the file.
//
// These structs are the only place where a default is written: config_reference() prints the documentation from the
// same description that the reader works by (config_fields.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broadcasts/broadcast.hpp"
#include "broadcasts/cost.hpp"
#include "cases/kind.hpp"
#include "companies/card_gateway.hpp"
#include "companies/company.hpp"
#include "companies/registry.hpp"
#include "daemon/log.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "flows/assurance.hpp"
#include "flows/engine.hpp"
#include "flows/loader.hpp"
#include "gateways/smpp_link.hpp"
#include "identity/link.hpp"
#include "otp/otp.hpp"
#include "payments/limits.hpp"
#include "polls/poll.hpp"
#include "rollout/rule.hpp"
#include "services/fills.hpp"
#include "services/inquiry_limits.hpp"
#include "services/office_table.hpp"
#include "smpp/segments.hpp"
#include "ussd/dialect.hpp"
#include "vouchers/fill.hpp"
#include "vouchers/redeem.hpp"

namespace shubbak::daemon {

struct UssdConfig {
  std::string service_code = "*123#";
  std::string source_address = "123";  // the sender of our screens
  ussd::Dialect dialect;
  std::uint32_t octets_max = 160;
  std::size_t dialogues_max = 1'000'000;
  std::chrono::milliseconds idle_timeout{120'000};
  std::chrono::milliseconds session_budget{180'000};
  std::chrono::milliseconds application_timeout{10'000};
  std::uint32_t stages_max = 8;
  flows::DigitStyle digits = flows::DigitStyle::latin;
};

struct SmsConfig {
  std::string short_code = "123";
  std::uint8_t source_ton = 3;  // network specific: a short code
  std::uint8_t source_npi = 0;
  smpp::Alphabet default_alphabet = smpp::Alphabet::gsm7;
  smpp::LongTextMethod long_text = smpp::LongTextMethod::udh8;
  std::size_t parts_max = 4;
  flows::DigitStyle digits = flows::DigitStyle::latin;
  Money price_per_part{};  // of a short message, as broadcasts are reckoned
  // The longest text, all its parts together, on the air.
  [[nodiscard]] std::uint32_t octets_max() const { return smpp::text_octets_max(long_text, parts_max); }
};

struct OperatorConfig {
  std::string name;
  gateways::SmppLinkConfig smpp;
  UssdConfig ussd;
  SmsConfig sms;
  std::string hook_secret;  // empty: this operator tells nothing over HTTP
};

struct HttpConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9464;
};

// A service of which the deployment asks more than the service itself does.
struct RaisedAssurance {
  std::string service;
  flows::Assurance needs = flows::Assurance::code;
};

struct RecordingsConfig {
  double share = 0;  // of the walks; 0: none is recorded
  std::chrono::milliseconds keep = std::chrono::days(30);
  std::size_t stored_max = 100'000;
};

// Who gets the head of the audit trail every day.
struct OverseerConfig {
  std::optional<Msisdn> msisdn;  // there once it is read
  std::string operator_name;
};

struct TimeOfDay {  // local
  std::chrono::minutes since_midnight{0};
};

// When companies are asked about subscriptions to notices of bills, and phones are told.
struct NoticesConfig {
  std::chrono::milliseconds every = std::chrono::days(1);  // whole days
  TimeOfDay from{std::chrono::hours(9)};
  TimeOfDay until{std::chrono::hours(20)};
  std::uint32_t per_second = 50;  // questions to each company
};

// When and how fast messages to many go out.
struct BroadcastsConfig {
  TimeOfDay from{std::chrono::hours(9)};
  TimeOfDay until{std::chrono::hours(20)};
  std::uint32_t per_second = 20;  // texts by each operator's link
};
// Water for tankers: how it is sold, and taken at stations.
struct FillsConfig {
  services::FillSale sale;
  vouchers::FillPolicy taking;
};
// The server that copies by e-mail go to; without a url none is sent.
struct MailConfig {
  std::string url;
  std::string user;
  std::string password;  // secret
  std::string from;
  std::string subject = "شبّاك · Shubbak";
  bool tls = true;
  std::string ca_file;  // path, relative to the file
  std::chrono::milliseconds timeout{30'000};
  std::uint32_t per_second = 5;
  std::chrono::milliseconds expires = std::chrono::days(3);
  [[nodiscard]] bool sends() const { return !url.empty(); }
};

// The HTTP API for staff; it listens when there is a certificate, or plain_http says so.
struct AdminConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  std::string certificate;  // path, relative to the file
  std::string private_key;
  bool plain_http = false;
  [[nodiscard]] bool listens() const { return plain_http || !certificate.empty(); }
};

enum class SecondPerson : std::uint8_t { money_flows, every_flow };

struct Config {
  std::string deployment;
  Country country = Country::syria;
  Currency currency = Currency::SYP;
  std::chrono::minutes utc_offset{0};
  std::vector<std::string> locales;
  std::vector<std::string> folders;  // of flows and strings, relative to the file; later ones win
  std::string home_flow = "home";
  std::vector<RaisedAssurance> assurance;
  std::string link_flow = "link";
  std::string database;  // path, relative to the file
  std::string key_file;  // one of the two: store::KeySource
  std::vector<std::string> key_command;
  otp::Policy codes;
  HttpConfig http;
  identity::LinkRules links;
  AdminConfig admin;
  SecondPerson second_person = SecondPerson::money_flows;
  companies::HttpLimits company_limits;
  RecordingsConfig recordings;
  companies::RegistryConfig registry;
  log::Level log_level = log::Level::info;
  std::chrono::milliseconds drain{10'000};  // how long a stop waits for resps
  std::vector<OperatorConfig> operators;
  std::vector<companies::CompanyConfig> companies;
  std::vector<companies::CardGatewayConfig> card_gateways;  // the first takes new orders
  std::vector<payments::Limit> payment_limits;
  vouchers::Policy vouchers;
  services::InquiryPolicy inquiries;
  cases::Kinds case_kinds;
  std::vector<OverseerConfig> overseers;
  TimeOfDay audit_head_at{std::chrono::hours(6)};
  NoticesConfig notices;
  std::vector<rollout::WrittenRule> rollout;
  std::vector<rollout::Rule> switches{};  // what `rollout` says, once it is read
  polls::Polls polls{};
  [[nodiscard]] polls::Plan poll_plan() const;
  std::vector<services::Office> offices;
  BroadcastsConfig broadcasts;
  FillsConfig fills;
  MailConfig mail{};
};

// How each operator's texts travel, and what they cost; and the hours in which broadcasts are told.
std::vector<broadcasts::Way> broadcast_ways(const Config& config);
broadcasts::Hours broadcast_hours(const Config& config);

// Makes a text ready for the phones of an operator's link: with their digits. The configuration must outlive it.
std::function<std::string(std::string_view link, std::string text)> digits_of_links(const Config& config);

using Environment = std::function<std::optional<std::string>(const std::string&)>;
std::optional<std::string> process_environment(const std::string& name);

// From a text, for tests and fuzzing; relative paths are taken from `folder`.
Result<Config, std::vector<flows::Diagnostic>> parse_config(const std::string& file, const std::string& text,
                                                            const std::string& folder,
                                                            const Environment& environment);
Result<Config, std::vector<flows::Diagnostic>> read_config(const std::string& file, const Environment& environment);

// The reference documentation of every setting, in Markdown.
std::string config_reference();

}  // namespace shubbak::daemon
