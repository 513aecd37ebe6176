// Cash in the database: has the ledger move what comes into a drawer and goes out of it, and writes what stands
// beside it. Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception; a set with one of its
// changes needs a savepoint.
#pragma once

#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "audit/action.hpp"
#include "audit/detail.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/sqlite/limit_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

// Under which the cash of a payment came into the drawer; `key`: the payment's in the ledger.
std::string key_of_cash(const std::string& key);
// In place of the person of whoever pays in cash.
BlindIndex payer_in_cash(Sealer& sealer, const std::string& drawer);

class CashWriter {
 public:
  // All but the limits must outlive it.
  CashWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LedgerWriter& ledger,
             payments::Limits limits);

  // Whether what stands behind it in the set is left out, since it was done with the first.
  Result<bool> apply(const CashChange& change, Committed& committed);

 private:
  struct Drawer {
    std::int64_t number = 0;
    std::string name;
    std::string account;  // who keeps it
    std::string directorate;
    std::string office;
    Currency currency = Currency::SYP;
    bool is_closed = false;
    [[nodiscard]] bool is_beside(const Drawer& other) const {
      return directorate == other.directorate && office == other.office;
    }
  };
  struct Movement {
    CashKind kind;
    std::int64_t transfer;
    std::optional<std::int64_t> payment{};
    std::optional<std::string> reference{};
  };
  // What somebody proposes: columns of its row.
  struct Wanted {
    CashProposalKind kind;
    std::int64_t amount;
    std::optional<std::int64_t> expected{};
    std::optional<std::int64_t> transfer{};
    std::optional<std::int64_t> count{};
    std::optional<std::int64_t> to{};
  };
  struct Act {
    audit::Action action;
    const Actor& by;
    WallTime at;
    audit::Detail detail;
  };

  Result<bool> apply_one(const OpenDrawer& change, Committed& committed);
  Result<bool> apply_one(const TakeCash& change, Committed& committed);
  Result<bool> apply_one(const TopUpByCash& change, Committed& committed);
  Result<bool> apply_one(const GiveBackCash& change, Committed& committed);
  Result<bool> apply_one(const DepositCash& change, Committed& committed);
  Result<bool> apply_one(const CountCash& change, Committed& committed);
  Result<bool> apply_one(const ProposeCash& change, Committed& committed);
  Result<bool> apply_one(const DecideCash& change, Committed& committed);

  Result<Wanted> wanted(const Drawer& drawer, const ProposeCash& change, const CorrectCash& what);
  Result<Wanted> wanted(const Drawer& drawer, const ProposeCash& change, const WriteOffCash& what);
  Result<Wanted> wanted(const Drawer& drawer, const ProposeCash& change, const HandOverCash& what);
  // What was proposed is done.
  Status correct(const Drawer& drawer, const StoredCashProposal& proposal, const DecideCash& change,
                 Committed& committed);
  Status write_off(const Drawer& drawer, const StoredCashProposal& proposal, std::int64_t count,
                   const DecideCash& change, Committed& committed);
  Status hand_over(const Drawer& drawer, const StoredCashProposal& proposal, const DecideCash& change,
                   Committed& committed);
  Status move_difference(const Drawer& drawer, const StoredCashProposal& proposal, const DecideCash& change,
                         Committed& committed);
  Status nothing_waits(const Drawer& drawer, std::int64_t beside);  // that proposal
  Status still_stands(const Drawer& drawer, std::int64_t count);
  std::optional<std::int64_t> last_count(const Drawer& drawer, std::int64_t& counted, std::int64_t& expected);
  std::int64_t held_in(const Drawer& drawer);

  Result<Drawer> find_drawer(const std::string& name);
  Result<Drawer> open_drawer(const std::string& name);
  // For the one who keeps it, in its currency.
  Result<Drawer> own_drawer(const std::string& name, const Actor& by, Currency currency);
  Status may_begin(const TakeCash& change, const Drawer& drawer);
  Result<TransferOutcome> reserve(const TakeCash& change, const std::string& key, const ledger::AccountId& to,
                                  std::int64_t amount, const ledger::RequestHash& request);
  Result<TransferOutcome> move(const ledger::Order& order);
  static Error in_words_of_cash(const Error& error);  // of the ledger, about a drawer
  void note(const Drawer& drawer, const Movement& movement, WallTime at);
  void tell(const Drawer& drawer, const Act& act);

  Sealer& sealer_;
  AuditWriter& audit_;
  LedgerWriter& ledger_;
  LimitWriter limits_;

  SQLite::Statement drawer_;
  SQLite::Statement add_drawer_;
  SQLite::Statement card_;
  SQLite::Statement add_movement_;
  SQLite::Statement same_payment_;
  SQLite::Statement same_top_up_;
  SQLite::Statement open_payment_to_;
  SQLite::Statement add_payment_;
  SQLite::Statement payment_;
  SQLite::Statement slip_;
  SQLite::Statement owed_;
  SQLite::Statement drop_owed_;
  SQLite::Statement add_count_;
  SQLite::Statement close_drawer_;
  SQLite::Statement open_drawer_again_;
  SQLite::Statement last_count_;
  SQLite::Statement to_correct_;
  SQLite::Statement corrected_;
  SQLite::Statement open_like_;
  SQLite::Statement open_of_drawer_;
  SQLite::Statement written_off_;
  SQLite::Statement noted_since_;
  SQLite::Statement next_proposal_;
  SQLite::Statement add_proposal_;
  SQLite::Statement decide_proposal_;
  SQLite::Statement proposal_;
};

}  // namespace shubbak::store
