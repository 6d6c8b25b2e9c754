/* Runs all groups of tests against a simulator, or those that are named. */
#include "suite.h"

static const struct {
    const char *name;
    void (*run)(void);
} groups[] = {
    {"calls", test_calls}, {"rows", test_rows},     {"misuse", test_misuse},   {"values", test_values}, {"handles", test_handles},
    {"deploy", test_deploy}, {"flow", test_flow},   {"events", test_events}, {"tls", test_tls},
    {"process", test_process},
};

int main(int argc, char **argv) {
    size_t i;
    int named;
    simulator_start();
    for (i = 0; i < sizeof groups / sizeof *groups; i++) {
        for (named = 1; named < argc && strcmp(argv[named], groups[i].name) != 0; named++) {
        }
        if (argc == 1 || named < argc) {
            int before = checks_passed();
            sim_reset();
            groups[i].run();
            printf("%s: %d checks\n", groups[i].name, checks_passed() - before);
        }
    }
    simulator_stop();
    printf("%d checks passed\n", checks_passed());
    return 0;
}
