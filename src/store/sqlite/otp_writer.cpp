#include "store/sqlite/otp_writer.hpp"

#include <algorithm>
#include <chrono>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using Octets = std::span<const unsigned char>;

constexpr std::int64_t deployment_scope = 0;  // no prefix is 0: a number has more digits than are ever left out

// What a keyed hash was made of tells its kind first, so that none stands for another.
enum class Hashed : char { binding = 'B', code = 'C', grant = 'G' };

void append_number(std::string& text, Msisdn msisdn) {
  for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(msisdn.value() >> shift & 0xff));
}

void append(std::string& text, Octets octets) {
  text.append(octets.begin(), octets.end());
}

otp::Mac mac_in(const Use& use, int column) {
  otp::Mac mac{};
  const Octets octets = use.octets(column);
  std::copy_n(octets.begin(), std::min(octets.size(), mac.size()), mac.begin());
  return mac;
}

std::uint32_t count_in(const Use& use, int column) {
  return static_cast<std::uint32_t>(use.integer(column));
}

Actor phone_on(otp::Channel channel) {
  return {Actor::Kind::citizen, channel == otp::Channel::ussd ? "ussd" : "sms"};
}

}  // namespace

OtpWriter::OtpWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, const otp::Policy& policy)
    : sealer_(sealer),
      audit_(audit),
      policy_(policy),
      find_challenge_(prepare(database, statement("find_challenge"))),
      put_challenge_(prepare(database, statement("put_challenge"))),
      drop_challenge_(prepare(database, statement("drop_challenge"))),
      find_sends_(prepare(database, statement("find_sends"))),
      put_sends_(prepare(database, statement("put_sends"))),
      find_window_(prepare(database, statement("find_send_window"))),
      put_window_(prepare(database, statement("put_send_window"))),
      find_tries_(prepare(database, statement("find_tries"))),
      put_tries_(prepare(database, statement("put_tries"))),
      drop_tries_(prepare(database, statement("drop_tries"))),
      put_grant_(prepare(database, statement("put_grant"))),
      consume_grant_(prepare(database, statement("consume_grant"))),
      drop_grants_(prepare(database, statement("drop_grants"))),
      drop_grants_of_person_(prepare(database, statement("drop_grants_of_person"))),
      drop_expired_challenges_(prepare(database, statement("drop_expired_challenges"))),
      drop_expired_grants_(prepare(database, statement("drop_expired_grants"))),
      drop_old_sends_(prepare(database, statement("drop_old_sends"))),
      drop_old_windows_(prepare(database, statement("drop_old_send_windows"))),
      pin_since_(prepare(database, statement("pin_since"))),
      put_pin_(prepare(database, statement("put_pin"))),
      drop_pin_(prepare(database, statement("drop_pin"))) {}

otp::SendVerdict OtpWriter::send(const SendCode& change) {
  const Subject subject = subject_of(change.msisdn, sealer_.index_of(change.person), change.binding);
  const otp::SendCounts counts_before = find_counts(change.msisdn);
  const otp::Tries tries_before = find_tries(subject.person);
  const std::optional<otp::Challenge> challenge_before = find_challenge(change.msisdn);
  otp::SendCounts counts = counts_before;
  otp::Tries tries = tries_before;
  std::optional<otp::Challenge> challenge = challenge_before;
  const otp::SendVerdict verdict =
      otp::send(policy_, challenge, tries, counts,
                {code_mac(subject.binding, change.code), subject.binding, change.channel, change.at});
  if (challenge != challenge_before) put_challenge(change.msisdn, *challenge);
  put_tries(subject.person, tries_before, tries);
  put_counts(change.msisdn, counts_before, counts);
  return verdict;
}

bool OtpWriter::count_question(Msisdn msisdn, WallTime at) {
  const otp::SendCounts before = find_counts(msisdn);
  otp::SendCounts counts = before;
  const otp::SendVerdict verdict = otp::count_send(policy_, counts, at);
  put_counts(msisdn, before, counts);
  return verdict == otp::SendVerdict::sent;
}

otp::SendCounts OtpWriter::find_counts(Msisdn msisdn) {
  return {find_sends(msisdn), find_window(prefix_of(msisdn)), find_window(deployment_scope)};
}

void OtpWriter::put_counts(Msisdn msisdn, const otp::SendCounts& before, const otp::SendCounts& now) {
  put_sends(msisdn, before.number, now.number);
  put_window(prefix_of(msisdn), before.prefix, now.prefix);
  put_window(deployment_scope, before.deployment, now.deployment);
}

otp::TryVerdict OtpWriter::try_code(const TryCode& change) {
  const Subject subject = subject_of(change.msisdn, sealer_.index_of(change.person), change.binding);
  const otp::TryVerdict verdict = judge(subject, change.code, change.channel,
                                        {audit::Action::otp_locked, change.by.value_or(phone_on(change.channel)),
                                         subject.person, change.msisdn, change.at});
  if (verdict == otp::TryVerdict::right) put_grant(change.msisdn, change.binding, change.at);
  return verdict;
}

otp::TryVerdict OtpWriter::try_code(const CounterTry& attempt) {
  return judge(subject_of(attempt.msisdn, attempt.person, attempt.binding), attempt.code, otp::Channel::sms,
               {audit::Action::otp_locked, attempt.by, attempt.person, attempt.msisdn, attempt.at});
}

otp::TryVerdict OtpWriter::judge(const Subject& subject, std::string_view code, otp::Channel channel,
                                 const Failure& failure) {
  const std::optional<otp::Challenge> challenge_before = find_challenge(failure.msisdn);
  const otp::Tries tries_before = find_tries(subject.person);
  std::optional<otp::Challenge> challenge = challenge_before;
  otp::Tries tries = tries_before;
  const otp::TryVerdict verdict = otp::try_code(
      policy_, challenge, tries, {code_mac(subject.binding, code), subject.binding, channel, failure.at});
  if (!challenge) {
    if (challenge_before) run(drop_challenge_, failure.msisdn);
  } else if (challenge != challenge_before) {
    put_challenge(failure.msisdn, *challenge);
  }
  put_tries(subject.person, tries_before, tries);
  tell_locks(failure, tries_before, tries);
  return verdict;
}

// The PIN is compared off the loop, which takes a while.
Result<otp::TryVerdict> OtpWriter::try_pin(const TryPin& change) {
  const BlindIndex person = sealer_.index_of(change.person);
  if (pin_since(person) != change.since)
    return Error{Errc::conflict, "the service PIN was changed or taken away meanwhile: try again"};
  const otp::Tries before = find_tries(person);
  otp::Tries tries = before;
  const otp::TryVerdict verdict = otp::try_pin(policy_, tries, change.matches, change.at);
  put_tries(person, before, tries);
  tell_locks({audit::Action::pin_locked, phone_on(otp::Channel::ussd), person, change.msisdn, change.at}, before,
             tries);
  if (verdict == otp::TryVerdict::right) put_grant(change.msisdn, change.binding, change.at);
  return verdict;
}

std::optional<WallTime> OtpWriter::pin_since(const BlindIndex& person) {
  Use use(pin_since_, Octets(person));
  if (!use.next()) return std::nullopt;
  return use.time(0);
}

bool OtpWriter::consume_grant(const ConsumeGrant& change) {
  const otp::Mac binding = grant_mac(change.msisdn, change.binding);
  return run(consume_grant_, change.msisdn, Octets(binding), change.at) == 1;
}

void OtpWriter::end_send_gap(Msisdn msisdn) {
  const otp::NumberSends before = find_sends(msisdn);
  otp::NumberSends now = before;
  now.last = WallTime{};
  put_sends(msisdn, before, now);
}

bool OtpWriter::clear_tries(const ClearTries& change) {
  const BlindIndex person = sealer_.index_of(change.person);
  if (run(drop_tries_, Octets(person)) == 0) return false;
  tell({audit::Action::otp_cleared, change.by, person, change.at, change.office});
  return true;
}

void OtpWriter::forget_number(Msisdn msisdn) {
  run(drop_challenge_, msisdn);
  run(drop_grants_, msisdn);
}

void OtpWriter::drop_expired(WallTime now) {
  run(drop_expired_challenges_, now);
  run(drop_expired_grants_, now);
  run(drop_old_sends_, WallTime(now - std::chrono::hours(25)));  // the last hour of such a day is over too
  run(drop_old_windows_, WallTime(now - std::chrono::hours(1)));
}

Status OtpWriter::set_pin(const SetPin& change) {
  const BlindIndex person = sealer_.index_of(change.person);
  if (Status sealed = sealer_.seal(pin_row(person), change.hash, sealed_); !sealed.ok()) return sealed;
  run(put_pin_, Octets(person), Octets(sealed_), change.at);
  tell({audit::Action::pin_set, change.by, person, change.at});
  return {};
}

Status OtpWriter::drop_pin(const DropPin& change) {
  const BlindIndex person = sealer_.index_of(change.person);
  if (run(drop_pin_, Octets(person)) == 0) return Error{Errc::not_found, "the person has no service PIN"};
  run(drop_grants_of_person_, Octets(person));
  tell({audit::Action::pin_dropped, change.by, person, change.at, change.office});
  return {};
}

bool OtpWriter::erase_person(const NationalId& person) {
  const BlindIndex index = sealer_.index_of(person);
  const int pins = run(drop_pin_, Octets(index));
  const int tries = run(drop_tries_, Octets(index));
  return pins + tries > 0;
}

void OtpWriter::tell_locks(const Failure& failure, const otp::Tries& before, const otp::Tries& now) {
  const auto tell_lock = [&](std::string_view channel, const otp::ChannelTries& was, const otp::ChannelTries& is) {
    if (is.locked_until <= was.locked_until || is.locked_until <= failure.at) return;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(is.locked_until - failure.at).count();
    const auto detail = audit::Detail()
                            .add(audit::Key::channel, channel)
                            .add(audit::Key::tries, std::min<std::int64_t>(is.failures, audit::Detail::count_max))
                            .add(audit::Key::seconds, std::min<std::int64_t>(seconds, audit::Detail::count_max));
    audit_.append({.at = failure.at,
                   .by = failure.by,
                   .action = std::string(word(failure.action)),
                   .person = pseudonym_of(failure.person),
                   .msisdn = pseudonym_of(sealer_.index_of(failure.msisdn)),
                   .detail = detail.json().value()});
  };
  tell_lock("ussd", before.ussd, now.ussd);
  tell_lock("sms", before.sms, now.sms);
}

void OtpWriter::tell(const Told& what) {
  audit::Detail detail;
  if (!what.office.empty()) detail.add(audit::Key::office, what.office);
  audit_.append({.at = what.at,
                 .by = what.by,
                 .action = std::string(word(what.action)),
                 .person = pseudonym_of(what.person),
                 .detail = detail.json().value()});
}

// The person belongs to it: a code that one owner of a number was sent is nothing to the next.
OtpWriter::Subject OtpWriter::subject_of(Msisdn msisdn, const BlindIndex& person, std::string_view binding) {
  Subject subject{person, {}};
  hashed_.assign(1, static_cast<char>(Hashed::binding));
  append_number(hashed_, msisdn);
  append(hashed_, subject.person);
  hashed_.append(binding);
  subject.binding = sealer_.code_mac(hashed_);
  return subject;
}

otp::Mac OtpWriter::code_mac(const otp::Mac& binding, std::string_view code) {
  hashed_.assign(1, static_cast<char>(Hashed::code));
  append(hashed_, binding);
  hashed_.append(code);
  return sealer_.code_mac(hashed_);
}

otp::Mac OtpWriter::grant_mac(Msisdn msisdn, std::string_view binding) {
  hashed_.assign(1, static_cast<char>(Hashed::grant));
  append_number(hashed_, msisdn);
  hashed_.append(binding);
  return sealer_.code_mac(hashed_);
}

std::optional<otp::Challenge> OtpWriter::find_challenge(Msisdn msisdn) {
  Use use(find_challenge_, msisdn);
  if (!use.next()) return std::nullopt;
  return otp::Challenge{mac_in(use, 0),
                        mac_in(use, 1),
                        use.time(2),
                        use.time(3),
                        static_cast<std::uint8_t>(use.integer(4)),
                        static_cast<std::uint8_t>(use.integer(5))};
}

void OtpWriter::put_challenge(Msisdn msisdn, const otp::Challenge& challenge) {
  run(put_challenge_, msisdn, Octets(challenge.code), Octets(challenge.binding), challenge.issued, challenge.expires,
      std::int64_t{challenge.wrong_ussd}, std::int64_t{challenge.wrong_sms});
}

otp::Tries OtpWriter::find_tries(const BlindIndex& person) {
  Use use(find_tries_, Octets(person));
  if (!use.next()) return {};
  return otp::Tries{{count_in(use, 0), use.time(1)}, {count_in(use, 2), use.time(3)}};
}

void OtpWriter::put_tries(const BlindIndex& person, const otp::Tries& before, const otp::Tries& now) {
  if (now == before) return;
  if (now == otp::Tries{}) {
    run(drop_tries_, Octets(person));
  } else {
    run(put_tries_, Octets(person), std::int64_t{now.ussd.failures}, now.ussd.locked_until,
        std::int64_t{now.sms.failures}, now.sms.locked_until);
  }
}

otp::NumberSends OtpWriter::find_sends(Msisdn msisdn) {
  Use use(find_sends_, msisdn);
  if (!use.next()) return {};
  return otp::NumberSends{use.time(0), {use.time(1), count_in(use, 2)}, {use.time(3), count_in(use, 4)}};
}

void OtpWriter::put_sends(Msisdn msisdn, const otp::NumberSends& before, const otp::NumberSends& now) {
  if (now == before) return;
  run(put_sends_, msisdn, now.last, now.hour.began, std::int64_t{now.hour.sends}, now.day.began,
      std::int64_t{now.day.sends});
}

otp::Window OtpWriter::find_window(std::int64_t scope) {
  Use use(find_window_, scope);
  if (!use.next()) return {};
  return otp::Window{use.time(0), count_in(use, 1)};
}

void OtpWriter::put_window(std::int64_t scope, const otp::Window& before, const otp::Window& now) {
  if (now != before) run(put_window_, scope, now.began, std::int64_t{now.sends});
}

void OtpWriter::put_grant(Msisdn msisdn, std::string_view binding, WallTime at) {
  const otp::Mac granted = grant_mac(msisdn, binding);
  run(put_grant_, msisdn, Octets(granted), at, WallTime(at + policy_.grant_lives));
}

std::int64_t OtpWriter::prefix_of(Msisdn msisdn) const {
  std::uint64_t digits = msisdn.value();
  for (std::uint32_t i = 0; i < policy_.prefix_digits_left_out; ++i) digits /= 10;
  return static_cast<std::int64_t>(digits);
}

}  // namespace shubbak::store
