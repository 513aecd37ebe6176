#include "cli/console.hpp"

#include <catch2/catch.hpp>

using shubbak::cli::ConsoleCommand;
using shubbak::cli::read_command;
using Kind = ConsoleCommand::Kind;

TEST_CASE("a code dials, in a dialogue as well") {
  CHECK(read_command("*123#", false) == ConsoleCommand{Kind::dial, "*123#"});
  CHECK(read_command("  dial *123*1# ", false) == ConsoleCommand{Kind::dial, "*123*1#"});
  CHECK(read_command("*123#", true) == ConsoleCommand{Kind::dial, "*123#"});
}

TEST_CASE("in a dialogue whatever is no command is its answer") {
  CHECK(read_command("1", true) == ConsoleCommand{Kind::answer, "1"});
  CHECK(read_command("٧", true) == ConsoleCommand{Kind::answer, "٧"});
  CHECK(read_command("answer end", true) == ConsoleCommand{Kind::answer, "end"});
  CHECK(read_command("1", false) == ConsoleCommand{Kind::unknown, "1"});
}

TEST_CASE("commands are understood in both states") {
  for (const bool in_dialogue : {false, true}) {
    CHECK(read_command("sms فاتورة", in_dialogue) == ConsoleCommand{Kind::sms, "فاتورة"});
    CHECK(read_command("رسالة فاتورة", in_dialogue) == ConsoleCommand{Kind::sms, "فاتورة"});
    CHECK(read_command("hang up", in_dialogue).kind == Kind::hang_up);
    CHECK(read_command("end", in_dialogue).kind == Kind::hang_up);
    CHECK(read_command("redial", in_dialogue).kind == Kind::redial);
    CHECK(read_command("drop", in_dialogue).kind == Kind::drop);
    CHECK(read_command("inbox", in_dialogue).kind == Kind::inbox);
    CHECK(read_command("help", in_dialogue).kind == Kind::help);
    CHECK(read_command("quit", in_dialogue).kind == Kind::quit);
    CHECK(read_command("   ", in_dialogue).kind == Kind::nothing);
  }
}
