/* placeholder */
typedef int promise_placeholder;
