// Who wants messages to many: said by the phone, as often as it likes.
#include "store/privacy.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

struct BroadcastTown : Town {
  BroadcastTown() {
    const Actor console{Actor::Kind::command_line, "test"};
    REQUIRE(commit({store::ChangeLink{caller, *person, identity::LinkEvent::import, console, wall_now()}}).ok());
  }
  bool says(std::string_view service) {
    Answer answered = ask(service);
    REQUIRE(answered.outcome.outcome == "ok");
    return commit(std::move(answered.changes)).ok();
  }
  bool refuses() { return *kept->broadcasts().refuses_broadcasts(caller); }
};

}  // namespace

TEST_CASE("a number takes no broadcasts once it says so, and takes them again, however often that is said") {
  BroadcastTown town;
  CHECK_FALSE(town.refuses());
  for (int times = 0; times < 2; ++times) {
    CHECK(town.says("broadcasts.opt_out"));
    CHECK(town.refuses());
  }
  for (int times = 0; times < 2; ++times) {
    CHECK(town.says("broadcasts.opt_in"));
    CHECK_FALSE(town.refuses());
  }
  const auto file = town.kept->person_file(*town.person);
  REQUIRE(file.ok());
  CHECK(file->links.at(0).carrier == "syriatel");
}

TEST_CASE("an SMS, whose sender can be forged, says nothing of a number's operator") {
  BroadcastTown town;
  town.channel = flows::Channel::sms;
  CHECK(town.says("broadcasts.opt_out"));
  const auto file = town.kept->person_file(*town.person);
  REQUIRE(file.ok());
  CHECK(file->links.at(0).carrier.empty());
}

TEST_CASE("who is suspended by the time that it is kept has said nothing of broadcasts") {
  BroadcastTown town;
  Answer answered = town.ask("broadcasts.opt_out");
  const Actor console{Actor::Kind::command_line, "test"};
  REQUIRE(
      town.commit({store::ChangeLink{Town::caller, std::nullopt, identity::LinkEvent::suspend, console, wall_now()}})
          .ok());
  CHECK(town.commit(std::move(answered.changes)).error().code == Errc::denied);
  CHECK_FALSE(town.refuses());
}

}  // namespace shubbak::services
