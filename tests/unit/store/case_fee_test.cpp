// The fee of a case: which payment is taken for it, once, in the transaction that settles it.
#include "request_fixture.hpp"
#include "store/audit_trail.hpp"
#include "store/report_book.hpp"

namespace shubbak::store {
namespace {

using cases::Act;
using cases::FeeState;

constexpr std::int64_t other_request = 223'456'789;

RequireCaseFee fee_of(std::int64_t amount, const NationalId& of_person = syrian()) {
  return {.number = request_number,
          .person = of_person,
          .company = "damascus",
          .account = account_of_fee,
          .amount = {amount, Currency::SYP},
          .at = at(60)};
}

class CaseFeeFixture : public RequestFixture<PaymentFixture> {
 public:
  CaseFeeFixture() : RequestFixture(15) {}
  Errc refused_case(const CitizenCaseChange& one) { return refused({Change(one)}); }
  cases::Case is(std::int64_t of_case = request_number) {
    return store->cases().find_citizen_case(of_case).value().value().is;
  }
  std::vector<CitizenCaseEvent> events() {
    const auto one = store->cases().find_citizen_case(request_number).value();
    return store->cases().citizen_case_events(one->id).value();
  }
  std::size_t with_news() { return store->cases().citizen_cases_with_news(0, 10)->size(); }
};

TEST_CASE_METHOD(CaseFeeFixture, "a payment of exactly the fee, settled, pays it once, and the case goes on") {
  put(quote_of(200));
  done(begin(200));
  CHECK(is().owes_fee());
  CHECK(with_news() == 0);
  done(settle());
  CHECK(is().fee->state == FeeState::paid);
  CHECK(is().stage == "works");
  CHECK(is().stage_since == at(70));
  CHECK(with_news() == 1);
  const auto history = events();
  REQUIRE(history.size() == 4);
  CHECK(history[3].act == Act::pay_fee);
  CHECK(history[3].at == at(70));
  CHECK(history[3].stage == "works");
  done(settle());  // told once more
  CHECK(is().version == 4);
  CHECK(refused_case(quote_of(300)) == Errc::conflict);
  const auto trail = AuditTrail::open(config.path).value();
  std::vector<std::string> told;
  REQUIRE(trail
              ->each({.action = "case.fee_paid"},
                     [&](const audit::Record& record) {
                       told.push_back(record.thing + " " + record.detail);
                       return true;
                     })
              .ok());
  CHECK(told == std::vector<std::string>{R"(connection {"case":123456789,"company":"damascus","was":"fee",)"
                                         R"("amount":200,"payment":)" +
                                         std::to_string(payment().number) + "}"});
  CHECK_FALSE(trail->verify({})->fault);
  check_whole();
}

TEST_CASE_METHOD(CaseFeeFixture, "a fee that is paid ends its stage, which no worker has ended then") {
  put(quote_of(200));
  done(begin(200));
  done(SettlePayment{payment_key, {"a slip of the bank", {Actor::Kind::staff, "basel"}, at(70)}});
  REQUIRE(is().stage == "works");
  const auto book = ReportBook::open(config.path).value();
  ReportWanted wanted{.by = {}, .from = at(0), .before = at(100)};
  wanted.by.add(ReportGroup::stage);
  wanted.by.add(ReportGroup::worker);
  CHECK(book->case_stages(wanted).value() ==
        std::vector<StageReportRow>{{{.stage = "fee"}, 1, 0, {55'000, 55'000, 55'000}},
                                    {{.stage = "received", .worker = "amal"}, 1, 0, {5'000, 5'000, 5'000}}});
  CHECK(book->case_stages_differing(wanted).value().empty());
  ReportWanted all{.by = {}, .from = at(0), .before = at(100)};
  CHECK(book->case_outcomes_differing(all).value().empty());
}

TEST_CASE_METHOD(CaseFeeFixture, "its person is told of it once") {
  put(quote_of(200));
  done(begin(200));
  done(settle());
  REQUIRE(store->cases().citizen_cases_with_news(0, 10)->front().number == request_number);
  CHECK(refused_case(NoteCaseTold{request_number, is().version - 1}) == Errc::conflict);  // of what was before
  CHECK(with_news() == 1);
  CHECK(events().back().is_untold);
  put(NoteCaseTold{request_number, is().version});
  CHECK(with_news() == 0);
  CHECK_FALSE(events().back().is_untold);
  CHECK(refused_case(NoteCaseTold{request_number, is().version}) == Errc::conflict);
}

TEST_CASE_METHOD(CaseFeeFixture, "another amount, another account, a release and a payment from before pay no fee") {
  done(begin(200, "before", 12));
  put(by_worker(request_number,
                {.act = Act::quote, .amount = {200, Currency::SYP}, .account = payment("before").account}));
  done(settle("before"));
  CHECK(is().owes_fee());
  put(quote_of(200));
  done(begin(199));
  done(settle());
  CHECK(is().owes_fee());
  BeginPayment again = begin(200, "again", 61);
  done(again);  // to an account of its own
  done(settle("again"));
  CHECK(is().owes_fee());
  again = begin(200, "released", 62);
  again.account = account_of_fee;
  done(again);
  done(release("released"));
  CHECK(is().owes_fee());
  CHECK(is().stage == "fee");
  CHECK(with_news() == 0);
}

TEST_CASE_METHOD(CaseFeeFixture, "a fee that is quoted anew is the one that is paid") {
  put(quote_of(200));
  put(quote_of(300, request_number, 30));
  const auto pays = [&](std::int64_t amount) {
    return std::vector<Change>{Change(CitizenCaseChange(fee_of(amount))), Change(PaymentChange(begin(amount)))};
  };
  CHECK(refused(pays(200)) == Errc::conflict);
  CHECK_FALSE(store->payments().find_payment(payment_key).value());
  carried_out(pays(300));
  done(settle());
  CHECK(is().fee->state == FeeState::paid);
  CHECK(is().fee->amount.minor == 300);
}

TEST_CASE_METHOD(CaseFeeFixture, "what began before the same fee was quoted anew, by whatever clock, is not begun") {
  put(quote_of(200));
  put(quote_of(200, request_number, 61));
  const auto pays = [&](std::int64_t when) {
    RequireCaseFee fee = fee_of(200);
    fee.at = at(when);
    return std::vector<Change>{Change(CitizenCaseChange(fee)), Change(PaymentChange(begin(200, payment_key, when)))};
  };
  CHECK(refused(pays(60)) == Errc::conflict);  // it would be settled, and the fee be due still
  CHECK_FALSE(store->payments().find_payment(payment_key).value());
  carried_out(pays(61));
  done(settle());
  CHECK(is().fee->state == FeeState::paid);
}

TEST_CASE_METHOD(CaseFeeFixture, "a fee is not quoted anew while a payment to its account is not over") {
  put(quote_of(200));
  done(begin(200));
  CHECK(refused_case(quote_of(300)) == Errc::conflict);
  done(release());
  put(quote_of(300));
  CHECK(is().fee->amount.minor == 300);
}

TEST_CASE_METHOD(CaseFeeFixture,
                 "a fee is neither quoted anew nor waived while anybody's payment to its account is not over") {
  const NationalId neighbour = syrian("09080706050");
  const Wallet of_neighbour{"1234567891", Currency::SYP};
  carried_out({link(number(123'457), neighbour), PaymentChange(open_card(neighbour, of_neighbour)),
               LedgerChange(top_up("T2", 1'000, account_of(of_neighbour)))});
  put(quote_of(200));
  BeginPayment theirs = begin(200);
  theirs.person = neighbour;
  theirs.msisdn = number(123'457);
  theirs.wallet = of_neighbour;
  done(theirs);
  const ActOnCitizenCase waived = by_worker(request_number, {.act = Act::resolve, .waives_fee = true});
  CHECK(refused_case(quote_of(200, request_number, 65)) == Errc::conflict);
  CHECK(refused_case(waived) == Errc::conflict);
  put(by_worker(request_number, {.act = Act::reply}, 65));  // which leaves the fee as it is
  done(release());
  put(waived);
  CHECK(is().fee->state == FeeState::waived);
}

TEST_CASE_METHOD(CaseFeeFixture, "no two cases wait for the same amount to one account") {
  put(request_under(other_request));
  put(quote_of(200));
  CHECK(refused_case(quote_of(200, other_request)) == Errc::conflict);
  put(quote_of(201, other_request));
  CHECK(refused_case(quote_of(201)) == Errc::conflict);
  done(begin(200));
  done(settle());
  CHECK(is().fee->state == FeeState::paid);
  CHECK(is(other_request).owes_fee());
  put(quote_of(200, other_request, 80));
  CHECK(is(other_request).fee->amount.minor == 200);
}

TEST_CASE_METHOD(CaseFeeFixture,
                 "what is paid as a fee is held against the case: whose it is, and what is due of it") {
  CHECK(refused_case(fee_of(200)) == Errc::conflict);  // none is quoted
  put(quote_of(200));
  put(fee_of(200));
  CHECK(refused_case(fee_of(200, syrian("09080706050"))) == Errc::not_found);
  RequireCaseFee elsewhere = fee_of(200);
  elsewhere.company = "homs";
  CHECK(refused_case(elsewhere) == Errc::conflict);
  elsewhere = fee_of(200);
  elsewhere.account = "14522";
  CHECK(refused_case(elsewhere) == Errc::conflict);
  elsewhere = fee_of(200);
  elsewhere.number = other_request;
  CHECK(refused_case(elsewhere) == Errc::not_found);
  put(by_worker(request_number, {.act = Act::resolve, .waives_fee = true}));
  CHECK(refused_case(fee_of(200)) == Errc::conflict);
  done(begin(200));
  done(settle());
  CHECK(is().fee->state == FeeState::waived);
}

TEST_CASE_METHOD(CaseFeeFixture, "a fee of which all was given back is paid no more, and may be quoted anew") {
  put(quote_of(200));
  done(begin(200));
  done(settle());
  const auto refund = [&](std::int64_t amount) {
    const std::int64_t asked =
        done(ProposeRefund{payment().number, amount, 0, "wrong_amount", by_maker, at(100)}).refund;
    CHECK(is().fee->state == FeeState::paid);
    done(DecideRefund{asked, true, by_checker, at(110)});
  };
  refund(150);
  CHECK(is().fee->state == FeeState::paid);
  refund(50);
  CHECK(is().fee->state == FeeState::waived);
  CHECK(is().stage == "works");  // what has become of it meanwhile is for staff to say
  CHECK(with_news() == 0);
  CHECK(events().back().act == Act::refund_fee);
  CHECK(events().back().version == is().version);
  put(quote_of(300, request_number, 120));
  done(begin(300, "again", 130));  // to another account
  BeginPayment right = begin(300, "right", 131);
  right.account = account_of_fee;
  done(right);
  for (const char* key : {"again", "right"}) {
    CHECK(is().owes_fee());
    done(SettlePayment{key, {"damascus posted D-2", {}, at(140)}});
  }
  CHECK(is().fee->state == FeeState::paid);
  check_whole();
}

TEST_CASE_METHOD(CaseFeeFixture, "a payment is settled, and its fee paid, also where the case's kind is gone") {
  put(quote_of(200));
  done(begin(200));
  config.case_kinds.clear();
  reopen();
  done(settle());
  CHECK(payment().state == State::posted);
  CHECK(is().fee->state == FeeState::paid);
  CHECK(is().stage == "fee");
}

}  // namespace
}  // namespace shubbak::store
