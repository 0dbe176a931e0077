/* PrestaShop's suppliers. It keeps neither lead days nor order days, so each new one gets the same
 * lead days, which the report names until the owner says better in the shop file. */
#include "exchange/catalogue.h"
#include "exchange/report.h"

#include <stdio.h>

enum supplier_column { SUPPLIER_ID, SUPPLIER_ACTIVE, SUPPLIER_NAME, SUPPLIER_COLUMNS };

static const struct column_titles titles[SUPPLIER_COLUMNS] = {
    [SUPPLIER_ID] = {.titles = {"supplier id", "id"}},
    [SUPPLIER_ACTIVE] = {.titles = {"active (#/#)", "active", "enabled", "status", "activé",
                                    "actif", "statut", "état"}},
    [SUPPLIER_NAME] = {.titles = {"name", "nom"}},
};

struct suppliers_import {
    struct catalogue catalogue;
    const char *path;
    struct columns columns;
    int32_t lead_days;
};

static bool header_take(void *context, const struct csv_row *row)
{
    struct suppliers_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    columns_find(&import->columns, titles, SUPPLIER_COLUMNS, row, reading->report);
    if (!columns_has(&import->columns, SUPPLIER_NAME)) {
        reading->status = fault_set(reading->fault, STATUS_INVALID,
                                    "%s:%llu: no column \"Name\": this is no supplier export of "
                                    "PrestaShop (Catalogue, Suppliers, Export)",
                                    import->path, (unsigned long long)row->line);
    }
    return reading->status == STATUS_OK;
}

static enum exchange_reason supplier_take(struct suppliers_import *import,
                                          const struct csv_row *row, struct slice called)
{
    struct catalogue *catalogue = &import->catalogue;
    char name[LIMIT_NAME_BYTES + 1];
    uint32_t before = 0;
    cell_spelling(called, name, LIMIT_NAME_BYTES);
    if (name[0] == '\0') {
        return NOT_TAKEN_NO_SKU;
    }
    if (cell_is_no(columns_cell(&import->columns, row, SUPPLIER_ACTIVE))) {
        return NOT_TAKEN_INACTIVE;
    }
    if (keys_find(&catalogue->taken, slice_of(name), &before)) {
        return NOT_TAKEN_TWICE;
    }
    bool known = draft_supplier(&catalogue->draft, slice_of(name)).index != NO_INDEX;
    if (keys_add(&catalogue->taken, slice_of(name), 0) == NULL ||
        (!known && !draft_supplier_add(&catalogue->draft, slice_of(name), import->lead_days))) {
        catalogue->reading.status =
            fault_set(catalogue->reading.fault, STATUS_LIMIT,
                      "with this file the shop would have more than 1,000 suppliers");
    }
    return known ? TAKEN_SUPPLIER_SAME : TAKEN_SUPPLIER_NEW;
}

static bool row_of_suppliers(void *context, const struct csv_row *row)
{
    struct suppliers_import *import = context;
    struct slice called = columns_cell(&import->columns, row, SUPPLIER_NAME);
    enum exchange_reason reason = supplier_take(import, row, called);
    catalogue_row_count(&import->catalogue, reason, row->line, called);
    if (reason == TAKEN_SUPPLIER_NEW && import->catalogue.options->lead_days < 0) {
        char days[16];
        (void)snprintf(days, sizeof days, "%d", import->lead_days);
        report_add(import->catalogue.reading.report, NOTE_LEAD_DAYS_ASSUMED, row->line,
                   slice_of(days));
    }
    return import->catalogue.reading.status == STATUS_OK;
}

enum status exchange_import_prestashop_suppliers(const struct shop *shop, const char *path,
                                                 const struct exchange_options *options,
                                                 const struct exchange_sink *sink,
                                                 struct exchange_report *report,
                                                 struct fault *fault)
{
    static const struct reading_rows suppliers = {header_take, row_of_suppliers};
    struct suppliers_import import = {.path = path};
    const struct catalogue_pass passes[] = {{path, &suppliers}};
    const struct catalogue_call call = {shop, options, sink, report, fault, true};
    import.lead_days = options->lead_days >= 0 ? options->lead_days : LEAD_DAYS_DEFAULT;
    return catalogue_import(&import.catalogue, &import, passes, 1, &call);
}
