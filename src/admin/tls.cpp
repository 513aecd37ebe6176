#include "admin/tls.hpp"

#include <openssl/ssl.h>

namespace shubbak::admin {

namespace ssl = boost::asio::ssl;

Result<ssl::context> server_context(const std::string& certificate, const std::string& private_key) {
  ssl::context context(ssl::context::tls_server);
  boost::system::error_code error;
  context.use_certificate_chain_file(certificate, error);
  if (error)
    return Error{Errc::invalid,
                 "admin.certificate: " + certificate + " holds no certificate in PEM: " + error.message()};
  context.use_private_key_file(private_key, ssl::context::pem, error);
  if (error) {
    return Error{Errc::invalid,
                 "admin.private_key: " + private_key +
                     " holds no private key in PEM, or not that of the certificate: " + error.message()};
  }
  const bool set = SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION) == 1;
  if (!set) return Error{Errc::unavailable, "OpenSSL has no TLS 1.2"};
  // A client that asks for a new handshake again and again costs us more than itself.
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  return context;
}

}  // namespace shubbak::admin
