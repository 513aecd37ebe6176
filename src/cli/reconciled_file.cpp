#include "cli/reconciled_file.hpp"

#include <array>
#include <fstream>
#include <memory>

#include <openssl/evp.h>

namespace shubbak::cli {
namespace {

constexpr std::size_t piece_octets = 65'536;

class Hashing {
 public:
  Hashing() { SHUBBAK_ASSERT(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1); }
  void add(std::string_view octets) {
    SHUBBAK_ASSERT(EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1);
  }
  store::FileContent finish() {
    store::FileContent content{};
    SHUBBAK_ASSERT(EVP_DigestFinal_ex(context_.get(), content.data(), nullptr) == 1);
    return content;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

}  // namespace

Result<FileRead> read_file(const ReconciledFile& file, const reconcile::DailyFile::OnLine& on_line) {
  const auto named = [&](const Error& error) { return Error{error.code, file.path + ": " + error.message}; };
  FileRead read;
  Hashing hashing;
  reconcile::DailyFile lines(*file.mapping, file.currency, file.day, [&](reconcile::Listed listed) -> Status {
    ++read.lines;
    return on_line(std::move(listed));
  });
  std::ifstream stream(file.path, std::ios::binary);
  std::vector<char> piece(piece_octets);
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const std::string_view octets(piece.data(), static_cast<std::size_t>(stream.gcount()));
    hashing.add(octets);
    if (const Status fed = lines.feed(octets); !fed) return named(fed.error());
  }
  if (!stream.is_open() || stream.bad()) return named({Errc::io, "cannot be read"});
  if (const Status finished = lines.finish(); !finished) return named(finished.error());
  read.content = hashing.finish();
  return read;
}

}  // namespace shubbak::cli
