/* One request a picture: {"command":"picture","offer":...,"media_type":...,"bytes":base64}. The
 * name of the file up to its first dot is the offer; the kind is told by the ending, as the shop's
 * own web server did until now. */
#include "commands/pictures.h"

#include "commands/order_answer.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { REQUEST_BYTES_MAX = 2 * PICTURE_BYTES_MAX, ANSWER_BYTES_MAX = 65536, PATH_BYTES = 4096 };

const char *picture_media_type(const char *file_name)
{
    static const char *const kinds[][2] = {
        {".svg", "image/svg+xml"}, {".png", "image/png"},   {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},   {".webp", "image/webp"},
    };
    const char *dot = strrchr(file_name, '.');
    for (size_t i = 0; dot != NULL && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(dot, kinds[i][0]) == 0) {
            return kinds[i][1];
        }
    }
    return NULL;
}

static void leave_out(struct pictures_report *report, const char *file_name, const char *why)
{
    if (report->left_out++ == 0) {
        (void)snprintf(report->first_left_out, sizeof report->first_left_out, "%.120s: %.120s",
                       file_name, why);
    }
}

static bool base64_append(struct text *to, const char *bytes, size_t length)
{
    size_t encoded = (length + 2) / 3 * 4;
    if (!text_reserve(to, encoded + 1)) {
        return false;
    }
    int written = EVP_EncodeBlock((unsigned char *)to->bytes + to->length,
                                  (const unsigned char *)bytes, (int)length);
    to->length += (size_t)written;
    return true;
}

static enum status picture_send(struct shop_write *write, struct slice offer, const char *file_name,
                                struct slice bytes, struct pictures_report *report,
                                struct fault *fault)
{
    struct text request;
    struct text answer;
    int http = 0;
    text_init(&request, REQUEST_BYTES_MAX);
    text_init(&answer, ANSWER_BYTES_MAX);
    text_append_string(&request, "{\"command\":\"picture\",\"offer\":\"");
    text_append_json(&request, offer);
    text_append_format(&request, "\",\"media_type\":\"%s\",\"bytes\":\"",
                       picture_media_type(file_name));
    bool encoded = base64_append(&request, bytes.data, bytes.length);
    text_append_string(&request, "\"}");
    enum status status =
        encoded
            ? shop_write_send(write, text_slice(&request), &answer, &http, fault)
            : fault_set(fault, STATUS_MEMORY, "no memory for the picture %s; free some", file_name);
    if (status == STATUS_OK && http == 200) {
        report->loaded++;
    } else if (status == STATUS_OK && control_exit_code(http) == EXIT_FAULT) {
        fault->status = STATUS_UNAVAILABLE;
        problem_sentence(text_slice(&answer), fault->text, sizeof fault->text);
        status = fault->status;
    } else if (status == STATUS_OK) {
        char why[128];
        problem_sentence(text_slice(&answer), why, sizeof why);
        leave_out(report, file_name, why);
    }
    text_free(&request);
    text_free(&answer);
    return status;
}

static enum status picture_load(struct shop_write *write, const struct shop *shop,
                                const char *folder, const char *file_name,
                                struct pictures_report *report, struct fault *fault)
{
    char path[PATH_BYTES];
    char *bytes = NULL;
    size_t length = 0;
    struct offer_id offer;
    struct slice name = {file_name, strcspn(file_name, ".")};
    if (!shop_offer_find(shop, name, &offer)) {
        leave_out(report, file_name, "no offer has this name");
        return STATUS_OK;
    }
    if (snprintf(path, sizeof path, "%s/%s", folder, file_name) >= (int)sizeof path) {
        leave_out(report, file_name, "its path is too long");
        return STATUS_OK;
    }
    enum status status = env_file_read(path, PICTURE_BYTES_MAX, &bytes, &length, fault);
    if (status == STATUS_LIMIT) {
        leave_out(report, file_name, "over 1 MB");
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = picture_send(write, name, file_name, (struct slice){bytes, length}, report, fault);
    }
    free(bytes);
    return status;
}

static int is_picture(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && picture_media_type(entry->d_name) != NULL;
}

enum status pictures_load(struct shop_write *write, const struct shop *shop, const char *folder,
                          struct pictures_report *report, struct fault *fault)
{
    struct dirent **entries = NULL;
    *report = (struct pictures_report){.loaded = 0};
    /* Sorted, so that the same folder makes the same journal. */
    int count = scandir(folder, &entries, is_picture, alphasort);
    enum status status = STATUS_OK;
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK) {
            status = picture_load(write, shop, folder, entries[i]->d_name, report, fault);
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}
