// Links as a counter handles them: made, verified, suspended, resumed, released, relinked, money held and asked back
// for, found; and the codes and PINs of their persons. What changes something is done at an office
// (staff::choose_office), by a grant that covers it. What a link becomes is decided by the store
// (identity/link.hpp); a question to the phone goes out with it. Numbers and national numbers are answered masked:
// whoever asks has typed what they need. Thread: the loop's.
#pragma once

#include "admin/staff_service.hpp"

namespace shubbak::admin {

struct LinkAct {
  identity::LinkEvent event;
  std::string msisdn;                      // as typed
  std::optional<std::string> national_id;  // as typed; required of make
  std::string initials{};                  // of the person, where a register of persons may be asked
  std::string operator_name{};             // whose link asks the phone, where there are several
  // Where it is done, as the phone shows who asks; at none in particular that shows the deployment's name.
  std::optional<std::string> office{};
  // What the person read to the counter (ask_for_code): of a release; with it, make is a relink.
  std::optional<std::string> phone_code{};
};
// The link as it is then. forbidden, also of an office; invalid: the office must be named, what was typed, or what
// the register of persons says; not_found and conflict as identity::decide() says; unavailable: the register cannot
// be asked now.
Served<store::StoredLink> act_on_link(World& world, Caller caller, LinkAct act);

struct CodeWanted {
  std::string msisdn;                    // as typed
  std::optional<std::string> relink_to;  // as typed: the other person; nothing: the code is to release the number
  std::string operator_name{};           // whose link carries the code, where there are several
  std::optional<std::string> office{};   // where it is done
};
// These answer with the link as it is. Errors as above; unavailable also where too many codes were sent or tried.
Served<store::StoredLink> ask_for_code(World& world, Caller caller, CodeWanted wanted);
struct PersonAct {
  std::string msisdn;                   // as typed
  std::string operator_name{};          // whose link carries the SMS, where there are several
  std::optional<std::string> office{};  // where it is done
};
// Of the person of an active number whose payments are not held. not_found: they have no PIN.
Served<store::StoredLink> reset_pin(World& world, Caller caller, PersonAct act);
Served<store::StoredLink> clear_tries(World& world, Caller caller, PersonAct act);

struct MailAct {
  std::string msisdn;                    // as typed
  std::optional<std::string> address{};  // as typed; nothing: none any more
  std::optional<std::string> office{};   // where it is done
};
// Where copies go by e-mail. Also invalid: no address; not_found: there is none to remove; unavailable: this
// deployment sends none.
Served<store::StoredLink> set_email(World& world, Caller caller, MailAct act);

// By exactly one of the two: the number's link, unless it is released, or all of the person's, also released ones.
Result<std::vector<store::StoredLink>, ApiError> find_links(World& world, const std::optional<std::string>& msisdn,
                                                            const std::optional<std::string>& national_id);

// As they are typed. Errors with their field.
Result<Msisdn, ApiError> number_of(const World& world, const std::string& typed);
Result<NationalId, ApiError> person_of(const World& world, const std::string& typed);

}  // namespace shubbak::admin
