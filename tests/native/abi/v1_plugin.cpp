// A plugin as somebody may have built it for ABI 1.0, against the headers of then. It must go on working.
#include <kamaelia/kamaelia.hpp>

struct doubler : kam::transform<doubler> {
    static constexpr kam::port ports[] = {kam::in("inbox", "Bytes."), kam::out("outbox", "The same, twice.")};
    static constexpr kam::option options[] = {kam::opt(KAM_OPTION_INT, "times", "2", "How often, 1 to 9.")};

    explicit doubler(const kam::options &given) : times(static_cast<uint32_t>(given.integer("times", 1, 9))) {}

    void each(kam::context &context, kam::chunk message, kam::outlet &out) {
        kam::chunk made = context.rent(message.size() * times);
        for (uint32_t i = 0; i < made.size(); ++i) made.writable()[i] = message.bytes()[i % message.size()];
        made.stamp_like(message.raw());
        out.push(made);
        count.add();
    }
    void counters(kam::counter_list &list) const { list.add("messages", count); }

    uint32_t times;
    kam::counter count;
};

KAM_COMPONENT("v1.doubler", "Says everything twice.", doubler)
KAM_PLUGIN(doubler)
