#include "store/sqlite/change_writer.hpp"

#include <algorithm>
#include <sqlite3.h>
#include <stdexcept>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr int checkpoint_pages = 4'096;  // 16 MiB of log; a smaller limit writes the same pages more often

// A broken rule is the caller's affair; anything else that SQLite throws is the disk's or the process's.
bool is_broken_rule(const SQLite::Exception& exception) {
  return exception.getErrorCode() == SQLITE_CONSTRAINT;
}

bool may_be_refused(const Change& change) {
  return std::holds_alternative<ChangeLink>(change) || std::holds_alternative<CountLinkTry>(change) ||
         std::holds_alternative<NoteOperatorEvent>(change) || std::holds_alternative<AddReading>(change) ||
         std::holds_alternative<SetReadingState>(change) || std::holds_alternative<ConsumeGrant>(change) ||
         std::holds_alternative<ErasePerson>(change) || std::holds_alternative<BeginAssist>(change) ||
         std::holds_alternative<PutAuditHead>(change) || std::holds_alternative<StaffChange>(change) ||
         std::holds_alternative<DropPin>(change) || std::holds_alternative<TryPin>(change) ||
         std::holds_alternative<RequireLink>(change) || std::holds_alternative<LedgerChange>(change) ||
         std::holds_alternative<VoucherChange>(change) || std::holds_alternative<PaymentChange>(change) ||
         std::holds_alternative<BankCardChange>(change) || std::holds_alternative<ReconcileChange>(change) ||
         std::holds_alternative<CashChange>(change) || std::holds_alternative<SubscriptionChange>(change) ||
         std::holds_alternative<RolloutChange>(change) || std::holds_alternative<CitizenCaseChange>(change) ||
         std::holds_alternative<PollChange>(change) || std::holds_alternative<BroadcastChange>(change) ||
         std::holds_alternative<RedeemFill>(change) || std::holds_alternative<MailChange>(change);
}

// A relink has released a link by the time that its question may be refused. Of a page of vouchers, or a slice of a
// file, some are written by the time that one of its PINs is found to be another one's, or too many lines no match;
// of a payment the amount is reserved by the time that a limit or its fee is looked at, of a refund it is moved by
// the time that the fee's is, and cash is in its drawer. A charge is moved before it is written, as is money in
// dispute. A broadcast's numbers are behind its cursor before their texts are written.
bool may_be_refused_halfway(const Change& change) {
  if (std::holds_alternative<CashChange>(change)) return true;
  const auto* voucher = std::get_if<VoucherChange>(&change);
  if (voucher != nullptr && std::holds_alternative<AddVouchers>(*voucher)) return true;
  const auto* file = std::get_if<ReconcileChange>(&change);
  if (file != nullptr && (std::holds_alternative<StageLines>(*file) || std::holds_alternative<PublishImport>(*file)))
    return true;
  const auto* payment = std::get_if<PaymentChange>(&change);
  if (payment != nullptr && !std::holds_alternative<OpenWallet>(*payment)) return true;
  const auto* card = std::get_if<BankCardChange>(&change);
  if (card != nullptr &&
      (std::holds_alternative<TakeCharge>(*card) || std::holds_alternative<DecidePlacement>(*card)))
    return true;
  const auto* broadcast = std::get_if<BroadcastChange>(&change);
  if (broadcast != nullptr &&
      (std::holds_alternative<PrepareBroadcast>(*broadcast) || std::holds_alternative<ActOnBroadcast>(*broadcast)))
    return true;
  const auto* link = std::get_if<ChangeLink>(&change);
  return link != nullptr && link->phone_code.has_value();
}

// A savepoint costs as much as a change. Nearly every change that is refused has changed nothing itself, so it is
// needed only where one may be refused after another was carried out, or halfway.
bool needs_savepoint(const std::vector<Change>& changes) {
  if (std::ranges::any_of(changes, may_be_refused_halfway)) return true;
  return changes.size() > 1 && std::any_of(changes.begin() + 1, changes.end(), may_be_refused);
}

// A change was refused that never is, after something of its set was carried out: only the whole batch can be undone.
struct Inseparable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace

ChangeWriter::ChangeWriter(SQLite::Database database, Sealer sealer, audit::HashFunction sha256,
                           const StoreConfig& config)
    : database_(std::move(database)),
      sealer_(std::move(sealer)),
      audit_(database_, sha256),
      otp_(database_, sealer_, audit_, config.otp),
      links_(database_, sealer_, otp_, audit_, config.link_rules),
      staff_(database_, sealer_, audit_, config.otp),
      ledger_(database_, audit_, std::move(sha256)),
      vouchers_(database_, sealer_, audit_, ledger_, config.vouchers),
      reconciliation_(database_, sealer_, audit_),
      cases_(database_, sealer_, audit_, config.case_kinds),
      fills_(database_, sealer_, audit_, config.fills),
      payments_(database_, sealer_, audit_, ledger_, reconciliation_, cases_, fills_, config.payment_limits),
      cash_(database_, sealer_, audit_, ledger_, config.payment_limits),
      bank_cards_(database_, sealer_, audit_, ledger_, config.payment_limits),
      subscriptions_(database_, links_, outbox_next_),
      rollout_(database_, sealer_, audit_, config.rollout),
      polls_(database_, sealer_, audit_, links_, config.polls),
      broadcasts_(database_, audit_, links_),
      mail_(database_, sealer_, audit_, links_),
      begin_(prepare(database_, statement("begin"))),
      commit_(prepare(database_, statement("commit"))),
      rollback_(prepare(database_, statement("rollback"))),
      begin_change_(prepare(database_, statement("begin_change"))),
      keep_change_(prepare(database_, statement("keep_change"))),
      undo_change_(prepare(database_, statement("undo_change"))),
      need_seal_key_(prepare(database_, statement("need_seal_key"))),
      read_data_version_(prepare(database_, statement("data_version"))),
      count_person_changes_(prepare(database_, statement("count_person_changes"))),
      read_outbox_sequence_(prepare(database_, statement("read_outbox_sequence"))),
      write_outbox_sequence_(prepare(database_, statement("write_outbox_sequence"))),
      add_operator_event_(prepare(database_, statement("add_operator_event"))),
      drop_operator_events_(prepare(database_, statement("drop_operator_events"))),
      put_locale_(prepare(database_, statement("put_locale"))),
      drop_locale_(prepare(database_, statement("drop_locale"))),
      put_walk_(prepare(database_, statement("put_walk"))),
      drop_walk_(prepare(database_, statement("drop_walk"))),
      drop_expired_walks_(prepare(database_, statement("drop_expired_walks"))),
      add_reading_(prepare(database_, statement("add_reading"))),
      set_reading_state_(prepare(database_, statement("set_reading_state"))),
      add_outbox_message_(prepare(database_, statement("add_outbox_message"))),
      remove_outbox_message_(prepare(database_, statement("remove_outbox_message"))),
      drop_expired_outbox_(prepare(database_, statement("drop_expired_outbox"))),
      add_recording_(prepare(database_, statement("add_recording"))),
      drop_surplus_recordings_(prepare(database_, statement("drop_surplus_recordings"))),
      drop_old_recordings_(prepare(database_, statement("drop_old_recordings"))),
      add_statistic_(prepare(database_, statement("add_statistic"))),
      add_audit_head_(prepare(database_, statement("add_audit_head"))),
      count_limit_refusal_(prepare(database_, statement("count_limit_refusal"))) {
  const auto note_log_pages = [](void* held, sqlite3*, const char*, int pages) {
    *static_cast<int*>(held) = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.getHandle(), note_log_pages, &log_pages_);
  data_version_ = read_number(read_data_version_);
  person_changes_ = read_number(count_person_changes_);
}

void ChangeWriter::commit(std::span<PendingChange> batch) {
  if (try_commit(batch) != Attempt::disk_full || batch.size() <= 1) return;
  const std::size_t half = batch.size() / 2;
  commit(batch.first(half));
  commit(batch.subspan(half));
}

ChangeWriter::Attempt ChangeWriter::try_commit(std::span<PendingChange> batch) {
  const auto fail_all = [&batch](const Error& error) {
    // Those with a conflict too: what they clashed with may be gone with the rest.
    for (PendingChange& pending : batch) pending.outcome = error;
  };
  bool is_at_commit = false;
  try {
    begin();
    for (PendingChange& pending : batch) pending.outcome = apply_alone(pending.changes);
    finish();
    is_at_commit = true;
    run(commit_);
    return Attempt::committed;
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "committing");
    fail_all(error);
    if (is_at_commit && leaves_doubt(exception)) doubt_ = error;
    roll_back();
    return exception.getErrorCode() == SQLITE_FULL ? Attempt::disk_full : Attempt::failed;
  } catch (const std::exception& exception) {
    fail_all(Error{Errc::io, std::string("database, committing: ") + exception.what()});
    roll_back();
    return Attempt::failed;
  }
}

// A set that breaks a rule takes back its own changes and nobody else's.
Result<Committed> ChangeWriter::apply_alone(const std::vector<Change>& changes) {
  committed_ = Committed{};
  const bool guarded = needs_savepoint(changes);
  const auto audited = audit_.position();
  ledger_.begin_set();
  if (guarded) run(begin_change_);
  payments_.begin_set();
  std::optional<Error> refused = apply_all(changes, guarded);
  if (refused && guarded) {
    run(undo_change_);
    audit_.go_back_to(audited);
    ledger_.undo_set();
  }
  if (guarded) run(keep_change_);
  if (!refused) return std::move(committed_);
  // Beside the set, of which nothing is left.
  if (const auto scope = scope_over_limit(*refused)) run(count_limit_refusal_, *scope);
  return payments_.with_case(*std::move(refused));
}

std::optional<Error> ChangeWriter::apply_all(const std::vector<Change>& changes, bool guarded) {
  bool first = true;
  rest_is_left_out_ = false;
  for (const Change& change : changes) {
    Status applied;
    try {
      applied = std::visit([this](const auto& one) { return apply(one); }, change);
    } catch (const SQLite::Exception& exception) {
      if (!is_broken_rule(exception)) throw;
      // What is never refused has not met anybody else's: something is wrong, and no conflict.
      const Error broken = describe(exception, "a rule of the schema");
      applied = may_be_refused(change) ? broken : Error{Errc::io, broken.message};
    }
    if (!applied.ok()) {
      if (!first && !guarded) throw Inseparable(applied.error().message);
      return applied.error();
    }
    if (rest_is_left_out_) break;
    first = false;
  }
  return std::nullopt;
}

void ChangeWriter::begin() {
  run(begin_);
  run(need_seal_key_, std::int64_t{sealer_.seals_with()});  // a rotation may have taken it for one that nobody uses
  audit_.begin();
  ledger_.begin();
  Use use(read_outbox_sequence_);  // each time: another process may have used some
  outbox_next_ = use.next() ? use.integer(0) : 1;
  outbox_used_ = false;
  compare_person_changes();  // nobody else can change any from here on
}

void ChangeWriter::finish() {
  if (outbox_used_) run(write_outbox_sequence_, outbox_next_);
  ledger_.finish();
  person_changes_ = read_number(count_person_changes_);
}

void ChangeWriter::roll_back() {
  // Some errors have ended the transaction already.
  if (sqlite3_get_autocommit(database_.getHandle()) != 0) return;
  rollback_.tryExecuteStep();
  rollback_.tryReset();
}

void ChangeWriter::checkpoint_if_due() {
  if (log_pages_ < checkpoint_pages) return;
  copy_log(database_, SQLITE_CHECKPOINT_PASSIVE, [this](const Error& why) { doubt_ = why; });
}

void ChangeWriter::look_for_foreign_changes() {
  const std::int64_t version = read_number(read_data_version_);
  if (version == data_version_) return;
  data_version_ = version;
  compare_person_changes();
}

// After a commit that failed the number known here may be too high: that counts as a change too.
void ChangeWriter::compare_person_changes() {
  const std::int64_t count = read_number(count_person_changes_);
  if (count == person_changes_) return;
  person_changes_ = count;
  ++foreign_changes_;
}

std::int64_t ChangeWriter::read_number(SQLite::Statement& statement) {
  try {
    Use use(statement);
    return use.next() ? use.integer(0) : -1;
  } catch (const SQLite::Exception&) {
    return -1;  // not readable now: counts as changed
  }
}

Status ChangeWriter::apply(const ChangeLink& change) {
  const auto verdict = links_.apply(change);
  if (!verdict) return verdict.error();
  if (*verdict) {
    committed_.tries.push_back(**verdict);
    rest_is_left_out_ = **verdict != otp::TryVerdict::right;
  }
  return {};
}

Status ChangeWriter::apply(const RequireLink& change) {
  return links_.apply(change);
}

Status ChangeWriter::apply(const CountLinkTry& change) {
  return links_.apply(change);
}

Status ChangeWriter::apply(const NoteImsi& change) {
  return links_.apply(change);
}

Status ChangeWriter::apply(const ExpireLinks& change) {
  auto expired = links_.apply(change);
  if (!expired) return expired.error();
  committed_.expired_links = *std::move(expired);
  return {};
}

Status ChangeWriter::apply(const NoteOperatorEvent& change) {
  run(add_operator_event_, change.operator_name, change.id, change.body_hash, change.at);
  return {};
}

Status ChangeWriter::apply(const DropOperatorEvents& change) {
  run(drop_operator_events_, change.before);
  return {};
}

Status ChangeWriter::apply(const SetLocale& change) {
  if (change.locale.empty()) {
    run(drop_locale_, change.msisdn);
  } else {
    run(put_locale_, change.msisdn, change.locale);
  }
  return {};
}

Status ChangeWriter::apply(const SaveWalk& change) {
  const SavedWalk& walk = change.walk;
  const RowIdentity row{SealedField::walk_session, walk.msisdn.value(), static_cast<std::uint8_t>(walk.channel)};
  if (Status sealed = sealer_.seal(row, walk.session, sealed_); !sealed.ok()) return sealed;
  run(put_walk_, walk.msisdn, walk.channel, walk.revision, std::span<const unsigned char>(sealed_), walk.expires);
  return {};
}

Status ChangeWriter::apply(const DropWalk& change) {
  run(drop_walk_, change.msisdn, change.channel);
  return {};
}

Status ChangeWriter::apply(const DropExpiredWalks& change) {
  run(drop_expired_walks_, change.now);
  return {};
}

Status ChangeWriter::apply(const AddReading& change) {
  const Reading& reading = change.reading;
  run(add_reading_, reading.reference, reading.msisdn, reading.company, reading.account, reading.value,
      reading.period, reading.at, reading.state, reading.link, reading.source, reading.remark, reading.channel,
      reading.office);
  return {};
}

Status ChangeWriter::apply(const SetReadingState& change) {
  if (run(set_reading_state_, change.reference, change.state) == 0) {
    return Error{Errc::not_found, "no reading has that reference"};
  }
  return {};
}

Status ChangeWriter::apply(const AddOutboxMessage& change) {
  return add_outbox_message(change.message);
}

Status ChangeWriter::add_outbox_message(const OutboxMessage& message) {
  const std::int64_t id = outbox_next_++;
  outbox_used_ = true;
  const RowIdentity row{SealedField::outbox_text, static_cast<std::uint64_t>(id)};
  if (Status sealed = sealer_.seal(row, message.text, sealed_); !sealed.ok()) return sealed;
  run(add_outbox_message_, id, message.link, message.to, std::span<const unsigned char>(sealed_), message.created,
      message.expires, message.broadcast);
  committed_.outbox_ids.push_back(id);
  if (message.by_mail) return mail_.apply(AddMail{message.to, message.text, message.created});
  return {};
}

Status ChangeWriter::apply(const RemoveOutboxMessage& change) {
  if (change.outcome) broadcasts_.count(change.id, *change.outcome);
  if (change.is_untold) subscriptions_.untell(change.id);
  run(remove_outbox_message_, change.id);
  return {};
}

Status ChangeWriter::apply(const DropExpiredOutbox& change) {
  subscriptions_.untell_expired(change.before);
  run(drop_expired_outbox_, change.before);
  return {};
}

Status ChangeWriter::apply(const SendCode& change) {
  const otp::SendVerdict verdict = committed_.sends.emplace_back(otp_.send(change));
  // The code is in its row by now: without its message and its walk it must not stay there.
  Status written;
  if (verdict == otp::SendVerdict::sent) written = add_outbox_message(change.message);
  const bool is_awaited = verdict == otp::SendVerdict::sent || verdict == otp::SendVerdict::stands;
  if (written.ok() && is_awaited && change.walk) written = apply(SaveWalk{*change.walk});
  if (verdict == otp::SendVerdict::sent) {
    for (const AddAudit& record : change.told) {
      if (written.ok()) written = apply(record);
    }
  }
  if (!written.ok()) throw Inseparable(written.error().message);
  return {};
}

Status ChangeWriter::apply(const TryCode& change) {
  committed_.tries.push_back(otp_.try_code(change));
  return {};
}

Status ChangeWriter::apply(const TryPin& change) {
  const auto verdict = otp_.try_pin(change);
  if (!verdict) return verdict.error();
  committed_.tries.push_back(*verdict);
  return {};
}

Status ChangeWriter::apply(const ConsumeGrant& change) {
  if (!links_.may_debit(change.msisdn)) {
    return Error{Errc::denied, "the number is suspended, or held since its SIM may have changed hands"};
  }
  if (otp_.consume_grant(change)) return {};
  return Error{Errc::denied, "nothing authorises this: no unused grant for it, or its time is over"};
}

Status ChangeWriter::apply(const BeginAssist& change) {
  if (!links_.is_active(change.msisdn, change.person))
    return Error{Errc::denied, "the number is not linked to this person, or suspended"};
  if (!otp_.consume_grant({change.msisdn, change.binding, change.at}))
    return Error{Errc::denied, "the person's phone has not told the code, or its time is over"};
  otp_.end_send_gap(change.msisdn);  // what they came for may ask for a code at once
  audit::Detail detail;
  if (!change.office.empty()) detail.add(audit::Key::office, change.office);
  return apply(AddAudit{.at = change.at,
                        .by = change.by,
                        .action = audit::Action::assist_begun,
                        .person = change.person,
                        .number = change.msisdn,
                        .detail = detail});
}

Status ChangeWriter::apply(const ClearTries& change) {
  if (otp_.clear_tries(change)) add_notices(change.person, change.notices);
  return {};
}

// Their numbers were found before: one that was suspended or released meanwhile is told nothing.
void ChangeWriter::add_notices(const NationalId& person, const std::vector<OutboxMessage>& notices) {
  for (const OutboxMessage& notice : notices) {
    if (!links_.is_active(notice.to, person)) {
      committed_.outbox_ids.push_back(not_queued);
      continue;
    }
    if (Status written = add_outbox_message(notice); !written.ok()) throw Inseparable(written.error().message);
  }
}

Status ChangeWriter::apply(const SetPin& change) {
  return otp_.set_pin(change);
}

Status ChangeWriter::apply(const DropPin& change) {
  if (Status dropped = otp_.drop_pin(change); !dropped.ok()) return dropped;
  add_notices(change.person, change.notices);
  return {};
}

Status ChangeWriter::apply(const ErasePerson& change) {
  if (Status may = payments_.may_erase(change.person); !may.ok()) return may;
  if (Status may = bank_cards_.may_erase(change.person, change.at); !may.ok()) return may;
  if (Status may = cases_.may_erase(change.person); !may.ok()) return may;
  auto erased = links_.apply(change);
  if (!erased.ok()) return erased.error();
  const bool had_secrets = otp_.erase_person(change.person);
  const bool had_failed_vouchers = vouchers_.erase_person(change.person);
  const bool has_paid = payments_.erase_person(change.person);
  const bool had_orders = bank_cards_.erase_person(change.person);
  const bool had_cases = cases_.erase_person(change.person);
  if (erased->empty() && !had_secrets && !had_failed_vouchers && !has_paid && !had_orders && !had_cases)
    return Error{Errc::not_found, "nothing is kept of this person"};
  committed_.erased_links = *std::move(erased);
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(audit::Action::privacy_erased)),
                 .person = pseudonym_of(sealer_.index_of(change.person)),
                 .detail = audit::Detail().json().value()});
  return {};
}

Status ChangeWriter::apply(const DropExpiredCodes& change) {
  otp_.drop_expired(change.now);
  fills_.forget_expired(change.now);
  return {};
}

Status ChangeWriter::apply(const AddRecording& change) {
  const StoredRecording& recording = change.recording;
  run(add_recording_, std::int64_t{recording.day.time_since_epoch().count()}, recording.revision, recording.content);
  run(drop_surplus_recordings_, static_cast<std::int64_t>(change.rows_max));
  return {};
}

Status ChangeWriter::apply(const DropOldRecordings& change) {
  run(drop_old_recordings_, std::int64_t{change.before.time_since_epoch().count()});
  return {};
}

Status ChangeWriter::apply(const AddStatistics& change) {
  const std::int64_t day = change.day.time_since_epoch().count();
  for (const Statistic& statistic : change.statistics) {
    const StatisticKey& key = statistic.key;
    run(add_statistic_, day, key.channel, key.flow, key.state, key.measure, key.detail, statistic.count);
  }
  return {};
}

Status ChangeWriter::apply(const AddAudit& change) {
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(change.action)),
                 .person = change.person ? pseudonym_of(sealer_.index_of(*change.person)) : std::string(),
                 .msisdn = change.number ? pseudonym_of(sealer_.index_of(*change.number)) : std::string(),
                 .thing = change.thing,
                 .detail = change.detail.json().value()});
  return {};
}

Status ChangeWriter::apply(const PutAuditHead& change) {
  const AuditHead& head = change.head;
  run(add_audit_head_, head.day, head.position.number, std::span<const unsigned char>(head.position.hash),
      head.totals, head.sent_to, head.at);
  return {};
}

Status ChangeWriter::apply(const StaffChange& change) {
  // Whoever has the SIM of an agent's phone by now may not be the agent.
  const auto* signs_in = std::get_if<SignIn>(&change);
  if (signs_in != nullptr && !links_.may_debit(signs_in->msisdn))
    return Error{Errc::denied, "the number is suspended, or held since its SIM may have changed hands"};
  return staff_.apply(change, committed_);
}

Status ChangeWriter::apply(const LedgerChange& change) {
  const auto outcome = ledger_.apply(change);
  if (!outcome.ok()) return outcome.error();
  if (*outcome) {
    committed_.transfers.push_back(**outcome);
    rest_is_left_out_ = (*outcome)->repeated;
  }
  return {};
}

Status ChangeWriter::apply(const VoucherChange& change) {
  const std::size_t before = committed_.redemptions.size();
  if (Status applied = vouchers_.apply(change, committed_); !applied.ok()) return applied;
  if (committed_.redemptions.size() != before) {
    const Redemption& told = committed_.redemptions.back();
    rest_is_left_out_ = told.verdict != vouchers::Verdict::redeemed || told.transfer.repeated;
  }
  return {};
}

Status ChangeWriter::apply(const PaymentChange& change) {
  const auto done_before = payments_.apply(change, committed_);
  if (!done_before.ok()) return done_before.error();
  rest_is_left_out_ = *done_before;
  return {};
}

Status ChangeWriter::apply(const CashChange& change) {
  const auto done_before = cash_.apply(change, committed_);
  if (!done_before.ok()) return done_before.error();
  rest_is_left_out_ = *done_before;
  return {};
}

Status ChangeWriter::apply(const BankCardChange& change) {
  const auto done_before = bank_cards_.apply(change, committed_);
  if (!done_before.ok()) return done_before.error();
  rest_is_left_out_ = *done_before;
  return {};
}

Status ChangeWriter::apply(const SubscriptionChange& change) {
  return subscriptions_.apply(change);
}

Status ChangeWriter::apply(const CitizenCaseChange& change) {
  return cases_.apply(change);
}

Status ChangeWriter::apply(const BroadcastChange& change) {
  const auto* wanted = std::get_if<PrepareBroadcast>(&change);
  if (wanted == nullptr) return broadcasts_.apply(change, committed_);
  const auto batch = broadcasts_.next_batch(*wanted, committed_);
  if (!batch.ok()) return batch.error();
  for (const BroadcastWriter::Recipient& one : batch->recipients) {
    Status written = add_outbox_message({.id = 0,
                                         .link = wanted->operator_name,
                                         .to = one.to,
                                         .text = *one.text,
                                         .created = wanted->at,
                                         .expires = batch->expires,
                                         .broadcast = wanted->number});
    if (!written.ok()) return written;
  }
  return {};
}
Status ChangeWriter::apply(const RedeemFill& change) {
  const auto redemption = fills_.redeem(change);
  if (!redemption.ok()) return redemption.error();
  committed_.fill_redemptions.push_back(*redemption);
  return {};
}

Status ChangeWriter::apply(const MailChange& change) {
  return mail_.apply(change);
}

Status ChangeWriter::apply(const ReconcileChange& change) {
  return reconciliation_.apply(change, committed_);
}

Status ChangeWriter::apply(const RolloutChange& change) {
  return rollout_.apply(change);
}

Status ChangeWriter::apply(const PollChange& change) {
  return polls_.apply(change);
}

}  // namespace shubbak::store
