/* lossywire NAMESPACE_A NAMESPACE_B LOSS DUPLICATE REORDER DELAY_MS SEED
 *
 * A wire between two network namespaces that loses, doubles, delays and reorders frames, in percent of them, in both directions: what `tc netem`
 * does, on kernels that have no netem too, and with a seed. The interface `wire0` appears at both ends. It prints READY when it carries frames,
 * ends when its standard input does, and says then what it did.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define WAITING 4096
#define LONGEST 2048

struct frame {
    long due; /* microseconds; 0 for a free place */
    long number;
    int to, length;
    unsigned char bytes[LONGEST];
};

static struct frame waiting[WAITING];
static long carried, lost, doubled, reordered, overrun, numbers;
static unsigned long long state;

static int percent(double of) { /* xorshift64*: the same seed is the same wire */
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (state * 2685821657736338717ULL >> 33) % 100000 < of * 1000;
}

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int end_in(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", name);
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWNET)) die(path);
    int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (tap < 0) die("/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    strcpy(request.ifr_name, "wire0");
    if (ioctl(tap, TUNSETIFF, &request)) die("TUNSETIFF");
    close(namespace);
    return tap;
}

static void keep(int to, const unsigned char *bytes, int length, long due) {
    for (int i = 0; i < WAITING; i++)
        if (!waiting[i].due) {
            waiting[i] = (struct frame) {.due = due, .number = numbers++, .to = to, .length = length};
            memcpy(waiting[i].bytes, bytes, length);
            return;
        }
    overrun++;
}

int main(int count, char **words) {
    if (count != 8) {
        fputs("usage: lossywire NAMESPACE_A NAMESPACE_B LOSS DUPLICATE REORDER DELAY_MS SEED\n", stderr);
        return 2;
    }
    int tap[2] = {end_in(words[1]), end_in(words[2])};
    double loss = atof(words[3]), duplicate = atof(words[4]), reorder = atof(words[5]);
    long delay = atol(words[6]) * 1000;
    state = (strtoull(words[7], 0, 10) + 1) * 0x9e3779b97f4a7c15ULL; /* a state of few bits would begin with small numbers */
    puts("READY");
    fflush(stdout);
    for (;;) {
        struct pollfd ready[3] = {{tap[0], POLLIN}, {tap[1], POLLIN}, {0, POLLIN}};
        long next = 0;
        for (int i = 0; i < WAITING; i++)
            if (waiting[i].due && (!next || waiting[i].due < next)) next = waiting[i].due;
        long rest = next - now();
        struct timespec patience = {0, rest > 0 ? rest * 1000 : 0};
        if (ppoll(ready, 3, next ? &patience : 0, 0) < 0) die("poll");
        for (int from = 0; from < 2; from++) {
            unsigned char bytes[LONGEST];
            int length;
            while ((length = read(tap[from], bytes, sizeof bytes)) > 0) {
                if (percent(loss)) {
                    lost++;
                    continue;
                }
                int early = percent(reorder); /* as netem: it overtakes those that wait */
                reordered += early;
                keep(1 - from, bytes, length, now() + (early ? 0 : delay));
                if (percent(duplicate)) {
                    doubled++;
                    keep(1 - from, bytes, length, now() + delay);
                }
            }
        }
        long time = now();
        for (;;) { /* those that are due, in the order in which they came to be */
            struct frame *first = 0;
            for (int i = 0; i < WAITING; i++)
                if (waiting[i].due && waiting[i].due <= time
                        && (!first || waiting[i].due < first->due || (waiting[i].due == first->due && waiting[i].number < first->number)))
                    first = &waiting[i];
            if (!first) break;
            if (write(tap[first->to], first->bytes, first->length) == first->length) carried++;
            first->due = 0;
        }
        char word[64];
        if (ready[2].revents && read(0, word, sizeof word) <= 0) {
            printf("carried %ld lost %ld doubled %ld reordered %ld overrun %ld\n", carried, lost, doubled, reordered, overrun);
            return 0;
        }
    }
}
