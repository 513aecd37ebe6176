#include "store/key_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

namespace shubbak::store {
namespace {

constexpr std::size_t digits_max = MasterKey::size * 2;

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

int hexadecimal_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The digits and a line end, or one octet more if the file is longer than that.
std::string read_start(int descriptor) {
  std::string text(digits_max + 3, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

MasterKey::~MasterKey() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Result<MasterKey> read_key_file(const std::string& path) {
  const OpenFile file(path);
  if (file.descriptor() < 0) {
    const int reason = errno;
    if (reason == ENOENT) {
      return Error{Errc::not_found,
                   "the key file " + path + " is missing; make one with: (umask 077; openssl rand -hex 32 > " + path +
                       ") and keep a copy apart from the database: without it nothing sealed can be read"};
    }
    return Error{Errc::io, "the key file " + path + " cannot be opened: " + std::strerror(reason)};
  }
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{Errc::invalid, "the key file " + path + " is not a regular file"};
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{Errc::denied,
                 "the key file " + path + " can be used by others than its owner; run: chmod 600 " + path};
  }
  std::string text = read_start(file.descriptor());
  std::array<unsigned char, MasterKey::size> bytes{};
  bool well_formed = text.size() == digits_max;
  for (std::size_t i = 0; well_formed && i < bytes.size(); ++i) {
    const int high = hexadecimal_value(text[i * 2]);
    const int low = hexadecimal_value(text[i * 2 + 1]);
    well_formed = high >= 0 && low >= 0;
    bytes[i] = static_cast<unsigned char>((high << 4 | low) & 0xff);
  }
  OPENSSL_cleanse(text.data(), text.size());
  const MasterKey key(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (!well_formed) {
    return Error{Errc::malformed,
                 "the key file " + path + " must hold 64 hexadecimal digits, as openssl rand -hex 32 makes them"};
  }
  return key;
}

}  // namespace shubbak::store
