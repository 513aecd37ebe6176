// Copies by e-mail, in the store: the address that a number's person has registered, and what waits to be sent there.
// Both belong to the number's link: releasing it forgets them, a suspension forgets what waits. Addresses and texts
// are sealed. Thread: as Store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/mail_address.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

struct RegisteredMail {
  MailAddress address;
  WallTime since;
  std::optional<WallTime> refused;  // when mail to it was last refused for good
};

struct WaitingMail {
  std::int64_t id = 0;  // ascending, never used again
  WallTime created;
  std::optional<MailAddress> to;  // nothing: the row cannot be read
  std::string text;
};

// --- changes
// By the person, or by staff for who is present; told to the audit trail, without the address. What waits for an
// address before goes to the new one. Without one, there is none any more and nothing waits. Errors: denied (the
// number is not linked to that person, or suspended), not_found (there is none to remove).
struct SetMailAddress {
  Msisdn msisdn;
  NationalId person;
  std::optional<MailAddress> address;
  Actor by;
  WallTime at;
  std::string office{};  // where the counter is; "": at none in particular
};
// A copy of what the number's person is told; nothing where the number has no address or its link is not active.
struct AddMail {
  Msisdn msisdn;
  std::string text;
  WallTime created;
};
// Sent, or given up; one that is gone already is no error.
struct SettleMail {
  std::int64_t id = 0;
  std::optional<WallTime> refused{};  // for good, by a mail server: noted with the address
};
struct DropOldMail {  // to be queued now and then
  WallTime before;
};
using MailChange = std::variant<SetMailAddress, AddMail, SettleMail, DropOldMail>;

// --- reads
class MailReads {
 public:
  virtual ~MailReads() = default;
  virtual Result<std::optional<RegisteredMail>> mail_address(Msisdn msisdn) = 0;
  // The first that waits behind that id, as of now.
  virtual Result<std::optional<WaitingMail>> next_mail(std::int64_t after_id) = 0;
};

}  // namespace shubbak::store
