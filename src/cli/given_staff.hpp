// The accounts of staff and the roll-out switches that conversations presuppose, so that they can be played.
#pragma once

#include <vector>

#include "cli/conversation.hpp"
#include "daemon/config.hpp"
#include "domain/result.hpp"

namespace shubbak::cli {

// Makes each account of a `given.staff` once, with its phone and service PIN, and its drawer, if it has one; nobody
// logs in to it by a password that is not given. Errors: whose and why.
Status add_given_staff(const daemon::Config& config, const std::vector<Conversation>& conversations);
// Sets the switches of each `given.rollout`; they hold for all that is played on that database. Errors: whose and
// why.
Status set_given_rollout(const daemon::Config& config, const std::vector<Conversation>& conversations);

}  // namespace shubbak::cli
