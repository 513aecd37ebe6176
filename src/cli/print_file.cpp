#include "cli/print_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "store/sha256.hpp"

namespace shubbak::cli {
namespace {

constexpr int rsa_bits_min = 2'048;
constexpr std::string_view heading = "serial,pin\n";
constexpr std::size_t line_octets = 15 + 1 + vouchers::Pin::digits_count + 1;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Envelope = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;

Error failed_with(const std::string& path, const char* doing) {
  return Error{Errc::io, path + ": " + doing + ": " + std::strerror(errno)};
}

Result<Certificate> read_certificate(const std::string& path) {
  const Bio file(BIO_new_file(path.c_str(), "r"));
  if (!file) return Error{Errc::io, path + ": the recipient's certificate cannot be read"};
  Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (!certificate) return Error{Errc::invalid, path + ": no certificate in PEM is in there"};
  const EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < rsa_bits_min)
    return Error{Errc::invalid, path + ": the recipient's key must be of RSA, with 2048 bits or more"};
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) <= 0)
    return Error{Errc::invalid, path + ": the recipient's certificate has expired"};
  return certificate;
}

// Nothing: OpenSSL cannot serve.
Envelope encrypt(std::span<const char> plain, X509* recipient) {
  constexpr unsigned int flags = CMS_BINARY | CMS_PARTIAL;
  Envelope envelope(CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), flags));
  if (!envelope) return {};
  CMS_RecipientInfo* info = CMS_add1_recipient_cert(envelope.get(), recipient, CMS_KEY_PARAM);
  if (info == nullptr) return {};
  EVP_PKEY_CTX* key = CMS_RecipientInfo_get0_pkey_ctx(info);
  if (EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_OAEP_PADDING) <= 0 ||
      EVP_PKEY_CTX_set_rsa_oaep_md(key, EVP_sha256()) <= 0) {
    return {};
  }
  const Bio in(BIO_new_mem_buf(plain.data(), static_cast<int>(plain.size())));
  if (!in || CMS_final(envelope.get(), in.get(), nullptr, flags) != 1) return {};
  return envelope;
}

Status write_all(int file, std::span<const unsigned char> octets, const std::string& path) {
  while (!octets.empty()) {
    const ssize_t written = ::write(file, octets.data(), octets.size());
    if (written < 0 && errno != EINTR) return failed_with(path, "writing it");
    if (written > 0) octets = octets.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 ? Status() : Status(failed_with(path, "writing it to the disk"));
}

// So that the file's name is on the disk too.
Status sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && ::fsync(opened) == 0;
  if (opened >= 0) ::close(opened);
  return synced ? Status() : Status(failed_with(folder.string(), "writing it to the disk"));
}

Result<vouchers::FileHash> hash_of(std::span<const unsigned char> octets) {
  const auto sha256 = store::sha256();
  if (!sha256) return sha256.error();
  return (*sha256)(octets);
}

}  // namespace

struct PrintFile::Parts {
  Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    OPENSSL_cleanse(plain.data(), plain.size());
    if (file >= 0) ::close(file);
    if (file >= 0 && !finished) ::unlink(path.c_str());
  }

  std::string path;
  int file = -1;
  bool finished = false;
  Certificate recipient;
  std::vector<char> plain;  // never grows beyond its first room: nothing would wipe what it leaves behind
};

PrintFile::PrintFile(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PrintFile::PrintFile(PrintFile&&) noexcept = default;
PrintFile::~PrintFile() = default;

Result<PrintFile> PrintFile::create(const std::string& path, const std::string& recipient, std::int64_t vouchers) {
  auto parts = std::make_unique<Parts>();
  auto certificate = read_certificate(recipient);
  if (!certificate) return certificate.error();
  parts->recipient = *std::move(certificate);
  parts->path = path;
  parts->file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (parts->file < 0 && errno == EEXIST)
    return Error{Errc::conflict, path + ": the file is there already, and a print file is written once"};
  if (parts->file < 0) return failed_with(path, "making it");
  parts->plain.reserve(heading.size() + static_cast<std::size_t>(vouchers) * line_octets);
  std::ranges::copy(heading, std::back_inserter(parts->plain));
  return PrintFile(std::move(parts));
}

void PrintFile::add(const vouchers::Serial& serial, const vouchers::Pin& pin) {
  std::vector<char>& plain = parts_->plain;
  SHUBBAK_ASSERT(plain.capacity() - plain.size() >= line_octets);
  std::ranges::copy(to_string(serial), std::back_inserter(plain));
  plain.push_back(',');
  std::ranges::copy(pin.reveal(), std::back_inserter(plain));
  plain.push_back('\n');
}

Result<vouchers::FileHash> PrintFile::finish() {
  const Envelope envelope = encrypt(parts_->plain, parts_->recipient.get());
  unsigned char* encoded = nullptr;
  const int size = envelope ? i2d_CMS_ContentInfo(envelope.get(), &encoded) : -1;
  if (size <= 0) return Error{Errc::unavailable, parts_->path + ": OpenSSL cannot encrypt for the recipient"};
  const std::unique_ptr<unsigned char, Freed<[](unsigned char* octets) { OPENSSL_free(octets); }>> held(encoded);
  const std::span<const unsigned char> octets(encoded, static_cast<std::size_t>(size));
  if (const Status written = write_all(parts_->file, octets, parts_->path); !written) return written.error();
  if (const Status synced = sync_folder_of(parts_->path); !synced) return synced.error();
  auto hash = hash_of(octets);
  parts_->finished = hash.ok();
  return hash;
}

Result<vouchers::FileHash> hash_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<unsigned char> octets((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) return Error{Errc::io, path + ": the print file cannot be read"};
  return hash_of(octets);
}

}  // namespace shubbak::cli
