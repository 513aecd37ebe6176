#include "admin/case_bodies.hpp"

#include "payments/receipt.hpp"

namespace shubbak::admin {

CitizenCaseShown shown(const store::StoredCitizenCase& one) {
  CitizenCaseShown made{.tracking = cases::tracking_number(one.number),
                        .kind = one.is.kind,
                        .stage = one.is.stage,
                        .state = std::string(to_string(one.is.state)),
                        .version = one.is.version,
                        .late = one.is.is_late,
                        .company = one.is.from.company,
                        .directorate = one.is.from.directorate,
                        .area = one.area,
                        .office = one.is.office,
                        .accused_office = one.is.from.accused,
                        .worker = one.is.worker,
                        .opened = time_text(one.is.opened),
                        .due = {},
                        .receipt = {},
                        .stars = {},
                        .fee = {},
                        .fee_account = {},
                        .fee_state = {},
                        .joined_to = {},
                        .joined = one.joined,
                        .answers = one.is.answers};
  if (one.is.due) made.due = time_text(*one.is.due);
  if (one.payment) made.receipt = payments::receipt_number(*one.payment);
  if (one.is.stars) made.stars = *one.is.stars;
  if (one.is.joined) made.joined_to = cases::tracking_number(*one.is.joined);
  if (one.is.fee) {
    made.fee = one.is.fee->amount.minor;
    made.fee_account = one.is.fee->account;
    made.fee_state = std::string(to_string(one.is.fee->state));
  }
  return made;
}

CitizenCaseFile shown(const CitizenCaseTold& told) {
  CitizenCaseFile file{shown(told.is), told.is.address, told.next, {}, told.offers, told.visit, {}, {}};
  if (told.is.is.appointment) file.visit_team = told.is.is.appointment->team;
  if (!told.visit_code.empty()) file.visit_code = told.visit_code;
  for (const store::CitizenCaseEvent& event : told.events) {
    file.history.push_back({std::string(to_string(event.act)), time_text(event.at),
                            std::string(to_string(event.by.kind)), event.by.name, event.stage, event.text});
  }
  return file;
}

}  // namespace shubbak::admin
