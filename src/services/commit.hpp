// The coroutine form of Store::change. Thread: the event loop's.
#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>

#include "store/store.hpp"

namespace shubbak::services {

// Not part of the transaction that carries the reply: for what must be decided before anything can be said.
boost::asio::awaitable<Result<store::Committed>> commit(store::Store& store, std::vector<store::Change> changes);

}  // namespace shubbak::services
