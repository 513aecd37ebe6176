// Carries out sets of changes in one transaction: the decisions of a commit, without queue or thread. Private to
// store/sqlite. Thread: the writer's only. Nothing is thrown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "domain/result.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/bank_card_writer.hpp"
#include "store/sqlite/broadcast_writer.hpp"
#include "store/sqlite/cash_writer.hpp"
#include "store/sqlite/citizen_case_writer.hpp"
#include "store/sqlite/fill_writer.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/sqlite/link_writer.hpp"
#include "store/sqlite/mail_writer.hpp"
#include "store/sqlite/otp_writer.hpp"
#include "store/sqlite/payment_writer.hpp"
#include "store/sqlite/poll_writer.hpp"
#include "store/sqlite/reconcile_writer.hpp"
#include "store/sqlite/rollout_writer.hpp"
#include "store/sqlite/staff_writer.hpp"
#include "store/sqlite/subscription_writer.hpp"
#include "store/sqlite/voucher_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

struct PendingChange {
  std::vector<Change> changes;
  OnCommitted on_committed;
  Result<Committed> outcome = Committed{};
};

class ChangeWriter {
 public:
  // Throws SQLite::Exception when the schema is not what the statements need.
  ChangeWriter(SQLite::Database database, Sealer sealer, audit::HashFunction sha256, const StoreConfig& config);
  ChangeWriter(const ChangeWriter&) = delete;
  ChangeWriter& operator=(const ChangeWriter&) = delete;
  ~ChangeWriter() = default;

  // All in one transaction, durable on return; each with its outcome. One that breaks a rule fails alone. When the
  // disk is full the sets are tried in smaller transactions, so that those which need no room (removals) still get
  // through; any other error before COMMIT fails the whole batch, and one of COMMIT itself leaves doubt().
  void commit(std::span<PendingChange> batch);

  // Copies the log into the database file when it has grown; after a commit was reported, since it takes long.
  // A sync that fails leaves doubt(); any other error is met again by the next one, from the same page on.
  void checkpoint_if_due();

  // Whether it is known what the file holds: why not (StoreConfig::on_doubt).
  [[nodiscard]] const std::optional<Error>& doubt() const { return doubt_; }

  // Grows when another process has changed a person (links, languages, walks); a publication, say, is none of its
  // business. Looked at within every commit; look_for_foreign_changes() is for the time between.
  [[nodiscard]] std::uint64_t foreign_changes() const { return foreign_changes_; }
  void look_for_foreign_changes();

 private:
  enum class Attempt : std::uint8_t { committed, disk_full, failed };

  Attempt try_commit(std::span<PendingChange> batch);
  Result<Committed> apply_alone(const std::vector<Change>& changes);
  std::optional<Error> apply_all(const std::vector<Change>& changes, bool guarded);
  void begin();
  void finish();
  void roll_back();
  std::int64_t read_number(SQLite::Statement& statement);
  void compare_person_changes();

  Status apply(const ChangeLink& change);
  Status apply(const CountLinkTry& change);
  Status apply(const NoteImsi& change);
  Status apply(const ExpireLinks& change);
  Status apply(const NoteOperatorEvent& change);
  Status apply(const DropOperatorEvents& change);
  Status apply(const SetLocale& change);
  Status apply(const SaveWalk& change);
  Status apply(const DropWalk& change);
  Status apply(const DropExpiredWalks& change);
  Status apply(const AddReading& change);
  Status apply(const SetReadingState& change);
  Status apply(const AddOutboxMessage& change);
  Status apply(const RemoveOutboxMessage& change);
  Status apply(const DropExpiredOutbox& change);
  Status apply(const SendCode& change);
  Status apply(const TryCode& change);
  Status apply(const TryPin& change);
  Status apply(const ConsumeGrant& change);
  Status apply(const BeginAssist& change);
  Status apply(const ClearTries& change);
  Status apply(const SetPin& change);
  Status apply(const DropPin& change);
  void add_notices(const NationalId& person, const std::vector<OutboxMessage>& notices);
  Status apply(const ErasePerson& change);
  Status apply(const DropExpiredCodes& change);
  Status add_outbox_message(const OutboxMessage& message);
  Status apply(const AddRecording& change);
  Status apply(const DropOldRecordings& change);
  Status apply(const AddStatistics& change);
  Status apply(const AddAudit& change);
  Status apply(const PutAuditHead& change);
  Status apply(const StaffChange& change);
  Status apply(const RequireLink& change);
  Status apply(const LedgerChange& change);
  Status apply(const VoucherChange& change);
  Status apply(const PaymentChange& change);
  Status apply(const BankCardChange& change);
  Status apply(const ReconcileChange& change);
  Status apply(const CashChange& change);
  Status apply(const SubscriptionChange& change);
  Status apply(const RolloutChange& change);
  Status apply(const CitizenCaseChange& change);
  Status apply(const PollChange& change);
  Status apply(const BroadcastChange& change);
  Status apply(const RedeemFill& change);
  Status apply(const MailChange& change);

  SQLite::Database database_;
  Sealer sealer_;
  AuditWriter audit_;
  OtpWriter otp_;
  LinkWriter links_;
  StaffWriter staff_;
  LedgerWriter ledger_;
  VoucherWriter vouchers_;
  ReconcileWriter reconciliation_;
  CitizenCaseWriter cases_;
  FillWriter fills_;
  PaymentWriter payments_;
  CashWriter cash_;
  BankCardWriter bank_cards_;
  SubscriptionWriter subscriptions_;
  RolloutWriter rollout_;
  std::optional<Error> doubt_;
  PollWriter polls_;
  BroadcastWriter broadcasts_;
  MailWriter mail_;
  int log_pages_ = 0;   // of the write-ahead log after the last commit, told by SQLite
  SealedBytes sealed_;  // kept for its memory
  Committed committed_;
  bool rest_is_left_out_ = false;  // of the set that is being carried out: a code or PIN was not right
  std::int64_t outbox_next_ = 0;
  bool outbox_used_ = false;
  std::uint64_t foreign_changes_ = 0;
  std::int64_t data_version_ = 0;    // SQLite's: grows with any change of another process
  std::int64_t person_changes_ = 0;  // by anybody, as far as known here

  SQLite::Statement begin_;
  SQLite::Statement commit_;
  SQLite::Statement rollback_;
  SQLite::Statement begin_change_;
  SQLite::Statement keep_change_;
  SQLite::Statement undo_change_;
  SQLite::Statement need_seal_key_;
  SQLite::Statement read_data_version_;
  SQLite::Statement count_person_changes_;
  SQLite::Statement read_outbox_sequence_;
  SQLite::Statement write_outbox_sequence_;
  SQLite::Statement add_operator_event_;
  SQLite::Statement drop_operator_events_;
  SQLite::Statement put_locale_;
  SQLite::Statement drop_locale_;
  SQLite::Statement put_walk_;
  SQLite::Statement drop_walk_;
  SQLite::Statement drop_expired_walks_;
  SQLite::Statement add_reading_;
  SQLite::Statement set_reading_state_;
  SQLite::Statement add_outbox_message_;
  SQLite::Statement remove_outbox_message_;
  SQLite::Statement drop_expired_outbox_;
  SQLite::Statement add_recording_;
  SQLite::Statement drop_surplus_recordings_;
  SQLite::Statement drop_old_recordings_;
  SQLite::Statement add_statistic_;
  SQLite::Statement add_audit_head_;
  SQLite::Statement count_limit_refusal_;
};

}  // namespace shubbak::store
