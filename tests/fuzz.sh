# shellcheck shell=bash
# shellcheck disable=SC2154 # quick, configuration and the counters are build.sh's, which sources this file.
# Fuzzing, native (libFuzzer) and managed (tests/Kamaelia.Fuzz): one line a target on stdout, and what failed with the
# command that shows it again. Seeds and cases are in git; what a run finds on top of them stays in artifacts.
fuzz_seconds=60
fuzz_seed=1
fuzz_target=
fuzz_replay=
fuzz_failures=artifacts/fuzz-failures
fuzz_logs=artifacts/fuzz-logs

# ./build.sh fuzz [--seconds N] [--seed S] [--target [native/|managed/]NAME] [--replay FILE]
fuzz_verb() {
    while [ $# -gt 0 ]; do
        [ $# -gt 1 ] || refuse "$1 needs a value"
        case "$1" in
            --seconds) fuzz_seconds=$2 ;;
            --seed) fuzz_seed=$2 ;;
            --target) fuzz_target=$2 ;;
            --replay) fuzz_replay=$2 ;;
            *) refuse "unknown argument: $1" ;;
        esac
        shift 2
    done
    case "$fuzz_seconds$fuzz_seed" in *[!0-9]*) refuse "--seconds and --seed are whole numbers" ;; esac
    if [ -n "$fuzz_replay" ] && [ -z "$fuzz_target" ]; then refuse "--replay needs --target"; fi
    setup build
    local rc=0
    fuzz_native || rc=1
    native || rc=1 # The managed targets hold their parsers against the native twins.
    say "the managed fuzzers"
    dotnet build tests/Kamaelia.Fuzz -c "$configuration" --nologo -v quiet >&2 || return 1
    fuzz_managed || rc=1
    if [ "$((extra_passed + extra_failed + extra_skipped))" = 0 ]; then refuse "no target is named $fuzz_target"; fi
    return "$rc"
}

# fuzz_wanted native|managed NAME
fuzz_wanted() { case "$fuzz_target" in "" | "$2" | "$1/$2") true ;; *) false ;; esac; }

fuzz_native() {
    local target name names=()
    if ! fuzzer_runtime; then
        warn "skipped: the native fuzzers, because clang with libFuzzer is not here"
        extra_skipped=$((extra_skipped + 1))
        return 0
    fi
    case "$fuzz_target" in managed/*) return 0 ;; esac
    say "the native fuzzers, ${fuzz_seconds} s each"
    cmake_build artifacts/native/fuzz -DCMAKE_BUILD_TYPE=RelWithDebInfo -DKAM_FUZZ=ON \
        -DKAM_SANITIZE=address,undefined -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ || {
        extra_failed=$((extra_failed + 1))
        return 1
    }
    for target in artifacts/native/fuzz/fuzz/fuzz_*; do
        [ -x "$target" ] || continue
        name=${target##*/fuzz_}
        if fuzz_wanted native "$name"; then names+=("$name"); fi
    done
    fuzz_pairs fuzz_native_one ${names[@]+"${names[@]}"}
}

fuzz_managed() {
    local name names=()
    case "$fuzz_target" in native/*) return 0 ;; esac
    for name in $(fuzz_program --list); do
        if fuzz_wanted managed "$name"; then names+=("$name"); fi
    done
    fuzz_pairs fuzz_managed_one ${names[@]+"${names[@]}"}
}

# fuzz_pairs COMMAND NAME…: two at a time, as each keeps one core busy; adds up what became of them.
fuzz_pairs() {
    local command=$1 first second job rc=0
    shift
    mkdir -p "$fuzz_failures" "$fuzz_logs"
    while [ $# -gt 0 ]; do
        "$command" "$1" & first=$!
        second=
        if [ $# -gt 1 ] && [ "$(nproc 2> /dev/null || echo 1)" -gt 1 ]; then "$command" "$2" & second=$!; shift; fi
        shift
        for job in $first $second; do
            if wait "$job"; then extra_passed=$((extra_passed + 1))
            else extra_failed=$((extra_failed + 1)); rc=1; fi
        done
    done
    return "$rc"
}

fuzz_stat() { sed -n "s/^stat::$1: *//p" "$2"; }

# fuzz_native_one NAME. The time limit above libFuzzer's own is for a target that hangs where that cannot see it.
fuzz_native_one() {
    local name=$1 log=$fuzz_logs/native-$1.log seeds=tests/native/fuzz/corpus/$1 found=artifacts/fuzz-corpus/$1
    local options=(-timeout=10 -rss_limit_mb=2048 -artifact_prefix="$fuzz_failures/native-$name-") rc=0
    if [ -n "$fuzz_replay" ]; then
        artifacts/native/fuzz/fuzz/fuzz_"$name" "${options[@]}" "$fuzz_replay" >&2 || return 1
        return 0
    fi
    mkdir -p "$found"
    options+=(-max_total_time="$fuzz_seconds" -seed="$fuzz_seed" -print_final_stats=1 "$found")
    if [ -d "$seeds" ]; then options+=("$seeds"); fi
    timeout $((fuzz_seconds + 120)) artifacts/native/fuzz/fuzz/fuzz_"$name" "${options[@]}" > "$log" 2>&1 || rc=1
    echo "native/$name: $(fuzz_stat number_of_executed_units "$log") runs," \
        "$(fuzz_stat new_units_added "$log") new corpus entries, $rc failures" \
        "($(fuzz_stat average_exec_per_sec "$log") runs/s)"
    if [ "$rc" != 0 ]; then
        tail -40 "$log" >&2
        warn "again: ./build.sh fuzz --target native/$name --replay $(sed -n 's/.*Test unit written to //p' "$log")"
    fi
    return "$rc"
}

# A target that hangs ends its process itself; the limit is for one that cannot even do that.
fuzz_program() {
    timeout $((fuzz_seconds + 120)) dotnet "tests/Kamaelia.Fuzz/bin/$configuration/net10.0/Kamaelia.Fuzz.dll" "$@"
}

# fuzz_managed_one NAME
fuzz_managed_one() {
    local name=$1 log=$fuzz_logs/managed-$1.log rc=0
    if [ -n "$fuzz_replay" ]; then
        fuzz_program --target "$name" --replay "$fuzz_replay" >&2 || return 1
        return 0
    fi
    fuzz_program --seconds "$fuzz_seconds" --seed "$fuzz_seed" --target "$name" > "$log" 2>&1 || rc=1
    sed -n "s|^$name: \([0-9]* runs\)|managed/$name: \1|p" "$log"
    if [ "$rc" != 0 ]; then tail -60 "$log" >&2; fi
    return "$rc"
}
