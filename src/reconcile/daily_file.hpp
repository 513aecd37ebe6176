// A company's daily file: its CSV by the mapping of the configuration, line by line, strictly. What cannot be read is
// an error with line and column, and what is expected there. Pure. Thread: any, one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/csv_reader.hpp"
#include "reconcile/file_time.hpp"
#include "reconcile/match.hpp"

namespace shubbak::reconcile {

enum class Separator : std::uint8_t { comma, semicolon, tab };
enum class AmountForm : std::uint8_t { minor_units, decimal_point, decimal_comma };

// Columns are named as in the head line, or by their number where there is none; "": the file does not tell.
struct Mapping {
  bool head_line = true;
  Separator separator = Separator::comma;
  std::string reference = "reference";  // under which Shubbak paid
  std::string account = "account";
  std::string amount = "amount_minor";
  std::string currency = "currency";
  std::string company_reference = "company_reference";
  std::string time = "time";
  AmountForm amount_form = AmountForm::minor_units;
  TimeForm time_form = TimeForm::iso;
  std::optional<std::chrono::minutes> utc_offset{};  // of the company's days and times; none: the deployment's
};
// Errors (invalid): a column that must be there is not named, or is no number where there is no head line.
Status check(const Mapping& mapping);

struct Day {
  std::chrono::sys_days day{};  // of the company's calendar
  WallTime begins{};
  WallTime ends{};  // the first moment of the next
};
Day day_of(std::chrono::sys_days day, const Mapping& mapping);

class DailyFile {
 public:
  static constexpr std::size_t name_octets_max = 64;  // of a reference, an account
  static constexpr std::int64_t lines_max = 10'000'000;

  using OnLine = std::function<Status(Listed)>;

  // `currency`: of lines that name none. The mapping was checked, and outlives it.
  DailyFile(const Mapping& mapping, Currency currency, const Day& day, OnLine on_line);
  DailyFile(const DailyFile&) = delete;
  DailyFile& operator=(const DailyFile&) = delete;
  ~DailyFile() = default;

  // As CsvReader's. Errors, also: a column that is not there, a value that has not its form (malformed); a time that
  // is more than a day away from that day (invalid); more than lines_max lines (limit).
  Status feed(std::string_view octets) { return csv_.feed(octets); }
  Status finish();  // an empty file has a head line at least, where there is one

 private:
  struct Column {
    std::string_view name;
    std::size_t index = 0;
  };
  Status take(const CsvRecord& record);
  Status find_columns(const CsvRecord& record);
  Status find_column(const CsvRecord& record, const std::string& name, std::optional<Column>& column) const;
  Result<Listed> read(const CsvRecord& record) const;
  Result<std::string> name_in(const CsvRecord& record, const Column& column) const;
  Result<Money> amount_in(const CsvRecord& record) const;
  Result<WallTime> time_in(const CsvRecord& record) const;

  const Mapping& mapping_;
  Currency currency_;
  Day day_;
  OnLine on_line_;
  CsvReader csv_;
  bool has_columns_ = false;
  std::int64_t lines_ = 0;
  std::optional<Column> reference_;
  std::optional<Column> account_;
  std::optional<Column> amount_;
  std::optional<Column> currency_column_;
  std::optional<Column> company_reference_;
  std::optional<Column> time_;
};

}  // namespace shubbak::reconcile
