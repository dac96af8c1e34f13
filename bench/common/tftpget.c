// Fetches one file by TFTP as many clients at once, from one thread, so that servers can be compared by the same client.
// tftpget ADDRESS PORT,PORT... FILE BYTES CLIENTS BLKSIZE WINDOWSIZE DELAY RUNS: the servers at these ports take turns, RUNS times, so that what else the machine does meets all of them.
// Each answer is held back for DELAY ms, as a long wire does; with BLKSIZE 0 no options are asked for (512 bytes, one block at a time).
// Writes a line for each port: seconds of the slowest client in the median run, and repeats that were asked for; 0 seconds when a client did not get BYTES bytes.
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct client { int fd, block_size, window, in_window, tries, done, failed, size; uint32_t block; long bytes; double heard, took, due; struct sockaddr_in peer; unsigned char last[600]; };

static double delay; // s
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static int ascending(const void *a, const void *b) { double d = *(double *)a - *(double *)b; return (d > 0) - (d < 0); }
static void again(struct client *c) { sendto(c->fd, c->last, c->size, 0, (struct sockaddr *)&c->peer, sizeof c->peer); }
static void acknowledge(struct client *c) {
  c->last[0] = 0; c->last[1] = 4; c->last[2] = c->block >> 8; c->last[3] = c->block; c->size = 4; c->in_window = 0;
  if (delay > 0) c->due = now() + delay; else again(c);
}
static void take(struct client *c, unsigned char *p, int n) {
  if (n < 4) return;
  if (p[1] == 5) { fprintf(stderr, "tftpget: error %d: %.*s\n", p[3], n - 4, p + 4); c->failed = 1; return; }
  if (p[1] == 6 && c->block == 0) {
    c->block_size = 512; c->window = 1;
    for (char *at = (char *)p + 2, *end = (char *)p + n; at < end;) {
      char *value = at + strlen(at) + 1;
      if (value >= end) break;
      if (!strcasecmp(at, "blksize")) c->block_size = atoi(value);
      if (!strcasecmp(at, "windowsize")) c->window = atoi(value);
      at = value + strlen(value) + 1;
    }
    acknowledge(c);
  } else if (p[1] == 3) {
    if ((p[2] << 8 | p[3]) != ((c->block + 1) & 0xffff)) {
      if (c->in_window) acknowledge(c); // a gap, RFC 7440: from the last one that came in order
      return;
    }
    c->block++; c->bytes += n - 4; c->in_window++;
    int end = n - 4 < c->block_size;
    if (end || c->in_window >= c->window) acknowledge(c);
    c->done = end;
  }
  c->tries = 0;
}

// Seconds until the last of the clients had all of the file; 0 when one did not get it. Adds to `repeats`.
static double fetch(struct sockaddr_in server, const char *file, long bytes, int count, int block_size, int window, long *repeats) {
  struct client *all = calloc(count, sizeof *all);
  int queue = epoll_create1(0), left = count;
  double start = now(), slowest = 0;
  for (int i = 0; i < count; i++) {
    struct client *c = &all[i];
    int room = 1 << 20;
    c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    c->block_size = 512; c->window = 1; c->peer = server; c->heard = start;
    c->last[1] = 1;
    c->size = 2 + sprintf((char *)c->last + 2, "%s%coctet", file, 0) + 1;
    if (block_size) c->size += sprintf((char *)c->last + c->size, "blksize%c%d", 0, block_size) + 1;
    if (window > 1) c->size += sprintf((char *)c->last + c->size, "windowsize%c%d", 0, window) + 1;
    epoll_ctl(queue, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
    again(c);
  }
  int failed = 0;
  while (left > 0 && !failed) {
    struct epoll_event ready[64];
    int n = epoll_wait(queue, ready, 64, delay > 0 ? 1 : 100);
    double at = now();
    for (int i = 0; i < n; i++) {
      struct client *c = ready[i].data.ptr;
      unsigned char p[65536];
      struct sockaddr_in from;
      socklen_t length = sizeof from;
      for (ssize_t got; !c->done && (got = recvfrom(c->fd, p, sizeof p - 1, 0, (struct sockaddr *)&from, &length)) > 0; length = sizeof from) {
        if (c->peer.sin_port == server.sin_port) c->peer = from; // the server's port for this transfer
        if (from.sin_port != c->peer.sin_port) continue;
        p[got] = 0; c->heard = at;
        take(c, p, got);
      }
      if (c->done && !c->took && !c->due) { slowest = c->took = at - start; left--; close(c->fd); }
      if (c->failed || (c->done && c->bytes != bytes)) { fprintf(stderr, "tftpget: %ld bytes from port %d, not %ld\n", c->bytes, ntohs(server.sin_port), bytes); failed = 1; }
    }
    for (int i = 0; i < count; i++) {
      struct client *c = &all[i];
      if (c->due && at >= c->due) { c->due = 0; again(c); if (c->done) { slowest = c->took = at - start; left--; close(c->fd); } }
      if (c->done || at - c->heard < 1) continue;
      if (++c->tries > 20) { fprintf(stderr, "tftpget: silence from port %d after %ld bytes\n", ntohs(server.sin_port), c->bytes); failed = 1; }
      ++*repeats; c->heard = at; again(c);
    }
  }
  for (int i = 0; i < count; i++) if (!all[i].took) close(all[i].fd);
  close(queue);
  free(all);
  return failed ? 0 : slowest;
}

int main(int argc, char **argv) {
  if (argc != 10) return 2;
  int count = atoi(argv[5]), block_size = atoi(argv[6]), window = atoi(argv[7]), runs = atoi(argv[9]), ports = 0;
  delay = atof(argv[8]) / 1000;
  struct sockaddr_in servers[8] = {0};
  for (char *port = strtok(argv[2], ","); port && ports < 8; port = strtok(NULL, ",")) {
    servers[ports].sin_family = AF_INET; servers[ports].sin_port = htons(atoi(port));
    inet_pton(AF_INET, argv[1], &servers[ports++].sin_addr);
  }
  double *took = calloc((size_t)ports * runs, sizeof *took);
  long repeats[8] = {0};
  for (int run = 0; run < runs; run++)
    for (int i = 0; i < ports; i++) took[i * runs + run] = fetch(servers[i], argv[3], atol(argv[4]), count, block_size, window, &repeats[i]);
  for (int i = 0; i < ports; i++) {
    double *mine = &took[i * runs];
    qsort(mine, runs, sizeof *mine, ascending);
    printf("%.6f %ld\n", mine[0] > 0 ? mine[runs / 2] : 0, repeats[i]);
  }
  return 0;
}
