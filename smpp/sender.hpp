// Whose phone a message comes from. Pure. SMPP v3.4 section 5.2.5 (type of number).
#pragma once

#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "smpp/pdu.hpp"

namespace shubbak::smpp {

// Error: it is no phone's international number. A national one (TON 2) is refused, for with no country code it could
// be somebody else's; so are a name (TON 5) and a short code, which are machines. Any other type of number is taken
// by its digits, since SMSCs say 0, 1, 3 and 7 of the same phone.
Result<Msisdn> number_of(const Address& source);

}  // namespace shubbak::smpp
