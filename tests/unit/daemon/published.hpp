// Flows put into force beside a running daemon, or before it.
#pragma once

#include "flows/loader.hpp"
#include "flows/sources.hpp"
#include "store/flow_archive.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {

inline std::vector<flows::SourceFile> files_of(const std::string& deployment = SHUBBAK_SOURCE_DIR
                                               "/config/syria-kuwwa") {
  const std::vector<std::string> folders{SHUBBAK_SOURCE_DIR "/config/common", deployment};
  const auto files = flows::read_folders(folders);
  REQUIRE(files.ok());
  return *files;
}

// A copy of the shipped deployment to work on, beside the town's database.
inline std::filesystem::path copied_deployment(const Town& town) {
  const std::filesystem::path copy = std::filesystem::path(town.database()).parent_path() / "deployment";
  std::filesystem::copy(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa", copy, std::filesystem::copy_options::recursive);
  return copy;
}

inline void put_in_force(Town& town, const std::vector<flows::SourceFile>& files, const std::string& revision,
                         std::int64_t number) {
  const auto archive = store::FlowArchive::open(town.database());
  REQUIRE(archive.ok());
  const store::Publication wanted{
      .number = 0, .revision = revision, .author = "designer", .note = "a test", .at = wall_now()};
  REQUIRE((*archive)->publish(wanted, flows::pack_sources(files), number - 1, false).ok());
}

// Puts the shipped flows into force with another title on the home menu.
inline void publish(Town& town, const std::string& title, std::int64_t number) {
  auto files = files_of();
  for (flows::SourceFile& file : files) {
    if (const std::size_t at = file.text.find("One window"); at != std::string::npos)
      file.text.replace(at, 10, title);
  }
  put_in_force(town, files, title, number);
}

}  // namespace shubbak::daemon::testing
