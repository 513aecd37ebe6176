// Publications of flows: proposed by one person, approved by another. Checking and writing are done on the worker's
// thread, with a connection of its own. Thread: the loop's.
#pragma once

#include "admin/staff_service.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::admin {

struct WantedFlows {
  static constexpr std::int64_t folders = 0;  // as a base

  std::string note;
  // What is changed: the files of that publication, or those in the folders of the deployment. Nothing: the latest
  // publication, or the folders before the first one.
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
struct FileChange {
  std::string name;
  std::optional<std::string> before;  // nothing: it is new
  std::optional<std::string> after;   // nothing: it goes
};
struct ProposalChanges {
  store::Proposal proposal;
  std::vector<FileChange> files;  // that differ from the publication it was proposed upon; by name
};
// What whoever approves it would put into force. not_found.
Served<ProposalChanges> show_proposal(World& world, std::int64_t number);
// forbidden: the caller proposed it; conflict: approved already, or somebody published meanwhile; invalid: the flows
// do not hold any more.
Served<store::Publication> approve_flows(World& world, Caller caller, std::int64_t proposal);
Served<std::vector<store::Publication>> list_publications(World& world, std::size_t rows_max);
Served<std::vector<store::Proposal>> list_proposals(World& world, std::size_t rows_max);

}  // namespace shubbak::admin
