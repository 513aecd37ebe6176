// Every revision of the flows that was ever published, and the publications in their order; and those that run out of
// folders, while something that began on them is not over. Flows hold nothing personal and are rarely read, so this
// has a connection of its own beside Store. Thread: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "store/doubt.hpp"
#include "store/staff.hpp"

namespace shubbak::store {

struct Publication {
  std::int64_t number = 0;  // from 1; the highest is in force
  std::string revision;     // flows::Revision::id()
  std::string author;       // audit::is_account_name()
  std::string note;         // why; 1 to 1000 octets
  WallTime at;
  Actor by{};  // who carried it out: for the audit trail only, empty in what is read
};

// What somebody wants to be published, for another person to approve.
struct Proposal {
  std::int64_t number = 0;  // from 1
  std::string revision;
  std::int64_t base = 0;  // the latest publication then
  std::string author;     // as of a publication
  std::string note;
  WallTime at;
  std::int64_t publication = 0;  // 0: not approved
  std::string approver{};
  Actor by{};  // who carried it out: for the audit trail only, empty in what is read
};

class FlowArchive {
 public:
  static constexpr std::size_t sources_octets_max = std::size_t{64} << 20U;
  static constexpr std::chrono::hours unnamed_lives{24};

  // The database of the deployment, which Store has made; it is brought up to date. `on_doubt`: as of Store, on the
  // caller's thread.
  static Result<std::unique_ptr<FlowArchive>> open(const std::string& path, OnDoubt on_doubt = end_in_doubt);
  // To look at publications only: nothing is made nor brought up to date. Null: there is no database, or it is older
  // than publications.
  static Result<std::unique_ptr<FlowArchive>> open_for_reading(const std::string& path);
  virtual ~FlowArchive() = default;

  // Each that writes is durable on return, and told in the audit trail.
  // The sources of a revision that is there already are not written again. conflict: somebody published after
  // `expected_latest` (0: nothing was published), which this would undo unseen. denied: it needs a second person, and
  // no proposal of that revision was ever approved.
  virtual Result<Publication> publish(const Publication& what, const std::string& sources,
                                      std::int64_t expected_latest, bool needs_second_person) = 0;
  // `required`, of these two: what must be so of a member of staff at the moment of the commit, or denied.
  // conflict: `base` is not the latest publication.
  virtual Result<Proposal> propose(const Proposal& what, const std::string& sources,
                                   const std::optional<RequireStaff>& required) = 0;
  // Publishes it under its author's name. not_found; conflict: it is approved already, or somebody published after
  // its base; denied: the approver is its author.
  virtual Result<Publication> approve(std::int64_t proposal, const Actor& approver, WallTime at,
                                      const std::optional<RequireStaff>& required) = 0;
  virtual Result<std::optional<Proposal>> find_proposal(std::int64_t number) = 0;
  virtual Result<std::vector<Proposal>> proposals(std::size_t rows_max) = 0;  // newest first
  virtual Result<std::optional<Publication>> latest() = 0;                    // cheap enough for every tick
  virtual Result<std::optional<Publication>> find(std::int64_t number) = 0;
  virtual Result<std::vector<Publication>> list(std::size_t rows_max) = 0;  // newest first
  // Also of folders, where they are kept. Nothing: of neither.
  virtual Result<std::optional<std::string>> sources(const std::string& revision) = 0;
  // What stands in the folders that run, before anything begins on it. Of others it lets go of those that no walk and
  // no payment in the store names any more, but for `spared`, on which dialogues may be going on: unnamed_lives after
  // it has found them so, for another daemon on the database may begin something on them still. Durable on return.
  virtual Status keep_folders(const std::string& revision, const std::string& sources,
                              const std::vector<std::string>& spared, WallTime now) = 0;
};

}  // namespace shubbak::store
