// How a row of the API's table is made of a handler and its bodies. Not for use outside the tables. Thread: any;
// handlers: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "admin/bank_bodies.hpp"
#include "admin/bodies.hpp"
#include "admin/broadcast_bodies.hpp"
#include "admin/case_bodies.hpp"
#include "admin/cash_bodies.hpp"
#include "admin/cash_correction_bodies.hpp"
#include "admin/ending_bodies.hpp"
#include "admin/fill_bodies.hpp"
#include "admin/poll_bodies.hpp"
#include "admin/reconcile_bodies.hpp"
#include "admin/refund_bodies.hpp"
#include "admin/report_bodies.hpp"
#include "admin/rollout_bodies.hpp"
#include "admin/routes.hpp"

namespace shubbak::admin {

// Words of the tables.
namespace rows {
inline constexpr auto post = Method::post;
inline constexpr auto get = Method::get;
inline constexpr auto by = Access::permission;
}  // namespace rows

template <class Body>
struct Asked {
  Caller caller;
  Body body;
  std::int64_t number = 0;  // of the path
};
template <class Body, class Answer>
using Handler = Served<Answer> (*)(World&, Asked<Body>);

template <class Body, class Answer>
boost::asio::awaitable<JsonAnswer> run(World& world, Handler<Body, Answer> handler, Asked<Body> asked) {
  auto handling = handler(world, std::move(asked));
  auto answer = co_await std::move(handling);
  if (!answer) co_return answer.error();
  co_return written(*answer);
}

template <class Serving>
Served<Nothing> without_answer(Serving serving) {
  const auto done = co_await std::move(serving);
  if (!done) co_return done.error();
  co_return Nothing{};
}

// What a service answers, as the API shows it: by the shown() of its body, which must stand before this.
template <class Answer, class T>
Served<Answer> shown_of(Served<T> serving) {
  const auto done = co_await std::move(serving);
  if (!done) co_return done.error();
  co_return shown(*done);
}

// `handler` answers what a request of that body asks for.
template <class Body, class Answer, Handler<Body, Answer> handler>
constexpr Route row(Method method, std::string_view path, Access access, std::optional<staff::Permission> permission,
                    std::string_view summary, unsigned status = 200) {
  Route route{method, path, access, permission, summary, status, nullptr, nullptr, nullptr};
  if constexpr (!std::is_same_v<Body, Nothing>) route.body_schema = schema_of<Body>;
  if constexpr (!std::is_same_v<Answer, Nothing>) route.answer_schema = schema_of<Answer>;
  route.bind = [](const Route&, const boost::json::object& body, std::int64_t number) -> Result<Bound, ApiError> {
    auto read = read_body<Body>(body);
    if (!read) return read.error();
    return Bound([read = std::move(*read), number](World& world, Caller caller) {
      return run<Body, Answer>(world, handler, Asked<Body>{std::move(caller), read, number});
    });
  };
  return route;
}

}  // namespace shubbak::admin
