// The subcommands of `shubbak`. Each registers itself with its options and sets `exit_code` when it runs.
#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "ledger/ledger.hpp"

namespace shubbak::cli {

enum ExitCode : int { exit_ok = 0, exit_failed = 1, exit_usage = 2 };
// Of a command that has a company paid, once that was begun; exit_ok: it is paid.
enum PaidExitCode : int { exit_not_paid = 3, exit_not_known = 4 };
int exit_code_of(ledger::State paid);

// "shubbak COMMAND: what" on standard error.
int failed(std::string_view command, std::string_view what);       // exit_failed
int wrong_usage(std::string_view command, std::string_view what);  // exit_usage

// --config, without which the command does not run: an existing file.
void add_config_option(CLI::App& command, std::string& file);

void add_audit_command(CLI::App& app, int& exit_code);
void add_bank_command(CLI::App& app, int& exit_code);
void add_pdu_command(CLI::App& app, int& exit_code);
void add_keys_command(CLI::App& app, int& exit_code);
void add_ledger_command(CLI::App& app, int& exit_code);
void add_link_command(CLI::App& app, int& exit_code);
void add_broadcast_command(CLI::App& app, int& exit_code);
void add_cases_command(CLI::App& app, int& exit_code);
void add_cash_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_connectors_command(CLI::App& app, int& exit_code);
void add_fills_command(CLI::App& app, int& exit_code);
void add_graph_command(CLI::App& app, int& exit_code);
void add_payments_command(CLI::App& app, int& exit_code);
void add_play_command(CLI::App& app, int& exit_code);
void add_privacy_command(CLI::App& app, int& exit_code);
void add_publish_commands(CLI::App& app, int& exit_code);
void add_reconcile_command(CLI::App& app, int& exit_code);
void add_replay_command(CLI::App& app, int& exit_code);
void add_rollout_command(CLI::App& app, int& exit_code);
void add_schema_command(CLI::App& app, int& exit_code);
void add_staff_command(CLI::App& app, int& exit_code);
void add_stats_command(CLI::App& app, int& exit_code);
void add_test_command(CLI::App& app, int& exit_code);
void add_refunds_command(CLI::App& app, int& exit_code);
void add_report_command(CLI::App& app, int& exit_code);
void add_vouchers_command(CLI::App& app, int& exit_code);
void add_handset_command(CLI::App& app, int& exit_code);
void add_polls_command(CLI::App& app, int& exit_code);

}  // namespace shubbak::cli
