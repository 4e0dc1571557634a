#include "tools/lark-healthcheck/capacity.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/http_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::healthcheck::test {

namespace {

// Of this process, for the time of a test.
class OpenFiles {
public:
    explicit OpenFiles(rlim_t soft) {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        const rlimit lower{soft, m_before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &lower);
    }
    ~OpenFiles() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    OpenFiles(const OpenFiles&) = delete;
    OpenFiles& operator=(const OpenFiles&) = delete;

    static rlim_t now() {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        return limit.rlim_cur;
    }

private:
    rlimit m_before{};
};

std::string many_checks(const std::string& url, int number) {
    std::string file;
    for (int i = 0; i < number; ++i) {
        file += "[[check]]\nname = 'c" + std::to_string(i) +
                "'\nkind = 'http'\nurl = '" + url + "'\n";
    }
    return file;
}

// One that accepts and never says what is waited for.
std::string silent_checks(const std::string& address, int number) {
    std::string file;
    for (int i = 0; i < number; ++i) {
        file += "[[check]]\nname = 'c" + std::to_string(i) +
                "'\nkind = 'tcp'\naddress = '" + address +
                "'\nexpect = 'never'\ntimeout = '200ms'\n"
                "timeout_state = 'warning'\n";
    }
    return file;
}

}  // namespace

TEST_CASE("capacity: few probes leave the limit as it is") {
    const OpenFiles few{200};
    CHECK(affordable_probes(20) == 20);
    CHECK(OpenFiles::now() == 200);
}

TEST_CASE("capacity: the limit is raised as far as many probes need") {
    const OpenFiles few{100};
    CHECK(affordable_probes(100) == 100);
    CHECK(OpenFiles::now() > 400);
}

TEST_CASE("capacity: too few open files make no check fail") {
    lark_batch::test::HttpServer server{[](const auto&) {
        lark_batch::test::Reply reply;
        reply.delay = lark_batch::test::Milliseconds{50};
        return reply;
    }};
    const lark_batch::test::TempDir dir;
    const auto file =
        dir.write("many.toml", many_checks(server.url() + "/", 120)).string();
    const auto ended = lark_batch::test::run(
        {"/bin/sh", "-c", "ulimit -n 96; exec \"$@\"", "sh",
         BINARY_FOLDER "/lark-healthcheck", "--config", file, "--no-record",
         "--format", "plugin"});
    CHECK_MESSAGE(ended.exit_code == 0, ended.out.substr(0, 600));
    CHECK(ended.err.find("raise the limit of open files") != std::string::npos);
}

// The limit is that of a user who has nothing else running; root has none.
TEST_CASE("capacity: too few threads make no check fail") {
    if (::geteuid() != 0) {
        MESSAGE("not tried: only root can become a user who runs nothing else");
        return;
    }
    lark_batch::test::HttpServer server{
        [](const auto&) { return lark_batch::test::Reply{}; }};
    const lark_batch::test::TempDir dir;
    const std::string address =
        server.url().substr(std::string{"http://"}.size());
    const auto file =
        dir.write("silent.toml", silent_checks(address, 24)).string();
    // Where this tree lies, that user may see nothing.
    const std::string program = (dir / "lark-healthcheck").string();
    std::filesystem::copy_file(BINARY_FOLDER "/lark-healthcheck", program);
    const auto ended = lark_batch::test::run(
        {"setpriv", "--reuid=64207", "--clear-groups", "prlimit", "--nproc=9",
         program, "--config", file, "--no-record", "--format", "plugin"});
    CHECK_MESSAGE(ended.exit_code == 1, ended.out.substr(0, 600), ended.err);
    CHECK(ended.seconds > 0.5);  // three at least, one after the other
}

}  // namespace lark_batch::healthcheck::test
