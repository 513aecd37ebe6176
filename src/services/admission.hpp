// Whether a call of a service is let in by the roll-out switches. Not for use outside this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/service.hpp"

namespace shubbak::services {

// Of which companies a service is, for whom its switch may differ.
enum class Switched : std::uint8_t {
  never,          // whose person they are, and what they have: it is there for everybody
  for_everyone,   // of no company
  by_company,     // the one that the arguments name
  by_account,     // the one that is asked of the account that was typed
  by_payees,      // each one that is paid
  by_case,        // the one that the case is about, also where only a receipt says which
  among_several,  // those that are asked; one that is not on is left out
  by_seller,      // the one that sells water for tankers
};

// Notes in the request what is left out of it and, of a service that `begins` something, what that stands behind. The
// company that is not on, "" where it is none in particular; nothing: it is let in.
std::optional<std::string> switched_off_at(World& world, Switched how, std::string_view service, bool begins,
                                           Request& request);

// Whether a payment or an order was begun under the request's key: it goes on to its end, whatever is switched off or
// refused by now. Where the store cannot tell, it may have been.
bool may_be_begun(World& world, const Request& request);

// Whether the voucher that a wallet.top_up names is on the caller's card by an earlier one: it is answered as first,
// whatever is switched off by now. Where the store cannot tell, it may be.
bool may_be_topped_up(World& world, const Request& request);

}  // namespace shubbak::services
