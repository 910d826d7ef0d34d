#include <gtest/gtest.h>

#include <kamaelia/abi.h>

TEST(Abi, version_carries_major_and_minor) {
    EXPECT_EQ(kam_abi_version() >> 16, KAM_ABI_MAJOR);
    EXPECT_EQ(kam_abi_version() & 0xffffu, KAM_ABI_MINOR);
}
