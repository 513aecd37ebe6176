// CSV as RFC 4180 has it, read strictly and piece by piece, whatever the file is of: fields between separators, in
// quotes where they hold one, a quote or an end of line; lines that end with CR LF or LF, the last one with or
// without; all records with as many fields as the first. UTF-8, a byte order mark is left out. What is malformed is
// an error that says where and what to do, and ends the reading. Memory: one record. Pure. Thread: any, one at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace shubbak::reconcile {

struct CsvRecord {
  std::int64_t line = 0;                 // of the file, from 1, where it begins
  std::vector<std::string_view> fields;  // until the reader goes on
};

struct CsvLimits {
  std::size_t field_octets_max = 4'096;
  std::size_t record_octets_max = 65'536;
  std::size_t columns_max = 100;
};

// "line 12, column 3: " and what it is.
Error csv_error(Errc code, std::int64_t line, std::size_t column, std::string_view what);

class CsvReader {
 public:
  // An error of it ends the reading.
  using OnRecord = std::function<Status(const CsvRecord&)>;

  CsvReader(char separator, OnRecord on_record, CsvLimits limits = {});

  // The next octets of the file, cut anywhere. Errors: malformed; limit; those of OnRecord. After an error nothing
  // more is read.
  Status feed(std::string_view octets);
  Status finish();  // the file ends here

 private:
  enum class At : std::uint8_t { field_start, plain, quoted, quote_in_quoted, carriage_return };

  Status skip_mark(std::string_view& octets);
  Status take(char c);
  Status take_outside(char c);
  Status take_quoted_end(char c);
  Status add(char c);
  Status end_field();
  Status end_record();
  [[nodiscard]] Error fault(std::string_view what, Errc code = Errc::malformed) const;

  char separator_;
  OnRecord on_record_;
  CsvLimits limits_;
  At at_ = At::field_start;
  std::string head_;  // the first octets, until it is known whether they are a byte order mark
  bool head_is_over_ = false;
  std::int64_t line_ = 1;
  std::int64_t record_line_ = 1;
  std::int64_t quote_line_ = 1;  // where the field in quotes begins
  bool has_quoted_ = false;      // of the record
  std::size_t columns_ = 0;      // of the first record; 0: not read yet
  std::string octets_;           // of the record's fields, one after the other
  std::vector<std::size_t> ends_;
};

}  // namespace shubbak::reconcile
