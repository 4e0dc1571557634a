#include "tools/lark-healthcheck/tool.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    healthcheck::Options options;
    return run::tool(healthcheck::tool(options), argc, argv);
}
