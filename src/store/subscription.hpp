// Notices of bills that numbers have asked for, in the store: of an account of a company, whosever it is. They belong
// to the link under which they were asked for: releasing the number, or linking it anew, forgets them. Thread: as
// Store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

constexpr std::size_t subscriptions_per_number_max = 10;

struct Subscription {
  Msisdn msisdn;
  std::string company;  // its name in the configuration
  std::string account;
  std::string link;  // the operator's, by which notices go
  WallTime since;
  WallTime next_at;       // when the company is asked next
  std::int64_t told = 0;  // minor units: what was due when it was asked last, which the number was told; 0: nothing
  std::optional<std::string> governorate{};  // of the account: its code, as it was typed; nothing: it is not known
};

// --- changes
// One that the number has stays as it is, but for a governorate that was not known. Errors: denied (the number is not
// linked to that person, or suspended), conflict (it has subscriptions_per_number_max others).
struct Subscribe {
  Msisdn msisdn;
  NationalId person;
  std::string company;
  std::string account;
  std::string link;
  WallTime at;
  WallTime next_at;
  std::optional<std::string> governorate{};  // of the account, where its code was typed
};
// Those of the number that are of that company and account. None is no error. denied: as above.
struct Unsubscribe {
  Msisdn msisdn;
  NationalId person;
  std::string company;  // "": of any
  std::string account;  // "": any
};
// What the company has said of one, or that it has to be asked again. conflict: it is gone, or was asked by somebody
// else meanwhile; or it `tells` (the notice is the text right behind it in the set) and the number's link is not
// active by now. Where the number is suspended before its notice has gone out, the notice goes with all that waits
// for it, and the subscription is as if nothing had been told, and is due.
struct NoteNotice {
  Msisdn msisdn;
  std::string company;
  std::string account;
  WallTime was_next_at;  // as it was read
  WallTime next_at;
  std::int64_t told = 0;
  bool tells = false;
};
using SubscriptionChange = std::variant<Subscribe, Unsubscribe, NoteNotice>;

// --- reads
class SubscriptionReads {
 public:
  virtual ~SubscriptionReads() = default;
  virtual Result<std::vector<Subscription>> subscriptions_of(Msisdn msisdn) = 0;  // oldest first
  // Of that company, whose time has come; those that wait longest first.
  virtual Result<std::vector<Subscription>> subscriptions_due(std::string_view company, WallTime now,
                                                              std::size_t rows_max) = 0;
  // Of all numbers.
  virtual Result<std::int64_t> count_subscriptions() = 0;
};

}  // namespace shubbak::store
