// The network components with any option texts: made, or refused with a sentence; no name server is asked.
#include "../robustness/numeric_hosts.hpp"
#include "bytes.hpp"
#include "rig.hpp"

namespace {

const kam_component_type &type_named(std::string_view name) {
    for (uint32_t i = 0; const kam_component_type *type = kam_type_get(i); ++i)
        if (kam::view(type->name) == name) return *type;
    __builtin_trap();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    constexpr std::string_view names[] = {"udp.send",    "udp.recv",   "tcp.serve",
                                          "tcp.connect", "tcp.listen", "tcp.sendfile"};
    const kam_component_type &type = type_named(names[input.below(6)]);
    std::vector<kam_option> options;
    while (!input.empty() && options.size() < 8) {
        // Known names as a rule: unknown ones are the option target's.
        const kam_option_info &info = type.options[input.below(type.option_count)];
        options.push_back({info.name, kam::text(input.word())});
    }
    char words[600];
    kam_error error{words, sizeof words, 0};
    kam_instance *instance = nullptr;
    const kam_status status =
        kam_instance_create(&type, options.data(), static_cast<uint32_t>(options.size()), &error, &instance);
    kam::fuzz::expect((status == KAM_OK) == (instance != nullptr));
    kam::fuzz::expect(status == KAM_OK || error.bytes_out > 0);
    kam::fuzz::expect(status == KAM_OK || status == KAM_E_INVALID || status == KAM_E_NOT_FOUND);
    kam_instance_destroy(instance);
    return 0;
}
