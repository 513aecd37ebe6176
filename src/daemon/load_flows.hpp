// The flows of a deployment, loaded and proven for its operators: what the daemon runs and what `shubbakd --check`
// and the commands of designers tell the faults of is the same. Thread: any.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "daemon/config.hpp"
#include "domain/result.hpp"
#include "flows/checker.hpp"
#include "flows/loader.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::daemon {

using LoadedFlows = Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>>;

// What stands in the folders.
Result<std::vector<flows::SourceFile>, std::vector<flows::Diagnostic>> read_flow_sources(const Config& config);
// Without the proofs, for what is walked by nobody but rehearsals.
LoadedFlows compile(const Config& config, std::span<const flows::SourceFile> sources);
// What stood in the folders when the revision was published.
Result<std::vector<flows::SourceFile>> published_sources(store::FlowArchive& archive, const std::string& revision);
// The error: every fault, in the order of files. `published` is what people know by now; it may be missing.
LoadedFlows load_sources_of(const Config& config, std::span<const flows::SourceFile> sources,
                            const flows::Revision* published = nullptr);
// What was published; the error names the publication first, and says what to do.
LoadedFlows load_publication(const Config& config, store::FlowArchive& archive,
                             const store::Publication& publication);
// The faults as that error tells them.
std::vector<flows::Diagnostic> faults_of_publication(const Config& config, const store::Publication& publication,
                                                     std::vector<flows::Diagnostic> faults);
// Of the latest publication, which is what a daemon of this version would begin with: none if it loads, or there is
// none. Nothing is made nor brought up to date. Error: it cannot be looked at.
Result<std::vector<flows::Diagnostic>> faults_in_force(const Config& config);
// A published revision that payments of before finish on, and nobody begins: without the proofs, which the version
// that published it has made, so that a newer one's rules and limits do not keep it from that.
LoadedFlows load_to_finish(const Config& config, std::span<const flows::SourceFile> sources);
// What stands in the folders.
LoadedFlows load_flows(const Config& config);

// What people know by now; null if nothing was published, or it cannot be loaded any more.
Result<std::shared_ptr<const flows::Revision>> latest_revision(const Config& config, store::FlowArchive& archive);

// Whether it is published only after another person approved it.
bool needs_second_person(const Config& config, const flows::Revision& revision);

// What the checker needs to know of the configuration's operators.
std::vector<flows::OperatorProfile> operator_profiles(const Config& config);

}  // namespace shubbak::daemon
