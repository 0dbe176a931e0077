/* placeholder */
typedef int engine_placeholder;
