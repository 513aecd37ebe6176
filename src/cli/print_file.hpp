// The print file of a batch of vouchers: the only place where PINs stand in the clear, encrypted so that only the
// printer's private key opens it. CMS EnvelopedData with authenticated encryption (RFC 5083, 5084: AES-256-GCM), the
// content key for the recipient's RSA key by OAEP with SHA-256 (RFC 3560), DER. It is opened by
//
//   openssl cms -decrypt -inform DER -in FILE -inkey KEY -recip CERTIFICATE
//
// and holds a line "serial,pin" for each voucher. The plain text is in memory only, and wiped. Thread: one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "domain/result.hpp"
#include "vouchers/batch.hpp"

namespace shubbak::cli {

class PrintFile {
 public:
  // Makes the file, which must not be there (mode 0600), and reads the recipient's certificate (PEM, RSA of 2048 bits
  // or more). Errors, with the path: conflict, io, invalid.
  static Result<PrintFile> create(const std::string& path, const std::string& recipient, std::int64_t vouchers);
  PrintFile(PrintFile&&) noexcept;
  PrintFile& operator=(PrintFile&&) = delete;
  PrintFile(const PrintFile&) = delete;
  PrintFile& operator=(const PrintFile&) = delete;
  ~PrintFile();  // unless it was finished, the file goes

  void add(const vouchers::Serial& serial, const vouchers::Pin& pin);
  // Encrypts and writes it; on disk when this returns. What comes is the SHA-256 of the file. Error io, unavailable.
  Result<vouchers::FileHash> finish();

 private:
  struct Parts;
  explicit PrintFile(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Of a file that was written. Error io.
Result<vouchers::FileHash> hash_of_file(const std::string& path);

}  // namespace shubbak::cli
