#include "daemon/log.hpp"

#include <memory>
#include <mutex>
#include <sstream>
#include <unistd.h>
#include <utility>

#include <boost/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "store/doubt.hpp"

namespace shubbak::daemon::log {
namespace {

constexpr std::size_t lines_waiting_max = 8192;
constexpr const char* line_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})";
constexpr std::size_t lines_a_second_max = 20;

// What may be written, with the number of lines before it that were not.
std::optional<std::size_t> admit(std::string_view event) {
  static std::mutex mutex;
  static LineLimiter limiter(lines_a_second_max);
  const std::lock_guard lock(mutex);
  return limiter.admit(event, std::chrono::steady_clock::now());
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  std::abort();
}

// Without the first brace and the last one.
std::string text_of(std::string_view event, std::size_t held_back, std::initializer_list<Field> fields) {
  boost::json::object line;
  line.emplace("event", event);
  if (held_back > 0) line.emplace("held_back", held_back);
  for (const Field& field : fields) {
    std::visit([&](const auto& value) { line.insert_or_assign(field.name, boost::json::value(value)); }, field.value);
  }
  const std::string text = boost::json::serialize(line);
  return text.substr(1, text.size() - 2);
}

}  // namespace

std::optional<std::size_t> LineLimiter::admit(std::string_view event, Instant now) {
  auto found = events_.find(event);
  if (found == events_.end()) found = events_.emplace(event, Second{.began = now}).first;
  Second& second = found->second;
  if (now - second.began >= std::chrono::seconds(1)) {
    second.began = now;
    second.written = 0;
  }
  if (second.written == lines_a_second_) {
    ++second.held_back;
    return std::nullopt;
  }
  ++second.written;
  return std::exchange(second.held_back, 0);
}

void start(Level least) {
  spdlog::init_thread_pool(lines_waiting_max, 1);
  auto logger = spdlog::create_async_nb<spdlog::sinks::stdout_sink_st>("shubbak");
  logger->set_pattern(line_pattern);
  logger->set_level(spdlog_level(least));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(logger);
  spdlog::flush_every(std::chrono::seconds(1));
}

void stop() {
  spdlog::shutdown();
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  auto* logger = spdlog::default_logger_raw();
  if (logger == nullptr || !logger->should_log(spdlog_level(level))) return;
  const auto held_back = admit(event);
  if (!held_back) return;
  logger->log(spdlog_level(level), "{}", text_of(event, *held_back, fields));
}

void write_last(std::string_view event, std::initializer_list<Field> fields) {
  std::ostringstream line;
  spdlog::logger last("last", std::make_shared<spdlog::sinks::ostream_sink_mt>(line));
  last.set_pattern(line_pattern);
  last.critical("{}", text_of(event, 0, fields));
  store::say_last(STDOUT_FILENO, line.str());
}

}  // namespace shubbak::daemon::log
