// Work that takes too long for the event loop, such as Argon2id, on a thread of its own. Thread: the event loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace shubbak::services {

// What `work` returned, back on the coroutine's executor. `work` owns all it needs and throws nothing.
template <class T>
boost::asio::awaitable<T> offload(boost::asio::thread_pool& pool, std::function<T()> work) {
  namespace asio = boost::asio;
  auto initiate = [&pool](auto handler, std::function<T()>&& queued) {
    auto shared_handler = std::make_shared<decltype(handler)>(std::move(handler));
    auto executor = asio::get_associated_executor(*shared_handler);
    asio::post(pool, [shared_handler, executor, queued = std::move(queued)]() mutable {
      auto done = std::make_shared<T>(queued());
      asio::post(executor, [shared_handler, done] { std::move (*shared_handler)(std::move(*done)); });
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(std::move(initiate), asio::use_awaitable,
                                                                      std::move(work));
}

}  // namespace shubbak::services
