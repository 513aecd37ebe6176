// shubbak reconcile: companies' daily files held against the payments here, the cases that come of it, and a file of
// the payments for the company's accountants.

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/open_store.hpp"
#include "cli/reconcile_output.hpp"
#include "cli/reconciled_file.hpp"
#include "cli/staff_at_work.hpp"
#include "services/local_day.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::size_t reconcile_page_rows = 1'000;
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

// What most of the commands are about.
struct CompanyDay {
  const companies::CompanyConfig* company = nullptr;
  reconcile::Day day;
  [[nodiscard]] const std::string& name() const { return company->name; }
  [[nodiscard]] ReportedDay reported() const { return {company->name, day.day}; }
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
  const auto day = services::start_of_day(options.day, std::chrono::minutes(0));
  if (!day) return Error{day.error().code, "--day: " + day.error().message};
  const auto date = std::chrono::floor<std::chrono::days>(*day);
  return CompanyDay{*company, reconcile::day_of(date, (*company)->reconciliation)};
}

// Nothing written, or not all of it: a full disk, or a pipe that nobody reads.
int finish_reconcile_output(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return failed(reconcile_name, "the output could not be written whole");
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
  auto missing = desk.store().reconciliation().unlisted_payments(import, most + 1);
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

int tell_day(store::Store& store, const CompanyDay& of, const std::string& format, std::chrono::minutes utc_offset) {
  const auto report = store.reconciliation().reconciliation_report(of.name(), of.day);
  if (!report) return failed(reconcile_name, report.error().message);
  const std::string text =
      format == "json" ? to_report_json(of.reported(), *report) : to_report_text(of.reported(), *report, utc_offset);
  std::fputs(text.c_str(), stdout);
  const bool is_whole =
      std::ranges::all_of(report->totals, [](const auto& totals) { return reconcile::adds_up(totals); });
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
  return tell_day(desk.store(), of, "text", desk.config().utc_offset);
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

// --- what only reads
struct OpenedReconciliation {
  daemon::Config config;
  std::unique_ptr<OpenStore> opened;
  store::ReconcileReads& reads() { return opened->store().reconciliation(); }
};
Result<OpenedReconciliation, int> open_reconciliation(const ReconcileOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  auto opened = OpenStore::open(*config);
  if (!opened) return failed(reconcile_name, opened.error().message);
  return OpenedReconciliation{std::move(*config), std::move(*opened)};
}

int report(const ReconcileOptions& options) {
  auto opened = open_reconciliation(options);
  if (!opened) return opened.error();
  const auto of = company_day(opened->config, options);
  if (!of) return wrong_usage(reconcile_name, of.error().message);
  return tell_day(opened->opened->store(), *of, options.format, opened->config.utc_offset);
}

int cases(const ReconcileOptions& options) {
  auto opened = open_reconciliation(options);
  if (!opened) return opened.error();
  if (!options.company.empty()) {
    if (const auto known = find_company(opened->config, options.company); !known)
      return wrong_usage(reconcile_name, known.error().message);
  }
  const store::CaseFilter filter{options.company, options.open_only};
  std::int64_t after = 0;
  for (std::size_t rows = reconcile_page_rows; rows == reconcile_page_rows;) {
    const auto page = opened->reads().reconciliation_cases(filter, after, reconcile_page_rows);
    if (!page) return failed(reconcile_name, page.error().message);
    for (const store::StoredCase& one : *page) {
      const std::string line =
          options.format == "json" ? to_case_json(one) : to_case_line(one, opened->config.utc_offset);
      std::fputs(line.c_str(), stdout);
      after = one.number;
    }
    rows = page->size();
  }
  return finish_reconcile_output(exit_ok);
}

int export_day(const ReconcileOptions& options) {
  auto opened = open_reconciliation(options);
  if (!opened) return opened.error();
  const auto of = company_day(opened->config, options);
  if (!of) return wrong_usage(reconcile_name, of.error().message);
  std::fputs(export_heading().c_str(), stdout);
  std::optional<store::SettledPayment> last;
  for (std::size_t rows = reconcile_page_rows; rows == reconcile_page_rows;) {
    auto page = opened->reads().settled_payments(of->name(), of->day, last, reconcile_page_rows);
    if (!page) return failed(reconcile_name, page.error().message);
    for (const store::SettledPayment& payment : *page)
      std::fputs(to_export_line(payment, of->name()).c_str(), stdout);
    rows = page->size();
    if (rows > 0) last = std::move(page->back());
  }
  std::int64_t after = 0;
  for (std::size_t rows = reconcile_page_rows; rows == reconcile_page_rows;) {
    const auto page = opened->reads().paid_refunds(of->name(), of->day, after, reconcile_page_rows);
    if (!page) return failed(reconcile_name, page.error().message);
    for (const store::PaidRefund& refund : *page) {
      std::fputs(to_export_line(refund).c_str(), stdout);
      after = refund.number;
    }
    rows = page->size();
  }
  return finish_reconcile_output(exit_ok);
}

// --- cases
int resolve(const ReconcileOptions& options) {
  const auto number = reconcile::parse_case_number(options.number);
  if (!number) return wrong_usage(reconcile_name, "'" + options.number + "' is no case's number, or mistyped");
  const auto how = reconcile::parse_resolution(options.how);
  if (!how) return wrong_usage(reconcile_name, "--how: '" + options.how + "' is no resolution");
  if (options.note.empty() || options.note.size() > store::ResolveCase::note_octets_max) {
    return wrong_usage(reconcile_name, "--note: it says why, in 1 to " +
                                           std::to_string(store::ResolveCase::note_octets_max) + " octets");
  }
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open(reconcile_name, std::move(*config), options.account, Permission::reconcile_resolve);
  if (!desk) return desk.error();
  const auto found = desk->store().reconciliation().find_case(*number);
  if (!found) return failed(reconcile_name, found.error().message);
  if (!*found) return failed(reconcile_name, "there is no case " + options.number);
  const auto done =
      desk->put(store::ReconcileChange(store::ResolveCase{*number, *how, options.note, desk->by(), wall_now()}),
                staff::Scope{.company = (*found)->company});
  if (!done) return failed(reconcile_name, done.error().message);
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
