// Reports: what is added up as payments end is what the books say, however it is grouped.
#include <algorithm>

#include <SQLiteCpp/Database.h>

#include "before_migration.hpp"
#include "cash_fixture.hpp"
#include "store/report_book.hpp"
#include "store/sqlite/migrate.hpp"

namespace shubbak::store {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_days that_day =
    2026y / 9 / 21;  // of at(0), which is 14:13:20 UTC; a quarter begins at at(100)

ReportGroups by(std::initializer_list<ReportGroup> all) {
  ReportGroups groups;
  for (const ReportGroup one : all) groups.add(one);
  return groups;
}
ReportWanted wanted(std::initializer_list<ReportGroup> groups = {}) {
  return {.by = by(groups), .from = at(0), .before = at(2'000)};
}

// On a card: 300 with a fee of 25, of which 120 were refunded a quarter of an hour later, and 200 that were released.
// In cash: 400.
class ReportFixture : public CashFixture {
 public:
  ReportFixture() {
    BeginPayment paid = begin(300);
    paid.fee = 25;
    done(paid);
    done(settle());
    done(begin(200, "second"));
    done(release("second"));
    const std::int64_t refund =
        done(PaymentChange(ProposeRefund{payment().number, 120, 0, "paid_twice", by_maker, at(90)})).refund;
    done(PaymentChange(DecideRefund{refund, true, by_checker, at(120)}));
    done(take(400));
    done(settle_cash());
  }
  std::unique_ptr<ReportBook> book() {
    auto opened = ReportBook::open(config.path);
    if (!opened.ok()) FAIL(opened.error().message);
    return *std::move(opened);
  }
  std::vector<PaymentReportRow> payments(const ReportWanted& asked) {
    const auto rows = book()->payments(asked);
    if (!rows.ok()) FAIL(rows.error().message);
    return *rows;
  }
};
PaymentReportRow on_card() {
  return {.key = {},
          .currency = Currency::SYP,
          .settled = {1, 300},
          .released = {1, 200},
          .refunded = {1, 120},
          .fees_minor = 25,
          .fees_refunded_minor = 0,
          .waited_ms = 20'000};
}
PaymentReportRow in_cash() {
  return {
      .key = {}, .currency = Currency::SYP, .settled = {1, 400}, .released = {}, .refunded = {}, .waited_ms = 10'000};
}

}  // namespace

TEST_CASE_METHOD(ReportFixture, "a report adds up what was collected, released and refunded") {
  const auto all = payments(wanted());
  REQUIRE(all.size() == 1);
  CHECK(all[0].settled == PaymentReportRow::Sum{2, 700});
  CHECK(all[0].released == PaymentReportRow::Sum{1, 200});
  CHECK(all[0].refunded == PaymentReportRow::Sum{1, 120});
  CHECK(all[0].fees_minor == 25);
  CHECK(all[0].waited_ms == 30'000);
  CHECK(all[0].key == ReportKey{});
  check_whole();
}

TEST_CASE_METHOD(ReportFixture, "a report has rows by channel, office and day, each with its own") {
  const auto by_channel = payments(wanted({ReportGroup::channel}));
  REQUIRE(by_channel.size() == 2);
  PaymentReportRow at_counter = in_cash();
  at_counter.key.channel = "counter";
  PaymentReportRow ussd = on_card();
  ussd.key.channel = "ussd";
  CHECK(by_channel[0] == at_counter);
  CHECK(by_channel[1] == ussd);

  const auto by_place = payments(wanted({ReportGroup::directorate, ReportGroup::office, ReportGroup::day}));
  REQUIRE(by_place.size() == 2);
  PaymentReportRow nowhere = on_card();
  nowhere.key.day = that_day;
  PaymentReportRow there = in_cash();
  there.key = {.directorate = "rif", .office = "post_7", .day = that_day};
  CHECK(by_place[0] == nowhere);
  CHECK(by_place[1] == there);

  ReportWanted later = wanted({ReportGroup::day});
  later.utc_offset = 10h;
  REQUIRE(payments(later).size() == 1);
  CHECK(payments(later)[0].key.day == that_day + std::chrono::days(1));
}

TEST_CASE_METHOD(ReportFixture, "a report is of a company, an office or some hours only") {
  ReportWanted of_office = wanted({ReportGroup::company});
  of_office.of.office = "post_7";
  PaymentReportRow there = in_cash();
  there.key.company = "damascus";
  CHECK(payments(of_office) == std::vector{there});
  ReportWanted of_nobody = wanted();
  of_nobody.of.company = "homs";
  CHECK(payments(of_nobody).empty());

  ReportWanted later = wanted();
  later.from = at(100);
  const auto refunded = payments(later);
  REQUIRE(refunded.size() == 1);
  CHECK(refunded[0].settled == PaymentReportRow::Sum{});
  CHECK(refunded[0].refunded == PaymentReportRow::Sum{1, 120});
  CHECK(refunded[0].waited_ms == 0);
  ReportWanted sooner = wanted();
  sooner.before = at(100);
  REQUIRE(payments(sooner).size() == 1);
  CHECK(payments(sooner)[0].refunded == PaymentReportRow::Sum{});
}

TEST_CASE_METHOD(ReportFixture,
                 "what is added up is what every single payment in the books says, and what is not is seen") {
  for (unsigned bits = 0; bits < 32; ++bits) {
    ReportWanted asked = wanted();
    for (unsigned group = 0; group < report_group_names.size(); ++group) {
      if ((bits >> group & 1U) != 0) asked.by.add(static_cast<ReportGroup>(group));
    }
    CAPTURE(bits);
    const auto from_books = book()->payments_from_books(asked);
    REQUIRE(from_books.ok());
    CHECK(*from_books == payments(asked));
  }
  const ReportWanted by_channel = wanted({ReportGroup::channel});
  const auto differing = [&] { return book()->payments_differing(by_channel).value(); };
  CHECK(differing().empty());
  SQLite::Database file(config.path, SQLite::OPEN_READWRITE);
  file.exec("UPDATE payment_sum SET amount = amount + 1 WHERE channel = 'counter'");
  const auto wrong = differing();
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0].key.channel == "counter");
  CHECK(wrong[0].settled == PaymentReportRow::Sum{1, 401});
  CHECK(wrong[1].key.channel == "counter");
  CHECK(wrong[1].settled == PaymentReportRow::Sum{1, 400});
  file.exec("DELETE FROM payment_sum WHERE channel = 'counter'");
  const auto missing = differing();
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].settled == PaymentReportRow::Sum{1, 400});
  CHECK(payments(by_channel).size() == 1);
}

TEST_CASE_METHOD(ReportFixture,
                 "a payment that ends while the sums are held against the books is in both or neither") {
  const auto held = book();
  const auto before = held->payments(wanted());
  REQUIRE(before.ok());
  done(begin(50, "meanwhile", 80));
  done(settle("meanwhile"));
  CHECK(held->payments_from_books(wanted()).value() == *before);
  CHECK(held->payments_differing(wanted()).value().empty());
  CHECK(payments(wanted())[0].settled.payments == 3);
}

TEST_CASE_METHOD(ReportFixture,
                 "a payment that is still open is in no report, and is counted once when it has ended") {
  done(begin(50, "third", 80));
  CHECK(payments(wanted())[0].settled.payments == 2);
  done(settle("third"));
  done(settle("third"));
  CHECK(payments(wanted())[0].settled == PaymentReportRow::Sum{3, 750});
  check_whole();
}

TEST_CASE_METHOD(StoreFixture, "readings are reported by company and day, and not by what is not kept of them") {
  open();
  const auto reading = [&](const std::string& reference, const std::string& company, WallTime when) {
    REQUIRE(change({AddReading{{.reference = reference,
                                .msisdn = number(),
                                .company = company,
                                .account = "A" + reference,
                                .value = 100,
                                .period = "2026-09",
                                .at = when,
                                .state = ReadingState::recorded}}})
                .ok());
  };
  reading("R1", "damascus", at(0));
  reading("R2", "damascus", at(86'400));
  reading("R3", "homs", at(0));
  REQUIRE(change({SetReadingState{"R1", ReadingState::delivered}}).ok());
  REQUIRE(change({SetReadingState{"R3", ReadingState::refused}}).ok());
  const auto book = ReportBook::open(config.path).value();
  ReportWanted asked{.by = by({ReportGroup::company, ReportGroup::day}), .from = at(0), .before = at(100'000)};
  const auto rows = book->readings(asked);
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 3);
  CHECK((*rows)[0] == ReadingReportRow{{.company = "damascus", .day = that_day}, 1, 1, 0});
  CHECK((*rows)[1] == ReadingReportRow{{.company = "homs", .day = that_day}, 1, 0, 1});
  CHECK((*rows)[2] == ReadingReportRow{{.company = "damascus", .day = that_day + std::chrono::days(1)}, 1, 0, 0});
  asked.by = {};
  asked.of.company = "damascus";
  const auto of_one = book->readings(asked);
  REQUIRE(of_one.ok());
  CHECK(*of_one == std::vector{ReadingReportRow{{}, 2, 1, 0}});
  for (const ReportGroup not_kept : {ReportGroup::directorate, ReportGroup::purpose, ReportGroup::worker}) {
    asked.by = by({not_kept});
    CHECK(book->readings(asked).error().code == Errc::invalid);
  }
  asked.by = {};
  asked.of = {.directorate = "rif"};
  CHECK(book->readings(asked).error().code == Errc::invalid);
}

TEST_CASE_METHOD(StoreFixture, "readings are reported by channel, and by the office where an agent has sent them") {
  open();
  AddReading by_phone = reading("R1", "A-1");
  by_phone.reading.channel = WalkChannel::ussd;
  AddReading by_text = reading("R2", "A-2");
  by_text.reading.channel = WalkChannel::sms;
  AddReading again_by_text = reading("R3", "A-3");
  again_by_text.reading.channel = WalkChannel::sms;
  AddReading by_agent = reading("R4", "A-4");
  by_agent.reading.source = ReadingSource::staff;
  by_agent.reading.channel = WalkChannel::ussd;
  by_agent.reading.office = "post_7";
  REQUIRE(change({by_phone, by_text, again_by_text, by_agent, SetReadingState{"R3", ReadingState::delivered}}).ok());
  const auto book = ReportBook::open(config.path).value();
  ReportWanted asked = wanted({ReportGroup::office, ReportGroup::channel});
  CHECK(book->readings(asked).value() ==
        std::vector{ReadingReportRow{{.channel = "sms"}, 2, 1, 0}, ReadingReportRow{{.channel = "ussd"}, 1, 0, 0},
                    ReadingReportRow{{.office = "post_7", .channel = "agent"}, 1, 0, 0}});
  asked.of.office = "post_7";
  CHECK(book->readings(asked).value() ==
        std::vector{ReadingReportRow{{.office = "post_7", .channel = "agent"}, 1, 0, 0}});
  asked.by = {};
  asked.of = {.company = "electricity"};
  CHECK(book->readings(asked).value() == std::vector{ReadingReportRow{{}, 4, 1, 0}});
}

TEST_CASE("readings of before their channel was kept are those of agents, or of none that is known") {
  const TempFolder folder;
  const std::string path = folder.file("db");
  {
    SQLite::Database database = database_before("wider_figures", path);
    database.exec(
        "INSERT INTO reading (reference, msisdn, company, account, value, period, at, state, source) VALUES "
        "('R1', 963933000001, 'damascus', '14521', 5, '2026-09', 1790000000000, 1, 0), "
        "('R2', 963933000002, 'damascus', '14522', 5, '2026-09', 1790000000000, 0, 1)");
    REQUIRE(migrate(database, schema_migrations(), at(1)).ok());
  }
  const auto book = ReportBook::open(path).value();
  CHECK(book->readings(wanted({ReportGroup::office, ReportGroup::channel})).value() ==
        std::vector{ReadingReportRow{{}, 1, 1, 0}, ReadingReportRow{{.channel = "agent"}, 1, 0, 0}});
}

TEST_CASE_METHOD(StoreFixture, "sessions and messages are reported by day, channel and operator") {
  open();
  const auto count = [](WalkChannel channel, const char* state, Measure measure, const char* from,
                        std::int64_t times) {
    return Statistic{{channel, "debt", state, measure, from}, times};
  };
  REQUIRE(change({AddStatistics{that_day,
                                {count(WalkChannel::ussd, "pick", Measure::sessions, "syriatel", 3),
                                 count(WalkChannel::ussd, "show", Measure::sessions, "syriatel", 4),
                                 count(WalkChannel::ussd, "show", Measure::message_parts, "syriatel", 2),
                                 count(WalkChannel::ussd, "show", Measure::entered, "", 9),
                                 count(WalkChannel::sms, "show", Measure::sessions, "mtn", 5)}}})
              .ok());
  const auto book = ReportBook::open(config.path).value();
  ReportWanted asked = {.by = by({ReportGroup::day, ReportGroup::channel}), .from = at(0), .before = at(86'400)};
  const auto rows = book->use(asked);
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0] == UseReportRow{{.day = that_day, .channel = "sms"}, "mtn", 5, 0});
  CHECK((*rows)[1] == UseReportRow{{.day = that_day, .channel = "ussd"}, "syriatel", 7, 2});
  for (const ReportPlace& not_kept : {ReportPlace{.directorate = "rif"}, ReportPlace{.office = "post_7"}}) {
    asked.of = not_kept;
    CHECK(book->use(asked).error().code == Errc::invalid);
  }
}

TEST_CASE_METHOD(StoreFixture, "sessions are reported by the companies of which they asked a service") {
  open();
  const auto count = [](WalkChannel channel, const char* state, Measure measure, const char* of, std::int64_t times) {
    return Statistic{{channel, "debt", state, measure, of}, times};
  };
  REQUIRE(change({AddStatistics{that_day,
                                {count(WalkChannel::ussd, "show", Measure::sessions, "syriatel", 9),
                                 count(WalkChannel::ussd, "show", Measure::message_parts, "syriatel", 2),
                                 count(WalkChannel::ussd, "ask", Measure::company_sessions, "syriatel aleppo", 3),
                                 count(WalkChannel::ussd, "pay", Measure::company_sessions, "syriatel aleppo", 4),
                                 count(WalkChannel::ussd, "ask", Measure::company_sessions, "mtn homs", 1),
                                 count(WalkChannel::sms, "ask", Measure::company_sessions, "syriatel aleppo", 5)}}})
              .ok());
  const auto book = ReportBook::open(config.path).value();
  ReportWanted asked = {.by = by({ReportGroup::company, ReportGroup::channel}), .from = at(0), .before = at(86'400)};
  CHECK(book->use(asked).value() == std::vector{UseReportRow{{.company = "aleppo", .channel = "sms"}, "syriatel", 5},
                                                UseReportRow{{.company = "aleppo", .channel = "ussd"}, "syriatel", 7},
                                                UseReportRow{{.company = "homs", .channel = "ussd"}, "mtn", 1}});
  asked.by = by({ReportGroup::day});
  asked.of.company = "aleppo";
  CHECK(book->use(asked).value() == std::vector{UseReportRow{{.day = that_day}, "syriatel", 12}});
  asked.of = {};
  CHECK(book->use(asked).value() == std::vector{UseReportRow{{.day = that_day}, "syriatel", 9, 2}});
}

TEST_CASE_METHOD(ReportFixture, "days that do not begin with a quarter of an hour are refused, not added up wrong") {
  ReportWanted asked = wanted({ReportGroup::day});
  asked.utc_offset = 20min;
  CHECK(book()->payments(asked).error().code == Errc::invalid);
}

}  // namespace shubbak::store
