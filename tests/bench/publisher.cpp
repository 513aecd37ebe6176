#include "publisher.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon_under_test.hpp"
#include "deployment.hpp"
#include "domain/clock.hpp"
#include "flows/revision.hpp"
#include "flows/sources.hpp"
#include "services/service.hpp"

namespace shubbak::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view config_folder = SHUBBAK_SOURCE_DIR "/config";

void replace(std::string& text, std::string_view old, std::string_view with) {
  const std::size_t at = text.find(old);
  if (at == std::string::npos) die("'" + std::string(old) + "' is not in what is shipped any more");
  text.replace(at, old.size(), with);
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) die("cannot write " + path.string());
}

}  // namespace

std::string write_deployment(const std::string& folder) {
  const fs::path root = fs::path(folder) / "config";
  for (const flows::SourceFile& file : large_deployment(Money::without))
    write_file(root / fs::relative(file.name, config_folder), file.text);
  const fs::path shipped = fs::path(config_folder) / "syria-kuwwa/shubbak.yaml";
  std::ostringstream config;
  config << std::ifstream(shipped).rdbuf();
  std::string text = config.str();
  replace(text, "locales: [ar, en]", "locales: [ar, en, ckb]");
  const fs::path written = root / "syria-kuwwa/shubbak.yaml";
  write_file(written, text);
  return written.string();
}

Publisher::Publisher(const std::string& folder) {
  auto archive = store::FlowArchive::open(folder + "/shubbak.db");
  if (!archive) die(archive.error().message);
  archive_ = std::move(*archive);
  for (Revision& revision : revisions_) {
    std::vector<flows::SourceFile> sources = flows::with_plain_names(large_deployment(Money::without));
    for (flows::SourceFile& file : sources) {
      if (&revision == &revisions_[0] && file.name == "syria-kuwwa/strings/ar.yaml")
        replace(file.text, "home_title: ", "home_title: أهلاً. ");
    }
    flows::LoadOptions options;
    options.locales = {"ar", "en", "ckb"};
    options.services = services::signatures();
    const auto loaded = flows::load(sources, options);
    if (!loaded) die(to_string(loaded.error().front()));
    revision = {.id = (*loaded)->id(), .packed = flows::pack_sources(sources)};
  }
}

void Publisher::publish() {
  const Revision& next = revisions_[static_cast<std::size_t>(published_ % 2)];
  const store::Publication wanted{
      .number = 0, .revision = next.id, .author = "bench", .note = "another title", .at = wall_now()};
  const auto made = archive_->publish(wanted, next.packed, published_, false);
  if (!made) die(made.error().message);
  published_ = made->number;
}

}  // namespace shubbak::bench
