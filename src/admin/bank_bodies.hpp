// The bodies of the API for banks (message.hpp). Amounts are minor units of the currency beside them.
#pragma once

#include <optional>
#include <string>

#include "admin/bank_service.hpp"
#include "admin/cash_bodies.hpp"

namespace shubbak::admin {

inline constexpr TextRule bank_reference_rule{.letters_max = bank_reference_octets_max};
inline constexpr TextRule paid_at_rule{.letters_max = 32};

struct BankPayBody {
  std::string reference;
  BillBody bill;
  std::optional<std::int64_t> fee;
  std::string paid_at;
};
template <class V>
void describe(V& v, BankPayBody& b) {
  v.text("reference", b.reference, bank_reference_rule,
         "the bank's own, letters, digits, _ and -: told again it is answered as it is by then, and pays nothing");
  describe(v, b.bill);
  v.optional_number("fee", b.fee, "beside the amount, as it was quoted; without it: none");
  v.text("paid_at", b.paid_at, paid_at_rule, "when the bank was paid, such as 2026-11-26T12:34:50Z");
}
struct BankReferenceBody {
  std::string reference;
};
template <class V>
void describe(V& v, BankReferenceBody& b) {
  v.text("reference", b.reference, bank_reference_rule, "that it was paid with");
}
struct BankPaymentShown {
  std::string reference;
  CashPaymentShown paid;
};
inline BankPaymentShown shown_at_bank(const store::CashPayment& paid) {
  return {bank_reference_of(paid), shown(paid)};
}
template <class V>
void describe(V& v, BankPaymentShown& b) {
  v.text("reference", b.reference, bank_reference_rule, "the bank's own");
  describe(v, b.paid);
}

}  // namespace shubbak::admin
