// What others on the machine can see of a process that holds tokens.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <regex>

#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

// AddressSanitizer's mlock() does nothing.
#ifdef __SANITIZE_ADDRESS__
constexpr bool k_can_lock = false;
#else
constexpr bool k_can_lock = true;
#endif

// For a program that runs as nobody.
void give_all(const Office& office, const std::string& user) {
    give_to(office.dir().path(), user);
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator{office.dir().path()}) {
        give_to(entry.path(), user);
    }
}

long locked_kib(const std::string& proc) {
    const std::string status = read_file(proc + "/status");
    std::smatch found;
    REQUIRE(std::regex_search(status, found, std::regex{"VmLck:\\s+(\\d+)"}));
    return std::stol(found[1]);
}

void check_closed(const Process& process) {
    const std::string proc = "/proc/" + std::to_string(process.pid());
    // The kernel gives the files of a process that is not dumpable to root.
    struct stat facts {};
    REQUIRE(::stat((proc + "/environ").c_str(), &facts) == 0);
    CHECK(facts.st_uid == 0);
    CHECK((locked_kib(proc) > 0) == k_can_lock);
    CHECK(std::regex_search(read_file(proc + "/limits"),
                            std::regex{"Max core file size +0 +0 "}));
    CHECK_FALSE(tells_secret(read_file(proc + "/cmdline")));
}

}  // namespace

TEST_CASE("a process that holds tokens cannot be dumped, its keys are locked") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    office.fault({{"kind", "slow"}, {"ms", 700}}, {{"times", 1}});
    Command command;
    SUBCASE("lark-check-tokens") {
        command = office.check_command();
    }
    SUBCASE("lark-admin") {
        command = office.admin_command(
            {"token", "print", "--app", "hr", "--user", person.open_id});
    }
    command.user = server_user();
    give_all(office, command.user);
    Process process{command};
    wait_for("the call", [&] { return office.refreshes() == 1; });
    check_closed(process);
    const auto ended = process.wait(std::chrono::seconds{20});
    REQUIRE(ended);
    CAPTURE(ended->err);
    CHECK(ended->exit_code == 0);
    CHECK(office.holds_living_pair(person));
}
