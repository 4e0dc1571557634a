// What makes a value of a shared setting wrong beyond its type. Each gives a
// predicate, or nothing if the value is right.
#pragma once

#include <optional>
#include <string>

namespace lark_batch::config {

// http or https with a host and a possible port, without query and fragment,
// and without a password: that would be printed.
std::optional<std::string> check_web_address(const std::string& value);

// As above, but plain http only to this machine itself.
std::optional<std::string> check_api_address(const std::string& value);

// smtp or smtps with a host and a possible port, and nothing else.
std::optional<std::string> check_mail_server(const std::string& value);

// "name@host", in ASCII, as it goes into an SMTP command. The predicate does
// not hold the value, which is personal.
std::optional<std::string> check_mail_address(const std::string& value);

// Whether the host of such an address is this machine itself.
bool is_on_this_machine(const std::string& address);

// No password in it, neither as URI nor as "key=value" words.
std::optional<std::string> check_database_url(const std::string& value);

// An IANA name that the machine knows, if it knows any.
std::optional<std::string> check_timezone(const std::string& value);

// When something is due, as in a crontab: lib/schedule/cron.hpp.
std::optional<std::string> check_schedule(const std::string& value);

// RFC 3339, with an offset or Z.
std::optional<std::string> check_timestamp(const std::string& value);

// An absolute path: a program may be started anywhere.
std::optional<std::string> check_folder(const std::string& value);

// Neither empty nor with blanks; Lark says no more of the form.
std::optional<std::string> check_app_id(const std::string& value);

// Letters, digits, '-', '_' and '.', for names in labels and file names.
std::optional<std::string> check_name(const std::string& value);

// Lowercase letters, digits, '_' and '-', up to 64: names of tasks go into
// units, crontabs and labels.
std::optional<std::string> check_task_name(const std::string& value);

// Of an address that paths are appended to.
void drop_last_slashes(std::string& address);

}  // namespace lark_batch::config
