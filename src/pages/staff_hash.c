/* Two lists under one mutex: what waits, what is done. */
#include "pages/staff_hash.h"

#include "base/assert.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)STAFF_PASSWORD_BYTES >= (int)crypto_pwhash_STRBYTES, "a hash has room");

struct staff_hasher {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool ends;
    uint32_t waiting_count;
    struct staff_hashing *waiting; /* the oldest first */
    struct staff_hashing *finished;
    void (*wake)(void *context);
    void *context;
};

static void job_run(struct staff_hashing *job)
{
    if (job->hash[0] != '\0') {
        job->ok =
            crypto_pwhash_str_verify(job->hash, job->password.data, job->password.length) == 0;
    } else {
        job->ok = crypto_pwhash_str(job->hash, job->password.data, job->password.length,
                                    crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                    crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
    }
}

static void *hasher_run(void *context)
{
    struct staff_hasher *hasher = context;
    (void)pthread_mutex_lock(&hasher->mutex);
    while (!hasher->ends) {
        struct staff_hashing *job = hasher->waiting;
        if (job == NULL) {
            (void)pthread_cond_wait(&hasher->changed, &hasher->mutex);
            continue;
        }
        hasher->waiting = job->next;
        (void)pthread_mutex_unlock(&hasher->mutex);
        job_run(job);
        (void)pthread_mutex_lock(&hasher->mutex);
        job->next = hasher->finished;
        hasher->finished = job;
        hasher->wake(hasher->context);
    }
    (void)pthread_mutex_unlock(&hasher->mutex);
    return NULL;
}

struct staff_hasher *staff_hash_open(void (*wake)(void *context), void *context)
{
    struct staff_hasher *hasher = calloc(1, sizeof *hasher);
    if (hasher == NULL || sodium_init() < 0) {
        free(hasher);
        return NULL;
    }
    hasher->wake = wake;
    hasher->context = context;
    (void)pthread_mutex_init(&hasher->mutex, NULL);
    (void)pthread_cond_init(&hasher->changed, NULL);
    if (pthread_create(&hasher->thread, NULL, hasher_run, hasher) != 0) {
        free(hasher);
        return NULL;
    }
    return hasher;
}

void staff_hash_close(struct staff_hasher *hasher)
{
    if (hasher == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&hasher->mutex);
    hasher->ends = true;
    (void)pthread_cond_signal(&hasher->changed);
    (void)pthread_mutex_unlock(&hasher->mutex);
    (void)pthread_join(hasher->thread, NULL);
    (void)pthread_cond_destroy(&hasher->changed);
    (void)pthread_mutex_destroy(&hasher->mutex);
    free(hasher);
}

bool staff_hash_submit(struct staff_hasher *hasher, struct staff_hashing *job)
{
    (void)pthread_mutex_lock(&hasher->mutex);
    bool room = hasher->waiting_count < LIMIT_STAFF_HASHES;
    if (room) {
        struct staff_hashing **last = &hasher->waiting;
        while (*last != NULL) {
            last = &(*last)->next;
        }
        job->next = NULL;
        *last = job;
        hasher->waiting_count++;
        (void)pthread_cond_signal(&hasher->changed);
    }
    (void)pthread_mutex_unlock(&hasher->mutex);
    return room;
}

void staff_hash_collect(struct staff_hasher *hasher)
{
    (void)pthread_mutex_lock(&hasher->mutex);
    struct staff_hashing *job = hasher->finished;
    hasher->finished = NULL;
    for (struct staff_hashing *at = job; at != NULL; at = at->next) {
        ASSERT(hasher->waiting_count > 0);
        hasher->waiting_count--;
    }
    (void)pthread_mutex_unlock(&hasher->mutex);
    while (job != NULL) {
        struct staff_hashing *next = job->next;
        job->done(job);
        job = next;
    }
}

void staff_hash_of_nobody(char hash[STAFF_PASSWORD_BYTES])
{
    /* Of a random password that nobody kept, with the same costs. */
    (void)snprintf(hash, STAFF_PASSWORD_BYTES, "%s",
                   "$argon2id$v=19$m=65536,t=2,p=1$2fNXiUak5l1P5qlPTe7moA$9aXcsNdJ6Oz/"
                   "Muih0yR3HxYZXY9+95dkzi6lI94mWbI");
}
