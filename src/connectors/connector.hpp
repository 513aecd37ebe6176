// How one company's system is asked and what its answers mean: a connector, described in YAML (docs/connectors.md)
// and read once. Immutable; shared by pointer. It may hold secrets and is never printed. Pure. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/answer.hpp"
#include "connectors/breaker.hpp"
#include "connectors/json_document.hpp"
#include "connectors/text_template.hpp"

namespace shubbak::connectors {

// --- what is sent

struct Header {
  std::string name;
  TextTemplate value;
};
enum class Body : std::uint8_t { none, json, form };
struct RequestForm {
  std::string method = "POST";
  TextTemplate target;  // path and query
  std::vector<Header> headers;
  Body body_form = Body::none;
  TextTemplate body;
  [[nodiscard]] bool has(Argument argument) const;  // anywhere
};

// --- what an answer means

enum class JsonForm : std::uint8_t { text, number };
enum class DateForm : std::uint8_t {
  iso,             // 2026-10-05
  iso_time,        // 2026-10-05T…, of which the day counts
  day_month_year,  // 05/10/2026
  compact,         // 20261005
};
struct Member {
  JsonPointer at;
  JsonForm form = JsonForm::text;
  bool is_optional = false;
  bool is_counted = false;  // the entries of a list in place of a number
  DateForm date = DateForm::iso;
  std::vector<std::pair<std::string, std::string>> words;  // the company's, ours; empty: taken as they are
};
struct AmountMember {
  JsonPointer at;
  bool is_decimal = false;
  JsonForm form = JsonForm::number;
  std::optional<Member> currency;  // nothing: the company does not say
};
struct Condition {
  JsonPointer at;
  std::vector<std::string> one_of;  // of a text, number or boolean as it was written
};

enum class Meaning : std::uint8_t {
  ok,
  not_found,
  accepted,  // of readings
  too_low,
  already,
  not_open,
  posted,  // of payments
  declined,
  absent,
  wait,     // the company cannot say yet
  garbage,  // an answer that must not be taken for one
};
constexpr std::array<std::string_view, 11> meaning_names{"ok",      "not_found", "accepted", "too_low",
                                                         "already", "not_open",  "posted",   "declined",
                                                         "absent",  "wait",      "garbage"};
struct Rule {
  Meaning is = Meaning::garbage;
  std::vector<long> statuses;
  std::vector<Condition> where;
  std::vector<JsonPointer> missing;         // nothing may stand there
  std::optional<Member> company_reference;  // posted
  std::optional<Member> reason;             // declined: read from the answer, or
  std::string fixed_reason;
};

struct OperationForm {
  RequestForm request;
  std::vector<Rule> rules;                        // the first that holds says what the answer is
  std::vector<std::pair<Argument, Member>> echo;  // what the answer must repeat; empty: it repeats nothing
  std::optional<AmountMember> echo_amount;        // of a payment
  std::optional<JsonPointer> list;                // accounts, bills and payments; members are then of its entries
  std::optional<Member> account, label, category, name, date, place, value, bills;
  std::optional<Member> meter, digits, replaced_on, start_value, usual, first_day, last_day, period, read_by;
  std::optional<AmountMember> amount;
  std::chrono::milliseconds cache{0};  // how long an answer is good for; 0: it is not kept
};

// --- who asks

struct ApiKey {
  std::string header;
  std::string value;
};
struct BasicAuth {
  std::string user;
  std::string password;
};
constexpr std::chrono::seconds token_age_min{5};
struct OAuth2 {            // client credentials, RFC 6749 section 4.4
  std::string token_url;   // one of the two
  std::string token_path;  // behind the company's url
  std::string client_id;
  std::string client_secret;
  std::string scope;
  bool in_body = false;                      // client_id and client_secret; else by HTTP Basic
  std::chrono::milliseconds margin{60'000};  // before a token ends it is not used any more
  // A younger token that is refused has not ended: another one would be refused too.
  std::chrono::milliseconds refused_after = token_age_min;
};
struct Hmac {  // HMAC-SHA-256
  enum class Part : std::uint8_t { timestamp, method, target, body };
  std::string secret;
  std::vector<Part> over;
  std::string separator;
  std::string signature_header;
  std::string timestamp_header;  // empty: none
  std::string key_header;        // empty: none
  std::string key_id;
  bool is_base64 = false;
};
struct Tls {
  std::string ca_file;  // paths; empty: the system's
  std::string certificate;
  std::string private_key;
};

struct Connector {
  std::string file;  // it was read from
  std::array<std::optional<OperationForm>, operation_count> operations;
  std::optional<ApiKey> api_key;  // at most one of these four
  std::optional<BasicAuth> basic;
  std::optional<OAuth2> oauth2;
  std::optional<Hmac> hmac;
  std::optional<Tls> tls;
  BreakerPolicy breaker;
  std::size_t concurrent_max = 0;  // requests under way to one company; 0: as many as company_limits say

  [[nodiscard]] const OperationForm* form_of(Operation operation) const {  // nullptr: the system has no such thing
    const auto& form = operations[static_cast<std::size_t>(operation)];
    return form ? &*form : nullptr;
  }
};
using SharedConnector = std::shared_ptr<const Connector>;

// A request as it goes out, but for who asks.
struct OutgoingRequest {
  std::string target;
  std::string body;
  std::vector<std::string> headers;  // whole lines
};
OutgoingRequest fill_in(const RequestForm& form, const Arguments& arguments);

}  // namespace shubbak::connectors
