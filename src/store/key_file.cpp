#include "store/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "store/key_text.hpp"

namespace shubbak::store {
namespace {

constexpr std::size_t digits_count = MasterKey::size * 2;
constexpr unsigned ids_max = 255;

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

std::optional<MasterKey> parse_digits(std::string_view digits) {
  if (digits.size() != digits_count) return std::nullopt;
  std::array<unsigned char, MasterKey::size> bytes{};
  bool well_formed = true;
  for (std::size_t i = 0; well_formed && i < bytes.size(); ++i) {
    const int high = hexadecimal_value(digits[i * 2]);
    const int low = hexadecimal_value(digits[i * 2 + 1]);
    well_formed = high >= 0 && low >= 0;
    bytes[i] = static_cast<unsigned char>((high << 4 | low) & 0xff);
  }
  std::optional<MasterKey> key;
  if (well_formed) key.emplace(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

// `ID HEX`, or HEX alone.
std::optional<NumberedKey> parse_line(std::string_view line) {
  unsigned id = 1;
  if (const std::size_t blank = line.find(' '); blank != std::string_view::npos) {
    const char* end = line.data() + blank;
    const auto [stop, error] = std::from_chars(line.data(), end, id);
    if (error != std::errc{} || stop != end || id == 0 || id > ids_max) return std::nullopt;
    line.remove_prefix(blank + 1);
  }
  auto key = parse_digits(line);
  if (!key) return std::nullopt;
  return NumberedKey{static_cast<std::uint8_t>(id), *std::move(key)};
}

// The whole file, or one octet more than it may have.
std::string read_start(int descriptor) {
  std::string text(keys_octets_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

Result<std::vector<NumberedKey>> parse_lines(std::string_view text, const std::string& source) {
  std::vector<NumberedKey> keys;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto key = parse_line(line);
    if (!key) {
      return Error{Errc::malformed,
                   source + ", line " + std::to_string(number) +
                       ": a key is 64 hexadecimal digits, as openssl rand -hex 32 makes them, with " +
                       "its number from 1 to 255 and a blank before them"};
    }
    for (const NumberedKey& other : keys) {
      if (other.id != key->id && other.key.bytes() != key->key.bytes()) continue;
      return Error{Errc::malformed, source + ", line " + std::to_string(number) + ": key " +
                                        std::to_string(other.id) + " is there already"};
    }
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) {
    return Error{Errc::malformed,
                 source + " must hold 64 hexadecimal digits, as openssl rand -hex 32 makes them; it holds none"};
  }
  return keys;
}

}  // namespace

MasterKey::~MasterKey() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

KeyRing::KeyRing(std::vector<NumberedKey> keys) : keys_(std::move(keys)) {
  SHUBBAK_ASSERT(!keys_.empty());
  std::ranges::sort(keys_, {}, &NumberedKey::id);
}

const MasterKey* KeyRing::find(std::uint8_t id) const {
  const auto found = std::ranges::find(keys_, id, &NumberedKey::id);
  return found == keys_.end() ? nullptr : &found->key;
}

std::string KeySource::name() const {
  return command.empty() ? "the key file " + file : "the key command " + command.front();
}

Result<KeyRing> parse_keys(std::string& text, const std::string& source) {
  Result<std::vector<NumberedKey>> keys =
      text.size() > keys_octets_max
          ? Error{Errc::malformed, source + " holds more than " + std::to_string(keys_octets_max) + " octets"}
          : parse_lines(text, source);
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
  if (!keys.ok()) return keys.error();
  return KeyRing(*std::move(keys));
}

Result<KeyRing> read_keys(const KeySource& source) {
  return source.command.empty() ? read_key_file(source.file) : run_key_command(source.command);
}

Result<KeyRing> read_key_file(const std::string& path) {
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
  return parse_keys(text, KeySource{path}.name());
}

}  // namespace shubbak::store
