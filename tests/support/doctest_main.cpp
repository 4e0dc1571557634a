#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/support/temp_dir.hpp"

int main(int argc, char** argv) {
    doctest::Context context{argc, argv};
    const int result = context.run();
    if (result != 0 && std::getenv("KEEP_TEST_DIR") == nullptr) {
        std::fputs("KEEP_TEST_DIR=1 keeps the folders of the tests\n", stderr);
    }
    for (const auto& dir : lark_batch::test::kept_dirs()) {
        if (result != 0) {
            std::fprintf(stderr, "kept %s\n", dir.c_str());
        }
    }
    return result;
}
