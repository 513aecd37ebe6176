// The binding to libsmpp34: the only door to that library (libsmpp34.cpp is the only file that includes it).
//
// It packs the control PDUs that we send, and is the second opinion on PDUs in tests, fuzzing and `shubbak pdu`.
// Nothing from a socket goes through it: its unpackers write outside their buffers on hostile input (see README).
// Calls are serialised by one mutex; any thread.
#pragma once

#include <string>

#include "smpp/pdu.hpp"

namespace shubbak::smpp::libsmpp34 {

// Packs a bind, unbind, enquire_link, generic_nack, query_sm or resp of one of these. Error: a PDU or status that the
// library does not know; the native encoder serves then.
Status pack(Buffer& out, const Pdu& pdu);
// Packs any PDU of ours including submit_sm and deliver_sm, for comparing in tests and the bench.
Status pack_any(Buffer& out, const Pdu& pdu);

// Reads a PDU behind the full guard (length 16 and more, exact command_length, bounded strings, at most 16 TLVs with
// exact typed lengths, no submit_multi) and writes its fields as show.hpp does, to be compared with fields(). Error:
// outside the guard (Errc::limit), or refused by the library (Errc::malformed, with the field it named).
Result<std::string> describe(Bytes pdu);  // "field = value" lines

// Decodes behind the same guard and lets go of what came out, for timing the library in the bench.
Status unpack_any(Bytes pdu);

}  // namespace shubbak::smpp::libsmpp34
