// The planted fault of the test: a store that answers before the transaction is committed. It serves from a copy of
// the database, and the database itself gets each set of changes a few sets later, so that what a kill loses was told
// already. Otherwise it is right: the same changes in the same order give the same numbers. Thread: as Store.
#pragma once

#include "store/store.hpp"

namespace shubbak::kill {

// The copy is "PATH.front", made anew by each start.
Result<std::unique_ptr<store::Store>> open_lagging(const store::StoreConfig& config, store::Post post);

}  // namespace shubbak::kill
