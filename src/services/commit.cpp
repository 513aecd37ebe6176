#include "services/commit.hpp"

#include <memory>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace shubbak::services {

namespace asio = boost::asio;

asio::awaitable<Result<store::Committed>> commit(store::Store& store, std::vector<store::Change> changes) {
  auto initiate = [&store](auto handler, std::vector<store::Change>&& queued) {
    // std::function wants something copyable; the handler is not.
    auto shared_handler = std::make_shared<decltype(handler)>(std::move(handler));
    store.change(std::move(queued), [shared_handler](Result<store::Committed> result) {
      std::move (*shared_handler)(std::move(result));
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<store::Committed>)>(
      std::move(initiate), asio::use_awaitable, std::move(changes));
}

}  // namespace shubbak::services
