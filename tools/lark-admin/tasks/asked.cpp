#include "tools/lark-admin/tasks/asked.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "lib/clock/clock.hpp"
#include "lib/process/child.hpp"

namespace lark_batch::admin {

namespace {

constexpr clock::Duration k_patience{10'000};
constexpr std::size_t k_most_output = 1u << 20;

process::Order order(const std::vector<std::string>& argv, int out) {
    return {.argv = argv,
            .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                            "LC_ALL=C.UTF-8", "TZ=UTC"},
            .out = out};
}

// Whether its end was reached in time.
bool read_all(int pipe, std::string& text) {
    const clock::Deadline deadline{clock::system_clock(), k_patience};
    while (text.size() < k_most_output) {
        std::array<pollfd, 1> watched{{{pipe, POLLIN, 0}}};
        const auto left = static_cast<int>(deadline.remaining().count());
        if (poll(watched.data(), watched.size(), left) <= 0) {
            return false;
        }
        std::array<char, 4096> part;
        const ssize_t got = read(pipe, part.data(), part.size());
        if (got <= 0) {
            return got == 0;
        }
        text.append(part.data(), static_cast<std::size_t>(got));
    }
    return false;
}

}  // namespace

std::optional<std::string> asked(const std::vector<std::string>& argv) {
    try {
        process::Pipe pipe = process::make_pipe();
        process::Child child{order(argv, pipe.write.get())};
        pipe.write = files::Descriptor{};
        std::string text;
        const bool complete = read_all(pipe.read.get(), text);
        if (!complete) {
            child.signal(SIGKILL);
        }
        const process::End end = child.end();
        return complete && end.code == 0 ? std::optional{text} : std::nullopt;
    } catch (const process::CannotStart&) {
        return {};
    }
}

}  // namespace lark_batch::admin
