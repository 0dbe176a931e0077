/* Head, style and end of every report's page, and its file. */
#include "commands/report_page.h"

#include "commands/report_style.h"
#include "report/translate.h"

void report_page_begin(const struct call *call, const char *title, const char *heading,
                       struct text *to)
{
    text_append_format(to,
                       "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                       "<title>",
                       translate_code((int)call->language));
    text_append_html(to, slice_of(title));
    text_append_format(to, "</title><style>%s</style></head>\n<body><main><h1>%s</h1>",
                       REPORT_STYLE, heading);
}

void report_page_end(struct text *to)
{
    text_append_string(to, "</main></body></html>\n");
}

enum status report_page_save(const struct call *call, const struct text *page, struct fault *fault)
{
    return page->overflow
               ? fault_set(fault, STATUS_LIMIT, "the page is over its limit")
               : env_file_write(call_value(call, "html"), page->bytes, page->length, 1, fault);
}
