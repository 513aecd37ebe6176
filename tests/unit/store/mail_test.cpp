// Copies by e-mail: whose address they go to, that they stand and fall with what they are copies of, and what forgets
// them.
#include "store/mail.hpp"

#include "store/audit_trail.hpp"
#include "store/privacy.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

const MailAddress amals = *MailAddress::parse("amal@example.org");

class MailFixture : public StoreFixture {
 public:
  MailFixture() {
    open();
    REQUIRE(change({link(number(), syrian())}).ok());
  }
  static SetMailAddress registering(std::optional<MailAddress> address = amals, const NationalId& person = syrian()) {
    return {.msisdn = number(),
            .person = person,
            .address = std::move(address),
            .by = {Actor::Kind::staff, "hind"},
            .at = at(1),
            .office = "post_7"};
  }
  Result<Committed> does(MailChange one) {
    std::vector<Change> changes;
    changes.emplace_back(std::move(one));
    return change(std::move(changes));
  }
  static AddOutboxMessage copied(const std::string& text, Msisdn to = number()) {
    AddOutboxMessage added = message(text, to);
    added.message.by_mail = true;
    return added;
  }
  // The texts, in order.
  std::vector<std::string> waiting() {
    std::vector<std::string> texts;
    std::int64_t last = 0;
    for (;;) {
      const auto found = store->mail().next_mail(last);
      REQUIRE(found.ok());
      if (!*found) return texts;
      last = (*found)->id;
      REQUIRE((*found)->to.has_value());
      texts.push_back((*found)->text);
    }
  }
  std::optional<RegisteredMail> registered(Msisdn msisdn = number()) {
    const auto found = store->mail().mail_address(msisdn);
    REQUIRE(found.ok());
    return *found;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(MailFixture, "what is copied goes to the address of the number, in order, beside the SMS") {
  REQUIRE(change({copied("before there was an address")}).ok());
  REQUIRE(does(registering()).ok());
  REQUIRE(change({copied("the first"), copied("the second"), message("no copy of this")}).ok());
  REQUIRE(does(AddMail{number(), "shown on a screen", at(3)}).ok());
  REQUIRE(change({link(number(2), syrian("09080706050")), copied("of another number", number(2))}).ok());
  reopen();
  CHECK(waiting() == Texts{"the first", "the second", "shown on a screen"});
  CHECK(store->outbox_page("mtn", 0, 10)->messages.size() == 5);
  const auto first = store->mail().next_mail(0).value();
  CHECK(first->to == amals);
  CHECK(first->created == at(0));
  CHECK(registered()->since == at(1));
  CHECK_FALSE(registered(number(2)));
}

TEST_CASE_METHOD(MailFixture, "a copy stands and falls with the set that it is of") {
  REQUIRE(does(registering()).ok());
  CHECK(change({copied("a receipt"), ConsumeGrant{number(), "pay", at(1)}}).error().code == Errc::denied);
  CHECK(waiting().empty());
  REQUIRE(change({copied("a receipt")}).ok());
  CHECK(waiting() == Texts{"a receipt"});
}

TEST_CASE_METHOD(MailFixture,
                 "a mail that was settled is gone, its number is never used again, and a refusal is noted") {
  REQUIRE(does(registering()).ok());
  REQUIRE(change({copied("one"), copied("two")}).ok());
  const std::int64_t first = store->mail().next_mail(0).value()->id;
  REQUIRE(does(SettleMail{first}).ok());
  CHECK_FALSE(registered()->refused);
  const std::int64_t second = store->mail().next_mail(0).value()->id;
  CHECK(second > first);
  REQUIRE(does(SettleMail{second, at(50)}).ok());
  CHECK(registered()->refused == at(50));
  CHECK(waiting().empty());
  REQUIRE(does(SettleMail{second}).ok());  // once more
  reopen();
  REQUIRE(change({copied("three")}).ok());
  CHECK(store->mail().next_mail(0).value()->id > second);
  REQUIRE(does(DropOldMail{at(0)}).ok());
  CHECK(waiting() == Texts{"three"});
  REQUIRE(does(DropOldMail{at(1)}).ok());
  CHECK(waiting().empty());
}

TEST_CASE_METHOD(MailFixture, "an address is changed and removed for the person of an active link, by nobody else") {
  CHECK(does(registering(std::nullopt)).error().code == Errc::not_found);
  CHECK(does(registering(amals, syrian("09080706050"))).error().code == Errc::denied);
  CHECK_FALSE(registered());
  REQUIRE(does(registering()).ok());
  REQUIRE(change({copied("waits")}).ok());
  REQUIRE(does(SettleMail{99, at(5)}).ok());  // of a mail that there is not: nothing
  CHECK_FALSE(registered()->refused);
  REQUIRE(does(registering(*MailAddress::parse("haddad@example.org"))).ok());
  CHECK(store->mail().next_mail(0).value()->to->reveal() == "haddad@example.org");
  CHECK(does(registering(std::nullopt, syrian("09080706050"))).error().code == Errc::denied);
  REQUIRE(does(registering(std::nullopt)).ok());
  CHECK_FALSE(registered());
  CHECK(waiting().empty());

  std::vector<std::string> told;
  const auto trail = AuditTrail::open(config.path).value();
  REQUIRE(trail
              ->each({},
                     [&](const audit::Record& record) {
                       if (record.by.kind == Actor::Kind::staff) told.push_back(record.action + record.detail);
                       return true;
                     })
              .ok());
  const std::string where = R"({"office":"post_7"})";
  CHECK(told == Texts{"link.email_set" + where, "link.email_set" + where, "link.email_removed" + where});
}

TEST_CASE_METHOD(MailFixture, "a suspension forgets what waits, and nothing is copied until the number is resumed") {
  REQUIRE(does(registering()).ok());
  REQUIRE(change({copied("waits")}).ok());
  REQUIRE(change({link(number(), syrian(), LinkState::suspended, at(2))}).ok());
  REQUIRE(change({copied("meanwhile")}).ok());
  CHECK(waiting().empty());
  CHECK(does(registering()).error().code == Errc::denied);
  REQUIRE(change({link_event(number(), identity::LinkEvent::resume, Actor::Kind::staff, at(3))}).ok());
  REQUIRE(change({copied("after")}).ok());
  CHECK(waiting() == Texts{"after"});
}

TEST_CASE_METHOD(MailFixture, "a release forgets the address and what waits for it: its next owner meets neither") {
  REQUIRE(does(registering()).ok());
  REQUIRE(change({copied("waits")}).ok());
  REQUIRE(change(released(number(), syrian(), at(2))).ok());
  CHECK_FALSE(registered());
  CHECK(waiting().empty());
  REQUIRE(change({copied("to nobody")}).ok());
  CHECK(waiting().empty());
  REQUIRE(change({ErasePerson{syrian(), {Actor::Kind::command_line, "root"}, at(3)}}).ok());
  CHECK_FALSE(registered());
}

TEST_CASE_METHOD(MailFixture, "address and texts are sealed at rest, and told to their person") {
  REQUIRE(does(registering()).ok());
  REQUIRE(change({copied("a receipt to be read by one")}).ok());
  const PersonFile file = store->person_file(syrian()).value();
  REQUIRE(file.links.size() == 1);
  CHECK(file.links[0].email->address == amals);
  REQUIRE(file.links[0].mails.size() == 1);
  CHECK(file.links[0].mails[0].text == "a receipt to be read by one");
  store.reset();
  for (const char* suffix : {"", "-wal"}) {
    const std::string octets = read_file(config.path + suffix);
    CHECK(octets.find("example.org") == std::string::npos);
    CHECK(octets.find("a receipt") == std::string::npos);
  }
}

}  // namespace shubbak::store
