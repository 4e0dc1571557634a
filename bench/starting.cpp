#include "bench/starting.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace lark_batch::bench {

namespace {

std::string line_of(const Start& start) {
    std::string line;
    for (const std::string& word : start.argv) {
        line += line.empty() ? word : " " + word;
    }
    return line;
}

std::vector<std::string> environment_of(const Start& start) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        all.emplace_back(*entry);
    }
    for (const auto& [name, value] : start.env) {
        const std::string assignment = name + "=";
        std::erase_if(all, [&](const std::string& entry) {
            return entry.starts_with(assignment);
        });
        all.push_back(assignment + value);
    }
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    all.reserve(words.size() + 1);
    for (std::string& word : words) {
        all.push_back(word.data());
    }
    all.push_back(nullptr);
    return all;
}

// "==1== Collected : 11900000"
double millions_of_instructions(const Start& start) {
    std::vector<std::string> argv{"valgrind", "--tool=callgrind",
                                  "--callgrind-out-file=/dev/null"};
    argv.insert(argv.end(), start.argv.begin(), start.argv.end());
    const auto finished = test::run(argv, start.env);
    const std::string word = "Collected : ";
    const auto at = finished.err.find(word);
    if (at == std::string::npos || finished.exit_code != 0) {
        throw std::runtime_error("callgrind: " + finished.err);
    }
    return std::strtod(finished.err.c_str() + at + word.size(), nullptr) / 1e6;
}

}  // namespace

double start_ms(const Start& start) {
    std::vector<std::string> words = start.argv;
    std::vector<std::string> settings = environment_of(start);
    const auto argv = pointers(words);
    const auto env = pointers(settings);
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    for (const int output : {1, 2}) {
        ::posix_spawn_file_actions_addopen(&actions, output, "/dev/null",
                                           O_WRONLY, 0);
    }
    const auto begin = std::chrono::steady_clock::now();
    pid_t child = 0;
    int status = -1;
    if (::posix_spawn(&child, argv[0], &actions, nullptr, argv.data(),
                      env.data()) == 0) {
        ::waitpid(child, &status, 0);
    }
    const auto end = std::chrono::steady_clock::now();
    ::posix_spawn_file_actions_destroy(&actions);
    if (status != 0) {
        throw std::runtime_error(line_of(start) + " fails");
    }
    return std::chrono::duration<double, std::milli>(end - begin).count();
}

Figure start_time_figure(const std::string& name, const Start& ours,
                         const Start& other, int starts, double bound) {
    std::vector<double> our_times;
    std::vector<double> other_times;
    for (int i = 0; i < starts; ++i) {
        our_times.push_back(start_ms(ours));
        other_times.push_back(start_ms(other));
    }
    return ratio_figure(name, {median(our_times), "ms"},
                        {median(other_times), "ms"}, {bound});
}

Figure instructions_figure(const std::string& name, const Start& ours,
                           const Start& other, double bound) {
    try {
        test::find_program("valgrind", "valgrind");
    } catch (const std::runtime_error& error) {
        return not_measured(name, error.what());
    }
    return ratio_figure(name, {millions_of_instructions(ours), "M"},
                        {millions_of_instructions(other), "M"}, {bound});
}

}  // namespace lark_batch::bench
