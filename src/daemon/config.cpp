#include "daemon/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <span>

#include <boost/asio/ip/address.hpp>

#include "daemon/config_fields.hpp"
#include "daemon/config_values.hpp"
#include "daemon/load_connectors.hpp"
#include "daemon/text_file.hpp"
#include "flows/spelling.hpp"
#include "flows/yaml_reader.hpp"
#include "services/reading_rules.hpp"
#include "services/service.hpp"
#include "ussd/dialogue_table.hpp"

namespace shubbak::daemon {
namespace {

using flows::Faults;
using flows::Node;

constexpr std::uint32_t window_most = 1U << 20U;  // as smpp::Window
constexpr std::size_t address_octets_most = 20;   // SMPP v3.4 section 4.4.1

// Replaces ${NAME} and ${NAME:-default}. False: a fault was added.
bool expand(std::string& text, flows::Position at, const Environment& environment, Faults& faults) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t open = text.find("${", from);
    if (open == std::string::npos) {
      out += text.substr(from);
      break;
    }
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) {
      faults.add(at, "'${' without its '}'", "write ${NAME} or ${NAME:-default}");
      return false;
    }
    out += text.substr(from, open - from);
    const std::string inside = text.substr(open + 2, close - open - 2);
    const std::size_t dash = inside.find(":-");
    const std::string name = inside.substr(0, dash);
    if (const auto value = environment(name); value && !value->empty()) {
      out += *value;
    } else if (dash != std::string::npos) {
      out += inside.substr(dash + 2);
    } else {
      faults.add(at, "the environment has no " + name, "set it, or write a default: ${" + name + ":-value}");
      return false;
    }
    from = close + 1;
  }
  text = std::move(out);
  return true;
}

// What the values of all sections are read by.
struct Reading {
  const Environment& environment;
  Currency currency;  // of the deployment: amounts are written without it
};

// Fills one section from one mapping; what describe() does not name is a fault.
class SectionReader {
 public:
  SectionReader(const Node& mapping, const Reading& reading, Faults& faults)
      : mapping_(mapping), reading_(reading), faults_(faults) {
    if (mapping.kind != Node::Kind::mapping) faults.add(mapping.at, "a mapping of settings is needed here");
  }

  template <class T>
  void field(std::string_view key, T& member, Presence presence, std::string_view) {
    const Node* node = claim(key);
    if (node == nullptr) {
      if (presence == Presence::required) faults_.add(mapping_.at, "'" + std::string(key) + "' is missing");
      return;
    }
    read_value(*node, key, member);
  }

  template <class T>
  void section(std::string_view key, T& member, std::string_view) {
    if (const Node* node = claim(key); node != nullptr) read(*node, member);
  }

  template <class T>
  void list(std::string_view key, std::vector<T>& members, Presence presence, std::string_view) {
    const Node* node = claim(key);
    if (node == nullptr && presence == Presence::optional) return;
    if (node == nullptr || node->kind != Node::Kind::sequence || node->children.empty()) {
      faults_.add(node == nullptr ? mapping_.at : node->at,
                  "'" + std::string(key) + "' must list at least one entry");
      return;
    }
    for (const Node& child : node->children) read(child, members.emplace_back());
  }

  void refuse_unknown_keys() {
    for (const Node& child : mapping_.children) {
      if (std::find(known_.begin(), known_.end(), std::string_view(child.key)) != known_.end()) continue;
      faults_.add(child.key_at, "unknown setting '" + child.key + "'", flows::did_you_mean(child.key, known_));
    }
  }

 private:
  const Node* claim(std::string_view key) {
    known_.push_back(key);
    return mapping_.kind == Node::Kind::mapping ? mapping_.find(key) : nullptr;
  }

  template <class T>
  void read(const Node& node, T& member) {
    SectionReader inner(node, reading_, faults_);
    describe(inner, member);
    if (node.kind == Node::Kind::mapping) inner.refuse_unknown_keys();
  }

  template <class T>
  void read_value(const Node& node, std::string_view key, T& member) {
    if (node.kind != Node::Kind::text) {
      faults_.add(node.at, "'" + std::string(key) + "' takes a single value");
      return;
    }
    std::string text = node.text;
    if (!expand(text, node.at, reading_.environment, faults_)) return;
    const Status parsed = parse(text, member);
    if (!parsed) faults_.add(node.at, "'" + std::string(key) + "': " + parsed.error().message);
  }

  template <class T>
  Status parse(const std::string& text, T& member) const {
    return parse_value(text, member);
  }
  Status parse(const std::string& text, Money& member) const {
    const Result<Money> amount = parse_amount(text, reading_.currency);
    if (!amount) return amount.error();
    member = *amount;
    return {};
  }
  Status parse(const std::string& text, std::optional<Money>& member) const { return parse(text, member.emplace()); }

  template <class T>
  void read_value(const Node& node, std::string_view key, std::vector<T>& member) {
    if (node.kind != Node::Kind::sequence) {
      faults_.add(node.at, "'" + std::string(key) + "' takes a list: [a, b]");
      return;
    }
    for (const Node& child : node.children) {
      if (child.kind == Node::Kind::text) {
        read_value(child, key, member.emplace_back());
      } else {
        faults_.add(child.at, "an entry of '" + std::string(key) + "' is a text");
      }
    }
  }

  const Node& mapping_;
  const Reading& reading_;
  Faults& faults_;
  std::vector<std::string_view> known_;
};

// Before anything else is read. None there, or none that there is: that is told where it is read.
Currency currency_of(const Node& root, const Environment& environment) {
  const Node* node = root.kind == Node::Kind::mapping ? root.find("currency") : nullptr;
  Faults told_later({});
  std::string text = node == nullptr ? std::string() : node->text;
  if (node != nullptr) expand(text, node->at, environment, told_later);
  const Result<Currency> currency = parse_currency(text);
  return currency ? *currency : Currency::SYP;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <class Named>
void check_names(const std::vector<Named>& entries, const Node& list, Faults& faults) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < entries.size() && i < list.children.size(); ++i) {
    const auto at = list.children[i].at;
    if (!is_name(entries[i].name)) faults.add(at, "a name is 1 to 32 lower-case letters, digits and _");
    if (!seen.insert(entries[i].name).second) faults.add(at, "the name '" + entries[i].name + "' is used twice");
  }
}

// Judges the settings of one mapping: each fault stands where its setting does, or where the mapping begins if the
// setting is not written.
class Judge {
 public:
  Judge(const Node& mapping, Faults& faults) : mapping_(mapping), faults_(faults) {}

  bool at_most(std::string_view path, const std::string& text, std::size_t octets_max) const {
    if (text.size() > octets_max) say(path, "is longer than " + std::to_string(octets_max) + " characters");
    return text.size() <= octets_max;
  }
  template <class N>
  void within(std::string_view path, N value, N least, N most) const {
    if (value < least || value > most) say(path, "must be " + std::to_string(least) + " to " + std::to_string(most));
  }
  template <class N>
  void at_least(std::string_view path, N value, N least) const {
    if (value < least) say(path, "must be at least " + std::to_string(least));
  }
  void above_zero(std::string_view path, std::chrono::milliseconds value) const {
    if (value.count() <= 0) say(path, "must be above 0");
  }
  void say(std::string_view path, const std::string& what) const {
    faults_.add(place(path), std::string(path) + " " + what);
  }

 private:
  [[nodiscard]] flows::Position place(std::string_view path) const {
    const Node* node = &mapping_;
    for (std::string_view rest = path; !rest.empty();) {
      const std::size_t dot = std::min(rest.find('.'), rest.size());
      node = node->kind == Node::Kind::mapping ? node->find(rest.substr(0, dot)) : nullptr;
      if (node == nullptr) return mapping_.at;
      rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    return node->at;
  }

  const Node& mapping_;
  Faults& faults_;
};

void check_link(const gateways::SmppLinkConfig& c, const Judge& judge) {
  const auto& session = c.session;
  bool fits = judge.at_most("smpp.system_id", session.system_id, 15);
  fits = judge.at_most("smpp.password", session.password, 8) && fits;
  fits = judge.at_most("smpp.system_type", session.system_type, 12) && fits;
  fits = judge.at_most("smpp.address_range", session.address_range, 40) && fits;
  if (fits) {
    if (const Status packs = smpp::Session::check(session); !packs) judge.say("smpp", packs.error().message);
  }
  judge.within("smpp.window", session.window_max, 1U, window_most);
  judge.above_zero("smpp.response_timeout", session.response_timeout);
  judge.above_zero("smpp.bind_timeout", session.bind_timeout);
  judge.above_zero("smpp.connect_timeout", c.connect_timeout);
  judge.above_zero("smpp.backoff_min", c.backoff_min);
  if (c.backoff_max < c.backoff_min) judge.say("smpp.backoff_max", "must not be below backoff_min");
  judge.at_least("smpp.queue_octets_max", c.queue_octets_max, std::size_t{1});
}

void check_operator(const OperatorConfig& c, const Judge& judge) {
  check_link(c.smpp, judge);
  judge.within("ussd.octets_max", c.ussd.octets_max, 40U, ussd::screen_octets_max(c.ussd.dialect));
  judge.within("ussd.dialogues_max", c.ussd.dialogues_max, std::size_t{1}, ussd::dialogues_most);
  judge.above_zero("ussd.idle_timeout", c.ussd.idle_timeout);
  judge.at_most("ussd.source_address", c.ussd.source_address, address_octets_most);
  judge.at_most("ussd.dialect.service_type", c.ussd.dialect.service_type, 5);
  if (!c.ussd.service_code.starts_with('*') || !c.ussd.service_code.ends_with('#')) {
    judge.say("ussd.service_code", "must look like *123#");
  }
  constexpr std::size_t secret_octets_least = 32;
  if (!c.hook_secret.empty() && c.hook_secret.size() < secret_octets_least) {
    judge.say("hook_secret", "must have at least 32 characters, such as openssl rand -hex 32 prints");
  }
  judge.at_most("sms.short_code", c.sms.short_code, address_octets_most);
  judge.within("sms.parts_max", c.sms.parts_max, std::size_t{1}, std::size_t{16});
  if (c.sms.price_per_part.minor < 0) judge.say("sms.price_per_part", "must not be below 0");
}

void check_company_limits(const companies::HttpLimits& c, const Judge& judge) {
  judge.at_least("company_limits.body_octets_max", c.body_octets_max, std::size_t{1});
  judge.at_least("company_limits.connections_per_host_usual", c.connections_per_host_usual, std::size_t{1});
  judge.at_least("company_limits.connections_per_host_max", c.connections_per_host_max, std::size_t{1});
  judge.at_least("company_limits.requests_per_host_max", c.requests_per_host_max, std::size_t{1});
  judge.at_least("company_limits.requests_max", c.requests_max, std::size_t{1});
}

void check_readings(const companies::ReadingPolicy& c, const Judge& judge) {
  judge.within("readings.first_day", c.first_day, std::uint32_t{0}, std::uint32_t{31});
  judge.within("readings.last_day", c.last_day, std::uint32_t{0}, std::uint32_t{31});
  if ((c.first_day == 0) != (c.last_day == 0))
    judge.say("readings.last_day", "and first_day are both given, or neither");
  judge.within("readings.plausible_factor", c.plausible_factor, std::uint32_t{1}, std::uint32_t{1000});
  judge.within("readings.plausible_least", c.plausible_least, std::uint32_t{0},
               static_cast<std::uint32_t>(services::reading_max));
  judge.within("readings.usual", c.usual, std::uint32_t{0},
               static_cast<std::uint32_t>(connectors::usual_consumption_max));
}

void check_company_offices(const std::vector<companies::Office>& offices, const Judge& judge) {
  if (offices.size() > companies::offices_max)
    judge.say("offices", "must be " + std::to_string(companies::offices_max) + " at most");
  std::set<std::string> names;
  for (const companies::Office& office : offices) {
    if (const Status checked = cases::check_office(office.name, office.label_ar, office.label_en); !checked)
      judge.say("offices", checked.error().message);
    if (!names.insert(office.name).second) judge.say("offices", "'" + office.name + "' is there twice");
  }
}

void check_companies(const Config& config, const Node& list, Faults& faults) {
  for (std::size_t i = 0; i < config.companies.size(); ++i) {
    const auto& company = config.companies[i];
    const auto at = list.children[i].at;
    if (!company.base_url.starts_with("http://") && !company.base_url.starts_with("https://")) {
      faults.add(at, "url must begin with http:// or https://");
    }
    if (const Status rules = payments::check(company.payments); !rules) {
      Judge(list.children[i], faults).say("payments", rules.error().message);
    }
    check_readings(company.readings, Judge(list.children[i], faults));
    check_company_offices(company.offices, Judge(list.children[i], faults));
    const auto& mapping = company.reconciliation;
    if (const Status checked = reconcile::check(mapping); !checked)
      faults.add(at, "reconciliation: " + checked.error().message);
    if (mapping.utc_offset && std::chrono::abs(*mapping.utc_offset) > std::chrono::hours(24))
      faults.add(at, "reconciliation.utc_offset must be within a day");
    for (const std::string& category : company.excluded_categories) {
      if (!companies::is_category(category))
        faults.add(at, "excluded_categories: '" + category + "' is no category", "1 to 20 of a-z, 0-9, - and _");
    }
    if (!company.connector_name.empty() && !is_name(company.connector_name))
      faults.add(at, "connector is the name of a file: 1 to 32 lower-case letters, digits and _");
    const Judge judge(list.children[i], faults);
    if (company.accounts.size() > companies::account_forms_max)
      judge.say("accounts", "must be " + std::to_string(companies::account_forms_max) + " forms at most");
    if (const auto shared = companies::shared_code_fault(std::span(config.companies).first(i), company))
      faults.add(at, shared->message);
  }
}

void check_card_gateway(const companies::CardGatewayConfig& c, const Judge& judge) {
  // As of a link that people get: no secret crosses a network in clear.
  constexpr std::string_view any_path = "/x";
  if (!companies::is_payment_url(c.base_url + std::string(any_path)))
    judge.say("url", "must begin with https://, or with http:// and a loopback address");
  if (!companies::is_payment_url(c.callback_base + std::string(any_path)) || c.callback_base.ends_with('/'))
    judge.say("callback_base", "must begin with https://, or with http:// and a loopback address, and end without /");
  constexpr std::size_t secret_octets_least = 32;
  if (!c.secret.empty() && c.secret.size() < secret_octets_least)
    judge.say("secret", "must have at least 32 characters, such as openssl rand -hex 32 prints");
  if (c.link_lives < std::chrono::minutes(2) || c.link_lives > std::chrono::days(7))
    judge.say("link_lives", "must be 2m to 7d");
}

void check_assurance(const Config& config, const Node& list, Faults& faults) {
  const auto signatures = services::signatures();
  for (std::size_t i = 0; i < config.assurance.size() && i < list.children.size(); ++i) {
    const RaisedAssurance& raised = config.assurance[i];
    const auto at = list.children[i].at;
    const auto service = std::find_if(signatures.begin(), signatures.end(),
                                      [&](const auto& known) { return known.name == raised.service; });
    const auto first = std::find_if(config.assurance.begin(), config.assurance.end(),
                                    [&](const auto& one) { return one.service == raised.service; });
    if (service == signatures.end()) {
      faults.add(at, "there is no service '" + raised.service + "'");
    } else if (first - config.assurance.begin() != static_cast<std::ptrdiff_t>(i)) {
      faults.add(at, raised.service + " is here twice");
    } else if (service->name == flows::otp_send || service->name == flows::otp_verify) {
      faults.add(at, raised.service + " is what proves who is calling");
    } else if (raised.needs <= service->assurance) {
      faults.add(at, raised.service + " needs " + std::string(to_string(service->assurance)) + " of itself",
                 "a deployment may ask for more, never for less");
    }
  }
}

// And fills in what it comes to.
void read_rollout(Config& config, const Node& list, Faults& faults) {
  std::vector<std::string> companies;
  for (const companies::CompanyConfig& company : config.companies) companies.push_back(company.name);
  const rollout::Known known{services::switched_services(), companies};
  for (std::size_t i = 0; i < config.rollout.size(); ++i) {
    const Node& at = list.children[i];
    auto rule = rollout::read_rule(config.rollout[i], known, config.utc_offset);
    if (!rule) {
      Judge(at, faults).say(rule.error().field, "is wrong: " + rule.error().message);
      continue;
    }
    config.switches.push_back(*std::move(rule));
    if (const Status alone = rollout::check(config.switches); !alone) faults.add(at.at, alone.error().message);
  }
}

void check_polls(const Config& config, const Judge& judge) {
  if (const Status polls = polls::check(config.polls); !polls) judge.say("polls", polls.error().message);
  std::set<std::string> groups;
  for (const flows::ServiceSignature& known : services::signatures())
    groups.insert(known.name.substr(0, known.name.find('.')));
  for (const polls::Poll& poll : config.polls) {
    for (const std::string& group : poll.after) {
      if (!groups.contains(group))
        judge.say("polls", poll.name + ": there is no group of services '" + group + "' to be asked after");
    }
  }
}

void check_overseers(const Config& config, const Node& list, Faults& faults) {
  std::set<Msisdn> seen;
  for (std::size_t i = 0; i < config.overseers.size(); ++i) {
    const auto& overseer = config.overseers[i];
    const auto at = list.children[i].at;
    if (std::ranges::find(config.operators, overseer.operator_name, &OperatorConfig::name) ==
        config.operators.end()) {
      faults.add(at, "the operator '" + overseer.operator_name + "' is none of the operators");
    }
    if (!seen.insert(*overseer.msisdn).second) faults.add(at, "the number of an overseer is written twice");
  }
}

void check_admin(const AdminConfig& c, const Judge& judge) {
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(c.address, no_address);
  if (no_address) judge.say("admin.address", "is no IP address");
  if (c.certificate.empty() != c.private_key.empty())
    judge.say("admin.certificate", "and admin.private_key belong together: give both");
  if (c.plain_http && !c.certificate.empty()) judge.say("admin.plain_http", "and a certificate exclude each other");
  if (c.plain_http && !no_address && !address.is_loopback())
    judge.say("admin.plain_http", "is for a loopback address: passwords would cross the network in clear");
}

void check_notices(const NoticesConfig& c, const Judge& judge) {
  const auto days = std::chrono::floor<std::chrono::days>(c.every);
  if (days != c.every || days < std::chrono::days(1) || days > std::chrono::days(31))
    judge.say("notices.every", "must be whole days: 1d to 31d");
  if (c.until.since_midnight - c.from.since_midnight < std::chrono::hours(1))
    judge.say("notices.until", "must be at least an hour after notices.from");
  judge.within("notices.per_second", c.per_second, 1U, 1000U);
}

void check_offices(const Config& config, const Node& list, Faults& faults) {
  for (const services::OfficeFault& fault : services::faults_of(config.offices))
    faults.add(list.children[fault.office].at, fault.what);
}
void check_broadcasts(const BroadcastsConfig& c, const Judge& judge) {
  if (c.until.since_midnight - c.from.since_midnight < std::chrono::hours(1))
    judge.say("broadcasts.until", "must be at least an hour after broadcasts.from");
  judge.within("broadcasts.per_second", c.per_second, 1U, 1000U);
}
void check_fills(const Config& config, const Judge& judge) {
  const services::FillSale& sale = config.fills.sale;
  if (const Status taking = vouchers::check(config.fills.taking); !taking) judge.say("fills", taking.error().message);
  if (sale.company.empty()) {
    if (!sale.account.empty() || sale.price.minor != 0) judge.say("fills.company", "says who sells: it is missing");
    return;
  }
  if (std::ranges::find(config.companies, sale.company, &companies::CompanyConfig::name) == config.companies.end())
    judge.say("fills.company", "is none of the companies");
  const bool is_number = sale.account.size() >= 3 && sale.account.size() <= 20 &&
                         sale.account.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) judge.say("fills.account", "must be 3 to 20 digits");
  judge.within("fills.step", sale.step, 1U, 100'000U);
  judge.within("fills.steps_max", sale.steps_max, 1U, 999U);
  if (sale.most() > store::FillOrder::gallons_max)
    judge.say("fills.steps_max", "of step come to more than 9999999 gallons");
  if (sale.price.minor < 1 || sale.price.minor > companies::amount_minor_max / 1'000)
    judge.say("fills.price", "must be above 0, and not as much as that");
  if (sale.code_lives < std::chrono::days(1) || sale.code_lives > std::chrono::days(1'000))
    judge.say("fills.code_lives", "must be 1d to 1000d");
}
void check_mail(const MailConfig& c, const Judge& judge) {
  if (!c.sends()) return;
  if (!c.url.starts_with("smtp://") && !c.url.starts_with("smtps://"))
    judge.say("mail.url", "must begin with smtp:// or smtps://");
  if (const auto from = MailAddress::parse(c.from); !from) judge.say("mail.from", from.error().message);
  if (c.user.empty() != c.password.empty()) judge.say("mail.user", "and password belong together");
  if (!c.password.empty() && !c.tls && !c.url.starts_with("smtps://"))
    judge.say("mail.tls", "must be true where there is a password");
  const bool has_control = std::ranges::any_of(c.subject, [](char one) { return one >= 0 && one < ' '; });
  if (c.subject.empty() || c.subject.size() > 200 || has_control)
    judge.say("mail.subject", "must be 1 to 200 octets on one line");
  judge.above_zero("mail.timeout", c.timeout);
  judge.within("mail.per_second", c.per_second, 1U, 100U);
  judge.above_zero("mail.expires", c.expires);
}

// What only the whole can tell.
void check(Config& config, const Node& root, Faults& faults) {
  const Judge judge(root, faults);
  if (config.key_file.empty() && config.key_command.empty()) {
    judge.say("key_file", "or key_command is missing: one of them says where the keys are");
  }
  if (!config.key_file.empty() && !config.key_command.empty()) {
    judge.say("key_command", "and key_file exclude each other");
  }
  check_company_limits(config.company_limits, judge);
  if (const Status codes = otp::check(config.codes); !codes) judge.say("codes", codes.error().message);
  if (const Status vouchers = vouchers::check(config.vouchers); !vouchers)
    judge.say("vouchers", vouchers.error().message);
  if (const Status limits = payments::check(payments::Limits{config.payment_limits}); !limits)
    judge.say("payment_limits", limits.error().message);
  if (const Status kinds = cases::check(config.case_kinds); !kinds) judge.say("cases", kinds.error().message);
  check_polls(config, judge);
  if (config.recordings.share < 0 || config.recordings.share > 1) judge.say("recordings.share", "must be 0 to 1");
  judge.above_zero("recordings.keep", config.recordings.keep);
  judge.at_least("recordings.stored_max", config.recordings.stored_max, std::size_t{1});
  const std::string& registry = config.registry.url;
  if (!registry.empty() && !registry.starts_with("http://") && !registry.starts_with("https://")) {
    judge.say("registry.url", "must begin with http:// or https://");
  }
  judge.above_zero("registry.timeout", config.registry.timeout);
  boost::system::error_code no_address;
  boost::asio::ip::make_address(config.http.address, no_address);
  if (no_address) judge.say("http.address", "is no IP address");
  check_admin(config.admin, judge);
  check_notices(config.notices, judge);
  check_broadcasts(config.broadcasts, judge);
  check_fills(config, judge);
  check_mail(config.mail, judge);
  if (const Node* node = root.find("operators"); node != nullptr) {
    check_names(config.operators, *node, faults);
    for (std::size_t i = 0; i < config.operators.size() && i < node->children.size(); ++i) {
      check_operator(config.operators[i], Judge(node->children[i], faults));
    }
  }
  if (const Node* node = root.find("companies");
      node != nullptr && node->children.size() == config.companies.size()) {
    check_names(config.companies, *node, faults);
    check_companies(config, *node, faults);
  }
  if (const Node* node = root.find("card_gateways");
      node != nullptr && node->children.size() == config.card_gateways.size()) {
    check_names(config.card_gateways, *node, faults);
    for (std::size_t i = 0; i < config.card_gateways.size(); ++i)
      check_card_gateway(config.card_gateways[i], Judge(node->children[i], faults));
  }
  if (const Node* node = root.find("assurance"); node != nullptr) check_assurance(config, *node, faults);
  if (const Node* node = root.find("overseers"); node != nullptr) check_overseers(config, *node, faults);
  if (const Node* node = root.find("rollout"); node != nullptr) read_rollout(config, *node, faults);
  if (const Node* node = root.find("offices"); node != nullptr) check_offices(config, *node, faults);
  if (const Node* node = root.find("locales"); node != nullptr && config.locales.empty()) {
    faults.add(node->at, "at least one language is needed");
  }
}

std::string resolve(const std::string& folder, const std::string& path) {
  if (path.empty()) return path;
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

}  // namespace

polls::Plan Config::poll_plan() const {
  polls::Plan plan{polls, utc_offset, {}};
  for (const companies::CompanyConfig& company : companies) plan.companies.push_back(company.name);
  return plan;
}

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<Config, std::vector<flows::Diagnostic>> parse_config(const std::string& file, const std::string& text,
                                                            const std::string& folder,
                                                            const Environment& environment) {
  Faults faults({file});
  Config config;
  const std::optional<Node> root = flows::read_yaml(text, 0, faults);
  if (root) {
    const Reading reading{environment, currency_of(*root, environment)};
    SectionReader reader(*root, reading, faults);
    describe(reader, config);
    if (root->kind == Node::Kind::mapping) reader.refuse_unknown_keys();
    if (faults.empty()) check(config, *root, faults);
  }
  if (!faults.empty()) return std::move(faults).take();
  for (std::string& path : config.folders) path = resolve(folder, path);
  config.database = resolve(folder, config.database);
  config.key_file = resolve(folder, config.key_file);
  if (!config.key_command.empty() && config.key_command.front().find('/') != std::string::npos) {
    config.key_command.front() = resolve(folder, config.key_command.front());
  }
  config.admin.certificate = resolve(folder, config.admin.certificate);
  config.admin.private_key = resolve(folder, config.admin.private_key);
  config.mail.ca_file = resolve(folder, config.mail.ca_file);
  for (auto& op : config.operators) {
    op.smpp.name = op.name;
    op.ussd.dialect.default_alphabet = op.sms.default_alphabet;
  }
  for (auto& gateway : config.card_gateways) gateway.currency = config.currency;
  for (auto& company : config.companies) {
    company.currency = config.currency;
    auto& offset = company.reconciliation.utc_offset;
    if (!offset) offset = config.utc_offset;
  }
  auto wrong = load_connectors(config, file, environment);
  if (!wrong.empty()) return wrong;
  return config;
}

Result<Config, std::vector<flows::Diagnostic>> read_config(const std::string& file, const Environment& environment) {
  const auto text = text_of_file(file);
  if (!text) return std::vector<flows::Diagnostic>{fault_of_file(file, text.error())};
  // By an absolute path where the file is named without its folder: the flows below it are known by the folder's
  // name.
  const auto folder = std::filesystem::path(file).parent_path().lexically_normal();
  const bool is_named = folder.has_filename() && folder.filename() != "." && folder.filename() != "..";
  const auto named = is_named ? folder : std::filesystem::absolute(file).lexically_normal().parent_path();
  return parse_config(file, *text, named.string(), environment);
}

std::vector<broadcasts::Way> broadcast_ways(const Config& config) {
  std::vector<broadcasts::Way> ways;
  for (const OperatorConfig& one : config.operators) {
    ways.push_back({.operator_name = one.name,
                    .long_text = one.sms.long_text,
                    .default_alphabet = one.sms.default_alphabet,
                    .parts_max = one.sms.parts_max,
                    .price_per_part = one.sms.price_per_part.minor});
  }
  return ways;
}

broadcasts::Hours broadcast_hours(const Config& config) {
  return {config.broadcasts.from.since_midnight, config.broadcasts.until.since_midnight, config.utc_offset};
}

std::function<std::string(std::string_view link, std::string text)> digits_of_links(const Config& config) {
  return [&operators = config.operators](std::string_view link, std::string text) {
    const auto found = std::ranges::find(operators, link, &OperatorConfig::name);
    return found == operators.end() ? std::move(text) : flows::in_digits(found->sms.digits, std::move(text));
  };
}

}  // namespace shubbak::daemon
