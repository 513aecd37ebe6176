// shubbakd with the planted fault: it answers before it has committed. For payments_kill, which must find that.
#include "daemon/program.hpp"
#include "tests/kill/lagging_store.hpp"

int main(int argc, char** argv) {
  return shubbak::daemon::run_program(argc, argv, shubbak::kill::open_lagging);
}
