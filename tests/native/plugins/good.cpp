// A plugin as one should be: two components, built with the headers alone.
#include <kamaelia/kamaelia.hpp>

struct reverser : kam::transform<reverser> {
    static constexpr kam::port ports[] = {kam::in("inbox", "Bytes."), kam::out("outbox", "The same, last one first.")};

    void each(kam::context &context, kam::chunk message, kam::outlet &out) {
        kam::chunk made = context.rent(message.size());
        for (uint32_t i = 0; i < message.size(); ++i) made.writable()[i] = message.bytes()[message.size() - 1 - i];
        made.stamp_like(message.raw());
        out.push(made);
    }
};

struct dropper : kam::transform<dropper> {
    static constexpr kam::port ports[] = {kam::in("inbox", "Anything."), kam::out("outbox", "Nothing.")};

    void each(kam::context &, kam::chunk, kam::outlet &) {}
};

KAM_COMPONENT("test.reverser", "Turns bytes round.", reverser)
KAM_COMPONENT("test.dropper", "Drops everything.", dropper)
KAM_PLUGIN(reverser, dropper)
