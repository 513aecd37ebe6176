// shubbak ledger: what overseers verify and read of the money. It writes nothing to the database.

#include <cstdio>
#include <memory>
#include <string>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/ledger_output.hpp"
#include "daemon/config.hpp"
#include "store/ledger_book.hpp"

namespace shubbak::cli {
namespace {

constexpr std::size_t ledger_page_rows = 1'000;

struct LedgerOptions {
  std::string config;
  std::string account;
};

struct OpenedLedger {
  daemon::Config config;
  std::unique_ptr<store::LedgerBook> book;
};
Result<OpenedLedger, int> open_ledger(const LedgerOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto book = store::LedgerBook::open(config->database);
  if (!book) return failed("ledger", book.error().message);
  return OpenedLedger{std::move(*config), std::move(*book)};
}

int verify_ledger(const LedgerOptions& options) {
  const auto opened = open_ledger(options);
  if (!opened) return opened.error();
  const auto verdict = opened->book->verify();
  if (!verdict) return failed("ledger", verdict.error().message);
  for (const std::string& fault : verdict->faults) failed("ledger", "broken: " + fault);
  if (!verdict->faults.empty()) return exit_failed;
  std::printf("whole: %lld entries of %lld transfers (%zu reserved) on %zu accounts\n",
              static_cast<long long>(verdict->entries), static_cast<long long>(verdict->transfers), verdict->reserved,
              verdict->accounts);
  std::printf(
      "Every balance is what its entries make it, every currency adds up to 0, and %zu seals in the audit trail "
      "agree.\nWhether the audit trail is whole, shubbak audit verify tells.\n",
      verdict->anchors);
  return exit_ok;
}

// Nothing written, or not all of it: a full disk, or a pipe that nobody reads.
int finish_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_ok;
  return failed("ledger", "the output could not be written whole");
}

Result<store::StoredAccount> find_account(store::LedgerReads& reads, const ledger::AccountId& id) {
  const auto found = reads.find_ledger_account(id);
  if (!found) return found.error();
  if (!*found) return Error{Errc::not_found, "there is no account " + to_string(id) + ": nothing has moved there"};
  return **found;
}

int print_balances(store::LedgerReads& reads) {
  std::int64_t after = 0;
  for (std::size_t rows = ledger_page_rows; rows == ledger_page_rows;) {
    const auto page = reads.ledger_accounts(after, ledger_page_rows);
    if (!page) return failed("ledger", page.error().message);
    for (const store::StoredAccount& one : *page) std::fputs(to_balance_line(one.account).c_str(), stdout);
    rows = page->size();
    if (rows > 0) after = page->back().number;
  }
  return finish_output();
}

int print_balance(store::LedgerReads& reads, const ledger::AccountId& id) {
  const auto account = find_account(reads, id);
  if (!account) return failed("ledger", account.error().message);
  std::fputs(to_balance_line(account->account).c_str(), stdout);
  return finish_output();
}

int print_statement(store::LedgerReads& reads, const ledger::AccountId& id, std::chrono::minutes utc_offset) {
  const auto account = find_account(reads, id);
  if (!account) return failed("ledger", account.error().message);
  StatementText text(account->account, utc_offset);
  for (std::int64_t entry = account->last_entry; entry != 0;) {
    const auto page = reads.ledger_statement(account->number, entry, ledger_page_rows);
    if (!page) return failed("ledger", page.error().message);
    for (const store::StatementLine& line : *page) {
      const auto told = text.add(line);
      if (!told) return failed("ledger", told.error().message);
      std::fputs(told->c_str(), stdout);
    }
    entry = page->back().before;
  }
  return finish_output();
}

int balance(const LedgerOptions& options) {
  const auto id = options.account.empty() ? Result<ledger::AccountId>(ledger::AccountId{})
                                          : ledger::parse_account(options.account);
  if (!id) return wrong_usage("ledger", "--account " + options.account + ": " + id.error().message);
  const auto opened = open_ledger(options);
  if (!opened) return opened.error();
  store::LedgerReads& reads = opened->book->reads();
  return options.account.empty() ? print_balances(reads) : print_balance(reads, *id);
}

int statement_of_account(const LedgerOptions& options) {
  const auto id = ledger::parse_account(options.account);
  if (!id) return wrong_usage("ledger", "--account " + options.account + ": " + id.error().message);
  const auto opened = open_ledger(options);
  if (!opened) return opened.error();
  return print_statement(opened->book->reads(), *id, opened->config.utc_offset);
}

}  // namespace

void add_ledger_command(CLI::App& app, int& exit_code) {
  static LedgerOptions options;
  CLI::App* command = app.add_subcommand("ledger", "Verify and read the double-entry ledger");
  command->description(
      "The double-entry ledger: every amount that moved, from which account to which. Nothing is written to the\n"
      "database, and a running daemon is not held up.");
  command->require_subcommand(1);
  const auto add = [command](const char* name, const char* what) {
    CLI::App* added = command->add_subcommand(name, what);
    add_config_option(*added, options.config);
    return added;
  };

  add("verify", "Do all balances and transfers follow from their entries? Exit code 0: yes, 1: no")
      ->callback([&exit_code] { exit_code = verify_ledger(options); });

  CLI::App* balances = add("balance", "What an account holds, or each account");
  balances->add_option("--account", options.account, "Only this one: KIND:OWNER:CURRENCY, such as wallet:7f3a:SYP");
  balances->callback([&exit_code] { exit_code = balance(options); });

  CLI::App* statements = add("statement", "Every entry of an account, newest first, with what it held after it");
  statements->add_option("--account", options.account, "KIND:OWNER:CURRENCY, such as wallet:7f3a:SYP")->required();
  statements->callback([&exit_code] { exit_code = statement_of_account(options); });
}

}  // namespace shubbak::cli
