// The planted fault hides_disk_errors: a store that tells of a commit which the disk has refused as if all of it had
// gone well. Otherwise it is right. Thread: as Store.
#pragma once

#include "tests/under_test/forwarding_store.hpp"

namespace shubbak::sim {

class GenerousStore final : public under_test::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void change(std::vector<store::Change> changes, store::OnCommitted on_committed) override;
};

}  // namespace shubbak::sim
