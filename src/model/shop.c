/* placeholder */
typedef int model_placeholder;
