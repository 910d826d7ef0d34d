// Turns each line upper-case. ASCII only: other bytes, UTF-8 among them, pass as they are.
#include <kamaelia/kamaelia.hpp>

#include <algorithm>
#include <string>

class uppercase : public kam::transform<uppercase> {
public:
    static constexpr kam::port ports[] = {
        kam::in("inbox", "Lines to turn upper-case.", "text"),
        kam::out("outbox", "The same lines, in the order they came.", "text"),
    };
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_TEXT, "suffix", "", "Put behind each line."),
    };

    explicit uppercase(const kam::options &given) : suffix_(given.text_or("suffix", "")) {}

    void each(kam::context &context, kam::chunk line, kam::outlet &out) {
        kam::chunk made = context.rent(line.size() + static_cast<uint32_t>(suffix_.size()));
        const auto upper = [](uint8_t c) { return static_cast<uint8_t>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); };
        auto end = std::ranges::transform(line.bytes(), made.writable().begin(), upper).out;
        std::ranges::copy(suffix_, end);
        made.stamp_like(line.raw());
        out.push(made);
        lines_.add();
    }

    void counters(kam::counter_list &list) const { list.add("lines", lines_); }

private:
    std::string suffix_;
    kam::counter lines_;
};

KAM_COMPONENT("sample.uppercase", "Turns each line upper-case.", uppercase)
KAM_PLUGIN(uppercase)
