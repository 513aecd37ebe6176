#include "store/sqlite/subscription_writer.hpp"

#include <optional>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

SubscriptionWriter::SubscriptionWriter(const SQLite::Database& database, LinkWriter& links,
                                       const std::int64_t& next_outbox_id)
    : links_(links),
      next_outbox_id_(next_outbox_id),
      count_others_(prepare(database, statement("count_other_subscriptions"))),
      add_(prepare(database, statement("add_subscription"))),
      drop_(prepare(database, statement("drop_subscriptions"))),
      note_(prepare(database, statement("note_notice"))),
      untell_(prepare(database, statement("untell_notice"))),
      untell_expired_(prepare(database, statement("untell_expired_notices"))) {}

Status SubscriptionWriter::apply(const SubscriptionChange& change) {
  return std::visit([this](const auto& one) { return carry_out(one); }, change);
}

void SubscriptionWriter::untell(std::int64_t outbox_id) {
  run(untell_, outbox_id);
}

void SubscriptionWriter::untell_expired(WallTime before) {
  run(untell_expired_, before);
}

Status SubscriptionWriter::carry_out(const Subscribe& change) {
  if (!links_.is_active(change.msisdn, change.person))
    return Error{Errc::denied, "the number is not linked to this person, or suspended"};
  {
    Use others(count_others_, change.msisdn, change.company, change.account);
    if (others.next() && others.integer(0) >= static_cast<std::int64_t>(subscriptions_per_number_max))
      return Error{Errc::conflict, "the number has as many subscriptions as it may have"};
  }
  run(add_, change.msisdn, change.company, change.account, change.link, change.at, change.next_at,
      change.governorate);
  return {};
}

Status SubscriptionWriter::carry_out(const Unsubscribe& change) {
  if (!links_.is_active(change.msisdn, change.person))
    return Error{Errc::denied, "the number is not linked to this person, or suspended"};
  run(drop_, change.msisdn, change.company, change.account);
  return {};
}

Status SubscriptionWriter::carry_out(const NoteNotice& change) {
  if (change.tells && !links_.is_active(change.msisdn))
    return Error{Errc::conflict, "the number's link is not active"};
  const auto notice = change.tells ? std::optional(next_outbox_id_) : std::nullopt;
  if (run(note_, change.msisdn, change.company, change.account, change.was_next_at, change.next_at, change.told,
          notice) == 0)
    return Error{Errc::conflict, "the subscription is gone, or was asked about meanwhile"};
  return {};
}

}  // namespace shubbak::store
