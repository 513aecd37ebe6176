#include "store/sqlite/reader.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "store/privacy.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/person_reader.hpp"
#include "store/sqlite/read_transaction.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

Result<Msisdn> msisdn_of(const Use& use, int column) {
  return Msisdn::from_value(static_cast<std::uint64_t>(use.integer(column)));
}

// In the order in which the statements tell its columns.
Result<Reading> reading_of(const Use& use) {
  const Result<Msisdn> msisdn = msisdn_of(use, 1);
  if (!msisdn.ok()) return msisdn.error();
  return Reading{use.text(0),
                 *msisdn,
                 use.text(2),
                 use.text(3),
                 use.integer(4),
                 use.text(5),
                 use.time(6),
                 static_cast<ReadingState>(use.integer(7)),
                 use.text(8),
                 use.integer(9),
                 static_cast<ReadingSource>(use.integer(10)),
                 static_cast<ReadingRemark>(use.integer(11)),
                 reading_channel_in(use, 12),
                 use.text(13)};
}

// Never 0, which says that none was seen.
std::uint32_t mark_of(std::span<const unsigned char> index) {
  std::uint32_t mark = 0;
  for (std::size_t i = 0; i < sizeof mark && i < index.size(); ++i) mark = mark << 8U | index[i];
  return std::max<std::uint32_t>(mark, 1);
}

constexpr std::size_t payments_in_file_max = 100'000;

Error damaged(std::string_view what, std::int64_t row, const Error& reason) {
  return Error{Errc::io, "database, " + std::string(what) + " " + std::to_string(row) + ": " + reason.message};
}

}  // namespace

Reader::Reader(SQLite::Database database, Sealer sealer, std::vector<rollout::Rule> configured_rollout)
    : database_(std::move(database)),
      sealer_(std::move(sealer)),
      staff_(database_, &sealer_),
      ledger_(database_),
      vouchers_(database_),
      payments_(database_, sealer_),
      bank_cards_(database_, sealer_),
      reconciliation_(database_, sealer_),
      cash_(database_, sealer_),
      subscriptions_(database_),
      rollout_(database_, std::move(configured_rollout)),
      cases_(database_, sealer_),
      polls_(database_, sealer_),
      broadcasts_(database_),
      fills_(database_, sealer_),
      mail_(database_, sealer_),
      find_person_(prepare(database_, statement("find_person"))),
      find_walk_(prepare(database_, statement("find_walk"))),
      undelivered_readings_(prepare(database_, statement("undelivered_readings"))),
      readings_of_account_(prepare(database_, statement("readings_of_account"))),
      find_reading_(prepare(database_, statement("find_reading"))),
      outbox_page_(prepare(database_, statement("outbox_page"))),
      outbox_row_(prepare(database_, statement("outbox_row"))),
      outbox_sizes_(prepare(database_, statement("outbox_sizes"))),
      saved_walks_(prepare(database_, statement("saved_walks"))),
      revisions_of_walks_(prepare(database_, statement("revisions_of_walks"))),
      ping_(prepare(database_, statement("count_seal_keys"))),
      links_of_(prepare(database_, statement("links_of"))),
      find_link_(prepare(database_, statement("find_link"))),
      link_asked_by_(prepare(database_, statement("link_asked_by"))),
      find_link_code_(prepare(database_, statement("find_link_code"))),
      link_history_(prepare(database_, statement("link_history"))),
      find_operator_event_(prepare(database_, statement("find_operator_event"))),
      find_pin_(prepare(database_, statement("find_pin"))),
      recordings_(prepare(database_, statement("recordings"))),
      statistics_(prepare(database_, statement("statistics"))) {}

Result<NationalId> Reader::open_national_id(Msisdn msisdn, std::span<const unsigned char> sealed) {
  const RowIdentity row{SealedField::national_id, msisdn.value()};
  const Result<std::string> plain = sealer_.open(row, sealed);
  if (!plain.ok()) return plain.error();
  return parse_sealed_form(*plain);
}

Result<std::optional<NationalId>> Reader::open_unless_erased(Msisdn msisdn, std::span<const unsigned char> sealed) {
  if (is_erased(sealed)) return std::optional<NationalId>();
  Result<NationalId> opened = open_national_id(msisdn, sealed);
  if (!opened.ok()) return opened.error();
  return std::optional(*std::move(opened));
}

Result<Person> Reader::find_person(Msisdn msisdn) {
  return guarded("looking a person up", [&]() -> Result<Person> {
    Use use(find_person_, msisdn);
    Person person;
    if (!use.next()) return person;
    if (!use.is_null(4)) person.locale = use.text(4);
    person.has_ussd_walk = use.integer(5) != 0;
    person.has_sms_walk = use.integer(6) != 0;
    if (use.is_null(0)) return person;
    const Result<NationalId> national_id = open_national_id(msisdn, use.octets(1));
    if (!national_id.ok()) return damaged("link", use.integer(0), national_id.error());
    person.link = Link{msisdn,
                       *national_id,
                       static_cast<LinkState>(use.integer(2)),
                       use.time(3),
                       static_cast<MoneyHold>(use.integer(7)),
                       use.is_null(8) ? 0 : mark_of(use.octets(8))};
    return person;
  });
}

Result<std::optional<SavedWalk>> Reader::find_walk(Msisdn msisdn, WalkChannel channel, WallTime now) {
  return guarded("looking a walk up", [&]() -> Result<std::optional<SavedWalk>> {
    Use use(find_walk_, msisdn, channel, now);
    if (!use.next()) return std::optional<SavedWalk>();
    const RowIdentity row{SealedField::walk_session, msisdn.value(), static_cast<std::uint8_t>(channel)};
    Result<std::string> session = sealer_.open(row, use.octets(1));
    if (!session.ok()) return Error{Errc::io, "database, a saved walk: " + session.error().message};
    return std::optional(SavedWalk{msisdn, channel, use.text(0), *std::move(session), use.time(2)});
  });
}

Result<std::vector<SavedWalk>> Reader::saved_walks(WallTime now, const std::optional<SavedWalk>& after,
                                                   std::size_t rows_max) {
  return guarded("listing walks", [&]() -> Result<std::vector<SavedWalk>> {
    std::vector<SavedWalk> walks;
    const std::int64_t limit = limit_of(rows_max);
    const std::int64_t after_msisdn = after ? static_cast<std::int64_t>(after->msisdn.value()) : 0;
    const std::int64_t after_channel = after ? static_cast<std::int64_t>(after->channel) : 0;
    Use use(saved_walks_, now, after_msisdn, after_channel, limit);
    while (use.next()) {
      const Result<Msisdn> msisdn = msisdn_of(use, 0);
      if (!msisdn.ok()) return msisdn.error();
      const auto channel = static_cast<WalkChannel>(use.integer(1));
      const RowIdentity row{SealedField::walk_session, msisdn->value(), static_cast<std::uint8_t>(channel)};
      Result<std::string> session = sealer_.open(row, use.octets(3));
      if (!session.ok()) return Error{Errc::io, "database, a saved walk: " + session.error().message};
      walks.push_back(SavedWalk{*msisdn, channel, use.text(2), *std::move(session), use.time(4)});
    }
    return walks;
  });
}

Result<std::vector<std::string>> Reader::revisions_of_walks(WallTime now) {
  return guarded("listing the flows of walks", [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> revisions;
    Use use(revisions_of_walks_, now);
    while (use.next()) revisions.push_back(use.text(0));
    return revisions;
  });
}

Result<std::vector<Reading>> Reader::undelivered_readings(std::string_view company, std::int64_t after_id,
                                                          std::size_t rows_max) {
  return guarded("listing readings", [&]() -> Result<std::vector<Reading>> {
    std::vector<Reading> readings;
    const std::int64_t limit = limit_of(rows_max);
    const std::string of(company);
    Use use(undelivered_readings_, of, after_id, limit);
    while (use.next()) {
      Result<Reading> reading = reading_of(use);
      if (!reading.ok()) return reading.error();
      readings.push_back(*std::move(reading));
    }
    return readings;
  });
}

Result<std::vector<Reading>> Reader::readings_of_account(std::string_view company, std::string_view account,
                                                         std::size_t rows_max) {
  return guarded("listing an account's readings", [&]() -> Result<std::vector<Reading>> {
    std::vector<Reading> readings;
    const std::int64_t limit = limit_of(rows_max);
    const std::string of(company);
    const std::string number(account);
    Use use(readings_of_account_, of, number, limit);
    while (use.next()) {
      Result<Reading> reading = reading_of(use);
      if (!reading.ok()) return reading.error();
      readings.push_back(*std::move(reading));
    }
    return readings;
  });
}

Result<std::optional<Reading>> Reader::find_reading(const std::string& reference) {
  return guarded("finding a reading", [&]() -> Result<std::optional<Reading>> {
    Use use(find_reading_, reference);
    if (!use.next()) return std::optional<Reading>();
    Result<Reading> reading = reading_of(use);
    if (!reading.ok()) return reading.error();
    return std::optional<Reading>(*std::move(reading));
  });
}

// A damaged row holds up no other.
Result<OutboxPage> Reader::outbox_page(std::string_view link, std::int64_t after_id, std::size_t rows_max) {
  return guarded("listing the outbox", [&]() -> Result<OutboxPage> {
    OutboxPage page;
    page.last_id = after_id;
    const std::int64_t limit = limit_of(rows_max);
    const std::string of(link);
    std::size_t rows = 0;
    Use use(outbox_page_, of, after_id, limit);
    for (; use.next(); ++rows) {
      const std::int64_t id = use.integer(0);
      page.last_id = id;
      const Result<Msisdn> to = msisdn_of(use, 2);
      Result<std::string> text =
          sealer_.open(RowIdentity{SealedField::outbox_text, static_cast<std::uint64_t>(id)}, use.octets(3));
      if (!to.ok() || !text.ok()) {
        ++page.damaged;
        continue;
      }
      page.messages.push_back(
          OutboxMessage{id, use.text(1), *to, *std::move(text), use.time(4), use.time(5), use.integer(6)});
    }
    page.more = rows == rows_max;
    return page;
  });
}

Result<bool> Reader::is_in_outbox(std::int64_t id) {
  return guarded("looking into the outbox", [&]() -> Result<bool> {
    Use use(outbox_row_, id);
    return use.next();
  });
}

Result<std::vector<std::pair<std::string, std::size_t>>> Reader::outbox_sizes() {
  return guarded("counting the outbox", [&]() -> Result<std::vector<std::pair<std::string, std::size_t>>> {
    std::vector<std::pair<std::string, std::size_t>> sizes;
    Use use(outbox_sizes_);
    while (use.next()) sizes.emplace_back(use.text(0), static_cast<std::size_t>(use.integer(1)));
    return sizes;
  });
}

Status Reader::ping() {
  return guarded("asking it", [&]() -> Status {
    Use use(ping_);
    use.next();
    return {};
  });
}

Result<std::vector<StoredRecording>> Reader::recordings(std::int64_t after_id, std::size_t rows_max) {
  return guarded("listing recordings", [&]() -> Result<std::vector<StoredRecording>> {
    std::vector<StoredRecording> recordings;
    const std::int64_t limit = limit_of(rows_max);
    Use use(recordings_, after_id, limit);
    while (use.next()) {
      const std::chrono::sys_days day{std::chrono::days(use.integer(1))};
      recordings.push_back({day, use.text(2), use.text(3), use.integer(0)});
    }
    return recordings;
  });
}

Result<StoredLink> Reader::stored_link(const Use& use) {
  const Result<Msisdn> msisdn = msisdn_of(use, 1);
  if (!msisdn.ok()) return msisdn.error();
  const Result<std::optional<NationalId>> opened = open_unless_erased(*msisdn, use.octets(2));
  if (!opened.ok()) return damaged("link", use.integer(0), opened.error());
  StoredLink link{.id = use.integer(0),
                  .msisdn = *msisdn,
                  .national_id = *opened,
                  .record = {.state = static_cast<LinkState>(use.integer(3)),
                             .hold = static_cast<MoneyHold>(use.integer(4)),
                             .made = use.time(5),
                             .since = use.time(6),
                             .hold_since = use.time(7),
                             .quarantine_end = use.time(8),
                             .verified = use.integer(9) != 0},
                  .asked_by = {Actor::Kind::system, {}}};
  Use asked(link_asked_by_, link.id);
  if (asked.next()) link.asked_by = {static_cast<Actor::Kind>(asked.integer(0)), asked.text(1)};
  return link;
}

Result<std::vector<StoredLink>> Reader::links_of(const NationalId& national_id) {
  return guarded("listing links", [&]() -> Result<std::vector<StoredLink>> {
    std::vector<StoredLink> links;
    const BlindIndex index = sealer_.index_of(national_id);
    Use use(links_of_, std::span<const unsigned char>(index));
    while (use.next()) {
      Result<StoredLink> link = stored_link(use);
      if (!link.ok()) return link.error();
      links.push_back(*std::move(link));
    }
    return links;
  });
}

Result<std::optional<ServicePin>> Reader::service_pin(const NationalId& person) {
  return guarded("looking a PIN up", [&]() -> Result<std::optional<ServicePin>> {
    const BlindIndex index = sealer_.index_of(person);
    Use use(find_pin_, std::span<const unsigned char>(index));
    if (!use.next()) return std::optional<ServicePin>();
    Result<std::string> hash = sealer_.open(pin_row(index), use.octets(0));
    if (!hash.ok()) return Error{Errc::io, "database, a service PIN: " + hash.error().message};
    return std::optional(ServicePin{*std::move(hash), use.time(1)});
  });
}

Result<std::vector<Statistic>> Reader::statistics(std::chrono::sys_days from, std::chrono::sys_days to) {
  return guarded("adding statistics up", [&]() -> Result<std::vector<Statistic>> {
    std::vector<Statistic> statistics;
    const std::int64_t first = from.time_since_epoch().count();
    const std::int64_t last = to.time_since_epoch().count();
    Use use(statistics_, first, last);
    while (use.next()) {
      statistics.push_back({{.channel = static_cast<WalkChannel>(use.integer(0)),
                             .flow = use.text(1),
                             .state = use.text(2),
                             .measure = static_cast<Measure>(use.integer(3)),
                             .detail = use.text(4)},
                            use.integer(5)});
    }
    return statistics;
  });
}

Result<std::optional<StoredLink>> Reader::find_link(Msisdn msisdn) {
  return guarded("looking a link up", [&]() -> Result<std::optional<StoredLink>> {
    Use use(find_link_, msisdn);
    if (!use.next()) return std::optional<StoredLink>();
    Result<StoredLink> link = stored_link(use);
    if (!link.ok()) return link.error();
    return std::optional(*std::move(link));
  });
}

Result<LinkCodeCheck> Reader::check_link_code(Msisdn msisdn, std::string_view code, WallTime now) {
  return guarded("checking a code", [&]() -> Result<LinkCodeCheck> {
    std::int64_t id = 0;
    {
      Use use(find_link_, msisdn);
      if (!use.next()) return LinkCodeCheck::over;
      id = use.integer(0);
    }
    Use use(find_link_code_, id);
    if (!use.next() || use.integer(1) == 0 || use.time(2) <= now) return LinkCodeCheck::over;
    const BlindIndex hash = sealer_.hash_of(HashedField::link_code, static_cast<std::uint64_t>(id), code);
    return Sealer::same(use.octets(0), hash) ? LinkCodeCheck::right : LinkCodeCheck::wrong;
  });
}

Result<std::vector<LinkHistoryEntry>> Reader::link_history(Msisdn msisdn) {
  return guarded("listing a link's history", [&]() -> Result<std::vector<LinkHistoryEntry>> {
    std::vector<LinkHistoryEntry> history;
    Use use(link_history_, msisdn);
    while (use.next()) {
      const Result<std::optional<NationalId>> opened = open_unless_erased(msisdn, use.octets(1));
      if (!opened.ok()) return damaged("link", use.integer(0), opened.error());
      history.push_back({.link_id = use.integer(0),
                         .national_id = *opened,
                         .event = static_cast<identity::LinkEvent>(use.integer(2)),
                         .at = use.time(3),
                         .by = {static_cast<Actor::Kind>(use.integer(4)), use.text(5)}});
    }
    return history;
  });
}

Result<std::optional<std::string>> Reader::find_operator_event(const std::string& operator_name,
                                                               const std::string& id) {
  return guarded("looking an operator's event up", [&]() -> Result<std::optional<std::string>> {
    Use use(find_operator_event_, operator_name, id);
    if (!use.next()) return std::optional<std::string>();
    return std::optional(use.text(0));
  });
}

std::uint32_t Reader::imsi_mark(std::string_view imsi) {
  return mark_of(sealer_.hash_of(HashedField::imsi, 0, imsi));
}

Result<PersonFile> Reader::person_file(const NationalId& person) {
  return guarded("collecting what is kept of a person", [&]() -> Result<PersonFile> {
    const ReadTransaction all_of_one_moment(database_);
    Result<std::vector<StoredLink>> links = links_of(person);
    if (!links.ok()) return links.error();
    Result<PersonFile> file = PersonReader(database_, sealer_).read(person, *std::move(links));
    if (!file.ok()) return file;
    for (KeptLink& kept : file->links) {
      if (kept.link.record.state != LinkState::active && kept.link.record.state != LinkState::suspended) continue;
      auto subscriptions = subscriptions_.subscriptions_of(kept.link.msisdn);
      if (!subscriptions.ok()) return subscriptions.error();
      kept.subscriptions = *std::move(subscriptions);
      const auto refuses = broadcasts_.refuses_broadcasts(kept.link.msisdn);
      if (!refuses.ok()) return refuses.error();
      kept.refuses_broadcasts = *refuses;
      auto email = mail_.mail_address(kept.link.msisdn);
      if (!email.ok()) return email.error();
      kept.email = *std::move(email);
      auto mails = mail_.mail_of(kept.link.msisdn);
      if (!mails.ok()) return mails.error();
      kept.mails = *std::move(mails);
    }
    for (KeptWallet& kept : payments_.wallets_of(person)) {
      const auto account = ledger_.find_ledger_account(account_of(kept.wallet));
      if (!account.ok()) return account.error();
      if (*account) kept.available = ledger::available((*account)->account);
      file->wallets.push_back(std::move(kept));
    }
    auto payments = payments_.payments_of(person, std::numeric_limits<std::int64_t>::max(), payments_in_file_max);
    if (!payments.ok()) return payments.error();
    file->payments = *std::move(payments);
    file->bank_card_orders = bank_cards_.orders_of(person, payments_in_file_max);
    file->placements = bank_cards_.placements_onto_cards_of(person, payments_in_file_max);
    file->cases = cases_.kept_of(person, payments_in_file_max);
    file->fills = fills_.fills_of(person, payments_in_file_max);
    return file;
  });
}

std::string Reader::pseudonym(const NationalId& person) {
  return pseudonym_of(sealer_.index_of(person));
}

std::string Reader::top_up_key(const vouchers::Pin& pin, const Wallet& wallet) {
  std::string what(pin.reveal());
  what.append(1, '\0').append(to_string(account_of(wallet)));
  std::string key = "top-up." + audit::to_hex(sealer_.hash_of(HashedField::top_up, 0, what));
  ::explicit_bzero(what.data(), what.size());
  return key;
}

std::string Reader::pseudonym(Msisdn number) {
  return pseudonym_of(sealer_.index_of(number));
}

Result<std::optional<Credentials>> Reader::find_account(const std::string& name) {
  return guarded("looking an account up", [&] { return staff_.find_account(name); });
}

Result<std::optional<PhoneAccount>> Reader::find_account_of(Msisdn msisdn) {
  return guarded("looking an agent up", [&] { return staff_.find_account_of(msisdn); });
}

Result<std::optional<FoundSession>> Reader::find_session(const TokenHash& session) {
  return guarded("looking a session up", [&] { return staff_.find_session(session); });
}

Result<std::vector<staff::Account>> Reader::accounts(const std::string& after, std::size_t rows_max) {
  return guarded("listing accounts", [&] { return staff_.accounts(after, rows_max); });
}

Result<std::pair<staff::Failures, staff::Failures>> Reader::failures(const std::string& name,
                                                                     const std::string& source) {
  return guarded("looking failed logins up", [&]() -> Result<std::pair<staff::Failures, staff::Failures>> {
    return std::pair(staff_.failures(staff::account_subject(name)), staff_.failures(staff::source_subject(source)));
  });
}

}  // namespace shubbak::store
