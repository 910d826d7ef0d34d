#!/usr/bin/env bash
# Builds the byte kernels and their tests for arm64 and runs them under qemu, with NEON and without: the NEON way is
# compiled on no x86-64 machine otherwise. Needs g++-aarch64-linux-gnu, qemu-user-static and libgtest-dev (for
# its source); says which is missing and ends with 77 then, which CTest takes for skipped.
#
#     tests/native/arm64.sh [DIRECTORY]   where objects go; a temporary one otherwise
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
gtest=/usr/src/googletest/googletest

skip() { echo "skipped, because $1" >&2; exit 77; }
command -v aarch64-linux-gnu-g++ > /dev/null || skip "g++-aarch64-linux-gnu is not installed"
command -v qemu-aarch64-static > /dev/null || skip "qemu-user-static is not installed"
[ -f "$gtest/src/gtest-all.cc" ] || skip "libgtest-dev is not installed: its source is not in $gtest"

if [ $# -gt 0 ]; then
    work=$1
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
flags=(
    -O1 -std=c++20 -I"$root/native/include" -I"$root/native/src" -I"$root/tests/native"
    -I"$gtest/include" -I"$gtest"
)
sources=(
    "$gtest/src/gtest-all.cc" "$gtest/src/gtest_main.cc"
    "$root"/native/src/simd/{crc32,crc32_arm64,facts,xor_into}.cpp "$root/native/src/platform/cpu.cpp"
    "$root"/native/src/framing/{escape,escape_kernels}.cpp "$root/native/src/sound/pcm_baseline.cpp"
    "$root"/tests/native/simd/*_test.cpp "$root/tests/native/sound/pcm_test.cpp"
)
objects=()
for source in "${sources[@]}"; do
    object=$work/$(basename "$source").o
    aarch64-linux-gnu-g++ "${flags[@]}" -c "$source" -o "$object"
    objects+=("$object")
done
aarch64-linux-gnu-g++ "${objects[@]}" -o "$work/kernel_tests" -lpthread
for level in neon scalar; do
    KAM_SIMD=$level timeout 600 qemu-aarch64-static -L /usr/aarch64-linux-gnu "$work/kernel_tests" --gtest_brief=1
done
