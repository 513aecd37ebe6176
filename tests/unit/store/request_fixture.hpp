// A request whose fee may be quoted, beside whatever pays it.
#pragma once

#include "payment_fixture.hpp"
#include "store/citizen_case.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {

inline constexpr std::int64_t request_number = 123'456'789;
inline const std::string account_of_fee = "14521";  // which begin() and take() pay to under payment_key

inline OpenCitizenCase request_under(std::int64_t drawn) {
  return {.number = drawn,
          .person = syrian(),
          .msisdn = number(),
          .link = "mtn",
          .kind = "connection",
          .from = {"damascus", {}, {}},
          .address = "by the mill",
          .by = by_citizen,
          .at = at(10)};
}
inline ActOnCitizenCase by_worker(std::int64_t of_case, cases::Asked asked, std::int64_t when = 20) {
  return {.number = of_case, .asked = std::move(asked), .by = {Actor::Kind::staff, "amal"}, .at = at(when)};
}
inline ActOnCitizenCase quote_of(std::int64_t amount, std::int64_t of_case = request_number, std::int64_t when = 20) {
  return by_worker(of_case, {.act = cases::Act::quote, .amount = {amount, Currency::SYP}, .account = account_of_fee},
                   when);
}

// `Paying`: PaymentFixture, or one that is made of it.
template <class Paying>
class RequestFixture : public Paying {
 public:
  // When it comes to the stage at which its fee is quoted.
  explicit RequestFixture(std::int64_t at_fee) {
    this->config.case_kinds = {cases::sample_request()};
    this->reopen();
    put(request_under(request_number));
    put(by_worker(request_number, {.act = cases::Act::move, .stage = "fee"}, at_fee));
  }
  void put(const CitizenCaseChange& one) { this->carried_out({Change(one)}); }
};

}  // namespace shubbak::store
