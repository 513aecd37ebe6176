// Publications of flows: proposed by one person, approved by another. Checking and writing are done on the worker's
// thread, with a connection of its own. Thread: the loop's.
#pragma once

#include "admin/staff_service.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::admin {

struct WantedFlows {
  std::string note;
  // What is changed: the files of that publication, or, without one, those in the folders of the deployment.
  std::optional<std::int64_t> base;
  std::vector<flows::SourceFile> files;  // replace those of the same name, or are added
  std::vector<std::string> removed;
};
struct Proposed {
  store::Proposal proposal;
  bool needs_second_person = false;
};
// invalid: the flows have faults; conflict: somebody published meanwhile.
Served<Proposed> propose_flows(World& world, Caller caller, WantedFlows wanted);
// forbidden: the caller proposed it; conflict: approved already, or somebody published meanwhile; invalid: the flows
// do not hold any more.
Served<store::Publication> approve_flows(World& world, Caller caller, std::int64_t proposal);
Served<std::vector<store::Publication>> list_publications(World& world, std::size_t rows_max);
Served<std::vector<store::Proposal>> list_proposals(World& world, std::size_t rows_max);

}  // namespace shubbak::admin
