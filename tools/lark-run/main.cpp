#include <span>

#include "tools/lark-run/tool.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    lark_run::Options options;
    const std::span words{argv, static_cast<std::size_t>(argc)};
    return run::tool(lark_run::tool(options, {words.begin(), words.end()}),
                     argc, argv);
}
