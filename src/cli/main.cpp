// shubbak: the command line of those who run a deployment and design its flows.

#include "cli/command.hpp"

int main(int argc, char** argv) {
  using namespace shubbak::cli;
  CLI::App app{"Shubbak: the service window of utilities and agencies on any phone.", "shubbak"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "The help of every subcommand");
  app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage.");
  int exit_code = exit_ok;
  add_audit_command(app, exit_code);
  add_broadcast_command(app, exit_code);
  add_bank_command(app, exit_code);
  add_cash_command(app, exit_code);
  add_check_command(app, exit_code);
  add_connectors_command(app, exit_code);
  add_fills_command(app, exit_code);
  add_graph_command(app, exit_code);
  add_handset_command(app, exit_code);
  add_keys_command(app, exit_code);
  add_ledger_command(app, exit_code);
  add_link_command(app, exit_code);
  add_payments_command(app, exit_code);
  add_cases_command(app, exit_code);
  add_pdu_command(app, exit_code);
  add_play_command(app, exit_code);
  add_privacy_command(app, exit_code);
  add_publish_commands(app, exit_code);
  add_reconcile_command(app, exit_code);
  add_replay_command(app, exit_code);
  add_rollout_command(app, exit_code);
  add_schema_command(app, exit_code);
  add_staff_command(app, exit_code);
  add_stats_command(app, exit_code);
  add_test_command(app, exit_code);
  add_refunds_command(app, exit_code);
  add_report_command(app, exit_code);
  add_vouchers_command(app, exit_code);
  add_polls_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return exit_code;
}
