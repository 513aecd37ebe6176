#include "store/sqlite/mail_writer.hpp"

#include "audit/action.hpp"
#include "audit/detail.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

MailWriter::MailWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LinkWriter& links)
    : sealer_(sealer),
      audit_(audit),
      links_(links),
      has_address_(prepare(database, statement("has_mail_address"))),
      put_address_(prepare(database, statement("put_mail_address"))),
      drop_address_(prepare(database, statement("drop_mail_address"))),
      drop_mail_of_(prepare(database, statement("drop_mail_of"))),
      next_id_(prepare(database, statement("next_mail_id"))),
      add_(prepare(database, statement("add_mail"))),
      note_refused_(prepare(database, statement("note_mail_refused"))),
      drop_(prepare(database, statement("drop_mail"))),
      drop_old_(prepare(database, statement("drop_old_mail"))) {}

Status MailWriter::apply(const MailChange& change) {
  return std::visit([this](const auto& one) { return carry_out(one); }, change);
}

Status MailWriter::carry_out(const SetMailAddress& change) {
  if (!links_.is_active(change.msisdn, change.person))
    return Error{Errc::denied, "the number is not linked to this person, or suspended"};
  if (change.address) {
    const RowIdentity row{SealedField::mail_address, change.msisdn.value()};
    if (Status sealed = sealer_.seal(row, change.address->reveal(), sealed_); !sealed.ok()) return sealed;
    run(put_address_, change.msisdn, std::span<const unsigned char>(sealed_), change.at);
  } else {
    if (run(drop_address_, change.msisdn) == 0)
      return Error{Errc::not_found, "no e-mail address is registered for the number"};
    run(drop_mail_of_, change.msisdn);
  }
  audit::Detail detail;
  if (!change.office.empty()) detail.add(audit::Key::office, change.office);
  audit_.append({.at = change.at,
                 .by = change.by,
                 .action = std::string(
                     word(change.address ? audit::Action::link_email_set : audit::Action::link_email_removed)),
                 .person = pseudonym_of(sealer_.index_of(change.person)),
                 .msisdn = pseudonym_of(sealer_.index_of(change.msisdn)),
                 .detail = detail.json().value()});
  return {};
}

Status MailWriter::carry_out(const AddMail& change) {
  {
    Use has(has_address_, change.msisdn);
    if (!has.next()) return {};
  }
  if (!links_.is_active(change.msisdn)) return {};
  std::int64_t id = 1;
  {
    Use next(next_id_);
    if (next.next()) id = next.integer(0);
  }
  const RowIdentity row{SealedField::mail_text, static_cast<std::uint64_t>(id)};
  if (Status sealed = sealer_.seal(row, change.text, sealed_); !sealed.ok()) return sealed;
  run(add_, id, change.msisdn, std::span<const unsigned char>(sealed_), change.created);
  return {};
}

Status MailWriter::carry_out(const SettleMail& change) {
  if (change.refused) run(note_refused_, change.id, *change.refused);
  run(drop_, change.id);
  return {};
}

Status MailWriter::carry_out(const DropOldMail& change) {
  run(drop_old_, change.before);
  return {};
}

}  // namespace shubbak::store
