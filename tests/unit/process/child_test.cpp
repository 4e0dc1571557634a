#include "lib/process/child.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

using namespace lark_batch::process;
using lark_batch::files::Descriptor;

namespace {

Order script(const std::string& text) {
    return {.argv = {"/bin/sh", "-c", text}, .environment = {"PATH=/bin"}};
}

// What a script says on its standard output, and how it ended.
std::string said_by(Order order, End* end = nullptr) {
    Pipe pipe = make_pipe();
    order.out = pipe.write.get();
    Child child{order};
    pipe.write = Descriptor{};
    pollfd watched{child.handle(), POLLIN, 0};
    CHECK(poll(&watched, 1, 10'000) == 1);
    const End last = child.end();
    if (end != nullptr) {
        *end = last;
    }
    std::array<char, 4096> text{};
    const auto size = read(pipe.read.get(), text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
}

}  // namespace

TEST_CASE("child: exit codes and signals are told apart") {
    End end;
    said_by(script("exit 7"), &end);
    CHECK(end.code == 7);
    CHECK(end.signal == 0);
    said_by(script("kill -TERM $$"), &end);
    CHECK(end.code == -1);
    CHECK(end.signal == SIGTERM);
}

TEST_CASE(
    "child: it has its environment, its folder and no descriptor of ours") {
    Order order = script("echo \"$ONE $PWD\"; ls -m /proc/self/fd");
    order.environment.push_back("ONE=1");
    order.folder = "/tmp";
    const Pipe ours = make_pipe();
    CHECK(said_by(order) == "1 /tmp\n0, 1, 2, 3\n");
    order = script("cat <&3");
    Pipe given = make_pipe();
    order.third = given.read.get();
    CHECK(write(given.write.get(), "third", 5) == 5);
    given.write = Descriptor{};
    CHECK(said_by(order) == "third");
}

TEST_CASE("child: it leads a group, and a session where that is wished") {
    const std::string ids = "cut -d' ' -f1,5,6 /proc/$$/stat";
    const auto fields = said_by(script(ids));
    const auto leader = fields.substr(0, fields.find(' '));
    CHECK(fields.starts_with(leader + " " + leader + " "));
    Order order = script(ids);
    order.own_session = true;
    const auto led = said_by(order);
    const auto number = led.substr(0, led.find(' '));
    CHECK(led == number + " " + number + " " + number + "\n");
}

TEST_CASE("child: what cannot be started is told with the reason") {
    try {
        const Child child{{.argv = {"/nonexistent/x"}, .environment = {}}};
        FAIL("it was started");
    } catch (const CannotStart& error) {
        CHECK(error.number() == ENOENT);
        CHECK(std::string{error.what()} ==
              "cannot start x: No such file or directory");
    }
}
