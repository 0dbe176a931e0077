/* A clock that jumps, for programs that run: preloaded (LD_PRELOAD), it adds the seconds that stand in the
 * file CLOCK_SHIFT_FILE to the time of day. The clock for durations goes on as it is, as on a machine
 * whose clock is set. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time)
{
    long result = syscall(SYS_clock_gettime, clock, time);
    const char *path = getenv("CLOCK_SHIFT_FILE");
    if (result != 0 || path == NULL ||
        (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) {
        return (int)result;
    }
    FILE *file = fopen(path, "r");
    long seconds = 0;
    if (file != NULL) {
        if (fscanf(file, "%ld", &seconds) == 1) {
            time->tv_sec += seconds;
        }
        (void)fclose(file);
    }
    return 0;
}
