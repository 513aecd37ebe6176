// shubbakd put together: store, companies, flows, operators' links, HTTP endpoint, API for staff; start, reload,
// drain. Thread: the event loop's.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/config.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

// store::open_sqlite(), or what stands for it in a test of the whole program.
using StoreOpener = std::function<Result<std::unique_ptr<store::Store>>(const store::StoreConfig&, store::Post)>;

class Daemon {
 public:
  Daemon(boost::asio::io_context& loop, Config config, StoreOpener open_store = store::open_sqlite);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Opens everything and connects the links. Error: what is wrong and what to do; nothing is running then.
  Status start();
  // Reads flows and strings again. A fault keeps what is running and is told in the log. Dialogues that are going on
  // stay on the revision they began with.
  void reload();
  // Takes nothing new, waits for answers that are due, unbinds, commits what is queued.
  boost::asio::awaitable<void> stop();
  [[nodiscard]] std::uint16_t http_port() const;
  [[nodiscard]] std::uint16_t admin_port() const;  // 0: the API for staff does not listen

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shubbak::daemon
