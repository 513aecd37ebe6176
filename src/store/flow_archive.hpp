// Every revision of the flows that was ever published, and the publications in their order. Flows hold nothing
// personal and are rarely read, so this has a connection of its own beside Store. Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

struct Publication {
  std::int64_t number = 0;  // from 1; the highest is in force
  std::string revision;     // flows::Revision::id()
  std::string author;       // audit::is_account_name()
  std::string note;         // why; 1 to 1000 octets
  WallTime at;
  Actor by{};  // who carried it out: for the audit trail only, empty in what is read
};

class FlowArchive {
 public:
  static constexpr std::size_t sources_octets_max = std::size_t{64} << 20U;

  // The database of the deployment, which Store has made; it is brought up to date.
  static Result<std::unique_ptr<FlowArchive>> open(const std::string& path);
  // To look only: nothing is made nor brought up to date. Null: there is no database, or it is older than
  // publications.
  static Result<std::unique_ptr<FlowArchive>> open_for_reading(const std::string& path);
  virtual ~FlowArchive() = default;

  // Durable on return, and told in the audit trail. The sources of a revision that is there already are not written
  // again. conflict: somebody published after `expected_latest` (0: nothing was published), which this would undo
  // unseen.
  virtual Result<Publication> publish(const Publication& what, const std::string& sources,
                                      std::int64_t expected_latest) = 0;
  virtual Result<std::optional<Publication>> latest() = 0;  // cheap enough for every tick
  virtual Result<std::optional<Publication>> find(std::int64_t number) = 0;
  virtual Result<std::vector<Publication>> list(std::size_t rows_max) = 0;  // newest first
  virtual Result<std::optional<std::string>> sources(const std::string& revision) = 0;
};

}  // namespace shubbak::store
