#include "store/sqlite/fill_writer.hpp"

#include <algorithm>
#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/fill_reader.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using audit::Action;
using audit::Key;
using FillOctets = std::span<const unsigned char>;

// Of the same code and volume.
BlindIndex fill_request(Sealer& sealer, const RedeemFill& change) {
  std::string asked(change.code.reveal());
  asked.append(1, '\0').append(change.gallons ? std::to_string(*change.gallons) : "all");
  return sealer.hash_of(HashedField::fill_request, 0, asked);
}

}  // namespace

FillWriter::FillWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
                       const vouchers::FillPolicy& policy)
    : sealer_(sealer),
      audit_(audit),
      policy_(policy),
      add_(prepare(database, statement("add_fill"))),
      buy_(prepare(database, statement("buy_fill"))),
      drop_(prepare(database, statement("drop_fill"))),
      left_(prepare(database, statement("left_of_fill"))),
      refund_(prepare(database, statement("refund_fill"))),
      of_code_(prepare(database, statement("fill_of_code"))),
      take_(prepare(database, statement("take_of_fill"))),
      add_redemption_(prepare(database, statement("add_fill_redemption"))),
      redemption_of_key_(prepare(database, statement("fill_redemption_of_key"))),
      tries_(prepare(database, statement("fill_tries"))),
      put_tries_(prepare(database, statement("put_fill_tries"))),
      payer_(prepare(database, statement("payer_of_fill"))),
      forget_(prepare(database, statement("forget_fill_codes"))),
      erase_(prepare(database, statement("erase_fill_codes"))) {}

Status FillWriter::order(std::int64_t payment, const FillOrder& order) {
  const RowIdentity row{SealedField::fill_code, static_cast<std::uint64_t>(payment)};
  if (Status sealed = sealer_.seal(row, order.code.reveal(), sealed_); !sealed.ok()) return sealed;
  const BlindIndex code = sealer_.hash_of(HashedField::fill_code, 0, order.code.reveal());
  run(add_, payment, order.gallons, FillOctets(code), FillOctets(sealed_), std::int64_t{order.lives.count()});
  return {};
}

void FillWriter::settled(std::int64_t payment, WallTime at) {
  run(buy_, payment, at);
}

void FillWriter::released(std::int64_t payment) {
  run(drop_, payment);
}

Result<std::int64_t> FillWriter::refundable(std::int64_t payment, std::int64_t paid) {
  Use use(left_, payment);
  if (!use.next()) return paid;
  const vouchers::Fill fill{.gallons = use.integer(0), .redeemed = use.integer(1)};
  if (fill.left() == 0) return Error{Errc::conflict, "all the water that was paid for was taken"};
  return vouchers::price_of_left(fill, paid);
}

void FillWriter::refunded(std::int64_t payment) {
  run(refund_, payment);
}

Result<FillRedemption> FillWriter::redeem(const RedeemFill& change) {
  const BlindIndex request = fill_request(sealer_, change);
  Tried tried = tried_by(change.by.name);
  const auto first = first_answer(change, request, tried);
  if (!first.ok()) return first.error();
  if (*first) return **first;

  const vouchers::Tries before = tried.tries;
  const auto found = find(sealer_.hash_of(HashedField::fill_code, 0, change.code.reveal()));
  const auto is = found ? std::optional(found->is) : std::nullopt;
  const vouchers::FillDecision decision = vouchers::redeem(policy_, is, {change.gallons, change.at}, tried.tries);
  switch (decision.verdict) {
    case vouchers::FillVerdict::redeemed:
      return take(*found, decision.gallons, change, request);
    case vouchers::FillVerdict::refused:
      tried.refused_key = change.key;
      tried.refused = request;
      put(change.by.name, tried);
      tell_lock(change, tried.tries);
      return FillRedemption{.verdict = decision.verdict};
    case vouchers::FillVerdict::locked:
      // A lock of a clock that was ahead is cut once, not at each look anew.
      if (tried.tries != before) put(change.by.name, tried);
      break;
    case vouchers::FillVerdict::too_much:
    case vouchers::FillVerdict::only_whole:
      break;
  }
  return FillRedemption{.verdict = decision.verdict, .until = decision.until};
}

Result<std::optional<FillRedemption>> FillWriter::first_answer(const RedeemFill& change, const BlindIndex& request,
                                                               const Tried& tried) {
  const Error used{Errc::conflict, std::string(fill_key_used)};
  {
    Use use(redemption_of_key_, change.by.name, change.key);
    if (use.next()) {
      if (!Sealer::same(use.octets(4), request)) return used;
      return std::optional(FillRedemption{.verdict = vouchers::FillVerdict::redeemed,
                                          .payment = use.integer(0),
                                          .gallons = use.integer(1),
                                          .left = use.integer(2),
                                          .at = use.time(3),
                                          .repeated = true});
    }
  }
  if (!tried.refused || tried.refused_key != change.key) return std::optional<FillRedemption>();
  if (!Sealer::same(*tried.refused, request)) return used;
  return std::optional(FillRedemption{.verdict = vouchers::FillVerdict::refused, .repeated = true});
}

FillWriter::Tried FillWriter::tried_by(const std::string& account) {
  Tried tried;
  Use use(tries_, account);
  if (!use.next()) return tried;
  tried.tries = {use.time(0), static_cast<std::uint32_t>(use.integer(1)), use.time(2)};
  tried.refused_key = use.text(3);
  if (const FillOctets refused = use.octets(4); refused.size() == BlindIndex{}.size())
    std::ranges::copy(refused, tried.refused.emplace().begin());
  return tried;
}

void FillWriter::put(const std::string& account, const Tried& tried) {
  const auto refused = tried.refused ? std::optional(FillOctets(*tried.refused)) : std::nullopt;
  run(put_tries_, account, tried.tries.began, std::int64_t{tried.tries.failures}, tried.tries.locked_until,
      tried.refused_key, refused);
}

std::optional<FillWriter::Found> FillWriter::find(const BlindIndex& code) {
  Use use(of_code_, FillOctets(code));
  if (!use.next()) return std::nullopt;
  Found found{.payment = use.integer(0),
              .is = {.state = fill_state_in(use, 3), .gallons = use.integer(1), .redeemed = use.integer(2)}};
  if (!use.is_null(4)) found.is.expires = use.time(4);
  return Sealer::same(use.octets(5), code) ? std::optional(found) : std::nullopt;
}

FillRedemption FillWriter::take(const Found& found, std::int64_t gallons, const RedeemFill& change,
                                const BlindIndex& request) {
  const std::int64_t left = found.is.left() - gallons;
  run(take_, found.payment, gallons);
  run(add_redemption_, found.payment, change.by.name, change.office, change.key, FillOctets(request), gallons, left,
      change.at);
  BlindIndex payer{};
  {
    Use use(payer_, found.payment);
    if (use.next() && use.octets(0).size() == payer.size()) std::ranges::copy(use.octets(0), payer.begin());
  }
  audit::Detail detail;
  detail.add(Key::payment, found.payment).add(Key::gallons, gallons);
  if (!change.office.empty()) detail.add(Key::office, change.office);
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(Action::fill_redeemed)),
                 .person = is_erased(payer) ? std::string() : pseudonym_of(payer),
                 .thing = "fill." + std::to_string(found.payment),
                 .detail = detail.json().value()});
  return {.verdict = vouchers::FillVerdict::redeemed,
          .payment = found.payment,
          .gallons = gallons,
          .left = left,
          .at = change.at};
}

void FillWriter::tell_lock(const RedeemFill& change, const vouchers::Tries& tries) {
  if (tries.locked_until <= change.at) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(tries.locked_until - change.at).count();
  const auto most = audit::Detail::count_max;
  audit::Detail detail;
  detail.add(Key::tries, std::min<std::int64_t>(tries.failures, most))
      .add(Key::seconds, std::min<std::int64_t>(seconds, most));
  if (!change.office.empty()) detail.add(Key::office, change.office);
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(word(Action::fill_locked)),
                 .thing = change.by.name,
                 .detail = detail.json().value()});
}

void FillWriter::forget_expired(WallTime now) {
  run(forget_, now);
}

void FillWriter::erase_person(const BlindIndex& person) {
  run(erase_, FillOctets(person));
}

}  // namespace shubbak::store
