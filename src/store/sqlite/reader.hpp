// The look-ups, on a connection that only reads. Private to store/sqlite. Thread: that of the store's user.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/bank_card_reader.hpp"
#include "store/sqlite/broadcast_reader.hpp"
#include "store/sqlite/cash_reader.hpp"
#include "store/sqlite/citizen_case_reader.hpp"
#include "store/sqlite/fill_reader.hpp"
#include "store/sqlite/ledger_reader.hpp"
#include "store/sqlite/mail_reader.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/poll_reader.hpp"
#include "store/sqlite/reconcile_reader.hpp"
#include "store/sqlite/rollout_reader.hpp"
#include "store/sqlite/staff_reader.hpp"
#include "store/sqlite/subscription_reader.hpp"
#include "store/sqlite/voucher_reader.hpp"
#include "store/store.hpp"

namespace shubbak::store {

// Each sees all that was committed before the call. Errors: io (disk, or a sealed field that does not open, told by
// its row) and unavailable (another process holds the database).
class Reader final : public StaffReads {
 public:
  // Throws SQLite::Exception when the schema is not what the statements need.
  Reader(SQLite::Database database, Sealer sealer, std::vector<rollout::Rule> configured_rollout);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<Person> find_person(Msisdn msisdn);
  Result<std::optional<SavedWalk>> find_walk(Msisdn msisdn, WalkChannel channel, WallTime now);
  Result<std::vector<Reading>> undelivered_readings(std::string_view company, std::int64_t after_id,
                                                    std::size_t rows_max);
  Result<std::vector<Reading>> readings_of_account(std::string_view company, std::string_view account,
                                                   std::size_t rows_max);
  Result<std::optional<Reading>> find_reading(const std::string& reference);
  Result<OutboxPage> outbox_page(std::string_view link, std::int64_t after_id, std::size_t rows_max);
  Result<bool> is_in_outbox(std::int64_t id);
  Result<std::vector<std::pair<std::string, std::size_t>>> outbox_sizes();
  Status ping();
  Result<std::vector<SavedWalk>> saved_walks(WallTime now, const std::optional<SavedWalk>& after,
                                             std::size_t rows_max);
  Result<std::vector<std::string>> revisions_of_walks(WallTime now);
  Result<std::vector<StoredRecording>> recordings(std::int64_t after_id, std::size_t rows_max);
  Result<std::vector<StoredLink>> links_of(const NationalId& national_id);
  Result<std::optional<StoredLink>> find_link(Msisdn msisdn);
  Result<LinkCodeCheck> check_link_code(Msisdn msisdn, std::string_view code, WallTime now);
  Result<std::vector<LinkHistoryEntry>> link_history(Msisdn msisdn);
  Result<std::optional<std::string>> find_operator_event(const std::string& operator_name, const std::string& id);
  std::uint32_t imsi_mark(std::string_view imsi);
  Result<PersonFile> person_file(const NationalId& person);
  std::string pseudonym(const NationalId& person);
  std::string pseudonym(Msisdn number);
  std::string top_up_key(const vouchers::Pin& pin, const Wallet& wallet);
  Result<std::optional<ServicePin>> service_pin(const NationalId& person);
  Result<std::vector<Statistic>> statistics(std::chrono::sys_days from, std::chrono::sys_days to);

  LedgerReads& ledger() { return ledger_; }
  VoucherReads& vouchers() { return vouchers_; }
  PaymentReads& payments() { return payments_; }
  BankCardReads& bank_cards() { return bank_cards_; }
  ReconcileReads& reconciliation() { return reconciliation_; }
  CashReads& cash() { return cash_; }
  SubscriptionReads& subscriptions() { return subscriptions_; }
  RolloutReads& rollout() { return rollout_; }
  CitizenCaseReads& cases() { return cases_; }
  PollReads& polls() { return polls_; }
  BroadcastReads& broadcasts() { return broadcasts_; }
  FillReads& fills() { return fills_; }
  MailReads& mail() { return mail_; }

  Result<std::optional<Credentials>> find_account(const std::string& name) override;
  Result<std::optional<PhoneAccount>> find_account_of(Msisdn msisdn) override;
  Result<std::optional<FoundSession>> find_session(const TokenHash& session) override;
  Result<std::vector<staff::Account>> accounts(const std::string& after, std::size_t rows_max) override;
  Result<std::pair<staff::Failures, staff::Failures>> failures(const std::string& name,
                                                               const std::string& source) override;

 private:
  Result<NationalId> open_national_id(Msisdn msisdn, std::span<const unsigned char> sealed);
  // None: erased.
  Result<std::optional<NationalId>> open_unless_erased(Msisdn msisdn, std::span<const unsigned char> sealed);
  Result<StoredLink> stored_link(const Use& use);

  SQLite::Database database_;
  Sealer sealer_;
  StaffReader staff_;
  LedgerReader ledger_;
  VoucherReader vouchers_;
  PaymentReader payments_;
  BankCardReader bank_cards_;
  ReconcileReader reconciliation_;
  CashReader cash_;
  SubscriptionReader subscriptions_;
  RolloutReader rollout_;
  CitizenCaseReader cases_;
  PollReader polls_;
  BroadcastReader broadcasts_;
  FillReader fills_;
  MailReader mail_;
  SQLite::Statement find_person_;
  SQLite::Statement find_walk_;
  SQLite::Statement undelivered_readings_;
  SQLite::Statement readings_of_account_;
  SQLite::Statement find_reading_;
  SQLite::Statement outbox_page_;
  SQLite::Statement outbox_row_;
  SQLite::Statement outbox_sizes_;
  SQLite::Statement saved_walks_;
  SQLite::Statement revisions_of_walks_;
  SQLite::Statement ping_;
  SQLite::Statement links_of_;
  SQLite::Statement find_link_;
  SQLite::Statement link_asked_by_;
  SQLite::Statement find_link_code_;
  SQLite::Statement link_history_;
  SQLite::Statement find_operator_event_;
  SQLite::Statement find_pin_;
  SQLite::Statement recordings_;
  SQLite::Statement statistics_;
};

}  // namespace shubbak::store
