// What Shubbak keeps: the port that the daemon and the command line use, with SQLite behind it (store/sqlite). A
// second implementation for several machines is foreseen; nothing outside store/ knows which one serves.
//
// Writing: change() queues one atomic set of changes; one writer thread puts all that wait into one transaction
// (group commit, durable when acknowledged) and then reports each. Reading: from the caller's thread, on a connection
// of its own. Thread: one thread uses a Store object; the callbacks come on that thread's executor, through `post`.
// A file may be open in a second process (the command line beside the daemon): the writers take turns, and what the
// other one changed is seen by the reads at once, by cached persons within foreign_change_delay.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "audit/record.hpp"
#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "identity/link.hpp"
#include "otp/otp.hpp"
#include "store/bank_card.hpp"
#include "store/broadcast.hpp"
#include "store/cash.hpp"
#include "store/citizen_case.hpp"
#include "store/doubt.hpp"
#include "store/fill.hpp"
#include "store/ledger.hpp"
#include "store/mail.hpp"
#include "store/payment.hpp"
#include "store/poll.hpp"
#include "store/reconcile.hpp"
#include "store/rollout.hpp"
#include "store/staff.hpp"
#include "store/subscription.hpp"
#include "store/voucher.hpp"

namespace shubbak::store {

using identity::LinkState;
using identity::MoneyHold;
struct PersonFile;  // store/privacy.hpp
struct Link {       // as the desks need it
  Msisdn msisdn;
  NationalId national_id;
  LinkState state;
  WallTime since;                    // of the state
  MoneyHold hold = MoneyHold::none;  // anything else: no debit
  std::uint32_t imsi_mark = 0;  // of the SIM that was seen last, to be compared with Store::imsi_mark(); 0: none was
};
struct Person {                // what is known of a number at the start of a dialogue, in one look-up
  std::optional<Link> link;    // the one that is not released, if any
  std::string locale;          // "" if never chosen
  bool has_ussd_walk = false;  // a walk may wait for find_walk(); it may have expired
  bool has_sms_walk = false;
};
inline WallTime active_since(const Person& person) {  // epoch: no active link
  const bool active = person.link && person.link->state == LinkState::active;
  return active ? person.link->since : WallTime{};
}
struct StoredLink {  // as counters need it
  std::int64_t id = 0;
  Msisdn msisdn;
  std::optional<NationalId> national_id;  // none: erased; only of released ones
  identity::LinkRecord record;
  Actor asked_by;  // who asked the phone last: for the link, or for the lifting of a hold
};
// What a phone is asked. A link never becomes another person's: whoever was shown it was shown this one.
struct LinkQuestion {
  std::int64_t link_id = 0;
  bool is_hold = false;  // whether the hold is to be lifted, not the link to be confirmed
};
struct LinkHistoryEntry {
  std::int64_t link_id = 0;
  std::optional<NationalId> national_id;  // none: erased
  identity::LinkEvent event;
  WallTime at;
  Actor by;
};
enum class LinkCodeCheck : std::uint8_t { right, wrong, over };  // over: none is open, or it has no tries left

enum class WalkChannel : std::uint8_t { ussd, sms };
struct SavedWalk {  // where a person was, to be taken up again
  Msisdn msisdn;
  WalkChannel channel;
  std::string revision;  // of the flows
  std::string session;   // flows::save()
  WallTime expires;
};

enum class ReadingState : std::uint8_t { recorded, delivered, refused };
enum class ReadingSource : std::uint8_t { citizen, staff };  // staff: for the citizen, who was present
enum class ReadingRemark : std::uint8_t {
  none,
  confirmed,    // far more than usual: asked again, and said to be right
  turned_over,  // below the last one: the register has begun again from 0, as the person said
};
struct Reading {
  std::string reference;  // proves what was sent and when; unique
  Msisdn msisdn;
  std::string company;
  std::string account;
  std::int64_t value;
  std::string period;  // "2026-11": one reading per account and billing period
  WallTime at;
  ReadingState state;
  std::string link{};   // the operator's link that it came through; news of it go back by that
  std::int64_t id = 0;  // given by the store, ascending
  ReadingSource source = ReadingSource::citizen;
  ReadingRemark remark = ReadingRemark::none;
  std::optional<WalkChannel> channel{};  // by which it came; nothing: that was not kept yet
  std::string office{};                  // of staff: where they serve, "": nowhere in particular
};

struct OutboxMessage {
  std::int64_t id = 0;  // given by the store
  std::string link;     // which operator's SMPP link sends it
  Msisdn to;
  std::string text;
  WallTime created;
  WallTime expires;
  std::int64_t broadcast = 0;  // whose it is (store/broadcast.hpp); 0: of none
  // Also by e-mail, where the number has an address (AddMail): receipts and answers; never codes, PINs or links.
  bool by_mail = false;
};

// A head of the audit trail that was published: one a day at most.
struct AuditHead {
  std::string day;           // local: "2026-11-25"
  audit::Position position;  // of the record that it is the head of
  std::string totals;        // JSON: records by action since the head before
  std::int64_t sent_to = 0;  // overseers, at least one
  WallTime at;
};

struct OutboxPage {
  std::vector<OutboxMessage> messages;  // oldest first
  std::int64_t last_id = 0;             // the next page begins behind it
  bool more = false;                    // there may be a next page
  std::size_t damaged = 0;              // rows that cannot be read and were left out
};

// A walk that was recorded, with nothing of the person's in it (src/rehearsal/recording.hpp).
struct StoredRecording {
  std::chrono::sys_days day;  // no finer time is kept
  std::string revision;       // of the flows
  std::string content;        // rehearsal::pack()
  std::int64_t id = 0;        // given by the store, ascending
};

// What is counted at the states of flows, whoever it was that walked there; daemon/flow_statistics.hpp has the
// details' names.
enum class Measure : std::uint8_t {
  entered,        // walks that came to the state
  taken_up,       // walks that went on here after they had been given up, or after a restart
  left,           // detail: where to, or how the walk came to its end here
  abandoned,      // detail: by whom
  stayed,         // how many of those that went on from it were timed ...
  stayed_ms,      // ... and how long they had stayed, altogether
  sessions,       // that ended here, in whatever way; detail: the operator
  message_parts,  // short messages sent for the state's texts; detail: the operator
  // That have ended, and had asked a service of a company, here first; detail: the operator, a blank, the company.
  company_sessions,
};
struct StatisticKey {
  WalkChannel channel = WalkChannel::ussd;
  std::string flow;
  std::string state;
  Measure measure = Measure::entered;
  std::string detail{};
  auto operator<=>(const StatisticKey&) const = default;
};
struct Statistic {
  StatisticKey key;
  std::int64_t count = 0;
  bool operator==(const Statistic&) const = default;
};

// Longest values, in octets, and most rows. A change with more is refused with Errc::limit.
struct ValueLimits {
  // locale, revision, link, company, account, period, reference, office, flow, state
  static constexpr std::size_t name_octets_max = 64;
  static constexpr std::size_t detail_octets_max = 2 * name_octets_max + 1;  // of a statistic
  static constexpr std::size_t statistics_max = 5'000;                       // of one AddStatistics
  static constexpr std::size_t text_octets_max = 4'096;                      // of an outbox message
  static constexpr std::size_t session_octets_max = 65'536;
  static constexpr std::size_t binding_octets_max = 512;
  static constexpr std::size_t code_octets_max = 16;
  static constexpr std::size_t pin_hash_octets_max = 128;
  static constexpr std::size_t recording_octets_max = 65'536;
  static constexpr std::size_t totals_octets_max = 4'096;  // of an audit head
};

// --- changes
// Something happens to the number's link, decided by identity::decide() inside the transaction: of two counters that
// link one number at once, one wins. Errors: as decide()'s; conflict also where the code is wrong, used up or too
// old. Releasing also forgets what is kept for the number (walks, language, one-time code, grants, subscriptions,
// whether it wants broadcasts, e-mail): its next owner must not meet it. Each event that changes a link is a record
// of the audit trail too, as is what else happens to one (NoteImsi, ExpireLinks).
struct ChangeLink {
  Msisdn msisdn;
  std::optional<NationalId> national_id;  // whose link; of make and import required, of others checked if it is there
  identity::LinkEvent event;
  Actor by;
  WallTime at;
  // make, clear_hold: what the SMS that asks the phone holds; kept as keyed hash. confirm: what came back by SMS,
  // whose sender can be forged; "" where the operator asserts the sender (USSD).
  std::string code{};
  // Of a counter: where it is, as the phone shows it and the link's history keeps it; "": by's name.
  std::string office{};
  // confirm, refuse: the question that the phone was shown; conflict where it is another one by now.
  std::optional<LinkQuestion> question{};
  // Of a counter: what the person read from the phone's SMS (SendCode for counter_code_binding()). With it, make and
  // make_unverified are a relink: identity::decide_relink(). A release that needs one is denied without. It is judged
  // once nothing else stands against the change; the verdict is told in Committed::tries. Where it is not right, this
  // change and those behind it in the set are left out, and the try is counted.
  std::optional<std::string> phone_code{};
  std::string carrier{};  // of a phone that answers: the operator's link that it answered by, kept with the link
};
// What a code that a counter asks for is for: to release the number, or to link it to that other person. No flow's
// code is for the same.
std::string counter_code_binding(const std::optional<NationalId>& relink_to);

// Refuses its set unless the number's link is that person's and active, and payments are not held: what the person at
// the counter gets must not go to another one's phone. not_found: no link; conflict: says what is in the way.
struct RequireLink {
  Msisdn msisdn;
  NationalId person;
};
// A wrong code came back. conflict: there was no try left, or nothing was asked.
struct CountLinkTry {
  Msisdn msisdn;
};
// A gateway told the IMSI of a dialogue. The first one is noted; another one than before sets a money hold.
struct NoteImsi {
  Msisdn msisdn;
  std::string imsi;  // kept as keyed hash
  WallTime at;
};
// To be queued now and then: questions that no phone has answered in time are over. Which links that changed is told
// in Committed.
struct ExpireLinks {
  static constexpr std::size_t at_once_max = 1'000;  // the rest at the next time
  WallTime now;
};
// An operator told something over HTTP, under an id of its own. conflict: that id was told before.
struct NoteOperatorEvent {
  std::string operator_name;
  std::string id;         // 1 to 64 octets
  std::string body_hash;  // tells the same request from another one under the same id
  WallTime at;
};
struct DropOperatorEvents {  // to be queued now and then: what is too old to come again
  WallTime before;
};
struct SetLocale {
  Msisdn msisdn;
  std::string locale;
};
struct SaveWalk {
  SavedWalk walk;
};
struct DropWalk {
  Msisdn msisdn;
  WalkChannel channel;
};
struct DropExpiredWalks {  // to be queued now and then; find_walk() does not see them anyway
  WallTime now;
};
struct AddReading {
  Reading reading;
};  // conflict: that account and period has one already that was not refused, or the reference is taken
struct SetReadingState {
  std::string reference;
  ReadingState state;
};  // not_found: no such reference; conflict: no longer refused, but the period has another one by now
struct AddOutboxMessage {
  OutboxMessage message;
};  // its id is reported in Committed
struct DropExpiredOutbox {
  WallTime before;
};  // to be queued now and then: what nobody has removed although its time was over by then; notices are untold
// Sent, or given up; one that is gone already is no error.
struct RemoveOutboxMessage {
  std::int64_t id;
  std::optional<BroadcastOutcome> outcome{};  // of a broadcast's text
  bool is_untold = false;                     // no SMSC took it: the subscription whose notice it is has told nothing
};

// A record of the audit trail, in the same transaction as the changes that it tells of. Person and number are turned
// into pseudonyms. Of one of person, number and thing at least. Errc::invalid: what audit::check() and Detail::json()
// say, before anything is queued.
struct AddAudit {
  WallTime at;
  Actor by;
  audit::Action action;
  std::optional<NationalId> person{};
  std::optional<Msisdn> number{};
  std::string thing{};
  audit::Detail detail{};
};

// One-time codes and PINs (otp/otp.hpp decides, in the transaction, on the rows as they are then). What they judge is
// told as a verdict in Committed and is no error of the set. Nothing is told of a try whose set fails, and nothing
// of it is counted: the set's other changes should not be of those that may be refused. `binding` is the canonical
// text of purpose, payee, amount and currency. No row, error or log holds a code. A failure that locks a person is
// told to the audit trail.
struct SendCode {
  Msisdn msisdn;
  NationalId person;
  std::string binding;
  std::string code;
  otp::Channel channel;   // by which it was asked for
  OutboxMessage message;  // holds the code; goes to the outbox if the verdict is `sent`
  WallTime at;
  // As it waits for the code, written if one is on its way: it must not come to a phone where nothing waits for it.
  std::optional<SavedWalk> walk{};
  std::vector<AddAudit> told{};  // to the audit trail if the verdict is `sent`
};
struct TryCode {  // right: the number has a grant for that binding
  Msisdn msisdn;
  NationalId person;
  std::string binding;
  std::string code;
  otp::Channel channel;
  WallTime at;
  std::optional<Actor> by{};  // who typed it, where that is not the person
};
struct TryPin {  // on USSD; right: as above
  NationalId person;
  Msisdn msisdn;
  std::string binding;
  bool matches;  // what the hash said
  WallTime at;
  std::optional<WallTime>
      since{};  // of the service PIN that was compared (Store::service_pin); nothing: there was none
};  // conflict: the person has another PIN by now, or none; the try grants and counts nothing, and may be repeated

struct ConsumeGrant {
  Msisdn msisdn;
  std::string binding;
  WallTime at;
};  // denied: the number has no grant for that binding, or it is expired or consumed; or its link is suspended or
    // held
// An agent acts for a person who is present, from now on: the person's phone has told the code that the grant came
// from. Told to the audit trail. denied: there is no such grant, or the number is not linked to that person.
struct BeginAssist {
  Msisdn msisdn;
  NationalId person;
  std::string binding;
  Actor by;  // the agent
  std::string office;
  WallTime at;
};
// These three are told to the audit trail, unless they change nothing.
struct ClearTries {  // a counter resets what a person failed
  NationalId person;
  Actor by;
  WallTime at;
  std::string office{};  // where the counter is; "": at none in particular
  // Go to the outbox unless there was nothing to clear, each if its number is an active one of the person.
  std::vector<OutboxMessage> notices{};
};
struct SetPin {
  NationalId person;
  std::string hash;  // services/pin_hash.hpp
  Actor by;
  WallTime at;
};
// not_found: there is none. What any of the person's numbers has authorised and not used is void.
struct DropPin {
  NationalId person;
  Actor by;
  WallTime at;
  std::string office{};  // as of ClearTries
  std::vector<OutboxMessage> notices{};
};
// What no law demands to keep of a person goes: who it was that had their numbers, walks, languages, texts and codes
// of these, the PIN and failed tries, and their numbers where whoever paid in cash had named them. Their released
// links stay without the person, so that the numbers stay in quarantine; so do readings and the audit trail, which is
// told, and what was done to their cases, without a word that anybody wrote. conflict: a link is not released, a card
// of theirs holds money, or a payment or a case is not over; not_found: nothing is kept. What is left of it in the
// log goes by empty_log() (store/privacy.hpp).
struct ErasePerson {
  NationalId person;
  Actor by;
  WallTime at;
};
struct DropExpiredCodes {  // to be queued now and then: codes, grants and counts of sends whose time is over, and
                           // what is kept of the codes of fills to tell them again
  WallTime now;
};
struct AddRecording {
  StoredRecording recording;
  std::size_t rows_max;  // older ones make room
};
struct DropOldRecordings {
  std::chrono::sys_days before;
};                      // to be queued now and then
struct AddStatistics {  // to what that day has
  std::chrono::sys_days day;
  std::vector<Statistic> statistics;
};
struct PutAuditHead {
  AuditHead head;
};  // conflict: the head of that day, or of a later one, was published
using Change =
    std::variant<ChangeLink, CountLinkTry, NoteImsi, ExpireLinks, NoteOperatorEvent, DropOperatorEvents, SetLocale,
                 SaveWalk, DropWalk, DropExpiredWalks, AddReading, SetReadingState, AddOutboxMessage,
                 RemoveOutboxMessage, DropExpiredOutbox, SendCode, TryCode, TryPin, ConsumeGrant, BeginAssist,
                 ClearTries, SetPin, DropPin, ErasePerson, DropExpiredCodes, AddRecording, DropOldRecordings,
                 AddStatistics, AddAudit, PutAuditHead, StaffChange, RequireLink, LedgerChange, VoucherChange,
                 PaymentChange, BankCardChange, ReconcileChange, CashChange, SubscriptionChange, RolloutChange,
                 CitizenCaseChange, PollChange, BroadcastChange, RedeemFill, MailChange>;

inline constexpr std::int64_t not_queued = 0;  // a notice whose number is no active one of the person any more
struct Committed {
  std::vector<std::int64_t> outbox_ids;       // of AddOutboxMessage, sent SendCode and notices, in order; not_queued
  std::vector<otp::SendVerdict> sends;        // of the SendCode changes, in order
  std::vector<otp::TryVerdict> tries;         // of the TryCode and TryPin changes and the phone_codes, in order
  std::vector<Msisdn> expired_links;          // by ExpireLinks
  std::vector<Msisdn> erased_links;           // by ErasePerson: the numbers that were the person's
  std::optional<staff::LoginDecision> login;  // of a Login change
  std::vector<TransferOutcome>
      transfers;                        // of the changes of the ledger but SetCeiling, of payments and cash, in order
  std::int64_t voucher_batch = 0;       // of OpenBatch: its number
  std::int64_t vouchers_changed = 0;    // by ChangeVouchers
  std::int64_t refund = 0;              // the number of ProposeRefund's, or of DecideRefund's
  std::int64_t payment_ending = 0;      // the number of ProposeEnding's, or of DecideEnding's
  std::vector<Redemption> redemptions;  // of the RedeemVoucher changes, in order
  std::vector<ChargeOutcome> charges;   // of the TakeCharge changes, in order
  std::int64_t placement = 0;           // the number of ProposePlacement's, or of DecidePlacement's
  Reconciled reconciled;                // by the changes of reconciliation
  std::int64_t cash_expected = 0;       // of CountCash: what the drawer should hold
  std::int64_t cash_proposal = 0;       // the number of ProposeCash's, or of DecideCash's
  std::int64_t broadcast = 0;           // of DraftBroadcast: its number
  BroadcastPrepared prepared{};         // by PrepareBroadcast
  std::vector<FillRedemption> fill_redemptions{};  // of the RedeemFill changes, in order
};
using OnCommitted = std::function<void(Result<Committed>)>;

struct ServicePin {
  std::string hash;  // services/pin_hash.hpp
  WallTime since;    // when it was set; of two PINs of a person never the same
};

class Store {
 public:
  virtual ~Store() = default;

  // All of `changes` or none, in order. The callback comes after the commit is on disk, or with the error: conflict,
  // not_found, denied and invalid (as said beside each change), io (disk full, I/O error), unavailable (another
  // process holds the database too long), limit (the queue is full or a value too long) and invalid (what the audit
  // trail does not take); with the last two nothing was queued. It never comes from inside change(). Callbacks come
  // in the order of the change() calls, but those with limit or invalid may overtake.
  virtual void change(std::vector<Change> changes, OnCommitted on_committed) = 0;
  // Waits until everything queued is committed and reported to `post`; for shutdown and for the command line.
  virtual void flush() = 0;

  virtual Result<Person> find_person(Msisdn msisdn) = 0;  // cached; ≤ 1 µs in the cache
  // Another number than before: some link may have changed since, here or by another process. A few ns.
  [[nodiscard]] virtual std::uint64_t links_version() const = 0;
  // Another number than before: another process has changed links, languages or walks since. A few ns.
  [[nodiscard]] virtual std::uint64_t foreign_changes() const = 0;
  // What tells one SIM from another without telling either; never 0. About 1 µs.
  [[nodiscard]] virtual std::uint32_t imsi_mark(std::string_view imsi) = 0;
  virtual Result<std::optional<SavedWalk>> find_walk(Msisdn msisdn, WalkChannel channel, WallTime now) = 0;
  // Recorded ones behind that id, oldest first.
  virtual Result<std::vector<Reading>> undelivered_readings(std::string_view company, std::int64_t after_id,
                                                            std::size_t rows_max) = 0;
  // Of one account, whoever sent them, the newest first.
  virtual Result<std::vector<Reading>> readings_of_account(std::string_view company, std::string_view account,
                                                           std::size_t rows_max) = 0;
  virtual Result<std::optional<Reading>> find_reading(const std::string& reference) = 0;
  // What waits for one link, behind that id.
  virtual Result<OutboxPage> outbox_page(std::string_view link, std::int64_t after_id, std::size_t rows_max) = 0;
  // Not any more once the number that it is for was released: what was kept for it is gone. About 3 µs.
  virtual Result<bool> is_in_outbox(std::int64_t id) = 0;
  virtual Result<std::vector<std::pair<std::string, std::size_t>>> outbox_sizes() = 0;  // by link
  virtual Status ping() = 0;                                                            // can the database be read?
  // All that may still be taken up, page by page: those behind `after`, in an order of their own.
  virtual Result<std::vector<SavedWalk>> saved_walks(WallTime now, const std::optional<SavedWalk>& after,
                                                     std::size_t rows_max) = 0;
  // Of the flows that these began on, each once; reads no walk itself.
  virtual Result<std::vector<std::string>> revisions_of_walks(WallTime now) = 0;
  // Those behind that id, oldest first.
  virtual Result<std::vector<StoredRecording>> recordings(std::int64_t after_id, std::size_t rows_max) = 0;
  virtual Result<std::optional<ServicePin>> service_pin(const NationalId& person) = 0;  // none: they have none
  // Added up over these days, both included; in the order of their keys.
  virtual Result<std::vector<Statistic>> statistics(std::chrono::sys_days from, std::chrono::sys_days to) = 0;
  // All links of a person, also released ones, oldest first.
  virtual Result<std::vector<StoredLink>> links_of(const NationalId& national_id) = 0;
  // The number's link, or its last one if that was released.
  virtual Result<std::optional<StoredLink>> find_link(Msisdn msisdn) = 0;
  // Whether the code is the one that the phone was asked with. Counts nothing: see CountLinkTry.
  virtual Result<LinkCodeCheck> check_link_code(Msisdn msisdn, std::string_view code, WallTime now) = 0;
  // The body_hash that the operator's event was noted with.
  virtual Result<std::optional<std::string>> find_operator_event(const std::string& operator_name,
                                                                 const std::string& id) = 0;
  // What happened to the number's links, oldest first.
  virtual Result<std::vector<LinkHistoryEntry>> link_history(Msisdn msisdn) = 0;
  virtual StaffReads& staff() = 0;
  // All that is kept of a person, but the audit trail. Reads through whole tables: not for the daemon's loop.
  virtual Result<PersonFile> person_file(const NationalId& person) = 0;
  // What stands for them in the records of the audit trail: 16 octets.
  virtual std::string pseudonym(const NationalId& person) = 0;
  virtual std::string pseudonym(Msisdn number) = 0;
  // For RedeemVoucher, of a top-up: the same for the same PIN and card, so that a request that comes again soon is
  // answered as first. It tells nothing of the PIN.
  virtual std::string top_up_key(const vouchers::Pin& pin, const Wallet& wallet) = 0;
  virtual LedgerReads& ledger() = 0;
  virtual VoucherReads& vouchers() = 0;
  virtual PaymentReads& payments() = 0;
  virtual BankCardReads& bank_cards() = 0;
  virtual ReconcileReads& reconciliation() = 0;
  virtual CashReads& cash() = 0;
  virtual SubscriptionReads& subscriptions() = 0;
  virtual RolloutReads& rollout() = 0;
  virtual CitizenCaseReads& cases() = 0;
  virtual PollReads& polls() = 0;
  virtual BroadcastReads& broadcasts() = 0;
  virtual FillReads& fills() = 0;
  virtual MailReads& mail() = 0;
};

// How callbacks reach the thread that uses the store, e.g. by posting to its event loop. It is called on the writer's
// thread (and for Errc::limit, invalid and, with too many changes waiting, unavailable on the caller's) and must
// queue the function, not run it. It is not called any more when the destructor of the Store has returned; what it
// was given before may still run after that.
using Post = std::function<void(std::function<void()>)>;

struct StoreConfig {
  std::string path;                        // of the database file; ":memory:" is refused, it would not survive
  std::string key_file;                    // of the keys that seal personal fields (store/key_file.hpp)
  std::vector<std::string> key_command{};  // tells them instead, where it is there
  // Whether a daemon opens it, not a command beside one. Then a key that is new in there comes into use by this:
  // whatever else opens the store seals with what the daemon can open. And the log that it finds is written anew
  // before anything is built upon it, since a daemon before it may have ended in doubt (on_doubt).
  bool is_daemons = true;
  std::size_t queue_max = 100'000;  // changes waiting for the writer
  std::size_t cached_persons_max = 1'000'000;
  identity::LinkRules link_rules{};
  std::uint32_t database_pages_max = 1'073'741'823;  // of 4 KiB; above that a write fails like on a full disk
  otp::Policy otp{};
  vouchers::Policy vouchers{};
  payments::Limits payment_limits{};
  std::vector<rollout::Rule> rollout{};  // as configured
  OnDoubt on_doubt = end_in_doubt;       // on the writer's thread, and on the caller's while it is opened
  cases::Kinds case_kinds{};
  polls::Plan polls{};  // that answers are taken to, and TendPolls tends
  vouchers::FillPolicy fills{};
};
// How old a cached person may be after another process changed it.
inline constexpr std::chrono::milliseconds foreign_change_delay{250};

// Opens or creates, brings the schema up to date. Error: with what to do, e.g. a database of a newer version.
Result<std::unique_ptr<Store>> open_sqlite(const StoreConfig& config, Post post);

}  // namespace shubbak::store
