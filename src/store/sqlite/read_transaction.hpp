// Several look-ups that see the database as of one moment. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <string>

#include <SQLiteCpp/Database.h>

#include "store/sqlite/statements.hpp"

namespace shubbak::store {

class ReadTransaction {
 public:
  explicit ReadTransaction(SQLite::Database& database) : database_(database) {
    database_.exec(std::string(statement("begin_reading")));
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() { database_.tryExec(std::string(statement("rollback"))); }

 private:
  SQLite::Database& database_;
};

}  // namespace shubbak::store
