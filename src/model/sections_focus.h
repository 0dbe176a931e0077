/* What `focus` reads, for the table of the whole file (sections.c): entries of its lists, and the
 * section of its own. */
#ifndef ECLUSE_MODEL_SECTIONS_FOCUS_H
#define ECLUSE_MODEL_SECTIONS_FOCUS_H

#include "model/field.h"

extern const struct record_shape focus_request_shape, focus_decision_shape, focus_section;
extern const struct focus_rules focus_defaults;

#endif
