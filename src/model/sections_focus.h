/* Entries of the lists that `focus` reads, for the table of the whole file (sections.c). */
#ifndef ECLUSE_MODEL_SECTIONS_FOCUS_H
#define ECLUSE_MODEL_SECTIONS_FOCUS_H

#include "model/field.h"

extern const struct record_shape focus_request_shape, focus_decision_shape;

#endif
