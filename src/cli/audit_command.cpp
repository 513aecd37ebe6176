// shubbak audit: what overseers verify, search and carry away. It writes nothing to the database.

#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit_output.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "daemon/config.hpp"
#include "domain/text.hpp"
#include "numbers/typed_number.hpp"
#include "services/local_day.hpp"
#include "store/audit_trail.hpp"

namespace shubbak::cli {
namespace {

struct AuditOptions {
  std::string config;
  std::vector<std::string> heads;
  std::string person;
  std::string msisdn;
  std::string action;
  std::string by;
  std::string from;
  std::string to;
  std::string format = "text";
};

struct Opened {
  daemon::Config config;
  std::unique_ptr<store::AuditTrail> trail;
};
Result<Opened, int> open_trail(const std::string& file) {
  auto config = read_configuration(file);
  if (!config) return exit_failed;
  auto trail = store::AuditTrail::open(config->database);
  if (!trail) return failed("audit", trail.error().message);
  return Opened{std::move(*config), std::move(*trail)};
}

int verify(const AuditOptions& options) {
  std::vector<audit::Head> given;
  for (const std::string& text : options.heads) {
    auto head = audit::parse_head(text);
    if (!head) return wrong_usage("audit", "--head " + text + ": " + head.error().message);
    given.push_back(std::move(*head));
  }
  auto opened = open_trail(options.config);
  if (!opened) return opened.error();
  const auto verdict = opened->trail->verify(given);
  if (!verdict) return failed("audit", verdict.error().message);
  if (verdict->fault) return failed("audit", "broken: " + verdict->fault->message);
  std::printf("intact: %lld records, the last is %lld:%s\n", static_cast<long long>(verdict->last.number),
              static_cast<long long>(verdict->last.number), audit::to_hex(verdict->last.hash).c_str());
  std::printf("%zu heads agree: %zu published, %zu given\n", verdict->heads, verdict->heads - given.size(),
              given.size());
  if (given.empty()) {
    std::printf(
        "Give heads of the overseers' SMS with --head: whoever can write the database could have written its "
        "published heads anew too.\n");
  }
  return exit_ok;
}

Result<audit::Filter> filter_of(const AuditOptions& options, const Opened& opened) {
  audit::Filter filter{.action = options.action, .by = options.by};
  const store::KeySource keys{opened.config.key_file, opened.config.key_command};
  if (!options.person.empty()) {
    std::string digits = options.person;
    if (digits == "-" && !std::getline(std::cin, digits)) {
      return Error{Errc::invalid, "no national number on the standard input"};
    }
    const auto person = NationalId::parse(opened.config.country, latin_digits(digits));
    if (!person) return Error{Errc::invalid, "--person: " + person.error().message};
    auto pseudonym = opened.trail->pseudonym(keys, *person);
    if (!pseudonym) return pseudonym.error();
    filter.person = std::move(*pseudonym);
  }
  if (!options.msisdn.empty()) {
    const auto msisdn = numbers::parse_typed_mobile(options.msisdn, opened.config.country);
    if (!msisdn) return Error{Errc::invalid, "--msisdn: " + msisdn.error().message};
    auto pseudonym = opened.trail->pseudonym(keys, *msisdn);
    if (!pseudonym) return pseudonym.error();
    filter.msisdn = std::move(*pseudonym);
  }
  if (!options.from.empty()) {
    const auto from = services::start_of_day(options.from, opened.config.utc_offset);
    if (!from) return Error{Errc::invalid, "--from: " + from.error().message};
    filter.from = *from;
  }
  if (!options.to.empty()) {
    const auto to = services::start_of_day(options.to, opened.config.utc_offset);
    if (!to) return Error{Errc::invalid, "--to: " + to.error().message};
    filter.before = *to + std::chrono::days(1);
  }
  return filter;
}

// Ends where the output takes no more: a full disk, or a pipe that nobody reads.
int write_out(store::AuditTrail& trail, const audit::Filter& filter, const std::string& format,
              std::chrono::minutes utc_offset) {
  if (format == "csv") std::fputs(csv_heading().c_str(), stdout);
  const auto read = trail.each(filter, [&](const audit::Record& record) {
    const std::string line = format == "csv"    ? to_csv_line(record)
                             : format == "json" ? to_json_line(record)
                                                : to_text_line(record, utc_offset);
    return std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
  });
  if (!read) return failed("audit", read.error().message);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return failed("audit", "the output could not be written whole");
  return exit_ok;
}

int search(const AuditOptions& options) {
  auto opened = open_trail(options.config);
  if (!opened) return opened.error();
  const auto filter = filter_of(options, *opened);
  if (!filter) {
    return filter.error().code == Errc::invalid ? wrong_usage("audit", filter.error().message)
                                                : failed("audit", filter.error().message);
  }
  return write_out(*opened->trail, *filter, options.format, opened->config.utc_offset);
}

int export_all(const AuditOptions& options) {
  auto opened = open_trail(options.config);
  if (!opened) return opened.error();
  return write_out(*opened->trail, {}, "json", opened->config.utc_offset);
}

CLI::App* add_with_config(CLI::App& command, const std::string& name, const std::string& what,
                          AuditOptions& options) {
  CLI::App* added = command.add_subcommand(name, what);
  add_config_option(*added, options.config);
  return added;
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  static AuditOptions options;
  CLI::App* command = app.add_subcommand("audit", "Verify, search and export the audit trail");
  command->description(
      "The audit trail: every change of identity, flows and roles as a chain of records that cannot be changed\n"
      "unseen. Persons and numbers stand in it as pseudonyms. Nothing is written to the database.");
  command->require_subcommand(1);

  CLI::App* verifying = add_with_config(*command, "verify", "Is the chain whole? Exit code 0: yes, 1: no", options);
  verifying->add_option("--head", options.heads, "A head as an SMS told it: NUMBER:HASH; several may be given");
  verifying->callback([&exit_code] { exit_code = verify(options); });

  CLI::App* searching = add_with_config(*command, "search", "Find records", options);
  searching->add_option("--person", options.person, "Of this national number; '-' reads it from stdin");
  searching->add_option("--msisdn", options.msisdn, "Of this mobile number");
  searching->add_option("--action", options.action, "Whose action begins like this, such as link. or otp.locked");
  searching->add_option("--by", options.by, "Of this account, operator or Unix user");
  searching->add_option("--from", options.from, "From this day on, local time: 2026-11-25");
  searching->add_option("--to", options.to, "Up to this day, the day included");
  searching->add_option("--format", options.format, "Of the output")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->capture_default_str();
  searching->callback([&exit_code] { exit_code = search(options); });

  CLI::App* exporting =
      add_with_config(*command, "export", "All records with their hashes, one JSON object a line", options);
  exporting->callback([&exit_code] { exit_code = export_all(options); });
}

}  // namespace shubbak::cli
