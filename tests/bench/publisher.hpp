// A large deployment in a folder of its own, and a designer who changes its title again and again.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "store/flow_archive.hpp"

namespace shubbak::bench {

// Writes the flows and a configuration for them below the folder. Returns the configuration's path.
std::string write_deployment(const std::string& folder);

// Writes what `shubbak publish` would, after its proofs, to the database in the folder; the daemon loads and proves
// it again. Thread: one.
class Publisher {
 public:
  explicit Publisher(const std::string& folder);
  void publish();  // of the two revisions the one that does not run

 private:
  struct Revision {
    std::string id;
    std::string packed;
  };
  std::unique_ptr<store::FlowArchive> archive_;
  std::array<Revision, 2> revisions_;
  std::int64_t published_ = 0;
};

}  // namespace shubbak::bench
