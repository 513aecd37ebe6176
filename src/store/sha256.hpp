// SHA-256 (FIPS 180-4) for rooms that may not know OpenSSL.
#pragma once

#include "audit/record.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

// Error unavailable: OpenSSL cannot serve. Thread: the function and its copies share a context, one thread uses them.
Result<audit::HashFunction> sha256();

}  // namespace shubbak::store
