// A server whose certificate nobody vouches for is not talked to; one that wants ours gets it.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "companies/http_client.hpp"
#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {

namespace {

template <auto Free>
struct With {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, With<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, With<&X509_free>>;
using Context = std::unique_ptr<SSL_CTX, With<&SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, With<&SSL_free>>;

// A folder of its own, with certificate.pem and key.pem of a peer.
class PemFolder {
 public:
  PemFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "shubbak-tls-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~PemFolder() { std::filesystem::remove_all(path_); }
  PemFolder(const PemFolder&) = delete;
  PemFolder& operator=(const PemFolder&) = delete;
  [[nodiscard]] std::string certificate() const { return (path_ / "certificate.pem").string(); }
  [[nodiscard]] std::string key() const { return (path_ / "key.pem").string(); }

 private:
  std::filesystem::path path_;
};

// The same for both sides, where a folder is given.
Context self_signed(const PemFolder* folder = nullptr) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>("127.0.0.1");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  if (folder == nullptr) return context;
  const With<&BIO_free> close;
  BIO* file = BIO_new_file(folder->certificate().c_str(), "w");
  PEM_write_bio_X509(file, certificate.get());
  close(file);
  file = BIO_new_file(folder->key().c_str(), "w");
  PEM_write_bio_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  close(file);
  SSL_CTX_load_verify_locations(context.get(), folder->certificate().c_str(), nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

}  // namespace

TEST_CASE("a TLS peer whose certificate is not trusted gets nothing") {
  std::atomic<bool> something_came = false;
  const Context context = self_signed();
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    const Session session(SSL_new(context.get()));
    SSL_set_fd(session.get(), socket.native_handle());
    if (SSL_accept(session.get()) != 1) return;
    char octet = 0;
    if (SSL_read(session.get(), &octet, 1) == 1) something_came = true;
  });
  boost::asio::io_context loop(1);
  {
    HttpClient http(loop.get_executor(), {});
    HttpRequest request;
    request.url = "https" + peer.url().substr(4);
    request.body = "{}";
    request.authorization = "Bearer secret";
    request.timeout = patience;
    const HttpResult result = run(loop, http.fetch(std::move(request)));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::unavailable);
    CHECK(result.error().failure == HttpFailure::no_connection);
    CHECK_FALSE(result.error().sent);
  }
  CHECK_FALSE(something_came);
}

TEST_CASE("a TLS peer that wants our certificate gets it, and is known by an authority of its own") {
  const PemFolder folder;
  const Context context = self_signed(&folder);
  std::atomic<int> answered = 0;
  RawPeer peer([&](RawPeer::Socket& socket, int) {
    const Session session(SSL_new(context.get()));
    SSL_set_fd(session.get(), socket.native_handle());
    if (SSL_accept(session.get()) != 1) return;
    std::string request;
    char octet = 0;
    while (!request.ends_with("\r\n\r\n{}") && SSL_read(session.get(), &octet, 1) == 1) request += octet;
    if (!request.ends_with("{}")) return;
    ++answered;
    const std::string response = RawPeer::response("{}");
    SSL_write(session.get(), response.data(), static_cast<int>(response.size()));
  });
  boost::asio::io_context loop(1);
  {
    HttpClient http(loop.get_executor(), {});
    const auto fetch = [&](TlsFiles files) {
      HttpRequest request;
      request.url = "https" + peer.url().substr(4);
      request.body = "{}";
      request.timeout = patience;
      request.tls = std::make_shared<const TlsFiles>(std::move(files));
      return run(loop, http.fetch(std::move(request)));
    };
    CHECK_FALSE(fetch({folder.certificate(), {}, {}}));
    CHECK_FALSE(fetch({{}, folder.certificate(), folder.key()}));
    CHECK(answered == 0);
    const HttpResult both = fetch({folder.certificate(), folder.certificate(), folder.key()});
    CAPTURE(both ? std::string() : both.error().message);
    REQUIRE(both);
    CHECK(both->status == 200);
  }
  CHECK(answered == 1);
}

}  // namespace shubbak::companies
