#include "cli/console.hpp"

#include <catch2/catch.hpp>

using shubbak::cli::ConsoleCommand;
using shubbak::cli::read_command;
using Typed = ConsoleCommand::Kind;

TEST_CASE("a code dials, in a dialogue as well") {
  CHECK(read_command("*123#", false) == ConsoleCommand{Typed::dial, "*123#"});
  CHECK(read_command("  dial *123*1# ", false) == ConsoleCommand{Typed::dial, "*123*1#"});
  CHECK(read_command("*123#", true) == ConsoleCommand{Typed::dial, "*123#"});
}

TEST_CASE("in a dialogue whatever is no command is its answer") {
  CHECK(read_command("1", true) == ConsoleCommand{Typed::answer, "1"});
  CHECK(read_command("٧", true) == ConsoleCommand{Typed::answer, "٧"});
  CHECK(read_command("answer end", true) == ConsoleCommand{Typed::answer, "end"});
  CHECK(read_command("1", false) == ConsoleCommand{Typed::unknown, "1"});
}

TEST_CASE("commands are understood in both states") {
  for (const bool in_dialogue : {false, true}) {
    CHECK(read_command("sms فاتورة", in_dialogue) == ConsoleCommand{Typed::sms, "فاتورة"});
    CHECK(read_command("رسالة فاتورة", in_dialogue) == ConsoleCommand{Typed::sms, "فاتورة"});
    CHECK(read_command("hang up", in_dialogue).kind == Typed::hang_up);
    CHECK(read_command("end", in_dialogue).kind == Typed::hang_up);
    CHECK(read_command("redial", in_dialogue).kind == Typed::redial);
    CHECK(read_command("drop", in_dialogue).kind == Typed::drop);
    CHECK(read_command("inbox", in_dialogue).kind == Typed::inbox);
    CHECK(read_command("help", in_dialogue).kind == Typed::help);
    CHECK(read_command("quit", in_dialogue).kind == Typed::quit);
    CHECK(read_command("   ", in_dialogue).kind == Typed::nothing);
  }
}
