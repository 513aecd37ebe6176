// The flows that ship with syria-kuwwa, walked as a citizen would.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Matchers::Contains;

namespace {

std::shared_ptr<const Revision> syria() {
  static const std::shared_ptr<const Revision> revision = [] {
    const std::vector<std::string> folders{SHUBBAK_CONFIG_DIR "/common", SHUBBAK_CONFIG_DIR "/syria-kuwwa"};
    const auto files = read_folders(folders);
    REQUIRE(files.ok());
    LoadOptions options;
    options.locales = {"ar", "en"};
    options.services = services();
    const auto loaded = load(*files, options);
    if (!loaded) FAIL(joined(loaded.error()));
    return *loaded;
  }();
  return revision;
}

constexpr const char* two_accounts =
    R"({"accounts":[{"id":"210004521","label":"منزل 4521","company":"aleppo"},{"id":"310000077","label":"محل 77","company":"homs"}],"missing":0})";

}  // namespace

TEST_CASE("syria: the service code opens the home menu, whose keys are good on every page") {
  Phone phone(syria(), "ar");
  phone.dial();
  CHECK(phone.text() == "الكوة الواحدة\n1 الذمة\n2 التسديدات\n3 تأشيرة العداد\n4 اشتراك آخر\n9 التالي");
  const bool turns = GENERATE(false, true);
  if (turns) {
    phone.send("9");
    CHECK_THAT(phone.text(), Contains("5 Language\n6 تسديد فاتورة\n7 بطاقة الخدمات"));
  }
  phone.send("6");
  CHECK(phone.state() == "pay.whose");
}

TEST_CASE("syria: the debt of one subscription over USSD, and the same by SMS") {
  Phone phone(syria(), "ar");
  phone.dial().send("1");
  CHECK(phone.called() == "bills.accounts {}");
  phone.outcome("ok", two_accounts);
  CHECK(phone.text() == "اختر الاشتراك\n1 منزل 4521\n2 محل 77\n0 رجوع\n00 الرئيسية");
  phone.send("٢");
  CHECK(phone.called() == R"(bills.due {"company":"homs","account":"310000077"})");
  phone.outcome("ok", R"({"amount":12500000,"count":3})");
  CHECK(phone.text() == "محل 77: 3 فواتير، الذمة 125,000 ل.س\n1 أرسلها برسالة\n0 رجوع\n00 الرئيسية");
  phone.send("1");
  CHECK(phone.ended());
  CHECK(phone.text() == "ستصلك رسالة بالذمة.");
  CHECK(phone.step.sms == "ذمة محل 77 رقم 310000077: 125,000 ل.س عن 3 فواتير.");
}

TEST_CASE("syria: back from a flow leads to the home menu, and to the accounts from one of them") {
  Phone phone(syria(), "ar");
  phone.dial().send("1").outcome("ok", two_accounts).send("1").outcome("ok", R"({"amount":100,"count":1})");
  CHECK(phone.state() == "debt.show");
  phone.send("0");
  CHECK(phone.state() == "debt.pick");
  phone.send("0");
  CHECK(phone.state() == "home.main");
  phone.send("0");
  CHECK(phone.state() == "home.main");
  CHECK_THAT(phone.text(), Contains("خيار غير صحيح."));
}

TEST_CASE("syria: فاتورة by SMS brings all debts in one answer") {
  Phone phone(syria(), "ar");
  REQUIRE(phone.sms("فاتوره"));
  CHECK(phone.called() == "bills.debts {}");
  phone.outcome(
      "ok",
      R"({"total":22500000,"count":2,"missing":0,"lines":[{"label":"منزل 4521","due":10000000},{"label":"محل 77","due":12500000}]})");
  CHECK(phone.ended());
  CHECK(phone.text() == "مجموع الذمة 225,000 ل.س:\nمنزل 4521: 100,000 ل.س\nمحل 77: 125,000 ل.س");
}

TEST_CASE("syria: a partial answer says how many did not answer") {
  Phone phone(syria(), "ar");
  REQUIRE(phone.sms("ذمة"));
  phone.outcome("ok", R"({"total":10000000,"count":1,"missing":2,"lines":[{"label":"منزل 4521","due":10000000}]})");
  CHECK(phone.text() ==
        "جهتان لم تجيبا، ومجموع ما عرفناه 100,000 ل.س. أعد المحاولة بعد قليل.\nمنزل 4521: 100,000 ل.س");
  REQUIRE(phone.sms("bill"));
  phone.outcome("timeout");
  CHECK_THAT(phone.text(), Contains("تعذر الاتصال"));
}

TEST_CASE("syria: an unlinked number is told so, whatever it asks for") {
  Phone phone(syria(), "ar");
  phone.context.linked = false;
  for (const char* item : {"1", "2", "3"}) {
    phone.dial({item});
    CHECK(phone.ended());
    CHECK_THAT(phone.text(), Contains("غير مربوط"));
  }
  phone.dial({"4"});
  CHECK(phone.state() == "lookup.governorate");
}

TEST_CASE("syria: payments are listed page by page, and one of them is shown") {
  Phone phone(syria(), "ar");
  phone.dial({"2"}).outcome("ok", two_accounts).send("1");
  CHECK(phone.called() == R"(payments.history {"company":"aleppo","account":"210004521"})");
  phone.outcome(
      "ok",
      R"({"payments":[{"date":"2026-10-05","amount":5000000,"place":"صالة الجميلية"},{"date":"2026-08-04","amount":4000000,"place":"جابي"},
    {"date":"2026-06-01","amount":300000,"place":"صالة"},{"date":"2026-04-02","amount":300050,"place":"صالة"}],"count":4})");
  CHECK_THAT(phone.text(), Contains("1 2026-10-05 50,000"));
  phone.send("1");
  CHECK(phone.ended());
  CHECK(phone.text() == "تسديد منزل 4521\n2026-10-05\n50,000 ل.س\nصالة الجميلية");
}

namespace {

// Of a register that has not turned over in 30 days of usual consumption.
const std::string last_reading =
    R"({"value":12345,"date":"2026-09-01","meter":"in_service","open":1,"first_day":1,"last_day":31,"highest":99999,)"
    R"("turned":0,"most":3000,"days":30,"sent":0,"sent_value":0,"sent_on":"","sent_reference":"","sent_by":""})";

}  // namespace

TEST_CASE("syria: a reading is refused below the last one, confirmed, and gets its reference") {
  Phone phone(syria(), "ar");
  phone.dial({"3"}).outcome("ok", two_accounts).send("1");
  phone.outcome("ok", last_reading);
  CHECK(phone.text() == "آخر تأشيرة 12345 في 2026-09-01\nأدخل التأشيرة\n0 رجوع\n00 الرئيسية");
  phone.send("12000");
  CHECK_THAT(phone.text(), Contains("أقل من آخر تأشيرة."));
  CHECK(phone.state() == "reading.enter");
  phone.send("abc");
  CHECK_THAT(phone.text(), Contains("التأشيرة أرقام فقط."));
  phone.send("١٢٤٠٠");
  CHECK_THAT(phone.text(), Contains("التأشيرة 12400"));
  REQUIRE(resume_ttl(*syria(), phone.session) == std::chrono::minutes(10));
  phone.redial();
  CHECK_THAT(phone.text(), Contains("التأشيرة 12400"));
  phone.send("1");
  CHECK(phone.called() == R"(readings.submit {"company":"aleppo","account":"210004521","value":12400})");
  CHECK(phone.step.call->changes);
  phone.outcome("ok", R"({"reference":"7K2M9QXA"})");
  CHECK(phone.text() == "سجلت التأشيرة 12400. رقمها 7K2M9QXA");
  REQUIRE(phone.step.sms.has_value());
  CHECK(*phone.step.sms == "سجلت تأشيرة منزل 4521 رقم 210004521: 12400. رقم الإيصال 7K2M9QXA.");
}

TEST_CASE("syria: what is far above the usual is typed again, shown as consumption and confirmed") {
  Phone phone(syria(), "en");
  phone.dial({"3"}).outcome("ok", two_accounts).send("1").outcome("ok", last_reading);
  phone.send("100000");
  CHECK_THAT(phone.text(), Contains("The meter has fewer digits."));
  CHECK(phone.state() == "reading.enter");
  phone.send("21345");
  CHECK(phone.called() == R"(readings.used {"last":12345,"value":21345})");
  phone.outcome("ok", R"({"used":9000})");
  CHECK(phone.state() == "reading.again");
  CHECK_THAT(phone.text(), Contains("9000 used in 30 days is far more than usual."));
  SECTION("the same again is taken, with what was shown") {
    phone.send("21345");
    CHECK(phone.state() == "reading.odd");
    CHECK_THAT(phone.text(), Contains("Reading 21345, 9000 used"));
    phone.send("1");
    CHECK(phone.called() ==
          R"(readings.submit {"company":"aleppo","account":"210004521","value":21345,"used":9000})");
    phone.outcome("ok", R"({"reference":"7K2M9QXA"})");
    CHECK_THAT(phone.text(), Contains("7K2M9QXA"));
  }
  SECTION("a slip of the finger is put right") {
    phone.send("12400");
    CHECK(phone.state() == "reading.check");
    phone.send("1");
    CHECK(phone.called() == R"(readings.submit {"company":"aleppo","account":"210004521","value":12400})");
  }
  SECTION("another one that is far above the usual is asked again too") {
    phone.send("31345");
    CHECK(phone.called() == R"(readings.used {"last":12345,"value":31345})");
    phone.outcome("ok", R"({"used":19000})");
    CHECK(phone.state() == "reading.again");
    CHECK_THAT(phone.text(), Contains("19000 used"));
  }
}

TEST_CASE("syria: a register that has begun again is told by the person") {
  Phone phone(syria(), "en");
  std::string turning = last_reading;
  turning.replace(turning.find("12345"), 5, "99900");
  turning.replace(turning.find("\"turned\":0"), 10, "\"turned\":2901");
  phone.dial({"3"}).outcome("ok", two_accounts).send("1").outcome("ok", turning);
  phone.send("2901");
  CHECK_THAT(phone.text(), Contains("Lower than the last reading."));
  phone.send("120");
  CHECK(phone.state() == "reading.turned_over");
  CHECK_THAT(phone.text(), Contains("passed 99999, now at 120?"));
  SECTION("yes") {
    phone.send("1");
    CHECK(phone.called() ==
          R"(readings.submit {"company":"aleppo","account":"210004521","value":120,"passed":99999})");
  }
  SECTION("no") {
    phone.send("2");
    CHECK(phone.ended());
    CHECK_THAT(phone.text(), Contains("was not recorded"));
  }
}

TEST_CASE("syria: a meter that is not read, or not now, is told before anything is typed") {
  const auto [from, to, told] = GENERATE(table<std::string, std::string, std::string>(
      {{"in_service", "unmetered", "flat rate"},
       {"in_service", "prepaid", "prepaid"},
       {"in_service", "removed", "removed"},
       {"in_service", "blocked", "blocked"},
       {R"("open":1,"first_day":1,"last_day":31)", R"("open":0,"first_day":5,"last_day":9)", "from day 5 to day 9"},
       {R"("sent":0,"sent_value":0,"sent_on":"","sent_reference":"","sent_by":"")",
        R"("sent":1,"sent_value":12400,"sent_on":"2026-09-20","sent_reference":"","sent_by":"reader")",
        "reader has read 12400 on 2026-09-20"}}));
  std::string answer = last_reading;
  answer.replace(answer.find(from), from.size(), to);
  Phone phone(syria(), "en");
  phone.dial({"3"}).outcome("ok", two_accounts).send("1").outcome("ok", answer);
  CHECK(phone.ended());
  CHECK_THAT(phone.text(), Contains(told));
}

TEST_CASE("syria: a reading by SMS in one text still has to be confirmed") {
  Phone phone(syria(), "ar");
  REQUIRE(phone.sms("تأشيرة ٢١٠٠٠٤٥٢١ ١٢٤٠٠"));
  phone.outcome("ok", two_accounts).outcome("ok", last_reading);
  CHECK(phone.state() == "reading.check");
  CHECK(phone.text() == "منزل 4521\nالتأشيرة 12400\nهل هي صحيحة؟\n1 نعم\n2 لا");
  phone.send("نعم");
  phone.outcome("ok", R"({"reference":"7K2M9QXA"})");
  CHECK(phone.text() == "سجلت تأشيرة منزل 4521 رقم 210004521: 12400. رقم الإيصال 7K2M9QXA.");
  CHECK_FALSE(phone.step.sms.has_value());
}

TEST_CASE("syria: governorate and subscription by SMS, by menu and by direct dial") {
  Phone phone(syria(), "ar");
  phone.context.linked = false;
  REQUIRE(phone.sms("٢١ ٠٠١٢٣٤٥٦٧"));
  CHECK(phone.called() == R"(bills.lookup {"governorate":"21","subscription":"001234567"})");
  phone.outcome("ok", R"({"amount":123456,"company_label":"كهرباء حلب"})");
  CHECK(phone.text() == "كهرباء حلب\nالاشتراك 001234567\nالمطلوب 1,234.56 ل.س");
  phone.dial({"4"}).send("21").send("1234567");
  CHECK(phone.called() == R"(bills.lookup {"governorate":"21","subscription":"1234567"})");
  phone.outcome("limited");
  CHECK_THAT(phone.text(), Contains("كثرت الاستعلامات"));
  phone.dial({"4", "99", "1234567"}).outcome("unknown_governorate");
  CHECK_THAT(phone.text(), Contains("99"));
}

TEST_CASE("syria: the language changes at once and is to be remembered") {
  Phone phone(syria(), "ar");
  phone.dial({"5"}).send("2");
  CHECK(phone.step.locale_changed);
  CHECK(phone.text() ==
        "One window\n1 Debt\n2 Payments\n3 Meter reading\n4 Other subscription\n5 Language\n6 Pay a bill\n"
        "7 Service card\n10 Verify a receipt\n13 My receipts\n14 Bill notices\n9 Next");
  phone.send("1").outcome("ok", two_accounts);
  CHECK_FALSE(phone.step.locale_changed);
  CHECK_THAT(phone.text(), Contains("Choose a subscription"));
}

TEST_CASE("syria: one word by SMS changes the language") {
  Phone phone(syria(), "ar");
  REQUIRE(phone.sms("English"));
  CHECK(phone.step.locale_changed);
  CHECK_THAT(phone.text(), Contains("One window"));
  REQUIRE(phone.sms("عربي"));
  CHECK_THAT(phone.text(), Contains("الكوة الواحدة"));
}

TEST_CASE("syria: nothing payable and no such subscription read alike") {
  Phone paid(syria(), "ar");
  REQUIRE(paid.sms("21 1234567"));
  paid.outcome("ok", R"({"amount":0,"company_label":"كهرباء حلب"})");
  Phone absent(syria(), "ar");
  REQUIRE(absent.sms("21 7654321"));
  absent.outcome("not_found");
  CHECK(paid.text() == absent.text());
}

TEST_CASE("syria: the checker finds no fault") {
  const OperatorProfile profile{.name = "syriatel"};
  CHECK(joined(check(*syria(), {.operators = {&profile, 1}, .published = nullptr})) == "");
}

TEST_CASE("syria: every text that waits or ends fits one Arabic page where nothing long is in it") {
  const auto revision = syria();
  for (std::size_t i = 0; i < system_string_names.size(); ++i) {
    const std::string_view text = revision->text(0, static_cast<SystemString>(i)).literal();
    INFO(text);
    CHECK(ussd::octets_on_air(text) <= 160);
  }
}

TEST_CASE("syria: yes and no as people text them") {
  const auto state_after = [](std::string_view locale, std::string_view typed) {
    Phone phone(syria(), locale);
    phone.dial({"3"}).outcome("ok", two_accounts).send("1").outcome("ok", last_reading).send("12400");
    REQUIRE(phone.state() == "reading.check");
    phone.send(typed);
    return phone.state();
  };
  for (const char* yes : {"نعم", "أيوه", "ايوة!", "أيوا", "ايوا", "إي", "اي", "أكيد", "اكيد.", "OK", "yes"}) {
    INFO(yes);
    CHECK(state_after("ar", yes) == "reading.submit");
  }
  for (const char* no : {"لا", "لأ", "لاء", "كلا", "no"}) {
    INFO(no);
    CHECK(state_after("ar", no) == "reading.dropped");
  }
  CHECK(state_after("en", "yep") == "reading.submit");
  CHECK(state_after("en", "nope") == "reading.dropped");
  for (const char* neither : {"ربما", "ايو", "نعم لا"}) {
    INFO(neither);
    CHECK(state_after("ar", neither) == "reading.check");
  }
}

TEST_CASE("syria: keywords as people write them") {
  const auto revision = syria();
  const auto flow_of = [&](std::string_view text) {
    const auto match = revision->keywords().match(text);
    return match ? revision->flows()[match->flow].name : std::string();
  };
  CHECK(flow_of("فاتورة") == "debt");
  CHECK(flow_of("  فَاتُورة!! ") == "debt");
  CHECK(flow_of("فاتوره") == "debt");
  CHECK(flow_of("فاتوة") == "debt");
  CHECK(flow_of("BILL") == "debt");
  CHECK(flow_of("fatorah") == "debt");
  CHECK(flow_of("ذمه") == "debt");
  CHECK(flow_of("تسديداتى") == "payments");
  CHECK(flow_of("تسديد") == "pay");
  CHECK(flow_of("إدفع") == "pay");
  CHECK(flow_of("Pay") == "pay");
  CHECK(flow_of("payed") == "");  // nothing is forgiven in a command that moves money
  CHECK(flow_of("رصيدي") == "card");
  CHECK(flow_of("balance") == "card");
  CHECK(flow_of("balanse") == "");  // likewise: a bank card may be charged there
  CHECK(flow_of("ايصال 00000125 2718281") == "receipt");
  CHECK(flow_of("تأشيره ٥٥") == "reading");
  CHECK(flow_of("تاشيرة") == "reading");
  CHECK(flow_of("قراءة العداد") == "reading");  // of the common flow, beside the deployment's words
  CHECK(flow_of("اشتكي") == "complaint");
  CHECK(flow_of("شكوى") == "complaint");
  CHECK(flow_of("21/1234567") == "lookup");
  CHECK(flow_of("E 21 1234567") == "subscribe");
  CHECK(flow_of("e-21/1234567") == "subscribe");
  CHECK(flow_of("أ ٢١ ١٢٣٤٥٦٧") == "subscribe");
  CHECK(flow_of("إشترك") == "subscribe");
  CHECK(flow_of("اشتراك") == "lookup");
  CHECK(flow_of("Cancel 1234567") == "unsubscribe");
  CHECK(flow_of("cancell 1234567") == "unsubscribe");
  CHECK(flow_of("الغاء 1234567") == "unsubscribe");
  CHECK(flow_of("Cancel all") == "unsubscribe_all");
  CHECK(flow_of("STOP") == "unsubscribe_all");
  CHECK(flow_of("ايقاف الاشعارات") == "unsubscribe_all");
  CHECK(flow_of("إيقاف") == "suspend");
  CHECK(flow_of("21 123") == "");
  CHECK(flow_of("مرحبا") == "");
  CHECK(flow_of("") == "");
}
