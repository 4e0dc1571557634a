// What a program costs that does nothing: time and instructions of --version.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "bench/figures.hpp"
#include "bench/quiet.hpp"

extern "C" char** environ;

namespace lark_batch::bench {

namespace {

double start_ms(const std::string& file) {
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    std::string name = file;
    std::string argument = "--version";
    char* const argv[] = {name.data(), argument.data(), nullptr};
    const auto begin = std::chrono::steady_clock::now();
    pid_t child = 0;
    int status = -1;
    if (::posix_spawn(&child, file.c_str(), &actions, nullptr, argv, environ) ==
        0) {
        ::waitpid(child, &status, 0);
    }
    const auto end = std::chrono::steady_clock::now();
    ::posix_spawn_file_actions_destroy(&actions);
    if (status != 0) {
        throw std::runtime_error(file + " --version fails");
    }
    return std::chrono::duration<double, std::milli>(end - begin).count();
}

// "==1== Collected : 11900000"
double millions_of_instructions(const std::string& file) {
    const auto finished =
        test::run({"valgrind", "--tool=callgrind",
                   "--callgrind-out-file=/dev/null", file, "--version"});
    const std::string word = "Collected : ";
    const auto at = finished.err.find(word);
    if (at == std::string::npos) {
        throw std::runtime_error("callgrind: " + finished.err);
    }
    return std::strtod(finished.err.c_str() + at + word.size(), nullptr) / 1e6;
}

Figure instructions(const std::string& ours, const std::string& psql) {
    const std::string name = "5 --version, instructions, beside psql";
    try {
        test::find_program("valgrind", "valgrind");
    } catch (const std::runtime_error& error) {
        return not_measured(name, error.what());
    }
    return ratio_figure(name, {millions_of_instructions(ours), "M"},
                        {millions_of_instructions(psql), "M"}, {1.5});
}

}  // namespace

std::vector<Figure> start_figures(const Workplace& place,
                                  const Options& options) {
    const std::string ours = place.sync_program();
    const std::string psql = test::PostgresServer::program("psql");
    std::vector<double> our_times;
    std::vector<double> psql_times;
    const Quiet quiet{options.lock};
    for (int i = 0; i < options.starts; ++i) {
        our_times.push_back(start_ms(ours));
        psql_times.push_back(start_ms(psql));
    }
    return {ratio_figure("5 --version, time, beside psql",
                         {median(our_times), "ms"}, {median(psql_times), "ms"},
                         {1.5}),
            instructions(ours, psql)};
}

}  // namespace lark_batch::bench
