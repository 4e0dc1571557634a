// --watch, at a terminal (a pseudo terminal that the test holds the other end
// of) and without one.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>

#include "lib/clock/clock.hpp"
#include "tests/support/file_descriptor.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch {

namespace {

using test::wait_for;

const std::string k_program = BINARY_FOLDER "/lark-healthcheck";

// A web service that can be broken, and a file that has it checked.
struct Service {
    std::atomic<int> status = 200;
    std::atomic<int> delay = 0;  // milliseconds
    std::mutex mutex;
    std::vector<clock::Instant> arrivals;
    test::HttpServer server{[this](const test::HttpRequest&) {
        const std::lock_guard lock{mutex};
        arrivals.push_back(clock::system_clock().instant());
        test::Reply reply{status, {}, "OK"};
        reply.delay = test::Milliseconds{delay};
        return reply;
    }};
    test::TempDir folder;
    std::string file = folder
                           .write("lark-batch.toml",
                                  "[[check]]\nname = '网页 web'\n"
                                  "kind = 'http'\nurl = '" +
                                      server.url() + "'\n")
                           .string();

    std::size_t asked() const { return server.requests().size(); }
    void wait_for_rounds(std::size_t more) const {
        const std::size_t wanted = asked() + more;
        wait_for("rounds", [&] { return asked() >= wanted; });
    }
};

// The program on a terminal of 24 lines with 100 columns.
class Seat {
public:
    explicit Seat(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), k_program);
        winsize size{24, 100, 0, 0};
        int master = -1;
        m_pid = ::forkpty(&master, nullptr, nullptr, &size);
        if (m_pid == 0) {
            become(arguments);
        }
        REQUIRE(m_pid > 0);
        m_master = test::FileDescriptor{master};
    }
    ~Seat() {
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
        }
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    void press(const std::string& keys) {
        REQUIRE(::write(m_master.get(), keys.data(), keys.size()) ==
                static_cast<ssize_t>(keys.size()));
    }
    void signal(int number) { ::kill(m_pid, number); }

    // Everything shown so far.
    const std::string& seen() {
        char piece[4096];
        while (readable()) {
            const auto size = ::read(m_master.get(), piece, sizeof piece);
            if (size <= 0) {
                break;
            }
            m_seen.append(piece, static_cast<std::size_t>(size));
        }
        return m_seen;
    }
    void wait_to_see(const std::string& text) {
        wait_for("'" + text + "' on the screen",
                 [&] { return seen().find(text) != std::string::npos; });
    }
    void forget() { m_seen.clear(); }

    bool echoes() const {
        termios modes{};
        REQUIRE(::tcgetattr(m_master.get(), &modes) == 0);
        return (modes.c_lflag & ECHO) != 0;
    }

    int exit_code() {
        int status = 0;
        wait_for("the end", [&] {
            seen();
            return ::waitpid(m_pid, &status, WNOHANG) == m_pid;
        });
        m_pid = -1;
        seen();
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    [[noreturn]] static void become(const std::vector<std::string>& words) {
        std::vector<char*> argv;
        for (const std::string& word : words) {
            argv.push_back(const_cast<char*>(word.c_str()));
        }
        argv.push_back(nullptr);
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("NO_COLOR");
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    bool readable() const {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(m_master.get(), &ready);
        timeval at_once{0, 0};
        return ::select(m_master.get() + 1, &ready, nullptr, nullptr,
                        &at_once) > 0;
    }

    pid_t m_pid = -1;
    test::FileDescriptor m_master;
    std::string m_seen;
};

std::vector<std::string> watching(const Service& service,
                                  const std::string& interval) {
    return {"--config", service.file, "--watch", interval};
}

constexpr const char* k_enter = "\x1b[?1049h\x1b[?25l";
constexpr const char* k_leave = "\x1b[?25h\x1b[?1049l";

}  // namespace

TEST_CASE("watch: a person sees a table that changes in place, q ends it") {
    Service service;
    Seat seat{watching(service, "100ms")};
    seat.wait_to_see("round 2 ");
    CHECK(seat.seen().starts_with(k_enter));
    CHECK_FALSE(seat.echoes());
    CHECK(seat.seen().find("LATELY") != std::string::npos);
    seat.wait_to_see("\x1b[32mOK\x1b[0m     网页 web");
    // In place: every frame begins in the first column of the first line.
    CHECK(seat.seen().find("\x1b[Hlark-healthcheck every 100ms: round 2 at ") !=
          std::string::npos);
    seat.forget();
    service.status = 503;
    seat.wait_to_see("CRITICAL");
    seat.wait_to_see("×");
    seat.press("x");
    service.wait_for_rounds(1);
    seat.forget();
    seat.press("q");
    CHECK(seat.exit_code() == 2);
    const std::string& last = seat.seen();
    const auto left = last.find(k_leave);
    REQUIRE(left != std::string::npos);
    // The last table stays where the person came from.
    CHECK(last.find("1 critical", left) != std::string::npos);
    CHECK(seat.echoes());
}

TEST_CASE("watch: Ctrl-C and SIGTERM end it, too, and the terminal is right") {
    for (const bool by_key : {true, false}) {
        CAPTURE(by_key);
        Service service;
        Seat seat{watching(service, "30s")};
        seat.wait_to_see("round 1 ");
        if (by_key) {
            seat.press("\x03");
        } else {
            seat.signal(SIGTERM);
        }
        CHECK(seat.exit_code() == 0);
        CHECK(seat.seen().find(k_leave) != std::string::npos);
        CHECK(seat.echoes());
    }
}

TEST_CASE("watch: the end comes in the middle of a round, too") {
    Service service;
    service.delay = 60'000;
    Seat seat{watching(service, "1s")};
    wait_for("the first request", [&] { return service.asked() > 0; });
    seat.press("q");
    CHECK(seat.exit_code() == 3);  // nothing is known
    CHECK(seat.seen().find("partial: ") != std::string::npos);
}

TEST_CASE("watch: without a terminal there is a plain table for each round") {
    Service service;
    test::Command command;
    // Which is no limit, and not one of no time.
    command.argv = {k_program, "--config",  service.file, "--watch",
                    "100ms",   "--timeout", "0"};
    test::Process process{command};
    const auto rounds = [&] {
        const std::string out = process.out();
        return out.find("round 3 ") != std::string::npos;
    };
    wait_for("three rounds", rounds);
    process.signal(SIGINT);
    const auto ended = process.wait(std::chrono::seconds{5});
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(ended->out.find('\x1b') == std::string::npos);
    CHECK(ended->out.find("STATE  CHECK") != std::string::npos);
    CHECK(ended->out.find("1 ok\n") != std::string::npos);
}

TEST_CASE("watch: rounds do not overlap, and --timeout is that of one") {
    Service service;
    service.delay = 150;
    Seat seat{[&] {
        auto arguments = watching(service, "100ms");
        arguments.insert(arguments.end(), {"--timeout", "400ms"});
        return arguments;
    }()};
    seat.wait_to_see("round 4 ");  // after 600 ms
    {
        const std::lock_guard lock{service.mutex};
        for (std::size_t i = 1; i < service.arrivals.size(); ++i) {
            CHECK(service.arrivals[i] - service.arrivals[i - 1] >=
                  test::Milliseconds{150});
        }
    }
    service.delay = 60'000;
    seat.wait_to_see("the round took longer than its --timeout of 400ms");
    seat.press("q");
    CHECK(seat.exit_code() == 3);
}

TEST_CASE("watch: it leaves no record, and no lock") {
    Service service;
    Seat seat{watching(service, "100ms")};
    seat.wait_to_see("round 2 ");
    // With a lock of its own a second one could not be there.
    Seat other{watching(service, "100ms")};
    other.wait_to_see("round 2 ");
    seat.press("q");
    other.press("q");
    CHECK(seat.exit_code() == 0);
    CHECK(other.exit_code() == 0);
}

}  // namespace lark_batch
