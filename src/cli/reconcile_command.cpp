// shubbak reconcile: companies' daily files held against the payments here, the cases that come of it, and a file of
// the payments for the company's accountants.

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include "admin/reconcile_service.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/reconcile_output.hpp"
#include "cli/reconciled_file.hpp"
#include "cli/staff_at_work.hpp"
#include "store/reconcile_book.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view reconcile_name = "reconcile";

struct ReconcileOptions {
  std::string config;
  std::string account;
  std::string company;
  std::string day;
  std::string file;
  std::string format = "text";
  bool open_only = false;
  std::string number;
  std::string how;
  std::string note;
};

struct CompanyDay {
  const companies::CompanyConfig* company = nullptr;
  reconcile::Day day;
  [[nodiscard]] const std::string& name() const { return company->name; }
};

Result<const companies::CompanyConfig*> find_company(const daemon::Config& config, const std::string& name) {
  std::string known;
  for (const auto& company : config.companies) {
    if (company.name == name) return &company;
    known.append(known.empty() ? "" : ", ").append(company.name);
  }
  return Error{Errc::not_found, "there is no company '" + name + "': it is one of " + known};
}

Result<CompanyDay> company_day(const daemon::Config& config, const ReconcileOptions& options) {
  const auto company = find_company(config, options.company);
  if (!company) return company.error();
  const auto day = admin::company_day(**company, options.day);
  if (!day) return Error{day.error().code, "--day: " + day.error().message};
  return CompanyDay{*company, *day};
}

// Nothing written, or not all of it: a full disk, or a pipe that nobody reads.
int finish_reconcile_output(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return failed(reconcile_name, "the output could not be written whole");
}

// What is wrong with what was typed is wrong usage.
int failed_for(const admin::ApiError& error) {
  const bool is_unknown_company = error.code == admin::Code::not_found && error.field == "company";
  const bool is_usage = error.code == admin::Code::invalid || is_unknown_company;
  if (!is_usage) return failed(reconcile_name, error.message);
  return wrong_usage(reconcile_name, error.field.empty() ? error.message : error.field + ": " + error.message);
}

// --- import
std::string nothing_imported(const std::string& why) {
  return why + "; nothing is imported";
}

// All lines in slices, which nobody sees yet.
Status stage_lines(StaffAtWork& desk, const ReconciledFile& file, std::int64_t import, const staff::Scope& where,
                   const FileRead& expected) {
  store::StageLines slice{.import = import, .first = 1, .lines = {}};
  const auto put_slice = [&]() -> Status {
    const auto count = static_cast<std::int64_t>(slice.lines.size());
    if (count == 0) return {};
    const auto staged = desk.put_page(store::ReconcileChange(slice), where);
    if (!staged) return Error{Errc::unavailable, staged.error().message};
    slice.first += count;
    slice.lines.clear();
    return {};
  };
  const auto read = read_file(file, [&](reconcile::Listed listed) -> Status {
    slice.lines.push_back(std::move(listed));
    return slice.lines.size() < store::StageLines::at_once_max ? Status() : put_slice();
  });
  if (!read) return read.error();
  if (Status staged = put_slice(); !staged) return staged;
  if (read->content != expected.content) return Error{Errc::conflict, file.path + ": it was changed meanwhile"};
  return {};
}

// What imports leave that were replaced or have never come into force.
Status drop_rows(StaffAtWork& desk, const staff::Scope& where) {
  for (;;) {
    const auto dropped = desk.put_page(store::ReconcileChange(store::DropStagedRows{}), where);
    if (!dropped) return Error{Errc::unavailable, dropped.error().message};
    if (dropped->reconciled.rows_dropped == 0) return {};
  }
}

Result<store::Reconciled> publish(StaffAtWork& desk, std::int64_t import, std::int64_t lines,
                                  const staff::Scope& where) {
  constexpr auto most = static_cast<std::size_t>(store::StageLines::differences_max);
  const auto book = store::ReconcileBook::open(desk.config().database);
  if (!book) return book.error();
  auto missing = (*book)->unlisted_payments(import, most + 1);
  if (!missing) return missing.error();
  if (missing->size() > most) {
    return Error{Errc::limit,
                 "more than " + std::to_string(most) +
                     " payments of that day are not in the file: is it the file of this company and day?"};
  }
  const auto published = desk.put(
      store::ReconcileChange(store::PublishImport{import, lines, *std::move(missing), desk.by(), wall_now()}), where);
  if (!published) return Error{Errc::unavailable, published.error().message};
  return published->reconciled;
}

int tell_day(StaffAtWork& desk, const std::string& company, const std::string& day, const std::string& format) {
  admin::World& world = desk.world();
  const auto told = desk.run(admin::report_day(world, StaffDesk::console(), company, day));
  if (!told) return failed_for(told.error());
  const std::string text = format == "json" ? to_report_json(*told) : to_report_text(*told, world.utc_offset);
  std::fputs(text.c_str(), stdout);
  const bool is_whole =
      std::ranges::all_of(told->report.totals, [](const auto& totals) { return reconcile::adds_up(totals); });
  return finish_reconcile_output(is_whole ? exit_ok : exit_failed);
}

int import_read(StaffAtWork& desk, const CompanyDay& of, const ReconciledFile& file, const FileRead& read) {
  const staff::Scope where{.company = of.name()};
  const auto begun = desk.put(
      store::ReconcileChange(store::BeginImport{of.name(), of.day, read.content, desk.by(), wall_now()}), where);
  if (!begun) return failed(reconcile_name, begun.error().message);
  const std::int64_t import = begun->reconciled.import;
  if (begun->reconciled.is_known) {
    std::printf("this file was imported before, as import %lld: nothing is changed\n",
                static_cast<long long>(import));
    return finish_reconcile_output(exit_ok);
  }
  if (const Status staged = stage_lines(desk, file, import, where, read); !staged)
    return failed(reconcile_name, nothing_imported(staged.error().message));
  const auto published = publish(desk, import, read.lines, where);
  if (!published) return failed(reconcile_name, nothing_imported(published.error().message));
  std::printf("imported %lld lines: %lld cases opened, %lld closed\n", static_cast<long long>(read.lines),
              static_cast<long long>(published->cases_opened), static_cast<long long>(published->cases_closed));
  if (wall_now() < of.day.ends)
    std::printf("The day is not over: what is paid from now on is compared when its whole file is imported.\n");
  if (const Status dropped = drop_rows(desk, where); !dropped)
    return failed(reconcile_name, "imported; what was replaced could not be cleaned up: " + dropped.error().message);
  return tell_day(desk, of.name(), reconcile::iso_day(of.day.day), "text");
}

int import_file(const ReconcileOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  const auto of = company_day(*config, options);
  if (!of) return wrong_usage(reconcile_name, of.error().message);
  if (wall_now() < of->day.begins) return wrong_usage(reconcile_name, "--day: that day has not begun yet");
  const reconcile::Mapping mapping = of->company->reconciliation;
  const ReconciledFile file{options.file, &mapping, config->currency, of->day};
  // The whole file is judged before anything is written.
  const auto read = read_file(file, [](const reconcile::Listed&) { return Status(); });
  if (!read) return failed(reconcile_name, read.error().message);
  const companies::CompanyConfig company = *of->company;
  const reconcile::Day day = of->day;
  auto desk = StaffAtWork::open(reconcile_name, std::move(*config), options.account, Permission::reconcile_import);
  if (!desk) return desk.error();
  return import_read(*desk, {&company, day}, file, *read);
}

// --- what only reads: whoever may read the key file asks
Result<StaffAtWork, int> reading_desk(const ReconcileOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open_to_read(reconcile_name, std::move(*config));
}

int report(const ReconcileOptions& options) {
  auto desk = reading_desk(options);
  if (!desk) return desk.error();
  return tell_day(*desk, options.company, options.day, options.format);
}

int cases(const ReconcileOptions& options) {
  auto desk = reading_desk(options);
  if (!desk) return desk.error();
  admin::World& world = desk->world();
  admin::CasesWanted wanted{.open_only = options.open_only};
  if (!options.company.empty()) {
    const bool is_bank = options.company.starts_with(store::bank_in_cases({}));
    if (!is_bank && world.companies->find(options.company) == nullptr)
      return wrong_usage(reconcile_name, "there is no company '" + options.company + "'");
    wanted.company = options.company;
  }
  for (;;) {
    const auto page = admin::list_cases(world, desk->caller(), wanted);
    if (!page) return failed_for(page.error());
    if (page->empty()) return finish_reconcile_output(exit_ok);
    for (const store::StoredCase& one : *page) {
      const std::string line = options.format == "json" ? to_case_json(one) : to_case_line(one, world.utc_offset);
      std::fputs(line.c_str(), stdout);
    }
    wanted.after = reconcile::case_number(page->back().number);
  }
}

int export_day(const ReconcileOptions& options) {
  auto desk = reading_desk(options);
  if (!desk) return desk.error();
  std::fputs(export_heading().c_str(), stdout);
  std::optional<std::string> after;
  do {
    auto page = desk->run(admin::export_day(desk->world(), desk->caller(), options.company, options.day, after));
    if (!page) return failed_for(page.error());
    for (const admin::ExportedLine& line : page->lines) std::fputs(to_export_line(line).c_str(), stdout);
    after = std::move(page->next);
  } while (after);
  return finish_reconcile_output(exit_ok);
}

// --- cases
int resolve(const ReconcileOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open(reconcile_name, std::move(*config), options.account, Permission::reconcile_resolve);
  if (!desk) return desk.error();
  admin::CaseResolved wanted{options.number, options.how, options.note};
  const auto done = desk->run(admin::resolve_case(desk->world(), desk->caller(), std::move(wanted)));
  if (!done) return failed_for(done.error());
  std::printf("resolved case %s: %s\n", options.number.c_str(), options.how.c_str());
  return finish_reconcile_output(exit_ok);
}

}  // namespace

void add_reconcile_command(CLI::App& app, int& exit_code) {
  static ReconcileOptions options;
  CLI::App* command = app.add_subcommand("reconcile", "Companies' daily files against the payments here");
  command->description(
      "What a company lists in its daily file (CSV; companies[].reconciliation of the configuration) is held against "
      "the\n"
      "payments here; what differs becomes a case. Passwords are asked for, or read from the standard input.");
  command->require_subcommand(1);
  using Run = int (*)(const ReconcileOptions&);
  const auto sub = [&](const char* name, const char* what, Run run) {
    CLI::App* added = command->add_subcommand(name, what);
    add_config_option(*added, options.config);
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  const auto of_day = [](CLI::App* added) {
    added->add_option("--company", options.company, "By its name in the configuration")->required();
    added->add_option("--day", options.day, "Of the company's calendar: 2026-11-25")->required();
    return added;
  };
  const auto as_account = [](CLI::App* added) {
    added->add_option("--as", options.account, "Your account")->required();
  };
  const auto in_format = [](CLI::App* added) {
    added->add_option("--format", options.format, "Of the output")->check(CLI::IsMember({"text", "json"}));
  };

  CLI::App* importing = of_day(sub("import", "Import a company's file of a day, or a corrected one", import_file));
  as_account(importing);
  importing->add_option("file", options.file, "The company's CSV")->required()->check(CLI::ExistingFile);

  in_format(of_day(sub("report", "The totals of a day on both sides. Exit code 0: they add up, 1: no", report)));

  CLI::App* listing = sub("cases", "Each case, oldest first", cases);
  listing->add_option("--company", options.company, "Only of this one");
  listing->add_flag("--open", options.open_only, "Only those that nobody has resolved");
  in_format(listing);

  CLI::App* resolving = sub("resolve", "Close a case, and say why", resolve);
  as_account(resolving);
  resolving->add_option("case", options.number, "Its number")->required();
  resolving->add_option("--how", options.how, "explained, company_corrects, paid_back or written_off")->required();
  resolving->add_option("--note", options.note, "Why; for the file, not for citizens")->required();

  of_day(sub("export", "What was paid and refunded here on a day, as CSV for the company's accountants", export_day));
}

}  // namespace shubbak::cli
