// A certificate of one's own for 127.0.0.1, for an hour.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace shubbak::admin::testing {

inline void write_certificate(const std::string& certificate_file, const std::string& key_file) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>("127.0.0.1");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, decltype(&BIO_free)> to(BIO_new_file(certificate_file.c_str(), "w"), BIO_free);
  PEM_write_bio_X509(to.get(), certificate.get());
  const std::unique_ptr<BIO, decltype(&BIO_free)> key_to(BIO_new_file(key_file.c_str(), "w"), BIO_free);
  PEM_write_bio_PrivateKey(key_to.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace shubbak::admin::testing
