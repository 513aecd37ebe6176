#include "daemon/publishing.hpp"

#include "daemon/load_flows.hpp"
#include "flows/sources.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t faults_told_max = 20;

Error error_of(const std::vector<flows::Diagnostic>& faults) {
  std::string all = "the flows have faults:";
  for (std::size_t i = 0; i < faults.size() && i < faults_told_max; ++i)
    all.append("\n").append(to_string(faults[i]));
  if (faults.size() > faults_told_max)
    all.append("\nand ").append(std::to_string(faults.size() - faults_told_max)).append(" more");
  return Error{Errc::invalid, all};
}

}  // namespace

admin::Publishing publishing_of(const Config& config, store::OnDoubt on_doubt) {
  admin::Publishing publishing;
  publishing.database = config.database;
  publishing.read_folders = [&config]() -> Result<std::vector<flows::SourceFile>> {
    auto read = read_flow_sources(config);
    if (!read) return error_of(read.error());
    return flows::with_plain_names(std::move(*read));
  };
  publishing.on_doubt = on_doubt;
  publishing.check = [&config, on_doubt = std::move(on_doubt)](
                         const std::vector<flows::SourceFile>& files) -> Result<admin::CheckedFlows> {
    const auto archive = store::FlowArchive::open(config.database, on_doubt);
    if (!archive) return archive.error();
    const auto published = latest_revision(config, **archive);
    if (!published) return published.error();
    const auto loaded = load_sources_of(config, files, published->get());
    if (!loaded) return error_of(loaded.error());
    return admin::CheckedFlows{(*loaded)->id(), needs_second_person(config, **loaded)};
  };
  return publishing;
}

}  // namespace shubbak::daemon
