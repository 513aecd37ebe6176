// shubbak report: what came of the deployment's services: money, readings, use, cases, cash.

#include <cstdio>
#include <optional>
#include <string>
#include <type_traits>
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

store::ReportPlace place_by(const ReportOptions& options) {
  return {options.company, options.directorate, options.office};
}

admin::ReportAsked asked_by(const ReportOptions& options) {
  return {options.by, {options.from, options.to.empty() ? options.from : options.to}, place_by(options)};
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

// `report` needs who asks where not everybody who may ask reads of everything.
template <auto report>
auto asked_for(StaffAtWork& desk, const ReportOptions& options) {
  if constexpr (std::is_invocable_v<decltype(report), admin::World&, admin::Caller, admin::ReportAsked>) {
    return desk.run(report(desk.world(), desk.caller(), asked_by(options)));
  } else {
    return desk.run(report(desk.world(), asked_by(options)));
  }
}

template <auto report>
int tell_report(const ReportOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(report_name, std::move(*config));
  if (!desk) return desk.error();
  const auto rows = asked_for<report>(*desk, options);
  if (!rows) return failed(report_name, rows.error().message);
  return tell_as(admin::shown(*rows, options.by), options.format);
}

template <auto verification>
int verify(const ReportOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(report_name, std::move(*config));
  if (!desk) return desk.error();
  const auto differing = asked_for<verification>(*desk, options);
  if (!differing) return failed(report_name, differing.error().message);
  if (differing->empty()) {
    std::puts("what was added up is what the books say");
    return exit_ok;
  }
  tell_as(admin::shown(*differing, options.by), options.format);
  return failed(report_name, "the rows above were added up otherwise than the books say, or are missing on one side");
}

template <auto report, auto verification>
int tell_or_verify(const ReportOptions& options) {
  return options.verify ? verify<verification>(options) : tell_report<report>(options);
}

int tell_open_cases(const ReportOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(report_name, std::move(*config));
  if (!desk) return desk.error();
  const auto rows =
      desk->run(admin::report_open_cases(desk->world(), desk->caller(), {options.by, place_by(options)}));
  if (!rows) return failed(report_name, rows.error().message);
  if (!rows->empty() || options.format != "text") return tell_as(admin::shown(*rows, options.by), options.format);
  std::puts("no case is open");
  return exit_ok;
}

// Without days.
CLI::App* add_report(CLI::App& report, ReportOptions& options, const char* name, const char* what,
                     int (*run)(const ReportOptions&), int& exit_code) {
  CLI::App* added = report.add_subcommand(name, what);
  add_config_option(*added, options.config);
  added->add_option("--format", options.format, "text, csv for spreadsheets, or json as the API answers")
      ->check(CLI::IsMember({"text", "csv", "json"}));
  added->callback([&exit_code, &options, run] { exit_code = run(options); });
  return added;
}

void add_days(CLI::App& report, ReportOptions& options) {
  report.add_option("--from,--day", options.from, "The first day, as 2026-11-26, or the only one")->required();
  report.add_option("--to", options.to, "The last day");
}

void add_groups(CLI::App& report, ReportOptions& options, const char* groups) {
  report.add_option("--by", options.by, std::string(groups) + ": one or more, with commas")->delimiter(',');
}

void add_place(CLI::App& report, ReportOptions& options, const char* what) {
  report.add_option("--company", options.company, "Only of it");
  report.add_option("--directorate", options.directorate, std::string("Only what ") + what + " there");
  report.add_option("--office", options.office, std::string("Only what ") + what + " there");
}

void add_verify(CLI::App& report, ReportOptions& options, const char* against) {
  report.add_flag("--verify", options.verify, std::string("Hold it against ") + against + ", which takes its time");
}

void add_reports_of_money(CLI::App& command, ReportOptions& options, int& exit_code) {
  CLI::App* payments = add_report(command, options, "payments", "Payments by the moment of their end, and refunds",
                                  tell_or_verify<admin::report_payments, admin::verify_payments>, exit_code);
  add_days(*payments, options);
  add_groups(*payments, options, "company, directorate, office, day, channel, purpose");
  add_place(*payments, options, "was paid in cash");
  add_verify(*payments, options, "every payment in the books");
  CLI::App* collectors =
      add_report(command, options, "collectors", "Cash that came into drawers and went out, and what is in them",
                 tell_or_verify<admin::report_collectors, admin::verify_collectors>, exit_code);
  add_days(*collectors, options);
  add_groups(*collectors, options, "account, drawer, office, directorate, company, day");
  add_place(*collectors, options, "was taken");
  add_verify(*collectors, options, "every movement and the ledger");
}

void add_reports_of_cases(CLI::App& command, ReportOptions& options, int& exit_code) {
  CLI::App* cases =
      add_report(command, options, "cases", "Cases that were opened, resolved, late, reopened and rated",
                 tell_or_verify<admin::report_cases, admin::verify_cases>, exit_code);
  add_days(*cases, options);
  add_groups(*cases, options, "kind, company, directorate, office, worker, day");
  CLI::App* stages = add_report(command, options, "cases-stages", "How long cases were in the stages that they left",
                                tell_or_verify<admin::report_stages, admin::verify_stages>, exit_code);
  add_days(*stages, options);
  add_groups(*stages, options, "kind, stage, company, directorate, office, worker, day");
  for (CLI::App* report : {cases, stages}) {
    add_place(*report, options, "was done");
    add_verify(*report, options, "the history of every case");
  }
  CLI::App* open = add_report(command, options, "cases-open", "Cases that are open now, by how old they are",
                              tell_open_cases, exit_code);
  add_groups(*open, options, "kind, stage, age, company, directorate, office, worker");
  add_place(*open, options, "is worked");
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  static ReportOptions options;
  CLI::App* command = app.add_subcommand(
      "report", "Money that was collected, readings, sessions, messages and cases, by day and more");
  command->require_subcommand(1);
  add_reports_of_money(*command, options, exit_code);
  CLI::App* readings = add_report(*command, options, "readings", "Meter readings by when they were taken",
                                  tell_report<admin::report_readings>, exit_code);
  add_days(*readings, options);
  add_groups(*readings, options, "company, office, day, channel");
  readings->add_option("--company", options.company, "Only of it");
  readings->add_option("--office", options.office, "Only what agents sent there");
  CLI::App* use = add_report(*command, options, "use", "Sessions and short messages by operator",
                             tell_report<admin::report_use>, exit_code);
  add_days(*use, options);
  add_groups(*use, options, "day, channel, company");
  use->add_option("--company", options.company, "Only sessions that asked a service of it");
  add_reports_of_cases(*command, options, exit_code);
}

}  // namespace shubbak::cli
