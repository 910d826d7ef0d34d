// Options: any text as any kind, and as names and values for a table. What is accepted at creation must be readable.
#include "rig.hpp"

namespace {

struct every_kind {
    static constexpr kam::port ports[] = {kam::in("inbox", "Anything.")};
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_TEXT, "text", "", "Text."),     kam::opt(KAM_OPTION_INT, "int", "", "A number."),
        kam::opt(KAM_OPTION_BOOL, "bool", "", "A choice."), kam::opt(KAM_OPTION_DURATION, "time", "", "A time."),
        kam::opt(KAM_OPTION_RATE, "rate", "", "A rate."),   kam::opt(KAM_OPTION_ADDRESS, "address", "", "A place."),
    };

    explicit every_kind(const kam::options &given) {
        // Accepted by the table's check, so reading may not throw.
        try {
            if (given.has("int")) given.integer("int", INT64_MIN, INT64_MAX);
            if (given.has("bool")) given.flag("bool");
            if (given.has("time")) kam::fuzz::expect(given.duration_ns("time") >= 0);
            if (given.has("rate")) kam::fuzz::expect(given.rate_bps("rate") >= 0);
            if (given.has("address")) given.address("address");
        } catch (const kam::failure &) {
            __builtin_trap();
        }
    }
    kam::step step(kam::context &) { return kam::step::done; }
};

/// The next word up to a zero byte.
std::string_view word(std::string_view &rest) {
    const std::string_view found = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(found.size() < rest.size() ? found.size() + 1 : found.size());
    return found;
}

} // namespace

KAM_COMPONENT("fuzz.every-kind", "Has an option of each kind.", every_kind)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    std::string_view rest(reinterpret_cast<const char *>(data), bytes);
    std::vector<kam_option> options;
    while (!rest.empty() && options.size() < 8) {
        const std::string_view name = word(rest);
        options.push_back({kam::text(name), kam::text(word(rest))});
    }
    char words[256];
    kam_error error{words, sizeof words, 0};
    kam_instance *instance = nullptr;
    const kam_status status = kam_instance_create(&kam::type_of<every_kind>, options.data(),
                                                  static_cast<uint32_t>(options.size()), &error, &instance);
    kam::fuzz::expect(status == KAM_OK ? instance != nullptr : status == KAM_E_INVALID && error.bytes_out > 0);
    kam_instance_destroy(instance);
    return 0;
}
