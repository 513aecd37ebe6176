// The TLS side of the API. Thread: any.
#pragma once

#include <string>

#include <boost/asio/ssl/context.hpp>

#include "domain/result.hpp"

namespace shubbak::admin {

// TLS 1.2 and above. Errors invalid: which file cannot be used and why.
Result<boost::asio::ssl::context> server_context(const std::string& certificate, const std::string& private_key);

}  // namespace shubbak::admin
