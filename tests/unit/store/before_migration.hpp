// Databases of earlier versions, for tests of what a migration makes of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>
#include <catch2/catch.hpp>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {

// A new one with all migrations that come before the first one whose name ends so.
inline SQLite::Database database_before(std::string_view name, const std::string& path) {
  SQLite::Database database = open_for_writing(path, 100'000);
  const auto all = schema_migrations();
  const auto first =
      std::ranges::find_if(all, [&](const Migration& one) { return std::string_view(one.name).ends_with(name); });
  REQUIRE(first != all.end());
  REQUIRE(migrate(database, all.first(static_cast<std::size_t>(first - all.begin())), at(0)).ok());
  return database;
}

}  // namespace shubbak::store
