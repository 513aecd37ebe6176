#include "store/sqlite/mail_reader.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

Result<MailAddress> opened_address(Sealer& sealer, std::uint64_t msisdn, std::span<const unsigned char> sealed) {
  const auto text = sealer.open({SealedField::mail_address, msisdn}, sealed);
  if (!text.ok()) return Error{Errc::io, "database, an e-mail address: " + text.error().message};
  auto address = MailAddress::parse(*text);
  if (!address.ok()) return Error{Errc::io, "database: what was sealed as an e-mail address is none"};
  return address;
}

}  // namespace

MailReader::MailReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      address_(prepare(database, statement("mail_address_of_number"))),
      next_(prepare(database, statement("next_mail"))),
      of_number_(prepare(database, statement("mail_of_number"))) {}

Result<std::optional<RegisteredMail>> MailReader::mail_address(Msisdn msisdn) {
  return guarded("looking an e-mail address up", [&]() -> Result<std::optional<RegisteredMail>> {
    Use use(address_, msisdn);
    if (!use.next()) return std::optional<RegisteredMail>();
    auto address = opened_address(sealer_, msisdn.value(), use.octets(0));
    if (!address.ok()) return address.error();
    const auto refused = use.is_null(2) ? std::nullopt : std::optional(use.time(2));
    return std::optional(RegisteredMail{*std::move(address), use.time(1), refused});
  });
}

Result<std::optional<WaitingMail>> MailReader::next_mail(std::int64_t after_id) {
  return guarded("looking for mail that waits", [&]() -> Result<std::optional<WaitingMail>> {
    Use use(next_, after_id);
    if (!use.next()) return std::optional<WaitingMail>();
    WaitingMail found{.id = use.integer(0), .created = use.time(3), .to = {}, .text = {}};
    auto text = sealer_.open({SealedField::mail_text, static_cast<std::uint64_t>(found.id)}, use.octets(2));
    auto address = opened_address(sealer_, static_cast<std::uint64_t>(use.integer(1)), use.octets(4));
    if (text.ok() && address.ok()) {
      found.to = *std::move(address);
      found.text = *std::move(text);
    }
    return std::optional(std::move(found));
  });
}

Result<std::vector<KeptMail>> MailReader::mail_of(Msisdn msisdn) {
  std::vector<KeptMail> all;
  Use use(of_number_, msisdn);
  while (use.next()) {
    auto text = sealer_.open({SealedField::mail_text, static_cast<std::uint64_t>(use.integer(0))}, use.octets(1));
    if (!text.ok()) return Error{Errc::io, "database, a mail: " + text.error().message};
    all.push_back({*std::move(text), use.time(2)});
  }
  return all;
}

}  // namespace shubbak::store
