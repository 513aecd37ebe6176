// The two doors through which the daemon's code reaches other machines, in the simulator's hand: doors.cpp is
// companies::HttpClient and gateways::SmppLink once more, behind the same headers. What goes out is given to an
// Outside, which brings the answers. Thread: the simulator's.
#pragma once

#include <cstdint>
#include <functional>

#include "companies/http_client.hpp"
#include "gateways/smpp_link.hpp"

namespace shubbak::sim {

class Outside {
 public:
  virtual ~Outside() = default;
  // Must be called once or destroyed, from outside of the event loop.
  using Answer = std::function<void(companies::HttpResult)>;
  virtual void on_request(companies::HttpRequest request, Answer answer) = 0;
  virtual Status on_submit(const smpp::Sm& sm, std::uint64_t tag) = 0;
  virtual void on_acknowledged(const gateways::AckHandle& handle, smpp::CommandStatus status) = 0;
  [[nodiscard]] virtual bool link_is_up() const = 0;
  [[nodiscard]] virtual std::uint64_t connection() const = 0;  // of the link, counted
};

// Of all doors that are made from then on; outlives them.
void open_doors_to(Outside& outside);

}  // namespace shubbak::sim
