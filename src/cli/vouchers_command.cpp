// shubbak vouchers: batches of vouchers are issued, activated by a second person, blocked, voided; and what there is
// of them is read and verified.

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <vector>

#include <openssl/rand.h>

#include "cli/audit_output.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/print_file.hpp"
#include "cli/staff_at_work.hpp"
#include "cli/vouchers_output.hpp"
#include "services/local_day.hpp"
#include "store/voucher_book.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::size_t batches_page_rows = 100;
// A PIN that another voucher has comes once in four hundred thousand pages, with ten million vouchers there.
constexpr int draws_max = 3;

struct VoucherOptions {
  std::string config;
  std::string account;
  std::string face;
  std::int64_t count = 0;
  std::string expires;
  std::string recipient;
  std::string print_file;
  std::string target;
  bool lift = false;
};

Result<StaffAtWork, int> open_desk(const VoucherOptions& options, Permission permission) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open("vouchers", std::move(*config), options.account, permission);
}

// --- issue
std::uint64_t random_octets() {
  std::uint64_t drawn = 0;
  SHUBBAK_ASSERT(RAND_priv_bytes(reinterpret_cast<unsigned char*>(&drawn), sizeof drawn) == 1);
  return drawn;
}

Result<vouchers::NewBatch> wanted_batch(const VoucherOptions& options, const StaffAtWork& desk) {
  const auto face = parse_amount(options.face, desk.config().currency);
  if (!face) return Error{face.error().code, "--face: " + face.error().message};
  const auto day = services::start_of_day(options.expires, desk.config().utc_offset);
  if (!day) return Error{day.error().code, "--expires: " + day.error().message};
  return vouchers::NewBatch{*face, options.count, *day + std::chrono::days(1), desk.by(), wall_now()};
}

Status add_vouchers(StaffAtWork& desk, std::int64_t batch, std::int64_t count, PrintFile& file) {
  constexpr auto page = static_cast<std::int64_t>(store::AddVouchers::at_once_max);
  for (std::int64_t first = 1; first <= count; first += page) {
    const std::int64_t rows = std::min(page, count - first + 1);
    for (int draw = 1;; ++draw) {
      store::AddVouchers adding{batch, first, {}, desk.by()};
      adding.pins.reserve(static_cast<std::size_t>(rows));
      for (std::int64_t i = 0; i < rows; ++i) adding.pins.push_back(vouchers::Pin::draw(random_octets));
      const auto added = desk.put_page(store::VoucherChange(adding));
      if (added) {
        for (std::int64_t i = 0; i < rows; ++i)
          file.add({batch, first + i}, adding.pins[static_cast<std::size_t>(i)]);
        break;
      }
      const bool is_again = added.error().code == admin::Code::conflict && draw < draws_max;
      if (!is_again) return Error{Errc::unavailable, added.error().message};
    }
  }
  return {};
}

// The PINs are in memory: no core file may hold them, and no other process of the user may look there.
Status close_memory() {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) == 0 && ::prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0) return {};
  return Error{Errc::unavailable, std::string("nothing is issued, since core files and other processes could not be "
                                              "kept from the PINs in memory: ") +
                                      std::strerror(errno)};
}

int issue(const VoucherOptions& options) {
  if (const Status closed = close_memory(); !closed) return failed("vouchers", closed.error().message);
  auto desk = open_desk(options, Permission::voucher_issue);
  if (!desk) return desk.error();
  const auto wanted = wanted_batch(options, *desk);
  if (!wanted) return wrong_usage("vouchers", wanted.error().message);
  // Judged before anything is made; its number comes with the database.
  if (const auto judged = vouchers::open_batch(1, *wanted); !judged)
    return failed("vouchers", judged.error().message);
  auto file = PrintFile::create(options.print_file, options.recipient, options.count);
  if (!file) return failed("vouchers", file.error().message);
  const auto opened = desk->put(store::VoucherChange(store::OpenBatch{*wanted}));
  if (!opened) return failed("vouchers", opened.error().message);
  const std::int64_t batch = opened->voucher_batch;
  const auto left = [batch](const std::string& why) {
    return failed("vouchers", why + "; batch " + std::to_string(batch) +
                                  " was begun and never issued: void it with shubbak vouchers void " +
                                  std::to_string(batch));
  };
  if (const Status added = add_vouchers(*desk, batch, options.count, *file); !added)
    return left(added.error().message);
  const auto hash = file->finish();
  if (!hash) return left(hash.error().message);
  const auto closed = desk->put(store::VoucherChange(store::CloseBatch{batch, *hash, desk->by(), wall_now()}));
  if (!closed) return left(closed.error().message);
  std::printf(
      "issued batch %lld: %lld vouchers, print file %s\nSHA-256 of the file: %s\n"
      "Another account puts them into force: shubbak vouchers activate %lld\n",
      static_cast<long long>(batch), static_cast<long long>(options.count), options.print_file.c_str(),
      audit::to_hex(std::span(*hash)).c_str(), static_cast<long long>(batch));
  return exit_ok;
}

// --- acts on what there is
Result<VoucherTarget> whole_batch(const VoucherOptions& options) {
  auto target = parse_target(options.target);
  if (target && target->range) return Error{Errc::invalid, "only a whole batch is activated"};
  return target;
}

// What the checker holds in their hands must be what the maker has written.
Status check_print_file(StaffAtWork& desk, const VoucherOptions& options, std::int64_t batch) {
  if (options.print_file.empty()) return {};
  const auto hash = hash_of_file(options.print_file);
  if (!hash) return hash.error();
  const auto batches = desk.store().vouchers().voucher_batches(batch - 1, 1);
  if (!batches) return batches.error();
  if (batches->empty() || batches->front().number != batch)
    return Error{Errc::not_found, "there is no batch " + std::to_string(batch)};
  if (batches->front().print_file == *hash) return {};
  return Error{Errc::conflict, options.print_file + " is not the print file of batch " + std::to_string(batch)};
}

int activate(const VoucherOptions& options) {
  const auto target = whole_batch(options);
  if (!target) return wrong_usage("vouchers", target.error().message);
  auto desk = open_desk(options, Permission::voucher_activate);
  if (!desk) return desk.error();
  if (const Status same = check_print_file(*desk, options, target->batch); !same)
    return failed("vouchers", same.error().message);
  const auto done = desk->put(store::VoucherChange(store::ActivateBatch{target->batch, desk->by(), wall_now()}));
  if (!done) return failed("vouchers", done.error().message);
  std::printf("activated batch %lld\n", static_cast<long long>(target->batch));
  return exit_ok;
}

int change_range(StaffAtWork& desk, const VoucherTarget& target, vouchers::RangeAct act, const char* what) {
  constexpr std::int64_t page = store::ChangeVouchers::at_once_max;
  std::int64_t changed = 0;
  for (std::int64_t first = target.range->first; first <= target.range->last; first += page) {
    const vouchers::Range part{first, std::min(first + page - 1, target.range->last)};
    const auto done =
        desk.put_page(store::VoucherChange(store::ChangeVouchers{target.batch, part, act, desk.by(), wall_now()}));
    if (!done) return failed("vouchers", done.error().message);
    changed += done->vouchers_changed;
  }
  const std::int64_t of = target.range->last - target.range->first + 1;
  std::printf("%s %lld vouchers of batch %lld", what, static_cast<long long>(changed),
              static_cast<long long>(target.batch));
  if (changed != of) std::printf("; %lld were in another state and stay so", static_cast<long long>(of - changed));
  std::printf("\n");
  return exit_ok;
}

int change_whole(StaffAtWork& desk, store::VoucherChange change, std::int64_t batch, const char* what) {
  const auto done = desk.put(std::move(change));
  if (!done) return failed("vouchers", done.error().message);
  std::printf("%s batch %lld\n", what, static_cast<long long>(batch));
  return exit_ok;
}

int block(const VoucherOptions& options) {
  const auto target = parse_target(options.target);
  if (!target) return wrong_usage("vouchers", target.error().message);
  auto desk = open_desk(options, Permission::voucher_block);
  if (!desk) return desk.error();
  const char* what = options.lift ? "unblocked" : "blocked";
  if (!target->range) {
    return change_whole(*desk, store::BlockBatch{target->batch, !options.lift, desk->by(), wall_now()}, target->batch,
                        what);
  }
  return change_range(*desk, *target, options.lift ? vouchers::RangeAct::unblock : vouchers::RangeAct::block, what);
}

int void_them(const VoucherOptions& options) {
  const auto target = parse_target(options.target);
  if (!target) return wrong_usage("vouchers", target.error().message);
  auto desk = open_desk(options, Permission::voucher_void);
  if (!desk) return desk.error();
  if (!target->range)
    return change_whole(*desk, store::VoidBatch{target->batch, desk->by(), wall_now()}, target->batch, "voided");
  return change_range(*desk, *target, vouchers::RangeAct::void_them, "voided");
}

// --- what only reads
struct OpenedVouchers {
  daemon::Config config;
  std::unique_ptr<store::VoucherBook> book;
};
Result<OpenedVouchers, int> open_vouchers(const VoucherOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  auto book = store::VoucherBook::open(config->database);
  if (!book) return failed("vouchers", book.error().message);
  return OpenedVouchers{std::move(*config), std::move(*book)};
}

// Each batch by its number.
template <class Visit>
Status each_batch(store::VoucherReads& reads, const Visit& visit) {
  std::int64_t after = 0;
  for (std::size_t rows = batches_page_rows; rows == batches_page_rows;) {
    const auto page = reads.voucher_batches(after, batches_page_rows);
    if (!page) return page.error();
    for (const vouchers::Batch& batch : *page) {
      const auto report = reads.voucher_report(batch.number);
      if (!report) return report.error();
      if (*report) visit(**report);
      after = batch.number;
    }
    rows = page->size();
  }
  return {};
}

int tell_voucher(const OpenedVouchers& opened, const VoucherTarget& target) {
  const vouchers::Serial serial{target.batch, target.range->first};
  const auto found = opened.book->reads().find_voucher(serial);
  if (!found) return failed("vouchers", found.error().message);
  if (!*found) return failed("vouchers", "there is no voucher " + to_string(serial));
  std::fputs(to_voucher_line(serial, **found, wall_now(), opened.config.utc_offset).c_str(), stdout);
  return exit_ok;
}

int tell_batch(const OpenedVouchers& opened, std::int64_t batch) {
  const auto report = opened.book->reads().voucher_report(batch);
  if (!report) return failed("vouchers", report.error().message);
  if (!*report) return failed("vouchers", "there is no batch " + std::to_string(batch));
  std::fputs(to_batch_line(**report, wall_now(), opened.config.utc_offset).c_str(), stdout);
  return exit_ok;
}

int stock(const VoucherOptions& options) {
  const auto target = options.target.empty() ? Result<VoucherTarget>(VoucherTarget{}) : parse_target(options.target);
  if (!target) return wrong_usage("vouchers", target.error().message);
  if (target->range && target->range->first != target->range->last)
    return wrong_usage("vouchers", "one serial at a time");
  const auto opened = open_vouchers(options);
  if (!opened) return opened.error();
  if (target->range) return tell_voucher(*opened, *target);
  if (target->batch != 0) return tell_batch(*opened, target->batch);
  const Status read = each_batch(opened->book->reads(), [&](const store::BatchReport& report) {
    std::fputs(to_batch_line(report, wall_now(), opened->config.utc_offset).c_str(), stdout);
  });
  if (!read) return failed("vouchers", read.error().message);
  return exit_ok;
}

int verify_vouchers(const VoucherOptions& options) {
  const auto opened = open_vouchers(options);
  if (!opened) return opened.error();
  std::int64_t batches = 0;
  std::int64_t vouchers = 0;
  bool is_whole = true;
  const Status read = each_batch(opened->book->reads(), [&](const store::BatchReport& report) {
    ++batches;
    vouchers += report.batch.added;
    for (const std::string& fault : faults_of(report.batch, report.kept, report.liability)) {
      failed("vouchers", "broken: " + fault);
      is_whole = false;
    }
  });
  if (!read) return failed("vouchers", read.error().message);
  if (!is_whole) return exit_failed;
  std::printf(
      "whole: %lld vouchers in %lld batches\nIn each unused + redeemed + void + expired = issued, and the ledger "
      "owes what was not used until the batch is closed.\nWhether the ledger is whole, shubbak ledger verify "
      "tells.\n",
      static_cast<long long>(vouchers), static_cast<long long>(batches));
  return exit_ok;
}

}  // namespace

void add_vouchers_command(CLI::App& app, int& exit_code) {
  static VoucherOptions options;
  CLI::App* command = app.add_subcommand("vouchers", "Vouchers that charge the prepaid service card");
  command->description(
      "Vouchers are issued in batches by one account of staff and activated by another one. Passwords are asked for, "
      "or\n"
      "read from the standard input; they are never arguments.");
  command->require_subcommand(1);
  using Run = int (*)(const VoucherOptions&);
  const auto sub = [&](const char* name, const char* what, Run run) {
    CLI::App* added = command->add_subcommand(name, what);
    add_config_option(*added, options.config);
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  const auto as_account = [](CLI::App* added) {
    added->add_option("--as", options.account, "Your account")->required();
    return added;
  };
  const char* what = "A batch by its number, a voucher by its serial, or SERIAL..SERIAL of one batch";

  CLI::App* issuing = as_account(sub("issue", "Make a batch and its print file, which is written once", issue));
  issuing->add_option("--face", options.face, "What each is worth, in the deployment's currency: 500 or 500.50")
      ->required();
  issuing->add_option("--count", options.count, "How many: 1 to 999999")->required();
  issuing->add_option("--expires", options.expires, "The last day on which they are taken: 2027-12-31")->required();
  issuing
      ->add_option("--recipient", options.recipient,
                   "The printer's certificate (PEM, RSA): only its key opens the file")
      ->required()
      ->check(CLI::ExistingFile);
  issuing->add_option("--print-file", options.print_file, "The file to be made (CMS, DER)")->required();

  CLI::App* activating =
      as_account(sub("activate", "Put a batch into force that another account has issued", activate));
  activating->add_option("batch", options.target, "Its number")->required();
  activating->add_option("--print-file", options.print_file, "Only if this is the file that was made for it")
      ->check(CLI::ExistingFile);

  CLI::App* blocking = as_account(sub("block", "Keep vouchers from being used, until the block is lifted", block));
  blocking->add_option("what", options.target, what)->required();
  blocking->add_flag("--lift", options.lift, "Lift the block");

  CLI::App* voiding = as_account(sub("void", "Make unused vouchers worth nothing, for good", void_them));
  voiding->add_option("what", options.target, what)->required();

  CLI::App* stocking = sub("stock", "What became of a batch's vouchers, of each batch's, or of one voucher", stock);
  stocking->add_option("what", options.target, "Only this batch, or the voucher with this serial");
  sub("verify", "Does every batch add up, and does the ledger owe what is unused? Exit code 0: yes, 1: no",
      verify_vouchers);
}

}  // namespace shubbak::cli
