// How the session writes its control PDUs: packed by libsmpp34, or natively where the library refuses. Private to the
// session; any thread.
#pragma once

#include "smpp/pdu.hpp"

namespace shubbak::smpp {

// Appends a bind, unbind, enquire_link, generic_nack, query_sm or resp of one of these, whose fields fit.
void write_control(Buffer& out, const Pdu& pdu);

}  // namespace shubbak::smpp
