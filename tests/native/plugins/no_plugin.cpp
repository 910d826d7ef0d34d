// A shared library that has nothing to do with Kamaelia.
extern "C" __attribute__((visibility("default"))) int test_nothing() {
    return 0;
}
