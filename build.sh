#!/usr/bin/env bash
# Builds, tests, measures and shows Kamaelia for .NET. `./build.sh` alone lists the verbs. build.ps1 is its twin.
# stdout is data (the closing line of `test`, what the tool prints); progress and logs go to stderr.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat << 'EOF'
usage: ./build.sh VERB [options]

verbs:
  setup   find what is missing and install it (root, apt) or say what to run
  native  build the native library with CMake
  build   native library, whole solution, and the tool as artifacts/kamaelia
  test    everything above, then all tests: C++, sanitizers, fuzzers, C#
  fuzz    run the fuzzers: --seconds N each (60), --target NAME, --seed S, --replay FILE
  bench   measure beside rivals, write benchmarks/results: bench [--quick] [--against FILE] [SUITE…]; --help
  stops   the stop matrix, 210 cells with real threads and sockets: stops [--times N]
  sweep   random graphs in a simulated world, checked against a model: sweep [--graphs N] [--seed S]
  soak    run the main graphs for long and tell whether what they hold stays flat: soak [--seconds N] (1800)
  demo    send a transport stream by multicast and receive it: demo [FILE]
  pack    make the packages in artifacts/packages
  api     write the libraries' PublicAPI.Unshipped.txt files from the code
  clean   remove everything that was built
  help    this text

options:
  --configuration NAME  Release (default) or Debug
  --no-install          never install; say what is missing and stop
  --quick               test: short fuzzing, no sanitizers; bench: under five minutes
  --aot                 build, demo: the tool as machine code; starts at once, builds for a minute longer
  --filter EXPRESSION   test: only the C# tests that match, as `dotnet test --filter`
exit codes: 0 done, 1 failed, 64 usage, 69 something needed is missing
EOF
}

verb=help
configuration=Release
install=auto
quick=no
aot=no
filter=
pass_on=()

parse() {
    if [ $# -gt 0 ]; then verb=$1; shift; fi
    while [ $# -gt 0 ]; do
        case "$1" in
            --configuration) [ $# -gt 1 ] || refuse "--configuration needs a name"; configuration=$2; shift ;;
            --no-install) install=no ;;
            --aot) aot=yes ;;
            --quick) quick=yes; pass_on+=("$1") ;;
            --filter) [ $# -gt 1 ] || refuse "--filter needs an expression"; filter=$2; pass_on+=("$1" "$2"); shift ;;
            *) pass_on+=("$1") ;;
        esac
        shift
    done
    case "$configuration" in Release | Debug) ;; *) refuse "unknown configuration: $configuration" ;; esac
}

refuse() { echo "build.sh: $1 (./build.sh help)" >&2; exit 64; }

# Only these verbs have arguments of their own; anywhere else one is a mistake worth telling.
no_arguments() {
    local a
    for a in ${pass_on[@]+"${pass_on[@]}"}; do
        case "$a" in --quick | --filter | "$filter") ;; *) refuse "unknown argument: $a" ;; esac
    done
}

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m'; red=$'\e[31m'; plain=$'\e[0m'; else bold=; red=; plain=; fi
say() { printf '%s== %s%s\n' "$bold" "$*" "$plain" >&2; }
warn() { printf '%sbuild.sh: %s%s\n' "$red" "$*" "$plain" >&2; }
have() { command -v "$1" > /dev/null 2>&1; }

machine_rid() {
    local os arch
    case "$(uname -s)" in Darwin) os=osx ;; *) os=linux ;; esac
    case "$(uname -m)" in aarch64 | arm64) arch=arm64 ;; x86_64 | amd64) arch=x64 ;; *) arch=$(uname -m) ;; esac
    echo "$os-$arch"
}
rid=$(machine_rid)
native_dir=artifacts/native/$rid
native_options=()
results=artifacts/results

# ---- setup -----------------------------------------------------------------------------------------------------------

# Found by what is used, not by package, so that a hand-made installation counts; printed as Debian's package names.
missing_to_build() {
    have cmake || echo cmake
    have c++ || have g++ || have clang++ || echo g++
    have ninja || have make || echo ninja-build
    [ -s /etc/ssl/certs/ca-certificates.crt ] || [ ! -f /etc/debian_version ] || echo ca-certificates
    # .NET loads ICU and OpenSSL while it runs; ICU's package name carries its version.
    have ldconfig || return 0
    [ "${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-}" = 1 ] || ldconfig -p | grep libicuuc > /dev/null || icu_package
    ldconfig -p | grep 'libssl\.so\.[13]' > /dev/null || echo libssl3
}

icu_package() {
    local name=
    if have apt-cache; then name=$(apt-cache search --names-only '^libicu[0-9]+$' | cut -d' ' -f1 | sort | tail -1); fi
    echo "${name:-libicu72}"
}

# Without one of these some tests are skipped, and say so.
missing_to_test() {
    local major
    [ -f /usr/include/gtest/gtest.h ] || [ -f /usr/local/include/gtest/gtest.h ] || echo libgtest-dev
    have clang++ || echo clang
    major=$(clang_major)
    fuzzer_runtime || echo "libclang-rt-$major-dev"
    ! have ldconfig || ldconfig -p | grep 'libclang-[0-9]*\.so' > /dev/null || echo "libclang1-$major"
    have ffmpeg || echo ffmpeg
    ! have ldconfig || ldconfig -p | grep 'libopus\.so\.0' > /dev/null || echo libopus0
    have ip || echo iproute2
    have shellcheck || echo shellcheck
}

clang_major() {
    local major=
    if have clang; then
        major=$(clang -dumpversion | cut -d. -f1)
    elif have apt-cache; then
        major=$(apt-cache show clang 2> /dev/null | sed -n 's/^Depends:.*clang-\([0-9]*\).*/\1/p' | head -1)
    fi
    echo "${major:-14}"
}

fuzzer_runtime() {
    have clang || return 1
    [ -e "$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a")" ] ||
        [ -e "$(clang -print-runtime-dir 2> /dev/null)/libclang_rt.fuzzer.a" ]
}

find_dotnet() {
    local dir
    for dir in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet "$HOME/.dotnet"; do
        if have dotnet; then break; fi
        if [ -n "$dir" ] && [ -x "$dir/dotnet" ]; then
            PATH="$dir:$PATH"
            export DOTNET_ROOT="$dir"
        fi
    done
    # The SDK is in no Debian release: say so, and never download it unasked.
    if ! have dotnet || ! dotnet --list-sdks | grep -E '^(1[0-9]|[2-9][0-9])\.' > /dev/null; then
        warn "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
        exit 69
    fi
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
}

# apt_install PACKAGE…: true if they are there afterwards.
apt_install() {
    [ "$install" = auto ] && have apt-get && [ "$(id -u)" = 0 ] || return 1
    say "installing $*"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        > /dev/null || return 1
}

tell_command() {
    local command="apt-get update && apt-get install -y --no-install-recommends $*"
    warn "missing: $*. Run:"
    if ! have apt-get; then echo "    (your system's equivalents of these Debian packages)" >&2
    elif [ "$(id -u)" = 0 ]; then echo "    $command" >&2
    else echo "    sudo sh -c '$command'" >&2; fi
}

# setup build: what a build needs. setup test: that, and what the tests would like to have.
setup() {
    local missing
    # shellcheck disable=SC2207  # package names have no spaces
    missing=($(missing_to_build))
    if [ ${#missing[@]} -gt 0 ] && ! apt_install "${missing[@]}"; then tell_command "${missing[@]}"; exit 69; fi
    find_dotnet
    [ "$1" = test ] || return 0
    # shellcheck disable=SC2207
    missing=($(missing_to_test))
    if [ ${#missing[@]} -gt 0 ] && ! apt_install "${missing[@]}"; then
        tell_command "${missing[@]}"
        # On CI a test that is silently skipped is a hole; a person may well do without fuzzing.
        if [ "${CI:-}" = true ]; then exit 69; fi
        warn "going on without them: the tests that need them are skipped"
    fi
}

# ---- build -----------------------------------------------------------------------------------------------------------

# cmake_build DIRECTORY [cache options…]
cmake_build() {
    local dir=$1 generator=()
    shift
    if have ninja && [ ! -f "$dir/CMakeCache.txt" ]; then generator=(-G Ninja); fi
    if ! cmake -S . -B "$dir" ${generator[@]+"${generator[@]}"} "$@" > "$dir.log" 2>&1 ||
        ! cmake --build "$dir" --parallel "$(nproc 2> /dev/null || echo 2)" > "$dir.log" 2>&1; then
        cat "$dir.log" >&2
        return 1
    fi
}

native() {
    say "native library ($configuration) in $native_dir"
    mkdir -p artifacts/native
    cmake_build "$native_dir" -DCMAKE_BUILD_TYPE="$configuration" ${native_options[@]+"${native_options[@]}"}
}

# The tool, published for this machine: compiled ahead where the compiler for that can be had, since start-up counts.
tool() {
    say "tool: artifacts/kamaelia"
    local publish=(dotnet publish src/Kamaelia.Cli -c "$configuration" -o artifacts/tool --nologo -v quiet -r "$rid")
    rm -rf artifacts/tool
    if [ "$aot" = yes ]; then
        "${publish[@]}" -p:PublishAot=true >&2
    elif ! "${publish[@]}" --self-contained false -p:PublishReadyToRun=true >&2; then
        warn "no ahead-of-time compiler: the tool will start a little slower"
        "${publish[@]}" --self-contained false -p:PublishReadyToRun=false >&2
    fi
    write_launcher
}

write_launcher() {
    local root
    root=$(dirname "$(readlink -f "$(command -v dotnet)")")
    cat > artifacts/kamaelia << EOF
#!/bin/sh
# Written by build.sh. Finds the tool beside itself, through symbolic links too.
here=\$(dirname "\$(readlink -f "\$0")")
: "\${DOTNET_ROOT:=$root}"
export DOTNET_ROOT
exec "\$here/tool/Kamaelia.Cli" "\$@"
EOF
    chmod +x artifacts/kamaelia
}

solution_built=no
solution() {
    say "solution ($configuration)"
    dotnet build Kamaelia.sln -c "$configuration" --nologo -v quiet >&2 || return 1
    solution_built=yes
}

# ---- test ------------------------------------------------------------------------------------------------------------

# shellcheck source=tests/fuzz.sh
. tests/fuzz.sh

failed_steps=0
extra_passed=0
extra_failed=0
extra_skipped=0

# step NAME COMMAND…: a failing step is told at once and counted, and the next ones still run.
step() {
    local name=$1
    shift
    if ! "$@"; then
        warn "FAILED: $name"
        failed_steps=$((failed_steps + 1))
    fi
}

# ctest_in NAME DIRECTORY
ctest_in() {
    say "C++ tests: $1"
    ctest --test-dir "$2" --output-on-failure --no-tests=error --output-junit "$PWD/$results/$1.junit.xml" \
        > "$results/$1.log" 2>&1 || { cat "$results/$1.log" >&2; return 1; }
    tail -3 "$results/$1.log" >&2
}

sanitized() {
    local name=$1 sanitizers=$2
    say "C++ build: $name ($sanitizers)"
    cmake_build "artifacts/native/$name" -DCMAKE_BUILD_TYPE=Debug -DKAM_TESTS=ON -DKAM_SANITIZE="$sanitizers" || {
        extra_failed=$((extra_failed + 1))
        return 1
    }
    ctest_in "$name" "artifacts/native/$name"
}

# A short run of every fuzzer; long ones are the verb's.
fuzz_shortly() {
    fuzz_seconds=$1
    "$2" >&2
}

# One assembly after another: on few cores two at a time would only disturb each other's clocks.
managed_tests() {
    say "C# tests"
    local options=(-c "$configuration" --no-build --nologo --logger trx --results-directory "$results" -m:1
        --blame-hang-timeout 10m --blame-hang-dump-type none)
    if [ -n "$filter" ]; then options+=(--filter "$filter"); fi
    timeout 2400 dotnet test Kamaelia.sln "${options[@]}" >&2
}

# The C# tests of the native border once more, over a library with the address sanitizer in it. Leaks and SEGV are the
# runtime's own business there; the loader's tests are about other files, and the generator's about none.
border_sanitized() {
    local library=$PWD/artifacts/native/asan/libkamaelia.so runtime
    runtime=$(gcc -print-file-name=libasan.so 2> /dev/null || true)
    if [ ! -f "$library" ] || [ ! -f "$runtime" ]; then
        warn "skipped: the native border under the address sanitizer, because the sanitizer is not here"
        extra_skipped=$((extra_skipped + 1))
        return 0
    fi
    say "C# tests of the native border, address sanitizer"
    env LD_PRELOAD="$runtime $(gcc -print-file-name=libubsan.so)" KAMAELIA_NATIVE="$library" \
        ASAN_OPTIONS=detect_leaks=0:handle_segv=0:use_sigaltstack=0 \
        timeout 600 dotnet test tests/Kamaelia.Interop.Tests -c "$configuration" --no-build --nologo \
        --logger trx --results-directory "$results" \
        --filter "FullyQualifiedName!~Loading&FullyQualifiedName!~MissingLibrary&FullyQualifiedName!~Generator" >&2
}

# Two minutes of what `soak` does for half an hour: one test in the closing line.
soak_briefly() {
    say "soak, 120 s"
    if timeout 400 dotnet "$(program benchmarks/Kamaelia.Soak)" --seconds 120 \
        > "$results/soak.txt" 2> "$results/soak.log"; then
        extra_passed=$((extra_passed + 1))
        tail -1 "$results/soak.txt" >&2
    else
        extra_failed=$((extra_failed + 1))
        cat "$results/soak.txt" >&2
        return 1
    fi
}

# program PROJECT: where its build leaves it.
program() { echo "$1/bin/$configuration/net10.0/$(basename "$1").dll"; }

# sum ATTRIBUTE FILE…: adds up attribute="N" in all the files.
sum() {
    { grep -ohE "[[:space:]]$1=\"[0-9]+\"" "${@:2}" 2> /dev/null || true; } |
        awk -F'"' '{ n += $2 } END { print n + 0 }'
}

# The one closing line. From what the runners wrote, not from what they printed.
closing_line() {
    local junit=("$results"/*.junit.xml) passed failed skipped total counters=$results/counters.txt
    awk '/<testsuite/,/>/' "${junit[@]}" > "$results/suites.txt" 2> /dev/null || true # ctest: an attribute a line
    { grep -oh '<Counters [^>]*>' "$results"/*.trx 2> /dev/null || true; } > "$counters"
    failed=$(($(sum failures "$results/suites.txt") + $(sum failed "$counters") + $(sum error "$counters")))
    skipped=$(($(sum skipped "$results/suites.txt") + $(sum disabled "$results/suites.txt")))
    total=$(($(sum tests "$results/suites.txt") + $(sum total "$counters")))
    passed=$(($(sum tests "$results/suites.txt") - $(sum failures "$results/suites.txt") - skipped))
    passed=$((passed + $(sum passed "$counters")))
    skipped=$((total - passed - failed))
    passed=$((passed + extra_passed)); failed=$((failed + extra_failed)); skipped=$((skipped + extra_skipped))
    # A step that died without a report still failed.
    if [ "$failed" = 0 ]; then failed=$failed_steps; fi
    echo "$passed passed, $failed failed, $skipped skipped"
    if [ "$passed" = 0 ]; then warn "no test passed"; return 1; fi
    [ "$failed" = 0 ]
}

test_all() {
    setup test
    rm -rf "$results"
    mkdir -p "$results"
    if [ -f /usr/include/gtest/gtest.h ] || [ -f /usr/local/include/gtest/gtest.h ]; then
        native_options=(-DKAM_TESTS=ON)
        step "native build" native
        step "C++ tests" ctest_in native "$native_dir"
        if [ "$quick" = no ]; then
            step "address sanitizer" sanitized asan address,undefined
            step "thread sanitizer" sanitized tsan thread
        fi
    else
        warn "skipped: the C++ tests, because GoogleTest is not here"
        extra_skipped=$((extra_skipped + 1))
        step "native build" native
    fi
    step "native fuzzers" fuzz_shortly "$(if [ "$quick" = yes ]; then echo 2; else echo 5; fi)" fuzz_native
    step "solution" solution
    # Without a fresh solution the tests would be those of an earlier build.
    if [ "$solution_built" = yes ]; then
        step "tool" tool
        step "C# tests" managed_tests
        if [ -z "$filter" ]; then
            step "managed fuzzers" fuzz_shortly "$(if [ "$quick" = yes ]; then echo 1; else echo 3; fi)" fuzz_managed
        fi
        if [ "$quick" = no ] && [ -z "$filter" ]; then step "border under ASan" border_sanitized; fi
        if [ "$quick" = no ] && [ -z "$filter" ]; then step "soak" soak_briefly; fi
    fi
    closing_line
}

# ---- the other verbs -------------------------------------------------------------------------------------------------

bench() {
    setup build
    configuration=Release # A figure from a debug build is worth nothing.
    native_options=(-DKAM_BENCH=ON)
    native
    say "benchmarks"
    dotnet build benchmarks/Kamaelia.Benchmarks -c Release --nologo -v quiet >&2
    exec dotnet benchmarks/Kamaelia.Benchmarks/bin/Release/net10.0/Kamaelia.Benchmarks.dll ${pass_on[@]+"${pass_on[@]}"}
}

# run_program PROJECT: builds one of our own console programs and becomes it, with the verb's arguments.
run_program() {
    setup build
    native
    say "$(basename "$1")"
    dotnet build "$1" -c "$configuration" --nologo -v quiet >&2
    exec dotnet "$(program "$1")" ${pass_on[@]+"${pass_on[@]}"}
}

demo() {
    setup build
    native
    tool
    if [ ${#pass_on[@]} -eq 0 ]; then pass_on=(tests/data/sample.ts); fi
    exec artifacts/kamaelia demo "${pass_on[@]}"
}

pack() {
    setup build
    native
    say "packages: artifacts/packages"
    rm -rf artifacts/packages
    dotnet pack Kamaelia.sln -c "$configuration" --nologo -v quiet >&2
    ls artifacts/packages
}

# The analyzer names what is public and in no file; those names are the file.
api() {
    local project file
    setup build
    native
    for project in src/Kamaelia.Axon interop/Kamaelia.Interop src/Kamaelia src/Kamaelia.Simulation \
        src/Kamaelia.Testing; do
        say "public API of $project"
        dotnet build "$project" -c "$configuration" --nologo -v quiet >&2
        file=$project/PublicAPI.Unshipped.txt
        echo '#nullable enable' > "$file"
        dotnet build "$project" -c "$configuration" --nologo --no-incremental --no-dependencies \
            -p:EnablePublicApi=true -p:TreatWarningsAsErrors=false -clp:NoSummary |
            sed -n "s/.*warning RS0016: Symbol '\(.*\)' is not part of the declared.*/\1/p" |
            LC_ALL=C sort -u >> "$file"
        echo "$file: $(($(wc -l < "$file") - 1)) names"
    done
}

clean() {
    rm -rf artifacts
    find src interop tests benchmarks \( -name bin -o -name obj \) -type d -prune -exec rm -rf {} +
}

parse "$@"
case "$verb" in
    setup) no_arguments; setup test; say "ready" ;;
    native) no_arguments; setup build; native ;;
    build) no_arguments; setup build; native; solution; tool ;;
    test) no_arguments; test_all ;;
    fuzz) fuzz_verb ${pass_on[@]+"${pass_on[@]}"} ;;
    bench) bench ;;
    stops) run_program tests/Kamaelia.Stop.Tests ;;
    sweep) run_program tests/Kamaelia.Sweep ;;
    soak) run_program benchmarks/Kamaelia.Soak ;;
    demo) demo ;;
    pack) no_arguments; pack ;;
    api) no_arguments; api ;;
    clean) no_arguments; clean ;;
    help | -h | --help) usage ;;
    *) refuse "unknown verb: $verb" ;;
esac
