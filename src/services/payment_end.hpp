// What a company has said of a payment, and what is to be written and told of it: for the services that pay and for
// the daemon's follow-up of what was unknown. Not for use outside services, admin, daemon and cli. Thread: the event
// loop's.
#pragma once

#include <optional>
#include <string>

#include "companies/company.hpp"
#include "flows/revision.hpp"
#include "payments/payment.hpp"
#include "services/news.hpp"
#include "store/store.hpp"

namespace shubbak::services {

// The company refuses what comes later than that behind the time that it has to answer: it cannot come to a payment
// that was given up meanwhile.
constexpr std::chrono::seconds on_the_way_max{5};

struct PaymentEnd {
  payments::Next next = payments::Next::wait;
  std::string evidence{};  // unless next is wait
};
// `answer`: to a question for it by reference.
PaymentEnd end_of(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer, WallTime now);
// `answer`: to the request to pay; where that never left, it is over.
PaymentEnd end_of_order(const store::StoredPayment& payment, const Result<companies::PaymentAnswer>& answer,
                        WallTime now);
// The company's own number of a payment, out of the evidence of one that it has posted; "": it is other evidence.
std::string company_reference_in(const std::string& evidence, const std::string& company);
// `next` is not wait. `tells_once`: as of store::SettlePayment.
store::Change change_of(const store::StoredPayment& payment, const PaymentEnd& end, WallTime now,
                        bool tells_once = false);

// As of a number that began it then; nothing also where it has no number.
std::optional<std::uint8_t> news_locale(store::Store& store, const flows::Revision& words,
                                        const store::StoredPayment& payment);
// Not while the number waits for its confirmation: its SIM may be in anybody's hands.
bool may_be_told_secrets(const store::Person& person);
// What is told of a fill's code to the number that bought it. "": nothing, or it is kept no more.
std::string fill_code_told(store::Store& store, const store::StoredFill& fill);
// That system string, with the amount and the account behind it.
std::string news_of_payment(const flows::Revision& words, std::uint8_t locale, const store::StoredPayment& payment,
                            std::string_view system_string);
// In the system's words, where no flow has any.
std::string news_of_end(const flows::Revision& words, std::uint8_t locale, const store::StoredPayment& payment,
                        bool settled);
// Of a payment that is not over yet, what its person is told of the end that it is given: where it is settled in the
// words of the flow that they paid by (`sms_later`), if it has any and `begun_on`, the revision of its walk, is
// there; in the system's otherwise. Empty: nobody is told.
std::string news_of_ending(store::Store& store, const flows::Revision& words, const flows::Revision* begun_on,
                           const store::StoredPayment& payment, bool settled);

}  // namespace shubbak::services
