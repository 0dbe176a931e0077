/* Looks up an embedded file by halving: web_files is sorted by name (tools/embed.py writes it so).
 *
 * Embedding makes the program one file that needs no folder beside it; the tables are constant, so
 * they cost no memory until a page is touched. Rejected: reading web/ at start, which would make
 * the pages depend on where the program is started. */
#include "pages/web_file.h"

const struct web_file *web_file_find(struct slice name)
{
    size_t low = 0;
    size_t high = web_file_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct web_file *file = &web_files[middle];
        int order = strncmp(file->name, name.data, name.length);
        if (order == 0 && file->name[name.length] == '\0') {
            return file;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
