// shubbak schema: what a flow file may hold, for editors.

#include <cstdio>

#include "cli/command.hpp"
#include "flows/schema.hpp"

namespace shubbak::cli {

void add_schema_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of flow files");
  command->description(
      "Prints the JSON Schema (draft 2020-12) of flow files, made from the definitions that the loader reads by.\n"
      "Editors that know it complete keys and mark mistakes as an author types.");
  command->callback([&exit_code] {
    const std::string schema = flows::json_schema();
    exit_code = std::fwrite(schema.data(), 1, schema.size(), stdout) == schema.size() ? exit_ok : exit_failed;
  });
}

}  // namespace shubbak::cli
