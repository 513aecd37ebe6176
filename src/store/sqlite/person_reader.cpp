#include "store/sqlite/person_reader.hpp"

#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

PersonReader::PersonReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      link_events_(prepare(database, statement("events_of_link"))),
      readings_(prepare(database, statement("readings_of_number"))),
      locale_(prepare(database, statement("locale_of_number"))),
      walks_(prepare(database, statement("walks_of_number"))),
      texts_(prepare(database, statement("texts_of_number"))),
      has_sim_(prepare(database, statement("has_sim_of_link"))),
      has_code_(prepare(database, statement("has_code_of_number"))),
      carrier_(prepare(database, statement("carrier_of_link"))),
      pin_since_(prepare(database, statement("pin_since"))),
      tries_(prepare(database, statement("find_tries"))),
      voucher_tries_(prepare(database, statement("voucher_tries"))) {}

Result<PersonFile> PersonReader::read(const NationalId& person, std::vector<StoredLink> links) {
  PersonFile file;
  for (StoredLink& link : links) {
    Result<KeptLink> kept = read_link(std::move(link));
    if (!kept.ok()) return kept.error();
    file.links.push_back(*std::move(kept));
  }
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  if (Use pin(pin_since_, octets); pin.next()) file.pin_since = pin.time(0);
  if (Use tries(tries_, octets); tries.next()) {
    file.tries = otp::Tries{{static_cast<std::uint32_t>(tries.integer(0)), tries.time(1)},
                            {static_cast<std::uint32_t>(tries.integer(2)), tries.time(3)}};
  }
  if (Use tries(voucher_tries_, vouchers::Scope::person, octets); tries.next())
    file.voucher_tries = {tries.time(0), static_cast<std::uint32_t>(tries.integer(1)), tries.time(2)};
  return file;
}

Result<KeptLink> PersonReader::read_link(StoredLink link) {
  std::vector<LinkHistoryEntry> history = history_of(link);
  std::vector<Reading> readings = readings_of(link);
  KeptLink kept{.link = std::move(link), .history = std::move(history), .readings = std::move(readings)};
  if (Use sim(has_sim_, kept.link.id); sim.next()) kept.has_sim = sim.integer(0) != 0;
  if (Use carrier(carrier_, kept.link.id); carrier.next()) kept.carrier = carrier.text(0);
  const LinkState state = kept.link.record.state;
  if (state != LinkState::active && state != LinkState::suspended) return kept;
  const Msisdn msisdn = kept.link.msisdn;
  if (Use locale(locale_, msisdn); locale.next()) kept.locale = locale.text(0);
  kept.walks = walks_of(msisdn);
  Result<std::vector<OutboxMessage>> texts = texts_of(msisdn);
  if (!texts.ok()) return texts.error();
  kept.texts = *std::move(texts);
  if (Use code(has_code_, msisdn); code.next()) kept.has_code = code.integer(0) != 0;
  return kept;
}

std::optional<WalkChannel> reading_channel_in(const Use& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<WalkChannel>(row.integer(column));
}

std::vector<LinkHistoryEntry> PersonReader::history_of(const StoredLink& link) {
  std::vector<LinkHistoryEntry> history;
  Use use(link_events_, link.id);
  while (use.next()) {
    history.push_back({.link_id = link.id,
                       .national_id = link.national_id,
                       .event = static_cast<identity::LinkEvent>(use.integer(0)),
                       .at = use.time(1),
                       .by = {static_cast<Actor::Kind>(use.integer(2)), use.text(3)}});
  }
  return history;
}

std::vector<Reading> PersonReader::readings_of(const StoredLink& link) {
  std::vector<Reading> readings;
  const bool is_over = link.record.state == LinkState::released;
  const WallTime until = is_over ? link.record.since : WallTime::max();
  Use use(readings_, link.msisdn, link.record.made, until, link.id);
  while (use.next()) {
    readings.push_back(Reading{use.text(0), link.msisdn, use.text(1), use.text(2), use.integer(3), use.text(4),
                               use.time(5), static_cast<ReadingState>(use.integer(6)), use.text(7), use.integer(8),
                               static_cast<ReadingSource>(use.integer(9)),
                               static_cast<ReadingRemark>(use.integer(10)), reading_channel_in(use, 11),
                               use.text(12)});
  }
  return readings;
}

std::vector<KeptWalk> PersonReader::walks_of(Msisdn msisdn) {
  std::vector<KeptWalk> walks;
  Use use(walks_, msisdn);
  while (use.next()) {
    walks.push_back({static_cast<WalkChannel>(use.integer(0)), use.text(1), use.time(2)});
  }
  return walks;
}

Result<std::vector<OutboxMessage>> PersonReader::texts_of(Msisdn msisdn) {
  std::vector<OutboxMessage> texts;
  Use use(texts_, msisdn);
  while (use.next()) {
    const std::int64_t id = use.integer(0);
    Result<std::string> text =
        sealer_.open(RowIdentity{SealedField::outbox_text, static_cast<std::uint64_t>(id)}, use.octets(2));
    if (!text.ok()) return Error{Errc::io, "database, text " + std::to_string(id) + ": " + text.error().message};
    texts.push_back(OutboxMessage{id, use.text(1), msisdn, *std::move(text), use.time(3), use.time(4)});
  }
  return texts;
}

Status empty_log(const std::string& path) {
  try {
    const SQLite::Database database = open_for_writing(path, StoreConfig{}.database_pages_max);
    const int done = copy_log(database, SQLITE_CHECKPOINT_TRUNCATE, end_in_doubt);
    if (done == SQLITE_OK) return {};
    return describe(SQLite::Exception(database.getHandle(), done), "emptying its log");
  } catch (const SQLite::Exception& exception) {
    return describe(exception, "emptying its log");
  }
}

}  // namespace shubbak::store
