// Water for tankers that was paid before: what stations take of it by its code, and who looks after it. Needs
// fill.redeem at the station's office, or fill.read of the whole deployment. Thread: the loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"
#include "store/fill.hpp"

namespace shubbak::admin {

struct FillWanted {
  std::string code;
  std::string key;                      // of the request: who has lost the answer asks again with it
  std::optional<std::int64_t> gallons;  // nothing: all that is left
  std::optional<std::string> office;    // nothing: the one that the account's roles name
};
// Errors: invalid (fields code: not 12 digits, or mistyped; key, gallons, office), forbidden, locked (after wrong
// codes), conflict (field key: it was used for another code or volume). Any other verdict is an answer.
Served<store::FillRedemption> redeem_fill(World& world, Caller caller, FillWanted wanted);

struct FillTold {
  store::StoredFill is;
  std::vector<store::StoredFillRedemption> taken{};  // of one that was asked for by its receipt: the first 1,000
};
// That were bought, behind that payment's number, in order, 1,000 at once.
Result<std::vector<FillTold>, ApiError> list_fills(World& world, std::int64_t after);
// Errors: invalid (field receipt), not_found.
Result<FillTold, ApiError> fill_of_receipt(World& world, const std::string& receipt);

}  // namespace shubbak::admin
