// A company's daily file on disk: read piece by piece, and hashed as it is read. Thread: any, one at a time.
#pragma once

#include <string>

#include "reconcile/daily_file.hpp"
#include "store/reconcile.hpp"

namespace shubbak::cli {

struct ReconciledFile {
  std::string path;
  const reconcile::Mapping* mapping = nullptr;
  Currency currency = Currency::SYP;
  reconcile::Day day;
};
struct FileRead {
  store::FileContent content{};
  std::int64_t lines = 0;
};
// Tells each line. Errors: io; those of reconcile::DailyFile, and of `on_line`, which end the reading; each names the
// file.
Result<FileRead> read_file(const ReconciledFile& file, const reconcile::DailyFile::OnLine& on_line);

}  // namespace shubbak::cli
