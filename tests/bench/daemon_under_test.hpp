// The shipped daemon, the sample company and the baselines as processes of their own (tests/under_test), and a
// database of linked numbers.
#pragma once

#include <cstdint>
#include <string>

#include "tests/under_test/process.hpp"
#include "tests/under_test/sample_system.hpp"

namespace shubbak::bench {

using under_test::die;
using under_test::phone_number;
using under_test::pin_to;
using under_test::Process;
using under_test::temporary_folder;

// `count` linked numbers: phone_number(k) belongs to the generated person k of the sample company.
void make_database(const std::string& folder, std::uint32_t count);
// Each of the first `count` of them has a card with more on it than is due, and reads English.
void give_cards(const std::string& folder, std::uint32_t count);

}  // namespace shubbak::bench
