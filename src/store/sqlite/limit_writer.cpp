#include "store/sqlite/limit_writer.hpp"

#include "store/payment.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

decltype(LimitWriter::Counted::who) counted_of(const std::string& company, const std::string& account,
                                               const std::string& card, const Actor& by, Payer payer) {
  const bool is_agent = by.kind == Actor::Kind::agent;
  return {std::move(payer.number), std::move(payer.person), card, is_agent ? by.name : std::string(),
          company + '/' + account};
}

std::string over_limit(payments::Scope scope) {
  return "over the limit of one " + std::string(to_string(scope));
}

std::optional<payments::Scope> scope_over_limit(const Error& refused) {
  for (std::size_t i = 0; i < payments::scope_names.size(); ++i) {
    const auto scope = static_cast<payments::Scope>(i);
    if (refused.code == Errc::limit && refused.message == over_limit(scope)) return scope;
  }
  return std::nullopt;
}

LimitWriter::LimitWriter(const SQLite::Database& database, Sealer& sealer, payments::Limits limits)
    : sealer_(sealer),
      limits_(std::move(limits)),
      use_(prepare(database, statement("payment_use"))),
      set_use_(prepare(database, statement("set_payment_use"))) {}

// `change` makes of what was used what is used from now on; nothing: no more is looked at.
template <class Change>
void LimitWriter::for_each(const Counted& payment, const Change& change) {
  for (const payments::Limit& limit : limits_.all) {
    const std::string& who = payment.who[static_cast<std::size_t>(limit.per)];
    if (who.empty()) continue;
    const BlindIndex hash = sealer_.hash_of(HashedField::payer, static_cast<std::uint64_t>(limit.per), who);
    const std::span<const unsigned char> octets(hash);
    const std::int64_t within = limit.within.count();
    payments::Used before;
    {
      Use use(use_, limit.per, within, octets);
      if (use.next()) before = {use.time(0), static_cast<std::uint32_t>(use.integer(1)), use.integer(2)};
    }
    const std::optional<payments::Used> used = change(limit, before);
    if (!used) return;
    if (*used != before) {
      run(set_use_, limit.per, within, octets, used->began, std::int64_t{used->payments}, used->amount);
    }
  }
}

std::optional<payments::Used> LimitWriter::with(const payments::Limit& limit, const payments::Used& before,
                                                const Counted& payment) const {
  return payments::with(limit, used_at(limit, before, payment.at, limits_.utc_offset), payment.amount);
}

Status LimitWriter::count(const Counted& payment) {
  Status counted;
  for_each(payment, [&](const payments::Limit& limit, const payments::Used& before) {
    auto used = with(limit, before, payment);
    if (!used) counted = Error{Errc::limit, over_limit(limit.per)};
    return used;
  });
  return counted;
}

Status LimitWriter::may_be(const Counted& payment) {
  Status allowed;
  for_each(payment, [&](const payments::Limit& limit, const payments::Used& before) {
    if (with(limit, before, payment)) return std::optional(before);
    allowed = Error{Errc::limit, over_limit(limit.per)};
    return std::optional<payments::Used>();
  });
  return allowed;
}

void LimitWriter::take_back(const Counted& payment) {
  for_each(payment, [&](const payments::Limit& limit, const payments::Used& before) {
    return std::optional(without(limit, before, payment.amount, payment.at, limits_.utc_offset));
  });
}

}  // namespace shubbak::store
