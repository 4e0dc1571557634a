#include <iostream>

#include "lib/run/funnel.hpp"
#include "tools/lark-admin/commands.hpp"
#include "tools/lark-admin/options.hpp"

int main(int argc, char** argv) {
    using namespace lark_batch;
    return run::funnel(admin::k_program, [&] {
        return errors::to_int(admin::answer(argc, argv, std::cout));
    });
}
