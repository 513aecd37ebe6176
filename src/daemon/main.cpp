#include "daemon/program.hpp"

int main(int argc, char** argv) {
  return shubbak::daemon::run_program(argc, argv, shubbak::store::open_sqlite);
}
