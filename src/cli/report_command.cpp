// shubbak report: what came of the deployment's services: money, readings, use.

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/serialize.hpp>

#include "admin/report_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/report_table.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

constexpr std::string_view report_name = "report";

struct ReportOptions {
  std::string config;
  std::string from;
  std::string to;
  std::vector<std::string> by;
  std::string company;
  std::string directorate;
  std::string office;
  std::string format = "text";
  bool verify = false;
};

admin::ReportAsked asked_by(const ReportOptions& options) {
  return {options.by,
          {options.from, options.to.empty() ? options.from : options.to},
          {options.company, options.directorate, options.office}};
}

template <class Report>
int tell_as(Report report, const std::string& format) {
  const boost::json::object body = admin::written(report);
  const boost::json::array& rows = body.at("rows").as_array();
  std::string text = format == "csv" ? report_csv(rows) : report_text(rows);
  if (format == "json") text = boost::json::serialize(body) + "\n";
  std::fputs(text.c_str(), stdout);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_ok;
  return failed(report_name, "the output could not be written whole");
}

template <auto report>
int tell_report(const ReportOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(report_name, std::move(*config));
  if (!desk) return desk.error();
  const auto rows = desk->run(report(desk->world(), asked_by(options)));
  if (!rows) return failed(report_name, rows.error().message);
  return tell_as(admin::shown(*rows, options.by), options.format);
}

int verify(const ReportOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(report_name, std::move(*config));
  if (!desk) return desk.error();
  const auto differing = desk->run(admin::verify_payments(desk->world(), asked_by(options)));
  if (!differing) return failed(report_name, differing.error().message);
  if (differing->empty()) {
    std::puts("what was added up is what the books say");
    return exit_ok;
  }
  tell_as(admin::shown(*differing, options.by), options.format);
  return failed(report_name, "the rows above were added up otherwise than the books say, or are missing on one side");
}

int tell_payments(const ReportOptions& options) {
  return options.verify ? verify(options) : tell_report<admin::report_payments>(options);
}

CLI::App* add_report(CLI::App& report, ReportOptions& options, const char* name, const char* what,
                     int (*run)(const ReportOptions&), int& exit_code) {
  CLI::App* added = report.add_subcommand(name, what);
  add_config_option(*added, options.config);
  added->add_option("--from,--day", options.from, "The first day, as 2026-11-26, or the only one")->required();
  added->add_option("--to", options.to, "The last day");
  added->add_option("--format", options.format, "text, csv for spreadsheets, or json as the API answers")
      ->check(CLI::IsMember({"text", "csv", "json"}));
  added->callback([&exit_code, &options, run] { exit_code = run(options); });
  return added;
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  static ReportOptions options;
  CLI::App* command =
      app.add_subcommand("report", "Money that was collected, readings, sessions and messages, by day and more");
  command->require_subcommand(1);
  CLI::App* payments = add_report(*command, options, "payments", "Payments by the moment of their end, and refunds",
                                  tell_payments, exit_code);
  payments->add_option("--by", options.by, "company, directorate, office, day, channel: one or more, with commas")
      ->delimiter(',');
  payments->add_option("--company", options.company, "Only of it");
  payments->add_option("--directorate", options.directorate, "Only what was paid in cash there");
  payments->add_option("--office", options.office, "Only what was paid in cash there");
  payments->add_flag("--verify", options.verify, "Hold it against every payment in the books, which takes its time");
  CLI::App* readings = add_report(*command, options, "readings", "Meter readings by when they were taken",
                                  tell_report<admin::report_readings>, exit_code);
  readings->add_option("--by", options.by, "company, day: one or both, with a comma")->delimiter(',');
  readings->add_option("--company", options.company, "Only of it");
  CLI::App* use = add_report(*command, options, "use", "Sessions and short messages by operator",
                             tell_report<admin::report_use>, exit_code);
  use->add_option("--by", options.by, "day, channel: one or both, with a comma")->delimiter(',');
}

}  // namespace shubbak::cli
