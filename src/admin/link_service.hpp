// Links as a counter handles them: made, verified, suspended, resumed, released, money held and asked back for,
// found. What a link becomes is decided by the store (identity/link.hpp); a question to the phone goes out with it.
// Numbers and national numbers are answered masked: whoever asks has typed what they need. Thread: the loop's.
#pragma once

#include "admin/staff_service.hpp"

namespace shubbak::admin {

struct LinkAct {
  identity::LinkEvent event;
  std::string msisdn;                      // as typed
  std::optional<std::string> national_id;  // as typed; required of make
  std::string initials{};                  // of the person, where a register of persons may be asked
  std::string operator_name{};             // whose link asks the phone, where there are several
  std::string office{};                    // as the phone shows who asks; "": the deployment's name
};
// The link as it is then. forbidden; invalid: what was typed, or what the register of persons says; not_found and
// conflict as identity::decide() says; unavailable: the register cannot be asked now.
Served<store::StoredLink> act_on_link(World& world, Caller caller, LinkAct act);

// By exactly one of the two: the number's link, unless it is released, or all of the person's, also released ones.
Result<std::vector<store::StoredLink>, ApiError> find_links(World& world, const std::optional<std::string>& msisdn,
                                                            const std::optional<std::string>& national_id);

// As they are typed. Errors with their field.
Result<Msisdn, ApiError> number_of(const World& world, const std::string& typed);
Result<NationalId, ApiError> person_of(const World& world, const std::string& typed);

}  // namespace shubbak::admin
